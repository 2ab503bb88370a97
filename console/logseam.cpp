// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "console/logseam.h"

#include <utility>

namespace herd {

void LogSeam::begin() {
    // A tail that was cut comes again as a whole.
    tail_.clear();
    tailBytes_ = 0;
    isInTail_ = true;
}

LogSeam::News LogSeam::add(const QList<QByteArray>& records) {
    if (!isInTail_) {
        for (const QByteArray& record : records) {
            remember(record);
        }
        return {records, false, {}};
    }
    for (const QByteArray& record : records) {
        tail_.append(record);
        tailBytes_ += record.size();
    }
    const bool isTooMuch =
        static_cast<std::size_t>(tail_.size()) > recordsMax || tailBytes_ > tailBytesMax;
    return isTooMuch ? complete() : News{};
}

LogSeam::News LogSeam::complete() {
    if (!std::exchange(isInTail_, false)) {
        return {};
    }
    News news;
    for (const QByteArray& record : std::as_const(tail_)) {
        if (!known_.contains(record)) {
            news.records.append(record);
        }
    }
    if (!order_.empty() && news.records.size() == tail_.size()) {
        news.isTorn = true;
        news.lastBefore = order_.back();
    }
    for (const QByteArray& record : std::as_const(news.records)) {
        remember(record);
    }
    tail_.clear();
    tailBytes_ = 0;
    return news;
}

void LogSeam::remember(const QByteArray& record) {
    order_.push_back(record);
    known_.insert(record);
    if (order_.size() > recordsMax) {
        known_.remove(order_.front());
        order_.pop_front();
    }
}

}  // namespace herd
