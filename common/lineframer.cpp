// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "common/lineframer.h"

#include "common/check.h"

namespace herd {

LineFramer::LineFramer(std::size_t lineBytesMax) : lineBytesMax_(lineBytesMax) {
    HERD_CHECK(lineBytesMax > 0);
}

void LineFramer::feed(std::string_view chunk) {
    HERD_CHECK(!borrowed_);
    if (input_.empty()) {
        input_ = chunk;
        borrowed_ = true;
        return;
    }
    kept_.erase(0, kept_.size() - input_.size());
    kept_.append(chunk);
    input_ = kept_;
}

LineFramer::Status LineFramer::next(std::string_view& line) {
    // One byte past the limit is enough to know; a longer look would read a hostile line twice.
    const std::size_t end = input_.substr(0, lineBytesMax_ + 1).find('\n', scanned_);
    if (end == std::string_view::npos) {
        if (input_.size() > lineBytesMax_) {
            return Status::tooLong;
        }
        scanned_ = input_.size();
        return Status::incomplete;
    }
    line = input_.substr(0, end);
    input_.remove_prefix(end + 1);
    scanned_ = 0;
    return Status::line;
}

void LineFramer::keepRest() {
    if (input_.empty()) {
        std::string().swap(kept_);  // an assignment would keep the memory
        input_ = {};
    } else if (borrowed_) {
        kept_.assign(input_);
        input_ = kept_;
    }
    borrowed_ = false;
}

bool LineFramer::ready() const {
    return input_.size() > lineBytesMax_ || input_.find('\n', scanned_) != std::string_view::npos;
}

}  // namespace herd
