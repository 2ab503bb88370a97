// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QList>
#include <QMap>
#include <QPair>
#include <QString>
#include <QStringList>
#include <QTemporaryDir>
#include <map>
#include <memory>

#include "tests/support/lineclient.h"
#include "tests/support/portlease.h"
#include "tests/support/serverprocess.h"

namespace herd {

/// Which nodes a herd has and which of them are linked.
struct HerdLayout {
    QString herd;
    QStringList nodes;
    QList<QPair<QString, QString>> links;
    QString topLevel;  ///< further TOML before the tables
    QString tables;    ///< further TOML tables
    bool hasAdminPorts = true;
    bool keepsAdminPorts = false;  ///< a node that is started again has the one it had
    QStringList environment;       ///< NAME=VALUE entries for every node

    /// The five nodes of PROTOCOL.md.
    static HerdLayout sample();
    /// A herd of one.
    static HerdLayout single(const QString& name);

    QStringList neighbours(const QString& name) const;
};

/// A herd of real processes on this machine: its configuration, data directories and log files in a
/// temporary directory that goes with it, its ports free ones. Nodes may be started late, killed
/// and started again with what they had on disk. Owned by the test.
class HerdFixture {
  public:
    explicit HerdFixture(HerdLayout layout);

    /// Writes the configuration and starts the named nodes (all, when there are none named); takes
    /// other ports when one of them was lost to a stranger. False with the reason in error().
    [[nodiscard]] bool start(const QStringList& names = {});
    /// Starts one node, again or for the first time, and waits until it is ready.
    [[nodiscard]] bool startNode(const QString& name, const QStringList& arguments = {});
    /// Only writes the configuration; for tests that start processes themselves.
    void writeConfig();
    /// Waits until every running node has a link with each running neighbour.
    [[nodiscard]] bool waitUntilLinked(std::chrono::milliseconds deadline = patience);

    /// Before start(): where `dialler` looks for the peer port of `acceptor`, in its own copy of
    /// the configuration.
    void route(const QString& dialler, const QString& acceptor, quint16 port);

    const HerdLayout& layout() const { return layout_; }
    QString error() const { return error_; }
    ServerProcess& node(const QString& name) { return *processes_[name]; }
    quint16 peerPort(const QString& name) const;
    /// Of a node that is ready; 0 when the layout gives it none.
    quint16 adminPort(const QString& name) const { return processes_.at(name)->adminPort(); }
    LineClient connectTo(const QString& name, int receiveBytes = 0);

    QString configPath() const { return directory_.filePath(QStringLiteral("herd.toml")); }
    /// What the node reads: the herd's configuration, or its own copy.
    QString configPathOf(const QString& name) const;
    QString dataPath(const QString& name) const { return directory_.filePath(name); }
    QString logPath(const QString& name) const;
    QString filePath(const QString& name) const { return directory_.filePath(name); }
    QByteArray log(const QString& name) const;
    /// How many notices `link opened …` or `link dropped …` the log of `name` holds.
    qsizetype notices(const QString& name, const QString& notice) const;
    /// The command line of a node.
    QStringList arguments(const QString& name) const;

  private:
    bool startOnce(const QStringList& names);
    QString configText(const QString& reader) const;
    static void write(const QString& path, const QString& text);
    bool isLinked(const QString& name) const;
    quint16 configuredAdminPort(const QString& name) const;

    HerdLayout layout_;
    QTemporaryDir directory_;
    std::unique_ptr<PortLease> ports_;  ///< of the peers, then those for consoles if they are kept
    std::map<QString, std::unique_ptr<ServerProcess>> processes_;
    QMap<QString, QMap<QString, quint16>> routes_;  ///< by dialler and acceptor
    QMap<QString, qsizetype> logStarts_;  ///< bytes of the log before the node's last start
    QString error_;
};

}  // namespace herd
