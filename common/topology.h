// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QString>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace herd {

/// Where one node of the herd listens. A port 0 is chosen by the system when the node starts.
struct NodeAddress {
    std::string name;
    QString host = QStringLiteral("127.0.0.1");  ///< literal IP, `localhost` or a host name
    quint16 clientPort = 0;
    quint16 peerPort = 0;
    std::optional<quint16> adminPort;  ///< none: the node has no admin port

    bool operator==(const NodeAddress&) const = default;
};

/// Who is in the herd and who talks to whom. A plain value: that names are valid, known and
/// linked once each is checked by whoever reads it from outside.
struct Topology {
    std::string herd = "herd";
    std::vector<NodeAddress> nodes;                          ///< by name, ascending
    std::vector<std::pair<std::string, std::string>> links;  ///< both ways, in the file's order

    /// The node of that name, owned by this object; null when there is none.
    [[nodiscard]] const NodeAddress* find(std::string_view name) const;

    /// The names of the nodes that `name` has a link with, ascending, each once.
    [[nodiscard]] std::vector<std::string> neighbours(std::string_view name) const;

    bool operator==(const Topology&) const = default;
};

}  // namespace herd
