// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QString>
#include <vector>

#include "common/config.h"
#include "console/nodeclient.h"

namespace herd {

/// Which herd to show and where its admin ports are.
struct HerdSource {
    QString name;  ///< of the herd; empty until a node tells it
    std::vector<AdminAddress> nodes;
    Topology topology;  ///< without nodes: learnt from the nodes

    [[nodiscard]] static HerdSource fromConfig(const HerdConfig& config);
    [[nodiscard]] static HerdSource fromAddresses(const std::vector<AdminAddress>& addresses);
};

}  // namespace herd
