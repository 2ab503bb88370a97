// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <memory>

#include "tests/support/memorydisk.h"

namespace herd {

/// Calls of the disk that wait until it is opened, at the latest when the test is over.
class Gate {
  public:
    ~Gate() { open(); }

    [[nodiscard]] MemoryDisk::Fault faultAt(DiskCall waiting) const {
        return [waiting, closed = closed_](DiskCall call, const std::string&) {
            if (call == waiting) {
                closed->wait(true);
            }
            return 0;
        };
    }

    void open() {
        closed_->store(false);
        closed_->notify_all();
    }

  private:
    std::shared_ptr<std::atomic<bool>> closed_ = std::make_shared<std::atomic<bool>>(true);
};

}  // namespace herd
