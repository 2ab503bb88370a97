// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "server/app.h"

#include <sys/resource.h>

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QRandomGenerator>
#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "server/admin/adminserver.h"
#include "server/journal/journal.h"
#include "server/journal/systemdisk.h"
#include "server/log.h"
#include "server/net/clientlistener.h"
#include "server/net/peerdialer.h"
#include "server/net/peerlistener.h"
#include "server/node.h"
#include "server/onethreadplaces.h"
#include "server/places/googlelegacy.h"
#include "server/places/googlenew.h"
#include "server/places/offline.h"
#include "server/places/placeskey.h"
#include "server/secretfile.h"
#include "server/signalwatch.h"
#include "server/tcp/epolldispatcher.h"
#include "server/tcp/loopturns.h"

namespace herd {

std::optional<StartFailure> App::setEventDispatcher() {
    // Qt's own is then the one on poll(2): GLib's has nothing that this program uses and costs
    // more.
    qputenv("QT_NO_GLIB", "1");
    const QByteArray name = qgetenv("HERD_DISPATCHER");
    if (name == "qt") {
        return std::nullopt;
    }
    if (!name.isEmpty() && name != "epoll") {
        return StartFailure{ExitCode::config,
                            QStringLiteral("HERD_DISPATCHER is \"%1\"; it may be epoll or qt")
                                .arg(QString::fromLocal8Bit(name))};
    }
    QCoreApplication::setEventDispatcher(new EpollDispatcher);
    return std::nullopt;
}

App::App(CommandLine commandLine, HerdConfig config)
    : commandLine_(std::move(commandLine)), config_(std::move(config)) {}

App::~App() = default;

std::optional<StartFailure> App::start() {
    const Result<NodeAddress> self = checkNodeMayBind(config_, commandLine_.name);
    if (!self) {
        return StartFailure{ExitCode::config, self.error().message};
    }
    self_ = self.value();
    for (const auto step : {&App::takeTurns, &App::openLog, &App::watchSignals,
                            &App::raiseDescriptorLimit, &App::readSecrets, &App::makePlaces}) {
        if (std::optional<StartFailure> failure = (this->*step)()) {
            return failure;
        }
    }
    makeNode();
    if (EpollDispatcher* const dispatcher = EpollDispatcher::ofThread()) {
        dispatcher->setSpin(std::chrono::microseconds(config_.server.spinUs));
    }
    for (const auto step : {&App::openJournal, &App::openPorts}) {
        if (std::optional<StartFailure> failure = (this->*step)()) {
            return failure;
        }
    }
    makeAdmin();
    if (std::optional<StartFailure> failure = openAdminPort()) {
        return failure;
    }
    dialNeighbours();
    const std::string ready = readyLine().toStdString();
    std::fprintf(stdout, "%s\n", ready.c_str());
    std::fflush(stdout);
    log_->notice(LogLevel::info, "node", ready);
    return std::nullopt;
}

/// With threads for clients, this one has the turn in all that it does from now on.
std::optional<StartFailure> App::takeTurns() {
    if (config_.server.ioThreads == 1) {
        return std::nullopt;
    }
    EpollDispatcher* const dispatcher = EpollDispatcher::ofThread();
    if (dispatcher == nullptr) {
        return StartFailure{ExitCode::config,
                            QStringLiteral("io_threads is %1, which Qt's own event dispatcher "
                                           "cannot serve; unset HERD_DISPATCHER")
                                .arg(config_.server.ioThreads)};
    }
    turns_ = std::make_unique<LoopTurns>(*dispatcher);
    return std::nullopt;
}

QString App::readyLine() const {
    const QString ports = QStringLiteral("ready name=%1 client=%2 peer=%3")
                              .arg(QString::fromStdString(self_.name))
                              .arg(self_.clientPort)
                              .arg(self_.peerPort);
    return self_.adminPort ? ports + QStringLiteral(" admin=%1").arg(*self_.adminPort) : ports;
}

std::optional<StartFailure> App::openLog() {
    const QString directory = dataDirectoryFor(commandLine_);
    const QFileInfo info(directory);
    if (!QDir().mkpath(directory) || !info.isDir() || !info.isWritable()) {
        return StartFailure{
            ExitCode::cannotCreate,
            QStringLiteral("the data directory %1 cannot be made or written").arg(directory)};
    }
    const QString path =
        commandLine_.logPath.isEmpty()
            ? directory + QStringLiteral("/%1.log").arg(QString::fromStdString(self_.name))
            : commandLine_.logPath;
    Result<std::unique_ptr<Log>> log = Log::open(path, config_.log, clock_);
    if (!log) {
        return StartFailure{ExitCode::cannotCreate, log.error().message};
    }
    log_ = std::move(log).value();
    connect(log_.get(), &Log::failed, this, [](const QString& reason) {
        std::fprintf(stderr, "herd-server: %s\n", qPrintable(reason));
    });
    return std::nullopt;
}

std::optional<StartFailure> App::watchSignals() {
    Result<std::unique_ptr<SignalWatch>> watch = SignalWatch::create();
    if (!watch) {
        return StartFailure{ExitCode::osError, watch.error().message};
    }
    signals_ = std::move(watch).value();
    connect(signals_.get(), &SignalWatch::terminated, this, &App::onTerminated);
    connect(signals_.get(), &SignalWatch::hangup, this, &App::onHangup);
    connect(signals_.get(), &SignalWatch::testSignal, this, &App::onTestSignal);
    return std::nullopt;
}

/// Raises the soft limit of descriptors to the hard one and leaves some of them spare, so that the
/// listeners refuse before the system does (QTcpServer spins when it cannot accept).
std::optional<StartFailure> App::raiseDescriptorLimit() {
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) {
        return StartFailure{ExitCode::osError,
                            QStringLiteral("the limit of open files cannot be read")};
    }
    limit.rlim_cur = limit.rlim_max;
    if (setrlimit(RLIMIT_NOFILE, &limit) != 0) {
        log_->notice(LogLevel::warning, "node", "the limit of open files cannot be raised");
        getrlimit(RLIMIT_NOFILE, &limit);
    }
    constexpr rlim_t descriptorsMax = 1 << 30;
    const std::int64_t ioThreads = turns_ ? config_.server.ioThreads : 0;
    const std::int64_t spare = spareDescriptors + ioThreads * descriptorsPerIoThread;
    const auto available =
        static_cast<std::int64_t>(std::min(limit.rlim_cur, descriptorsMax)) - spare;
    if (available < 1) {
        return StartFailure{
            ExitCode::osError,
            QStringLiteral("the limit of open files is too low: %1 are kept spare").arg(spare)};
    }
    std::int64_t& connectionsMax = config_.limits.connectionsMax;
    connectionsMax = connectionsMax == 0 ? available : std::min(connectionsMax, available);
    return std::nullopt;
}

