// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QtGlobal>
#include <chrono>
#include <optional>

#include "tests/support/lineclient.h"

namespace herd {

/// A listening TCP socket of 127.0.0.1 without Qt, for a test that plays a server by hand. The
/// system accepts connections for it, also while the test does nothing. Owned by the test.
class LineAcceptor {
  public:
    /// `port`: 0 for any. Listens when isOpen() says so.
    explicit LineAcceptor(quint16 port = 0);
    LineAcceptor(const LineAcceptor&) = delete;
    LineAcceptor& operator=(const LineAcceptor&) = delete;
    ~LineAcceptor();

    bool isOpen() const { return descriptor_ >= 0; }
    quint16 port() const { return port_; }

    /// The next connection; nothing when none came before the deadline.
    std::optional<LineClient> accept(std::chrono::milliseconds deadline = patience);

  private:
    int descriptor_ = -1;
    quint16 port_ = 0;
};

}  // namespace herd
