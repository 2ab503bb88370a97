// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "common/topology.h"

#include <algorithm>

namespace herd {

const NodeAddress* Topology::find(std::string_view name) const {
    const auto found = std::ranges::find(nodes, name, &NodeAddress::name);
    return found == nodes.end() ? nullptr : &*found;
}

std::vector<std::string> Topology::neighbours(std::string_view name) const {
    std::vector<std::string> names;
    for (const auto& [one, other] : links) {
        if (one == name) {
            names.push_back(other);
        } else if (other == name) {
            names.push_back(one);
        }
    }
    std::ranges::sort(names);
    names.erase(std::unique(names.begin(), names.end()), names.end());
    return names;
}

}  // namespace herd