/// Reads the secrets and tokens that the configuration names; those that were read stay unless all
/// of them are good.
std::optional<StartFailure> App::readSecrets() {
    const SecurityConfig& security = config_.security;
    std::vector<std::string> secrets{std::string()};
    AdminTokens tokens;
    const std::pair<const QString&, std::vector<std::string>&> files[] = {
        {security.secretFile, secrets},
        {security.adminTokenFile, tokens.full},
        {security.adminReadTokenFile, tokens.read},
    };
    for (const auto& [path, out] : files) {
        if (path.isEmpty()) {
            continue;
        }
        Result<std::vector<std::string>> read = readSecretFile(path);
        if (!read) {
            return StartFailure{ExitCode::config, read.error().message};
        }
        out = std::move(read).value();
    }
    secrets_ = std::move(secrets);
    tokens_ = std::move(tokens);
    return std::nullopt;
}

std::optional<StartFailure> App::makePlaces() {
    // The offline provider answers at once and has no thread.
    if (config_.places.provider == PlacesProviderKind::offline) {
        return makeOfflinePlaces();
    }
    std::optional<StartFailure> failure = makeGooglePlaces();
    if (!failure && turns_) {
        places_ = std::make_unique<OneThreadPlaces>(std::move(places_));
    }
    return failure;
}

