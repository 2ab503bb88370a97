// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "console/herdsource.h"

#include <QFileInfo>

#include "common/configfile.h"
#include "console/tokenfile.h"

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
    for (const QString& path :
         {config.security.adminTokenFile, config.security.adminReadTokenFile}) {
        if (path.isEmpty()) {
            continue;
        }
        if (const Result<QByteArray> token = readTokenFile(path)) {
            source.setToken(token.value());
            break;
        }
    }
    return source;
}

Result<HerdSource> HerdSource::fromConfigFile(const QString& path) {
    const Result<HerdConfig> config = readConfigFile(path);
    if (!config) {
        return config.error();
    }
    return fromConfig(config.value(), path);
}

HerdSource HerdSource::fromAddresses(const std::vector<AdminAddress>& addresses) {
    HerdSource source;
    source.nodes = addresses;
    return source;
}

void HerdSource::setToken(const QByteArray& token) {
    for (AdminAddress& node : nodes) {
        node.token = token;
    }
}

Result<HerdSource> HerdSource::withTokenFile(const QString& path) const {
    HerdSource opened = *this;
    if (path.isEmpty()) {
        return opened;
    }
    const Result<QByteArray> token = readTokenFile(path);
    if (!token) {
        return token.error();
    }
    opened.tokenPath = QFileInfo(path).absoluteFilePath();
    opened.setToken(token.value());
    return opened;
}

HerdProfile HerdSource::profile() const {
    if (!configPath.isEmpty()) {
        return {name, configPath, {}, tokenPath};
    }
    if (!topology.nodes.empty() || nodes.empty()) {
        return {};
    }
    HerdSource open = *this;
    open.setToken({});
    return {adminAddressText(nodes.front()), {}, open.nodes, tokenPath};
}

}  // namespace herd
