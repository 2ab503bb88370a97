// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>
#include <QList>
#include <QObject>
#include <QString>
#include <QTimer>
#include <optional>
#include <vector>

#include "common/adminmessage.h"
#include "common/topology.h"
#include "console/history.h"
#include "console/learnttopology.h"
#include "console/nodeclient.h"
#include "console/noderates.h"
#include "console/stampstore.h"
#include "console/verdict.h"

namespace herd {

/// What the console knows of one node.
struct NodeView {
    NodeClient* client = nullptr;      ///< owned by HerdState
    std::optional<NodeStatus> status;  ///< the newest; kept, as stale, while not connected
    bool fresh = false;                ///< the status is of the present connection
    bool live = false;                 ///< connected, fresh and heard just now
    double updatesPerS = 0;            ///< accepted changes, heard and learnt
    double answersPerS = 0;
    qint64 roundTripUs = 0;  ///< of the newest status
    History history;
};

/// All nodes of the herd on display, what they agree on and which of them the stamps come from.
/// Owns the NodeClients. The only place that talks to them; views read it and listen to it.
class HerdState : public QObject {
    Q_OBJECT

  public:
    using Agreement = herd::Agreement;
    using Verdict = herd::Verdict;

    /// How grave a notice is.
    enum Severity { information = 0, warning = 1, error = 2 };
    /// Until then nodes that never answered are not yet missed.
    static constexpr qint64 openingMsMax = 2'000;

    explicit HerdState(QObject* parent = nullptr);
    ~HerdState() override;

    /// Leaves the herd on display and dials all nodes of another. `topology`: without nodes, it is
    /// learnt from the first node that is reached.
    void open(const QString& herdName, const std::vector<AdminAddress>& nodes, Topology topology);

    /// Empty until a node has told it, when open() did not.
    QString herdName() const { return topology_.herdName(); }
    const std::vector<NodeView>& nodes() const { return nodes_; }
    /// -1 when there is none.
    int indexOf(const QString& name) const;
    const Topology& topology() const { return topology_.topology(); }
    const Verdict& verdict() const { return verdict_; }

    // Stamps come from one node; when it is lost, another takes over and stays.
    /// -1: none yet.
    int stampsSource() const { return stampsSource_; }
    /// Only from a node that is live; another is refused with a notice and stampsSourceChanged().
    void setStampsSource(int node);
    StampStore& stamps() { return stamps_; }

    /// Follows every node's log, or none.
    void followLogs(bool on, LogLevel level = LogLevel::info);

  Q_SIGNALS:
    /// Another herd than before: nothing that was shown counts any more. nodesReset() follows.
    void opened();
    /// Other nodes, or the topology or the names have become known: everything is to be read anew.
    void nodesReset();
    void nodeChanged(int node);
    void verdictChanged();
    void stampsSourceChanged();
    /// For the message history; `severity` is one of Severity.
    void noticed(const QString& text, int severity);
    // As NodeClient has them.
    void logBegun(int node);
    void logReceived(int node, const QList<QByteArray>& records, quint64 leftOut);
    void logComplete(int node);

  private:
    void addNode(const AdminAddress& address);
    void onClientChanged(int node);
    void onStatus(int node, const NodeStatus& status, qint64 roundTripUs);
    void onTick();
    void updateLive(int node);
    void updateVerdict();
    [[nodiscard]] QString faultOf(int node, const AdminHello& hello) const;
    [[nodiscard]] bool isOpening() const;
    void noticeAlarms(const NodeView& node, const NodeStatus& status);
    void noticeVerdict(const Verdict& verdict, qint64 nowMs);
    void sampleHistory();
    void chooseSource();
    void switchSource(int node, const QString& notice);
    NodeView& at(int node) { return nodes_[static_cast<std::size_t>(node)]; }

    LearntTopology topology_;
    std::vector<NodeView> nodes_;
    std::vector<NodeRates> rates_;  ///< of each node
    std::vector<bool> lost_;        ///< told as lost and not as back yet
    QuietWatch quiet_;
    Verdict verdict_;
    std::optional<qint64> partedSinceMs_;
    bool partitionTold_ = false;
    int stampsSource_ = -1;
    StampStore stamps_;
    bool followsLogs_ = false;
    LogLevel logLevel_ = LogLevel::info;
    QTimer tick_;
    qint64 openedMs_ = 0;
    qint64 sampledMs_ = 0;
};

}  // namespace herd