std::optional<StartFailure> App::makeOfflinePlaces() {
    for (const QString& path : config_.places.files) {
        QFile file(path);
        if (!file.open(QIODevice::ReadOnly)) {
            return StartFailure{ExitCode::noInput,
                                path + QStringLiteral(": ") + file.errorString()};
        }
    }
    Result<std::shared_ptr<const Gazetteer>> gazetteer = loadGazetteer(config_.places.files);
    if (!gazetteer) {
        return StartFailure{ExitCode::dataError, gazetteer.error().message};
    }
    places_ = std::make_unique<OfflinePlaces>(std::move(gazetteer).value());
    return std::nullopt;
}

std::optional<StartFailure> App::makeGooglePlaces() {
    const PlacesConfig& places = config_.places;
    if (!places.baseUrl.isEmpty()) {
        if (const Result<QUrl> url = parsePlacesBaseUrl(places.baseUrl); !url) {
            return StartFailure{ExitCode::config, url.error().message};
        }
    }
    const Result<QByteArray> key = readPlacesKey(places.keyFile);
    if (!key) {
        return StartFailure{ExitCode::noInput, key.error().message};
    }
    if (key.value().isEmpty()) {
        log_->notice(LogLevel::warning, "places", "there is no key: every request will be denied");
    }
    GooglePlacesSettings settings;
    settings.baseUrl = places.baseUrl;
    settings.key = key.value();
    settings.deadline = std::chrono::milliseconds(places.deadlineMs);
    settings.requestsPerMinute = static_cast<int>(places.requestsPerMinute);
    settings.requestsPerDay = static_cast<int>(places.requestsPerDay);
    PlacesSurroundings surroundings = PlacesSurroundings::real();
    surroundings.notice = [this](const QString& text) {
        log_->notice(LogLevel::warning, "places", text.toStdString());
    };
    if (places.provider == PlacesProviderKind::google) {
        places_ = std::make_unique<GoogleNewPlaces>(settings, std::move(surroundings));
    } else {
        places_ = std::make_unique<GoogleLegacyPlaces>(settings, std::move(surroundings));
    }
    return std::nullopt;
}

void App::makeNode() {
    CoreSettings settings;
    settings.herd = config_.topology.herd;
    settings.self = self_.name;
    settings.neighbours = config_.topology.neighbours(self_.name);
    settings.secrets = secrets_;
    settings.rules = {config_.futureSkewMaxS, config_.ttlS};
    settings.clientsMax = static_cast<std::size_t>(config_.limits.clientsMax);
    const bool offline = config_.places.provider == PlacesProviderKind::offline;
    node_ = std::make_unique<Node>(std::move(settings),
                                   Node::Surroundings{clock_, dice_, *log_, *places_, offline});
    connect(node_.get(), &Node::linkProven, this,
            [this](const std::string& peer) { withDialer(peer, &PeerDialer::established); });
    connect(node_.get(), &Node::linkRefused, this,
            [this](const std::string& peer) { withDialer(peer, &PeerDialer::hold); });
    connect(node_.get(), &Node::linkPaused, this,
            [this](const std::string& peer) { withDialer(peer, &PeerDialer::stop); });
    connect(node_.get(), &Node::linkResumed, this, [this](const std::string& peer) {
        if (!linksEnding_) {
            withDialer(peer, &PeerDialer::start);
        }
    });
    connect(node_.get(), &Node::linksEnded, this, &App::onLinksEnded);
}

