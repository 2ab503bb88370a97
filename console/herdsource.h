// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QString>
#include <vector>

#include "common/config.h"
#include "common/result.h"
#include "console/herdprofiles.h"
#include "console/nodeclient.h"

namespace herd {

/// Which herd to show and where its admin ports are.
struct HerdSource {
    QString name;        ///< of the herd; empty until a node tells it
    QString configPath;  ///< where it was read; empty: nowhere that can be found again
    QString tokenPath;   ///< of the file that withTokenFile() has read
    std::vector<AdminAddress> nodes;
    Topology topology;  ///< without nodes: learnt from the nodes

    /// With the token of the configuration, the one for everything before the one for looking only,
    /// if this user may read its file.
    [[nodiscard]] static HerdSource fromConfig(const HerdConfig& config,
                                               const QString& configPath = {});
    /// The error is that of the file.
    [[nodiscard]] static Result<HerdSource> fromConfigFile(const QString& path);
    /// Opens every node with that token.
    void setToken(const QByteArray& token);
    /// The same, opened with the token of that file; as it is when `path` is empty.
    [[nodiscard]] Result<HerdSource> withTokenFile(const QString& path) const;
    /// How it can be opened again; without a name if it cannot. Holds no token, only its path.
    [[nodiscard]] HerdProfile profile() const;

    [[nodiscard]] static HerdSource fromAddresses(const std::vector<AdminAddress>& addresses);
};

}  // namespace herd
