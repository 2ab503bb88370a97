// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "common/stamp.h"

namespace herd {

std::strong_ordering StampOrder::compare(const Stamp& a, const Stamp& b) const {
    if (const auto order = effectiveTimeNs(a) <=> effectiveTimeNs(b); order != 0) {
        return order;
    }
    if (const auto order = a.rxNs <=> b.rxNs; order != 0) {
        return order;
    }
    if (const auto order = a.origin <=> b.origin; order != 0) {
        return order;
    }
    if (const auto order = a.position <=> b.position; order != 0) {
        return order;
    }
    return a.time <=> b.time;
}

}  // namespace herd