/// What the node knew comes back before anybody can ask it, and its neighbours hear only of numbers
/// that are on disk.
std::optional<StartFailure> App::openJournal() {
    const QString path = dataDirectoryFor(commandLine_) + QStringLiteral("/journal");
    Result<std::unique_ptr<SystemDisk>> disk = SystemDisk::open(path);
    if (!disk) {
        return StartFailure{ExitCode::cannotCreate, disk.error().message};
    }
    Journal::Settings settings;
    settings.identity = {config_.topology.herd, self_.name, {config_.futureSkewMaxS, config_.ttlS}};
    settings.sync = config_.journal.sync;
    journal_ = std::make_unique<Journal>(std::move(disk).value(), std::move(settings),
                                         node_->journalTable());
    const Result<Recovered> recovered = journal_->recover(commandLine_.salvage);
    if (!recovered) {
        return StartFailure{ExitCode::dataError, recovered.error().message};
    }
    node_->attachJournal(*journal_, recovered.value());
    if (const std::optional<Error> error = journal_->start(recovered.value())) {
        return StartFailure{ExitCode::cannotCreate, error->message};
    }
    logRecovery(recovered.value());
    connect(journal_.get(), &Journal::synced, node_.get(), &Node::onJournalSynced);
    connect(journal_.get(), &Journal::durabilityChanged, this, &App::onDurabilityChanged);
    return std::nullopt;
}

void App::logRecovery(const Recovered& recovered) {
    std::string text = "clients=" + std::to_string(node_->core().table().clients()) +
                       " records=" + std::to_string(recovered.changes) +
                       " torn_bytes=" + std::to_string(recovered.tornBytes);
    if (recovered.rulesChanged) {
        text += "; the herd's rules are others now, so neighbours are asked for everything";
    }
    const bool cut = recovered.salvaged;
    if (cut) {
        text += "; damaged at byte " + std::to_string(recovered.bytes) + ", the rest is set aside";
    }
    const std::uint64_t leftOut = node_->recordsNotRestored();
    if (leftOut > 0) {
        text += "; no room for " + std::to_string(leftOut) + " records of clients";
    }
    const bool lacks = cut || leftOut > 0;
    log_->notice(lacks ? LogLevel::warning : LogLevel::info, "journal", "recovered " + text);
}

void App::onDurabilityChanged(DurabilityState durability, const QString& trouble) {
    if (durability == DurabilityState::ok) {
        log_->notice(LogLevel::info, "journal", "stamps are durable again");
        return;
    }
    log_->notice(LogLevel::error, "journal",
                 "stamps are not durable now (" + std::string(wordOf(durability)) +
                     "): " + trouble.toStdString());
}

void App::makeClientListener() {
    if (!turns_) {
        clients_ = std::make_unique<ClientListener>(*node_, config_.limits);
        return;
    }
    const std::chrono::microseconds spin(config_.server.spinUs);
    const SessionThreads::Settings threads{config_.server.ioThreads, spin, turns_->turns()};
    clients_ = std::make_unique<ClientListener>(*node_, config_.limits, threads);
}

std::optional<StartFailure> App::openPorts() {
    makeClientListener();
    peers_ = std::make_unique<PeerListener>(*node_);
    const Result<quint16> clientPort = clients_->listen(self_.host, self_.clientPort);
    if (!clientPort) {
        return StartFailure{ExitCode::unavailable, clientPort.error().message};
    }
    const Result<quint16> peerPort = peers_->listen(self_.host, self_.peerPort);
    if (!peerPort) {
        return StartFailure{ExitCode::unavailable, peerPort.error().message};
    }
    self_.clientPort = clientPort.value();
    self_.peerPort = peerPort.value();
    connect(clients_.get(), &ClientListener::finished, this, &App::onClientsFinished);
    return std::nullopt;
}

void App::makeAdmin() {
    NodeAdmin::Facts facts;
    facts.hello.herd = config_.topology.herd;
    facts.hello.node = self_.name;
    facts.hello.software = HERD_VERSION;
    facts.hello.clientPort = self_.clientPort;
    facts.hello.peerPort = self_.peerPort;
    for (const NodeAddress& node : config_.topology.nodes) {
        facts.hello.nodes.push_back(node.name);
    }
    facts.hello.links = config_.topology.links;
    facts.lineBytesMax = config_.limits.lineBytesMax;
    facts.connectionsMax = config_.limits.connectionsMax;
    admin_ = std::make_unique<NodeAdmin>(NodeAdmin::Surroundings{*node_, *log_, clock_},
                                         std::move(facts));
    admin_->setTokens(tokens_);
    connect(admin_.get(), &NodeAdmin::stopRequested, this, &App::onStopRequested);
}

