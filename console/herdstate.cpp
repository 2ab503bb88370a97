// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "console/herdstate.h"

#include <QDateTime>
#include <algorithm>
#include <utility>

#include "console/adminconnection.h"

namespace herd {

namespace {

constexpr int tickMs = 250;
constexpr qint64 sampleMs = 1'000;
/// A partition is put down in the message history once it has lasted so long.
constexpr qint64 partitionToldMs = 1'500;

qint64 steadyMs() {
    return steadyNs() / 1'000'000;
}

QString text(const std::string& bytes) {
    return QString::fromStdString(bytes);
}

}  // namespace

HerdState::HerdState(QObject* parent) : QObject(parent) {
    tick_.setInterval(tickMs);
    connect(&tick_, &QTimer::timeout, this, &HerdState::onTick);
}

HerdState::~HerdState() {
    for (const NodeView& node : nodes_) {
        node.client->disconnect(this);
    }
}

void HerdState::open(const QString& herdName, const std::vector<AdminAddress>& nodes,
                     Topology topology) {
    for (const NodeView& node : std::exchange(nodes_, {})) {
        node.client->disconnect(this);
        node.client->deleteLater();
    }
    rates_.clear();
    lost_.clear();
    quiet_ = {};
    partedSinceMs_.reset();
    partitionTold_ = false;
    topology_ = LearntTopology(herdName, std::move(topology));
    stampsSource_ = -1;
    stamps_.clear();
    openedMs_ = steadyMs();
    for (const AdminAddress& address : nodes) {
        addNode(address);
    }
    Q_EMIT opened();
    Q_EMIT nodesReset();
    Q_EMIT stampsSourceChanged();
    for (const NodeView& node : nodes_) {
        node.client->start();
    }
    updateVerdict();
    tick_.start();
}

void HerdState::addNode(const AdminAddress& address) {
    const int number = static_cast<int>(nodes_.size());
    AdminAddress complete = address;
    if (complete.herd.isEmpty()) {
        complete.herd = herdName();
    }
    auto* const client = new NodeClient(std::move(complete), this);
    nodes_.push_back({});
    nodes_.back().client = client;
    rates_.emplace_back();
    lost_.push_back(false);
    client->setJudge([this, number](const AdminHello& hello) { return faultOf(number, hello); });
    client->followLog(followsLogs_, logLevel_);
    connect(client, &NodeClient::stateChanged, this, [this, number] { onClientChanged(number); });
    connect(client, &NodeClient::statusReceived, this,
            [this, number](const NodeStatus& status, qint64 roundTripUs) {
                onStatus(number, status, roundTripUs);
            });
    connect(client, &NodeClient::logBegun, this, [this, number] { Q_EMIT logBegun(number); });
    connect(client, &NodeClient::logComplete, this, [this, number] { Q_EMIT logComplete(number); });
    connect(client, &NodeClient::logReceived, this,
            [this, number](const QList<QByteArray>& records, quint64 leftOut) {
                Q_EMIT logReceived(number, records, leftOut);
            });
    connect(client, &NodeClient::stampsBegun, this, [this, number](quint64 clients) {
        if (number == stampsSource_) {
            stamps_.clear();
            stamps_.reserve(clients);
        }
    });
    connect(client, &NodeClient::stampsReceived, this,
            [this, number](const std::vector<std::string>& atLines, quint64 behind) {
                if (number == stampsSource_) {
                    stamps_.apply(atLines);
                    stamps_.setBehind(behind);
                }
            });
    connect(client, &NodeClient::stampsGone, this,
            [this, number](const std::vector<std::string>& clients) {
                if (number == stampsSource_) {
                    stamps_.drop(clients);
                }
            });
    connect(client, &NodeClient::stampsComplete, this, [this, number] {
        if (number == stampsSource_) {
            stamps_.setComplete(true);
        }
    });
}

int HerdState::indexOf(const QString& name) const {
    const auto found = std::find_if(nodes_.begin(), nodes_.end(), [&name](const NodeView& node) {
        return node.client->name() == name;
    });
    return found == nodes_.end() ? -1 : static_cast<int>(found - nodes_.begin());
}

void HerdState::followLogs(bool on, LogLevel level) {
    followsLogs_ = on;
    logLevel_ = level;
    for (const NodeView& node : nodes_) {
        node.client->followLog(on, level);
    }
}

void HerdState::onClientChanged(int node) {
    const NodeClient& client = *at(node).client;
    bool isNews = false;
    if (client.state() == NodeClient::State::connected) {
        const LearntTopology::Lesson lesson =
            topology_.learnFrom(*client.hello(), client.address());
        isNews = lesson.isNews;
        if (lesson.isStranger) {
            // A node that was started with another file than the rest is worth a warning, once.
            Q_EMIT noticed(
                tr("%1 was started with other nodes or links than shown here").arg(client.name()),
                warning);
        }
    } else {
        at(node).fresh = false;
    }
    updateLive(node);
    // First who it is, so that what was chosen by its address is known by its name.
    Q_EMIT nodeChanged(node);
    if (isNews) {
        Q_EMIT nodesReset();
    }
}

/// Nodes are opened by address too: two addresses may lead to one, or to another herd's.
QString HerdState::faultOf(int node, const AdminHello& hello) const {
    if (!herdName().isEmpty() && text(hello.herd) != herdName()) {
        return tr("belongs to the herd %1").arg(text(hello.herd));
    }
    for (int other = 0; other < static_cast<int>(nodes_.size()); ++other) {
        const NodeClient& client = *nodes_[static_cast<std::size_t>(other)].client;
        if (other != node && client.hello() && client.hello()->node == hello.node) {
            return tr("is the node %1, which is shown already: %2:%3")
                .arg(text(hello.node), client.address().host)
                .arg(client.address().port);
        }
    }
    return {};
}

void HerdState::onStatus(int node, const NodeStatus& status, qint64 roundTripUs) {
    NodeView& view = at(node);
    noticeAlarms(view, status);
    view.status = status;
    view.fresh = true;
    view.roundTripUs = roundTripUs;
    NodeRates& rates = rates_[static_cast<std::size_t>(node)];
    rates.add(status);
    view.updatesPerS = rates.updatesPerS();
    view.answersPerS = rates.answersPerS();
    updateLive(node);
    Q_EMIT nodeChanged(node);
}

void HerdState::updateLive(int node) {
    NodeView& view = at(node);
    const bool live = view.client->isLive() && view.fresh;
    if (live == view.live) {
        return;
    }
    view.live = live;
    const auto index = static_cast<std::size_t>(node);
    if (!live) {
        view.updatesPerS = 0;
        view.answersPerS = 0;
        rates_[index].clear();
        lost_[index] = true;
        const QString reason = view.client->reason();
        Q_EMIT noticed(reason.isEmpty() ? tr("%1 is silent").arg(view.client->name())
                                        : tr("%1 is lost: %2").arg(view.client->name(), reason),
                       error);
    } else if (lost_[index]) {
        lost_[index] = false;
        Q_EMIT noticed(tr("%1 is back").arg(view.client->name()), information);
    }
    chooseSource();
    updateVerdict();
}

void HerdState::onTick() {
    for (int node = 0; node < static_cast<int>(nodes_.size()); ++node) {
        const bool before = at(node).live;
        updateLive(node);
        if (at(node).live != before) {
            Q_EMIT nodeChanged(node);
        }
    }
    updateVerdict();
    if (steadyMs() - sampledMs_ >= sampleMs) {
        sampledMs_ = steadyMs();
        sampleHistory();
    }
}

void HerdState::sampleHistory() {
    const qint64 wallMs = QDateTime::currentMSecsSinceEpoch();
    for (NodeView& node : nodes_) {
        HistorySample sample;
        sample.wallMs = wallMs;
        if (node.live) {
            sample.updatesPerS = node.updatesPerS;
            sample.answersPerS = node.answersPerS;
            sample.roundTripUs = static_cast<double>(node.roundTripUs);
            sample.clientConnections = static_cast<double>(node.status->clientConnections);
        }
        node.history.add(sample);
    }
}

void HerdState::updateVerdict() {
    std::vector<NodeSight> sights;
    for (const NodeView& node : nodes_) {
        QString absence = node.client->reason();
        if (absence.isEmpty() && node.client->state() == NodeClient::State::connected) {
            absence = tr("silent");
        }
        sights.push_back(
            {node.client->name(), node.live, absence, node.status ? &*node.status : nullptr});
    }
    const qint64 nowMs = steadyMs();
    Verdict verdict = judge(topology_.topology(), sights, quiet_.observe(sights, nowMs));
    // Who has had no time to answer is not yet missed.
    if (isOpening() && verdict.agreement != Agreement::converged) {
        const auto reached = std::count_if(nodes_.begin(), nodes_.end(),
                                           [](const NodeView& node) { return node.live; });
        verdict.agreement = Agreement::connecting;
        verdict.headline = tr("Connecting: %1 of %2 nodes reached").arg(reached).arg(nodes_.size());
        verdict.groups.clear();
    }
    noticeVerdict(verdict, nowMs);
    if (verdict != verdict_) {
        verdict_ = std::move(verdict);
        Q_EMIT verdictChanged();
    }
}

bool HerdState::isOpening() const {
    return steadyMs() - openedMs_ < openingMsMax &&
           std::any_of(nodes_.begin(), nodes_.end(), [](const NodeView& node) {
               return !node.status && (node.client->state() == NodeClient::State::connecting ||
                                       node.client->state() == NodeClient::State::connected);
           });
}

void HerdState::noticeVerdict(const Verdict& verdict, qint64 nowMs) {
    if (verdict.agreement != Agreement::partitioned) {
        partedSinceMs_.reset();
        if (std::exchange(partitionTold_, false)) {
            Q_EMIT noticed(tr("The partition is over"), information);
        }
        return;
    }
    if (!partedSinceMs_) {
        partedSinceMs_ = nowMs;
    }
    if (!partitionTold_ && nowMs - *partedSinceMs_ >= partitionToldMs) {
        partitionTold_ = true;
        Q_EMIT noticed(verdict.headline, error);
    }
}

void HerdState::noticeAlarms(const NodeView& node, const NodeStatus& status) {
    const auto has = [](const std::vector<Alarm>& alarms, const std::string& name) {
        return std::any_of(alarms.begin(), alarms.end(),
                           [&name](const Alarm& alarm) { return alarm.name == name; });
    };
    const std::vector<Alarm> before = node.status ? node.status->alarms : std::vector<Alarm>();
    for (const Alarm& alarm : status.alarms) {
        if (!has(before, alarm.name)) {
            Q_EMIT noticed(
                tr("%1: alarm %2: %3").arg(node.client->name(), text(alarm.name), text(alarm.text)),
                error);
        }
    }
    for (const Alarm& alarm : before) {
        if (!has(status.alarms, alarm.name)) {
            Q_EMIT noticed(tr("%1: alarm %2 is over").arg(node.client->name(), text(alarm.name)),
                           information);
        }
    }
}

void HerdState::setStampsSource(int node) {
    if (node == stampsSource_ || node < 0 || node >= static_cast<int>(nodes_.size())) {
        return;
    }
    if (!at(node).live) {
        Q_EMIT noticed(
            tr("%1 is not reached, so stamps cannot come from it").arg(at(node).client->name()),
            warning);
        Q_EMIT stampsSourceChanged();
    } else {
        switchSource(node, tr("Stamps come from %1 now").arg(at(node).client->name()));
    }
}

/// Whoever is chosen stays until he is lost and another is there.
void HerdState::chooseSource() {
    if (stampsSource_ >= 0 && at(stampsSource_).live) {
        return;
    }
    const auto found =
        std::find_if(nodes_.begin(), nodes_.end(), [](const NodeView& node) { return node.live; });
    if (found == nodes_.end()) {
        return;
    }
    const QString name = found->client->name();
    switchSource(static_cast<int>(found - nodes_.begin()),
                 stampsSource_ < 0 ? tr("Stamps come from %1").arg(name)
                                   : tr("Stamps come from %1 now, because %2 is lost")
                                         .arg(name, at(stampsSource_).client->name()));
}

void HerdState::switchSource(int node, const QString& notice) {
    if (stampsSource_ >= 0) {
        at(stampsSource_).client->followStamps(false);
    }
    stampsSource_ = node;
    stamps_.setComplete(false);
    at(node).client->followStamps(true);
    Q_EMIT stampsSourceChanged();
    Q_EMIT noticed(notice, information);
}

}  // namespace herd
