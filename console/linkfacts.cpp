// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "console/linkfacts.h"

#include <QCoreApplication>
#include <QLocale>
#include <algorithm>

#include "console/herdstate.h"

namespace herd {

namespace {

struct Texts {
    Q_DECLARE_TR_FUNCTIONS(herd::LinkFacts)
};

constexpr qint64 msPerSecond = 1'000;
constexpr qint64 msPerMinute = 60 * msPerSecond;
constexpr qint64 msPerHour = 60 * msPerMinute;
constexpr qint64 msPerDay = 24 * msPerHour;

LinkEnd linkEnd(const std::string& node, const std::string& peer,
                const std::vector<NodeSight>& nodes) {
    LinkEnd end;
    end.node = QString::fromStdString(node);
    end.peer = QString::fromStdString(peer);
    const auto sight = std::find_if(nodes.begin(), nodes.end(), [&end](const NodeSight& other) {
        return other.name == end.node;
    });
    if (sight == nodes.end()) {
        return end;
    }
    end.isReached = sight->live;
    if (sight->status != nullptr) {
        const std::vector<LinkStatus>& links = sight->status->links;
        const auto link = std::find_if(links.begin(), links.end(),
                                       [&peer](const LinkStatus& one) { return one.peer == peer; });
        if (link != links.end()) {
            end.status = *link;
        }
    }
    return end;
}

}  // namespace

Tone LinkEnd::tone() const {
    if (!isReached || !status) {
        return Tone::quiet;
    }
    switch (status->state) {
        case LinkState::flowing:
            return status->lagMs > lagMsMax ? Tone::attention : Tone::good;
        case LinkState::connecting:
        case LinkState::down:
            return Tone::bad;
        case LinkState::handshaking:
        case LinkState::comparing:
        case LinkState::lagging:
        case LinkState::paused:
            break;
    }
    return Tone::attention;
}

QString LinkEnd::stateText() const {
    if (!isReached) {
        return Texts::tr("not reached");
    }
    return status ? linkStateText(status->state) : Texts::tr("not told");
}

QStringList LinkEnd::lagTexts() const {
    if (!isReached || !status) {
        return {};
    }
    QStringList parts;
    if (status->lagChanges > 0) {
        parts.append(status->lagChanges == 1 ? Texts::tr("1 change")
                                             : Texts::tr("%L1 changes").arg(status->lagChanges));
    }
    if (status->lagMs > 0) {
        parts.append(Texts::tr("%1 behind").arg(spanText(status->lagMs)));
    }
    if (status->unsentBytes > 0) {
        parts.append(Texts::tr("%1 waiting").arg(bytesText(status->unsentBytes)));
    }
    return parts;
}

bool HerdLink::isUp() const {
    const auto denies = [](const LinkEnd& end) { return end.isReached && !end.isUp(); };
    return !denies(ends[0]) && !denies(ends[1]) && (ends[0].isUp() || ends[1].isUp());
}

bool HerdLink::isAgreed() const {
    return ends[0].stateText() == ends[1].stateText() && ends[0].lagText().isEmpty() &&
           ends[1].lagText().isEmpty();
}

std::vector<HerdLink> herdLinks(const Topology& topology, const std::vector<NodeSight>& nodes) {
    std::vector<HerdLink> links;
    links.reserve(topology.links.size());
    for (const auto& [first, second] : topology.links) {
        links.push_back({{linkEnd(first, second, nodes), linkEnd(second, first, nodes)}});
    }
    return links;
}

std::vector<NodeSight> nodeSights(const HerdState& state) {
    std::vector<NodeSight> sights;
    for (const NodeView& node : state.nodes()) {
        sights.push_back({node.client->name(), node.live, node.client->reason(),
                          node.status ? &*node.status : nullptr});
    }
    return sights;
}

QString linkStateText(LinkState state) {
    switch (state) {
        case LinkState::connecting:
            return Texts::tr("connecting");
        case LinkState::handshaking:
            return Texts::tr("handshaking");
        case LinkState::comparing:
            return Texts::tr("comparing");
        case LinkState::lagging:
            return Texts::tr("catching up");
        case LinkState::flowing:
            return Texts::tr("flowing");
        case LinkState::paused:
            return Texts::tr("paused");
        case LinkState::down:
            break;
    }
    return Texts::tr("down");
}

QString spanText(qint64 ms) {
    const auto scaled = [ms](qint64 unit, int digits) {
        return QLocale().toString(static_cast<double>(ms) / static_cast<double>(unit), 'f', digits);
    };
    if (ms < msPerSecond) {
        return Texts::tr("%1 ms").arg(ms);
    }
    if (ms < 2 * msPerMinute) {
        return Texts::tr("%1 s").arg(scaled(msPerSecond, ms < 10 * msPerSecond ? 1 : 0));
    }
    if (ms < 2 * msPerHour) {
        return Texts::tr("%1 min").arg(ms / msPerMinute);
    }
    return ms < 2 * msPerDay ? Texts::tr("%1 h").arg(ms / msPerHour)
                             : Texts::tr("%1 d").arg(ms / msPerDay);
}

QString bytesText(qint64 bytes) {
    return QLocale().formattedDataSize(bytes, bytes < 1'024'000 ? 0 : 1);
}

}  // namespace herd
