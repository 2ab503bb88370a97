// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "console/verdict.h"

#include <QCoreApplication>
#include <QLocale>
#include <QStringList>
#include <algorithm>
#include <map>
#include <numeric>
#include <optional>
#include <utility>

#include "console/plural.h"

namespace herd {

namespace {

QString number(std::uint64_t value) {
    return QLocale().toString(static_cast<qulonglong>(value));
}

/// What two tables must have in common to be the same.
using Held = std::pair<std::uint64_t, std::uint64_t>;  // clients, root

Held heldBy(const NodeStatus& status) {
    return {status.clients, status.root};
}

const LinkStatus* linkTo(const NodeSight& node, const std::string& peer) {
    if (!node.live || node.status == nullptr) {
        return nullptr;
    }
    const std::vector<LinkStatus>& links = node.status->links;
    const auto at = std::find_if(links.begin(), links.end(),
                                 [&peer](const LinkStatus& link) { return link.peer == peer; });
    return at == links.end() ? nullptr : &*at;
}

/// One judgement: looks at each thing once and keeps what it found.
class Judge {
    Q_DECLARE_TR_FUNCTIONS(Verdict)

  public:
    Judge(const Topology& topology, const std::vector<NodeSight>& nodes)
        : topology_(topology), nodes_(nodes) {
        for (const NodeSight& node : nodes_) {
            names_.push_back(node.name.toStdString());
        }
        for (const NodeAddress& node : topology_.nodes) {
            if (std::find(names_.begin(), names_.end(), node.name) == names_.end()) {
                names_.push_back(node.name);
            }
        }
        group_.resize(names_.size());
        std::iota(group_.begin(), group_.end(), 0);
    }

    Verdict verdict(qint64 quietMs) {
        countReached();
        readLinks();
        findGroups();
        compareTables();
        Verdict verdict;
        verdict.agreement = agreement(quietMs);
        verdict.headline = headline(verdict.agreement);
        verdict.details = (absences_ + differences_ + linkNotes_).join(QLatin1Char('\n'));
        if (groups_.size() > 1) {
            verdict.groups = groups_;
        }
        return verdict;
    }

  private:
    static bool isSeen(const NodeSight& node) { return node.live && node.status != nullptr; }

    void countReached() {
        for (std::size_t i = 0; i < names_.size(); ++i) {
            if (i >= nodes_.size()) {
                absences_ += tr("%1 is not reached: its admin port is not known")
                                 .arg(QString::fromStdString(names_[i]));
            } else if (isSeen(nodes_[i])) {
                ++reached_;
            } else {
                const QString& why = nodes_[i].absence;
                absences_ += why.isEmpty() ? tr("%1 is not reached").arg(nodes_[i].name)
                                           : tr("%1 is not reached: %2").arg(nodes_[i].name, why);
            }
        }
    }

    void readLinks() {
        for (const auto& [a, b] : topology_.links) {
            const std::optional<std::size_t> from = indexOf(a);
            const std::optional<std::size_t> to = indexOf(b);
            if (from && to) {
                readLink(*from, *to);
            }
        }
    }

    void readLink(std::size_t from, std::size_t to) {
        const LinkStatus* const there =
            from < nodes_.size() ? linkTo(nodes_[from], names_[to]) : nullptr;
        const LinkStatus* const back =
            to < nodes_.size() ? linkTo(nodes_[to], names_[from]) : nullptr;
        if (there == nullptr && back == nullptr) {
            return;
        }
        const bool up =
            (there == nullptr || isUp(there->state)) && (back == nullptr || isUp(back->state));
        const QString fromName = QString::fromStdString(names_[from]);
        const QString toName = QString::fromStdString(names_[to]);
        if (up) {
            join(from, to);
            noteLag(there, toName, fromName);
            noteLag(back, fromName, toName);
            return;
        }
        const auto is = [&](LinkState state) {
            return (there != nullptr && there->state == state) ||
                   (back != nullptr && back->state == state);
        };
        linkNotes_ += is(LinkState::paused) ? tr("The link %1–%2 is paused").arg(fromName, toName)
                                            : tr("The link %1–%2 is down").arg(fromName, toName);
    }

