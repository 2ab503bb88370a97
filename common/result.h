// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QString>
#include <utility>
#include <variant>

#include "common/check.h"

namespace herd {

/// What went wrong, in a sentence for the person who can mend it.
struct Error {
    QString message;
};

/// A value, or the reason why there is none. The world's failures travel in it (files, ports,
/// configuration); a client's mistake is an ordinary value and our own mistake is HERD_CHECK.
template <typename T>
class [[nodiscard]] Result {
  public:
    Result(T value) : content_(std::move(value)) {}
    Result(Error error) : content_(std::move(error)) {}

    bool ok() const { return std::holds_alternative<T>(content_); }
    explicit operator bool() const { return ok(); }

    const T& value() const& {
        HERD_CHECK(ok());
        return std::get<T>(content_);
    }
    T&& value() && {
        HERD_CHECK(ok());
        return std::get<T>(std::move(content_));
    }
    const Error& error() const {
        HERD_CHECK(!ok());
        return std::get<Error>(content_);
    }

  private:
    std::variant<T, Error> content_;
};

}  // namespace herd
