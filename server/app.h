// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QObject>
#include <QTimer>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/adminmessage.h"
#include "common/config.h"
#include "server/clock.h"
#include "server/commandline.h"
#include "server/exitcode.h"
#include "server/nodeadmin.h"
#include "server/systemdice.h"

namespace herd {

class AdminServer;
class ClientListener;
class Journal;
class Log;
class LoopTurns;
class Node;
class PeerDialer;
class PeerListener;
class PlacesProvider;
class SignalWatch;
struct Recovered;

/// The program: makes the concrete parts, joins them by their interfaces and signals, and takes
/// them down in order. Owns everything; lives as long as the event loop.
class App : public QObject {
    Q_OBJECT

  public:
    /// When stopping, pending places are answered UNKNOWN_ERROR after this,
    static constexpr int pendingAnswersMsMax = 3'000;
    /// client connections that are not done are dropped after this,
    static constexpr int clientsMsMax = 4'000;
    /// links likewise after this,
    static constexpr int linksMsMax = 4'600;
    /// and the program ends after this in any case: a disk may hang.
    static constexpr int stopMsMax = 4'900;
    /// Descriptors kept free for files, peers and places,
    static constexpr std::int64_t spareDescriptors = 64;
    /// and for the event loop of each thread that clients have.
    static constexpr std::int64_t descriptorsPerIoThread = 2;

    /// Chooses what serves the main thread's events, before the QCoreApplication is made: our epoll
    /// dispatcher, or Qt's own when the environment says HERD_DISPATCHER=qt.
    [[nodiscard]] static std::optional<StartFailure> setEventDispatcher();

    App(CommandLine commandLine, HerdConfig config);
    ~App() override;

    /// Opens everything and prints the ready line. A failure leaves nothing open.
    [[nodiscard]] std::optional<StartFailure> start();

  private:
    std::optional<StartFailure> takeTurns();
    std::optional<StartFailure> openLog();
    std::optional<StartFailure> watchSignals();
    std::optional<StartFailure> readSecrets();
    std::optional<StartFailure> makePlaces();
    std::optional<StartFailure> makeOfflinePlaces();
    std::optional<StartFailure> makeGooglePlaces();
    std::optional<StartFailure> raiseDescriptorLimit();
    std::optional<StartFailure> openJournal();
    std::optional<StartFailure> openPorts();
    std::optional<StartFailure> openAdminPort();
    void makeNode();
    void makeClientListener();
    void makeAdmin();
    [[nodiscard]] QString readyLine() const;
    void logRecovery(const Recovered& recovered);
    void onDurabilityChanged(DurabilityState durability, const QString& trouble);
    void dialNeighbours();
    void withDialer(const std::string& peer, void (PeerDialer::*action)());
    void onHangup();
    void onTestSignal();
    void onStopRequested();
    void onTerminated();
    void onClientsFinished();
    void onLinksEnded();
    void onJournalFinished(bool durable);
    void onStopOverdue();

    CommandLine commandLine_;
    HerdConfig config_;
    NodeAddress self_;
    std::unique_ptr<LoopTurns> turns_;  ///< with the threads of the clients, where they have any
    SystemClock clock_;
    SystemDice dice_;
    std::vector<std::string> secrets_;  ///< of the herd
    AdminTokens tokens_;
    std::unique_ptr<Log> log_;
    std::unique_ptr<SignalWatch> signals_;
    std::unique_ptr<PlacesProvider> places_;
    std::unique_ptr<Node> node_;
    std::unique_ptr<Journal> journal_;
    std::unique_ptr<NodeAdmin> admin_;
    std::unique_ptr<AdminServer> consoles_;
    std::unique_ptr<ClientListener> clients_;
    std::unique_ptr<PeerListener> peers_;
    std::vector<std::unique_ptr<PeerDialer>> dialers_;
    bool stopping_ = false;
    bool linksEnding_ = false;
    bool journalEnding_ = false;
};

}  // namespace herd