    /// `link`: of `ahead`, which tells how far `behind` has followed.
    void noteLag(const LinkStatus* link, const QString& behind, const QString& ahead) {
        if (link == nullptr) {
            return;
        }
        const bool lags = link->state != LinkState::flowing || link->lagChanges > 0;
        lagging_ = lagging_ || lags;
        if (link->lagMs > lagMsMax) {
            farBehind_ = true;
            linkNotes_ +=
                tr("%1 is %2 changes and %3 s behind %4")
                    .arg(behind, number(link->lagChanges),
                         QLocale().toString(static_cast<double>(link->lagMs) / 1'000, 'f', 1),
                         ahead);
        }
    }

    std::optional<std::size_t> indexOf(const std::string& name) const {
        const auto at = std::find(names_.begin(), names_.end(), name);
        return at == names_.end() ? std::nullopt
                                  : std::optional(static_cast<std::size_t>(at - names_.begin()));
    }

    std::size_t groupOf(std::size_t node) const {
        while (group_[node] != node) {
            node = group_[node];
        }
        return node;
    }

    void join(std::size_t a, std::size_t b) { group_[groupOf(a)] = groupOf(b); }

    /// A group that no reached node is in may not exist: a dead node is no group.
    void findGroups() {
        std::map<std::size_t, std::vector<int>> groups;
        std::map<std::size_t, bool> seen;
        for (std::size_t i = 0; i < nodes_.size(); ++i) {
            groups[groupOf(i)].push_back(static_cast<int>(i));
            seen[groupOf(i)] = seen[groupOf(i)] || isSeen(nodes_[i]);
        }
        for (const auto& [root, members] : groups) {
            if (seen[root]) {
                groups_.push_back(members);
            }
        }
        std::sort(groups_.begin(), groups_.end());
    }

    /// What most of the reached nodes hold is the measure; of equals, what holds more clients.
    void compareTables() {
        std::map<Held, int> holders;
        for (const NodeSight& node : nodes_) {
            if (isSeen(node)) {
                ++holders[heldBy(*node.status)];
            }
        }
        int most = 0;
        for (const auto& [held, count] : holders) {
            if (count >= most) {
                most = count;
                measure_ = held;
            }
        }
        differ_ = holders.size() > 1;
        for (const NodeSight& node : nodes_) {
            if (isSeen(node) && heldBy(*node.status) != measure_) {
                differences_ += difference(node);
            }
        }
    }

    QString difference(const NodeSight& node) const {
        const std::uint64_t clients = node.status->clients;
        if (clients == measure_.first) {
            return tr("%1 has as many clients as the others, but other stamps").arg(node.name);
        }
        return clients < measure_.first
                   ? tr("%1 has %2 clients, %3 fewer than the others")
                         .arg(node.name, number(clients), number(measure_.first - clients))
                   : tr("%1 has %2 clients, %3 more than the others")
                         .arg(node.name, number(clients), number(clients - measure_.first));
    }

    Agreement agreement(qint64 quietMs) const {
        if (reached_ == 0) {
            return Agreement::nothing;
        }
        if (groups_.size() > 1) {
            return Agreement::partitioned;
        }
        if (farBehind_ || (differ_ && quietMs > settlingMsMax)) {
            return Agreement::differing;
        }
        if (reached_ < names_.size()) {
            return Agreement::incomplete;
        }
        return differ_ || lagging_ ? Agreement::settling : Agreement::converged;
    }

    QString headline(Agreement agreement) const {
        const QString clients = clientsText(measure_.first);
        const QString all = number(names_.size());
        const QString reached = number(reached_);
        switch (agreement) {
            case Agreement::nothing:
                return tr("No node is reached");
            case Agreement::converged:
                return tr("Converged: %1 nodes, %2").arg(all, clients);
            case Agreement::settling:
                return tr("Settling: %1 nodes, about %2").arg(all, clients);
            case Agreement::incomplete:
                return differ_ || lagging_ ? tr("%1 of %2 nodes reached, settling at about %3")
                                                 .arg(reached, all, clients)
                                           : tr("%1 of %2 nodes reached, they agree: %3")
                                                 .arg(reached, all, clients);
            case Agreement::differing:
                return tr("Nodes differ: %1")
                    .arg(differences_.isEmpty() ? linkNotes_.value(0) : differences_.first());
            case Agreement::connecting:
            case Agreement::partitioned:
                break;
        }
        return tr("Partitioned: %1").arg(groupNames());
    }

    QString groupNames() const {
        QStringList groups;
        for (const std::vector<int>& group : groups_) {
            QStringList names;
            for (const int node : group) {
                names += nodes_[static_cast<std::size_t>(node)].name;
            }
            groups += names.join(QStringLiteral(", "));
        }
        return groups.join(QStringLiteral(" | "));
    }

    const Topology& topology_;
    const std::vector<NodeSight>& nodes_;
    std::vector<std::string> names_;  ///< those of nodes_, then what only the topology knows
    std::vector<std::size_t> group_;  ///< union-find over names_
    std::vector<std::vector<int>> groups_;
    std::size_t reached_ = 0;
    Held measure_;
    bool differ_ = false;
    bool lagging_ = false;
    bool farBehind_ = false;
    QStringList absences_;
    QStringList differences_;
    QStringList linkNotes_;
};

}  // namespace

bool isUp(LinkState state) {
    return state == LinkState::flowing || state == LinkState::lagging ||
           state == LinkState::comparing;
}

Verdict judge(const Topology& topology, const std::vector<NodeSight>& nodes, qint64 quietMs) {
    return Judge(topology, nodes).verdict(quietMs);
}

qint64 QuietWatch::observe(const std::vector<NodeSight>& nodes, qint64 nowMs) {
    std::vector<Held> held;
    for (const NodeSight& node : nodes) {
        const NodeStatus* const status = node.status;
        held.push_back(status == nullptr
                           ? Held{node.live}
                           : Held{node.live, status->epoch, status->seq, status->root});
    }
    if (held != held_) {
        held_ = std::move(held);
        sinceMs_ = nowMs;
    }
    return nowMs - sinceMs_;
}

}  // namespace herd
