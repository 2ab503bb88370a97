// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QtGlobal>
#include <vector>

namespace herd {

/// TCP ports of 127.0.0.1 that nobody listens on, below the range of ephemeral ports, so that no
/// outgoing connection takes one. Suites that run at the same time never get the same port: each
/// port is backed by a lock that the system gives up when the process ends. A stranger may still
/// take one between two uses. Owned by the fixture that writes the ports into a configuration.
class PortLease {
  public:
    /// Ends the test run when the machine has not that many.
    explicit PortLease(std::size_t count);
    PortLease(PortLease&& other) noexcept;
    PortLease& operator=(PortLease&& other) noexcept;
    ~PortLease();

    quint16 port(std::size_t index) const { return held_.at(index).port; }

  private:
    struct Held {
        quint16 port;
        int lock;  ///< descriptor
    };
    void release();

    std::vector<Held> held_;
};

}  // namespace herd
