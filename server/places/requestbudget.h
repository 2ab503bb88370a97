// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <deque>
#include <functional>

namespace herd {

/// At most `requestsMax` sends in any span of the window's length; 0 is no limit. Exact: it keeps
/// the times of the sends that still count, so 8 bytes for each of `requestsMax` at most.
class SendWindow {
  public:
    SendWindow(int requestsMax, std::chrono::milliseconds length)
        : requestsMax_(requestsMax), length_(length) {}

    /// Whether one more may be sent at `now`; times must not go back.
    bool hasRoom(std::chrono::milliseconds now);
    void count(std::chrono::milliseconds now);

  private:
    int requestsMax_;
    std::chrono::milliseconds length_;
    std::deque<std::chrono::milliseconds> sends_;
};

/// What this node lets itself send to a paid service: counted before each send, tries included.
/// It starts empty with the process and is kept nowhere else. Owned by the guard.
class RequestBudget {
  public:
    using Clock = std::function<std::chrono::milliseconds()>;

    RequestBudget(int perMinute, int perDay, Clock clock)
        : clock_(std::move(clock)),
          minute_(perMinute, std::chrono::minutes(1)),
          day_(perDay, std::chrono::hours(24)) {}

    /// Whether a send is inside both limits now.
    [[nodiscard]] bool allows();

    /// Counts one send.
    void spend();

  private:
    Clock clock_;
    SendWindow minute_;
    SendWindow day_;
};

}  // namespace herd
