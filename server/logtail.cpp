// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "server/logtail.h"

#include <utility>

#include "common/check.h"

namespace herd {

void LogTail::append(LogLevel level, std::string_view text) {
    Record record;
    while (!records_.empty() &&
           (records_.size() >= recordsMax || bytes_ + text.size() > bytesMax)) {
        record = std::move(records_.front());  // its memory serves the new one
        bytes_ -= record.text.size();
        records_.pop_front();
        ++first_;
    }
    bytes_ += text.size();
    if (record.text.capacity() > 2 * text.size()) {
        // Else each record would in time have the memory of the longest that ever stood there.
        std::string().swap(record.text);
    }
    record.level = level;
    record.text = text;
    records_.push_back(std::move(record));
}

const LogTail::Record& LogTail::at(std::uint64_t number) const {
    HERD_CHECK(number >= first_ && number < end());
    return records_[number - first_];
}

}  // namespace herd
