// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <string>
#include <utility>

#include "common/check.h"

namespace herd {

/// Two connected descriptors that do not block, closed at the end if they still are open.
class DescriptorPair {
  public:
    static DescriptorPair pipe() {
        DescriptorPair pair;
        HERD_CHECK(::pipe2(pair.ends_.data(), O_NONBLOCK | O_CLOEXEC) == 0);
        return pair;
    }

    static DescriptorPair sockets(int flags = SOCK_NONBLOCK) {
        DescriptorPair pair;
        HERD_CHECK(
            ::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | flags, 0, pair.ends_.data()) == 0);
        return pair;
    }

    DescriptorPair(DescriptorPair&& other) noexcept : ends_(std::exchange(other.ends_, {-1, -1})) {}
    DescriptorPair& operator=(DescriptorPair&&) = delete;
    ~DescriptorPair() {
        closeIn();
        closeOut();
    }

    /// What is written to out() can be read from in(); with sockets, also the other way.
    [[nodiscard]] int in() const { return ends_[0]; }
    [[nodiscard]] int out() const { return ends_[1]; }

    void write(const std::string& text = "x") const {
        HERD_CHECK(::write(out(), text.data(), text.size()) == ssize_t(text.size()));
    }
    /// Until there is nothing.
    void readAll() const {
        std::array<char, 4'096> room{};
        while (::read(in(), room.data(), room.size()) > 0) {
        }
    }
    /// Until there is no room.
    void fill() const {
        const std::array<char, 4'096> bytes{};
        while (::send(out(), bytes.data(), bytes.size(), MSG_DONTWAIT) > 0 ||
               (errno == ENOTSOCK && ::write(out(), bytes.data(), bytes.size()) > 0)) {
        }
    }
    void closeIn() { closeEnd(ends_[0]); }
    void closeOut() { closeEnd(ends_[1]); }

  private:
    DescriptorPair() = default;
    static void closeEnd(int& end) {
        if (end >= 0) {
            ::close(std::exchange(end, -1));
        }
    }

    std::array<int, 2> ends_{-1, -1};
};

}  // namespace herd
