// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QProcess>
#include <QString>
#include <QStringList>
#include <QTemporaryFile>
#include <QtGlobal>
#include <chrono>
#include <optional>

#include "tests/support/until.h"

namespace herd {

/// What a server says on standard output when all its ports are open.
struct ReadyLine {
    QString name;
    quint16 clientPort = 0;
    quint16 peerPort = 0;
    quint16 adminPort = 0;  ///< 0: not given

    /// `line` without its LF; nothing unless it is spelled as promised.
    static std::optional<ReadyLine> read(const QString& line);
};

/// One real herd-server process. It dies with the test, also when the test crashes. Its standard
/// error goes to a file, so that a test that blocks in a read never stops the server. Owned by the
/// test or by its fixture.
class ServerProcess {
  public:
    ServerProcess();
    ServerProcess(const ServerProcess&) = delete;
    ServerProcess& operator=(const ServerProcess&) = delete;
    /// Kills what still runs.
    ~ServerProcess();

    /// The program under test; the environment variable HERD_TEST_SERVER names another one.
    static QString program();

    /// `environment`: NAME=VALUE entries beside the test's own.
    void start(const QStringList& arguments, const QStringList& environment = {});
    /// Whether the ready line came; false as soon as the process has ended without it.
    [[nodiscard]] bool waitUntilReady(std::chrono::milliseconds deadline = patience);
    [[nodiscard]] bool waitUntilEnded(std::chrono::milliseconds deadline = patience);

    void terminate();
    void hangUp();
    void freeze();
    void thaw();
    /// kill -9, and waits until it is gone.
    void kill();

    bool isRunning() const { return process_.state() != QProcess::NotRunning; }
    /// -1 while it runs, and when a signal ended it.
    int exitCode() const;
    qint64 processId() const { return process_.processId(); }
    /// Resident memory in KiB; 0 when it does not run.
    qint64 residentKibibytes() const;

    const ReadyLine& ready() const { return ready_; }
    quint16 clientPort() const { return ready_.clientPort; }
    quint16 peerPort() const { return ready_.peerPort; }
    quint16 adminPort() const { return ready_.adminPort; }
    QByteArray standardOutput();
    QByteArray standardError();

  private:
    void signalProcess(int number);
    void collectOutput();

    QProcess process_;
    QTemporaryFile standardErrorFile_;
    QByteArray standardOutput_;
    ReadyLine ready_;
};

}  // namespace herd
