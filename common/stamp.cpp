// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "common/stamp.h"

namespace herd {

std::strong_ordering StampOrder::compare(const Stamp& a, const Stamp& b) const {
    if (const auto order = effectiveTimeNs(a) <=> effectiveTimeNs(b); std::is_neq(order)) {
        return order;
    }
    if (const auto order = a.isTombstone() <=> b.isTombstone(); std::is_neq(order)) {
        return order;
    }
    if (const auto order = a.rxNs <=> b.rxNs; std::is_neq(order)) {
        return order;
    }
    if (const auto order = a.origin <=> b.origin; std::is_neq(order)) {
        return order;
    }
    if (const auto order = a.position <=> b.position; std::is_neq(order)) {
        return order;
    }
    return a.time <=> b.time;
}

}  // namespace herd
