// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "console/learnttopology.h"

#include <algorithm>
#include <set>
#include <string>
#include <utility>

namespace herd {

namespace {

using LinkSet = std::set<std::pair<std::string, std::string>>;

LinkSet bothWays(const std::vector<std::pair<std::string, std::string>>& links) {
    LinkSet set;
    for (const auto& [a, b] : links) {
        set.emplace(std::min(a, b), std::max(a, b));
    }
    return set;
}

}  // namespace

LearntTopology::LearntTopology(const QString& herdName, Topology topology)
    : herdName_(herdName), topology_(std::move(topology)), learns_(topology_.nodes.empty()) {}

LearntTopology::Lesson LearntTopology::learnFrom(const AdminHello& hello,
                                                 const AdminAddress& address) {
    Lesson lesson;
    if (!learns_) {
        lesson.isStranger = isStranger(hello);
        return lesson;
    }
    if (herdName_.isEmpty()) {
        herdName_ = QString::fromStdString(hello.herd);
        lesson.isNews = true;
    }
    if (topology_.nodes.empty()) {
        takeTopology(hello);
        lesson.isNews = true;
    } else {
        lesson.isStranger = isStranger(hello);
    }
    lesson.isNews = takeAddress(hello, address) || lesson.isNews;
    return lesson;
}

void LearntTopology::takeTopology(const AdminHello& hello) {
    topology_.herd = hello.herd;
    topology_.links = hello.links;
    for (const std::string& name : hello.nodes) {
        NodeAddress node;
        node.name = name;
        topology_.nodes.push_back(std::move(node));
    }
    std::sort(topology_.nodes.begin(), topology_.nodes.end(),
              [](const NodeAddress& a, const NodeAddress& b) { return a.name < b.name; });
}

bool LearntTopology::takeAddress(const AdminHello& hello, const AdminAddress& address) {
    bool isNews = false;
    for (NodeAddress& node : topology_.nodes) {
        if (node.name != hello.node) {
            continue;
        }
        const NodeAddress before = node;
        node.host = address.host;
        node.clientPort = static_cast<quint16>(hello.clientPort);
        node.peerPort = static_cast<quint16>(hello.peerPort);
        node.adminPort = address.port;
        isNews = isNews || node != before;
    }
    return isNews;
}

bool LearntTopology::isStranger(const AdminHello& hello) {
    std::set<std::string> names;
    for (const NodeAddress& node : topology_.nodes) {
        names.insert(node.name);
    }
    const bool isSame = names == std::set<std::string>(hello.nodes.begin(), hello.nodes.end()) &&
                        bothWays(topology_.links) == bothWays(hello.links);
    const QString name = QString::fromStdString(hello.node);
    if (isSame) {
        strangers_.removeAll(name);
        return false;
    }
    if (strangers_.contains(name)) {
        return false;
    }
    strangers_.append(name);
    return true;
}

}  // namespace herd
