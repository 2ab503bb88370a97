// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "tests/support/herdfixture.h"

#include <QFile>
#include <algorithm>
#include <utility>

namespace herd {

namespace {

constexpr int exitUnavailable = 69;  // EX_UNAVAILABLE of sysexits.h: a port is taken
constexpr int portTries = 3;

}  // namespace

HerdLayout HerdLayout::sample() {
    const auto name = [](const char* text) { return QString::fromLatin1(text); };
    HerdLayout layout;
    layout.herd = name("sample");
    layout.nodes = {name("Goloman"), name("Hands"), name("Holiday"), name("Welsh"), name("Wilkes")};
    layout.links = {{name("Goloman"), name("Hands")},  {name("Goloman"), name("Holiday")},
                    {name("Goloman"), name("Wilkes")}, {name("Hands"), name("Wilkes")},
                    {name("Holiday"), name("Welsh")},  {name("Holiday"), name("Wilkes")}};
    return layout;
}

HerdLayout HerdLayout::single(const QString& name) {
    HerdLayout layout;
    layout.herd = QStringLiteral("alone");
    layout.nodes = {name};
    return layout;
}

QStringList HerdLayout::neighbours(const QString& name) const {
    QStringList names;
    for (const auto& [one, other] : links) {
        if (one == name || other == name) {
            names += one == name ? other : one;
        }
    }
    return names;
}

HerdFixture::HerdFixture(HerdLayout layout) : layout_(std::move(layout)) {
    for (const QString& name : std::as_const(layout_.nodes)) {
        processes_[name] = std::make_unique<ServerProcess>();
    }
}

void HerdFixture::route(const QString& dialler, const QString& acceptor, quint16 port) {
    routes_[dialler][acceptor] = port;
}

void HerdFixture::writeConfig() {
    const qsizetype kinds = layout_.keepsAdminPorts ? 2 : 1;
    ports_ = std::make_unique<PortLease>(static_cast<std::size_t>(kinds * layout_.nodes.size()));
    write(configPath(), configText(QString()));
    for (auto routes = routes_.keyBegin(); routes != routes_.keyEnd(); ++routes) {
        write(configPathOf(*routes), configText(*routes));
    }
}

QString HerdFixture::configText(const QString& reader) const {
    QString text =
        QStringLiteral("herd = \"%1\"\n%2\nlinks = [").arg(layout_.herd, layout_.topLevel);
    for (const auto& [one, other] : std::as_const(layout_.links)) {
        text += QStringLiteral("[\"%1\", \"%2\"], ").arg(one, other);
    }
    text += QStringLiteral("]\n");
    for (const QString& name : std::as_const(layout_.nodes)) {
        text += QStringLiteral("\n[node.%1]\nhost = \"127.0.0.1\"\nclient = 0\npeer = %2\n")
                    .arg(name)
                    .arg(routes_.value(reader).value(name, peerPort(name)));
        text += layout_.hasAdminPorts
                    ? QStringLiteral("admin = %1\n").arg(configuredAdminPort(name))
                    : QString();
    }
    // So that a suite can be run once more with nodes that serve clients in several threads.
    if (const QString threads = qEnvironmentVariable("HERD_TEST_IO_THREADS"); !threads.isEmpty()) {
        text += QStringLiteral("\n[server]\nio_threads = %1\n").arg(threads);
    }
    return text + QLatin1Char('\n') + layout_.tables;
}

void HerdFixture::write(const QString& path, const QString& text) {
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly)) {
        qFatal("cannot write %s", qPrintable(path));
    }
    file.write(text.toUtf8());
}

QString HerdFixture::configPathOf(const QString& name) const {
    return routes_.contains(name) ? directory_.filePath(name + QStringLiteral(".toml"))
                                  : configPath();
}

bool HerdFixture::start(const QStringList& names) {
    const QStringList wanted = names.isEmpty() ? layout_.nodes : names;
    for (int tries = 0; tries < portTries; ++tries) {
        writeConfig();
        if (startOnce(wanted)) {
            return true;
        }
        const bool portLost = std::any_of(wanted.begin(), wanted.end(), [this](const auto& name) {
            return node(name).exitCode() == exitUnavailable;
        });
        for (const auto& entry : processes_) {
            entry.second->kill();
        }
        if (!portLost) {
            break;
        }
    }
    return false;
}

bool HerdFixture::startOnce(const QStringList& names) {
    for (const QString& name : names) {
        logStarts_[name] = log(name).size();
        node(name).start(arguments(name), layout_.environment);
    }
    for (const QString& name : names) {
        if (!node(name).waitUntilReady()) {
            error_ = QStringLiteral("%1 did not get ready (exit code %2): %3%4")
                         .arg(name)
                         .arg(node(name).exitCode())
                         .arg(QString::fromUtf8(node(name).standardError()),
                              QString::fromUtf8(node(name).standardOutput()));
            return false;
        }
    }
    return true;
}

bool HerdFixture::startNode(const QString& name, const QStringList& further) {
    logStarts_[name] = log(name).size();
    node(name).start(arguments(name) + further, layout_.environment);
    const bool ready = node(name).waitUntilReady();
    if (!ready) {
        error_ = QString::fromUtf8(node(name).standardError());
    }
    return ready;
}

QStringList HerdFixture::arguments(const QString& name) const {
    return {
        QStringLiteral("--name"), name,           QStringLiteral("--config"),   configPathOf(name),
        QStringLiteral("--data"), dataPath(name), QStringLiteral("--log-file"), logPath(name)};
}

bool HerdFixture::isLinked(const QString& name) const {
    const QStringList neighbours = layout_.neighbours(name);
    const QByteArray sinceStart = log(name).mid(logStarts_.value(name));
    return std::all_of(neighbours.begin(), neighbours.end(), [&](const QString& other) {
        return !processes_.at(other)->isRunning() ||
               sinceStart.count("link opened " + other.toUtf8()) >
                   sinceStart.count("link dropped " + other.toUtf8());
    });
}

bool HerdFixture::waitUntilLinked(std::chrono::milliseconds deadline) {
    return until(deadline, [this] {
        return std::all_of(layout_.nodes.begin(), layout_.nodes.end(), [this](const auto& name) {
            return !processes_.at(name)->isRunning() || isLinked(name);
        });
    });
}

quint16 HerdFixture::peerPort(const QString& name) const {
    return ports_->port(static_cast<std::size_t>(layout_.nodes.indexOf(name)));
}

/// 0: the system chooses.
quint16 HerdFixture::configuredAdminPort(const QString& name) const {
    const qsizetype behindPeers = layout_.nodes.size() + layout_.nodes.indexOf(name);
    return layout_.keepsAdminPorts ? ports_->port(static_cast<std::size_t>(behindPeers)) : 0;
}

LineClient HerdFixture::connectTo(const QString& name, int receiveBytes) {
    return LineClient(node(name).clientPort(), receiveBytes);
}

QString HerdFixture::logPath(const QString& name) const {
    return directory_.filePath(name + QStringLiteral(".log"));
}

QByteArray HerdFixture::log(const QString& name) const {
    QFile file(logPath(name));
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

qsizetype HerdFixture::notices(const QString& name, const QString& notice) const {
    return log(name).count(notice.toUtf8());
}

}  // namespace herd
