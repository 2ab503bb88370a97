// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>
#include <QJsonArray>
#include <cstddef>
#include <optional>

#include "common/result.h"
#include "common/userpoints.h"

namespace herd {

/// The features of a GeoJSON text (RFC 7946) as points. Knows the shape of the text and of its
/// features; what holds among points (limits, unique ids) is for the caller.
class PointFeatures {
  public:
    /// An error's message starts with its line number and a colon. `text` is UTF-8.
    [[nodiscard]] static Result<PointFeatures> open(const QByteArray& text);

    std::size_t count() const { return static_cast<std::size_t>(features_.size()); }

    /// The feature as a point, its id empty when it has none. An error's message names no line, see
    /// `errorAt`. `index` is below `count()`.
    [[nodiscard]] Result<UserPoint> point(std::size_t index) const;

    /// An error whose message starts with the feature's line and tells its number, from 1.
    Error errorAt(std::size_t index, const QString& message) const;

  private:
    PointFeatures(const QByteArray& text, const QJsonArray& features)
        : text_(text), features_(features) {}

    QByteArray text_;
    QJsonArray features_;
};

/// The line, counted from 1, where an element of the outermost `features` array starts in a
/// well-formed JSON text; nothing when there is no such element.
[[nodiscard]] std::optional<std::size_t> lineOfFeature(std::string_view text, std::size_t index);

}  // namespace herd
