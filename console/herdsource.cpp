// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "console/herdsource.h"

#include <QFileInfo>

namespace herd {

HerdSource HerdSource::fromConfig(const HerdConfig& config, const QString& configPath) {
    HerdSource source;
    source.configPath = configPath.isEmpty() ? QString() : QFileInfo(configPath).absoluteFilePath();
    source.name = QString::fromStdString(config.topology.herd);
    source.topology = config.topology;
    for (const NodeAddress& node : config.topology.nodes) {
        AdminAddress address;
        address.name = QString::fromStdString(node.name);
        address.host = node.host;
        address.port = node.adminPort.value_or(0);
        address.herd = source.name;
        source.nodes.push_back(address);
    }
    return source;
}

HerdSource HerdSource::fromAddresses(const std::vector<AdminAddress>& addresses) {
    HerdSource source;
    source.nodes = addresses;
    return source;
}

HerdProfile HerdSource::profile() const {
    if (!configPath.isEmpty()) {
        return {name, configPath, {}};
    }
    if (!topology.nodes.empty() || nodes.empty()) {
        return {};
    }
    return {adminAddressText(nodes.front()), {}, nodes};
}

}  // namespace herd