std::optional<StartFailure> App::openAdminPort() {
    if (!self_.adminPort) {
        return std::nullopt;
    }
    consoles_ = std::make_unique<AdminServer>(*admin_);
    const Result<quint16> port = consoles_->listen(self_.host, *self_.adminPort);
    if (!port) {
        return StartFailure{ExitCode::unavailable, port.error().message};
    }
    self_.adminPort = port.value();
    admin_->setAdminPort(port.value());
    return std::nullopt;
}

/// Of two neighbours the one with the lower name dials.
void App::dialNeighbours() {
    for (const std::string& name : config_.topology.neighbours(self_.name)) {
        if (name < self_.name) {
            continue;
        }
        const NodeAddress* const neighbour = config_.topology.find(name);
        dialers_.push_back(std::make_unique<PeerDialer>(
            *node_, PeerDialer::Target{name, neighbour->host, neighbour->peerPort},
            [] { return QRandomGenerator::global()->generateDouble(); }));
        dialers_.back()->start();
    }
}

void App::withDialer(const std::string& peer, void (PeerDialer::*action)()) {
    for (const std::unique_ptr<PeerDialer>& dialer : dialers_) {
        if (dialer->name() == peer) {
            (dialer.get()->*action)();
        }
    }
}

/// Opens the log anew and reads the secrets again; those in use stay when the file is not good.
void App::onHangup() {
    log_->reopen();
    if (const std::optional<StartFailure> failure = readSecrets()) {
        log_->notice(LogLevel::error, "node",
                     "the secrets stay as they were: " + failure->message.toStdString());
        return;
    }
    node_->setSecrets(secrets_);
    admin_->setTokens(tokens_);
}

/// The hook by which a test damages the stamp of one client, to see the audit find and heal it.
void App::onTestSignal() {
    const std::string client = qgetenv("HERD_TEST_CORRUPT").toStdString();
    const bool done = !client.empty() && node_->corrupt(client);
    log_->notice(
        LogLevel::warning, "node",
        done ? "test: the stamp of " + client + " is damaged" : "SIGUSR2 means nothing here");
}

void App::onStopRequested() {
    if (!stopping_) {
        onTerminated();
    }
}

/// Answers first, links next, then the end. A second signal does not wait for any of it.
void App::onTerminated() {
    if (stopping_) {
        log_->notice(LogLevel::warning, "node", "second signal: ending at once");
        log_->writeOut();
        std::_Exit(static_cast<int>(ExitCode::interrupted));
    }
    stopping_ = true;
    admin_->setStopping();
    if (consoles_) {
        consoles_->stop();
    }
    QTimer::singleShot(pendingAnswersMsMax, this, [this] { places_->cancelAll(); });
    QTimer::singleShot(clientsMsMax, this, &App::onClientsFinished);
    QTimer::singleShot(linksMsMax, this, &App::onLinksEnded);
    QTimer::singleShot(stopMsMax, this, &App::onStopOverdue);
    clients_->finish();
}

void App::onClientsFinished() {
    if (linksEnding_) {
        return;
    }
    linksEnding_ = true;
    admin_->endRuns();
    peers_->stop();
    for (const std::unique_ptr<PeerDialer>& dialer : dialers_) {
        dialer->stop();
    }
    node_->endLinks();
}

void App::onLinksEnded() {
    if (!journalEnding_) {
        journalEnding_ = true;
        connect(journal_.get(), &Journal::finished, this, &App::onJournalFinished);
        journal_->beginFinish();
    }
}

/// The journal's thread hangs in a call to the disk: nothing that waits for it may be done.
void App::onStopOverdue() {
    log_->notice(LogLevel::error, "node", "ending without the disk: the last stamps may be lost");
    log_->writeOut();
    std::_Exit(static_cast<int>(ExitCode::ioError));
}

void App::onJournalFinished(bool durable) {
    log_->notice(LogLevel::info, "node", "stopped");
    QCoreApplication::exit(static_cast<int>(durable ? ExitCode::ok : ExitCode::ioError));
}

}  // namespace herd
