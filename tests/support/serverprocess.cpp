// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "tests/support/serverprocess.h"

#include <signal.h>
#include <sys/prctl.h>

#include <QFile>
#include <QProcessEnvironment>
#include <QRegularExpression>

namespace herd {

std::optional<ReadyLine> ReadyLine::read(const QString& line) {
    static const QRegularExpression spelling(
        QStringLiteral("\\Aready name=([A-Za-z0-9._-]{1,64}) client=([1-9][0-9]{0,4})"
                       " peer=([1-9][0-9]{0,4})(?: admin=([1-9][0-9]{0,4}))?\\z"));
    const QRegularExpressionMatch match = spelling.match(line);
    if (!match.hasMatch()) {
        return std::nullopt;
    }
    return ReadyLine{match.captured(1), match.captured(2).toUShort(), match.captured(3).toUShort(),
                     match.captured(4).toUShort()};
}

ServerProcess::ServerProcess() {
    if (!standardErrorFile_.open()) {
        qFatal("no temporary file for the server's standard error");
    }
    process_.setStandardErrorFile(standardErrorFile_.fileName());
    process_.setChildProcessModifier([] { ::prctl(PR_SET_PDEATHSIG, SIGKILL); });
}

ServerProcess::~ServerProcess() {
    kill();
}

QString ServerProcess::program() {
    return qEnvironmentVariable("HERD_TEST_SERVER", QStringLiteral(HERD_SERVER_PATH));
}

void ServerProcess::start(const QStringList& arguments, const QStringList& environment) {
    QProcessEnvironment variables = QProcessEnvironment::systemEnvironment();
    for (const char* name : {"QT_HASH_SEED", "STATE_DIRECTORY", "HERD_PLACES_KEY"}) {
        variables.remove(QLatin1String(name));
    }
    for (const QString& entry : environment) {
        variables.insert(entry.section(QLatin1Char('='), 0, 0), entry.section(QLatin1Char('='), 1));
    }
    process_.setProcessEnvironment(variables);
    standardOutput_.clear();
    ready_ = ReadyLine();
    process_.start(program(), arguments);
}

bool ServerProcess::waitUntilReady(std::chrono::milliseconds deadline) {
    const bool came = until(deadline, [this] {
        collectOutput();
        return standardOutput_.contains('\n') || !isRunning();
    });
    const QString line = QString::fromUtf8(standardOutput_).section(QLatin1Char('\n'), 0, 0);
    const std::optional<ReadyLine> ready = came ? ReadyLine::read(line) : std::nullopt;
    ready_ = ready.value_or(ReadyLine());
    return ready.has_value();
}

bool ServerProcess::waitUntilEnded(std::chrono::milliseconds deadline) {
    const bool ended = until(deadline, [this] { return !isRunning(); });
    collectOutput();
    return ended;
}

void ServerProcess::signalProcess(int number) {
    // Without a process the number would be 0, which means everybody in the group.
    if (process_.processId() > 0) {
        ::kill(static_cast<pid_t>(process_.processId()), number);
    }
}

void ServerProcess::terminate() {
    signalProcess(SIGTERM);
}

void ServerProcess::hangUp() {
    signalProcess(SIGHUP);
}

void ServerProcess::freeze() {
    signalProcess(SIGSTOP);
}

void ServerProcess::thaw() {
    signalProcess(SIGCONT);
}

void ServerProcess::kill() {
    if (isRunning()) {
        process_.kill();
        process_.waitForFinished(static_cast<int>(patience.count()));
    }
}

int ServerProcess::exitCode() const {
    const bool exited = !isRunning() && process_.exitStatus() == QProcess::NormalExit &&
                        process_.error() != QProcess::FailedToStart;
    return exited ? process_.exitCode() : -1;
}

qint64 ServerProcess::residentKibibytes() const {
    QFile status(QStringLiteral("/proc/%1/status").arg(process_.processId()));
    static const QRegularExpression resident(QStringLiteral("VmRSS:\\s+(\\d+) kB"));
    const bool opened = status.open(QIODevice::ReadOnly);
    const QString text = opened ? QString::fromUtf8(status.readAll()) : QString();
    return resident.match(text).captured(1).toLongLong();
}

void ServerProcess::collectOutput() {
    standardOutput_ += process_.readAllStandardOutput();
}

QByteArray ServerProcess::standardOutput() {
    collectOutput();
    return standardOutput_;
}

QByteArray ServerProcess::standardError() {
    QFile file(standardErrorFile_.fileName());
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

}  // namespace herd
