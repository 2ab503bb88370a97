// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QObject>
#include <QTimer>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "server/herd/herdcore.h"
#include "server/herd/peersession.h"
#include "server/herd/stampfeed.h"
#include "server/log.h"
#include "server/net/clientservice.h"
#include "server/net/peerservice.h"
#include "server/nodealarms.h"
#include "server/nodejournal.h"
#include "server/nodelink.h"

namespace herd {

class Clock;
class PlacesProvider;

/// What was refused or went wrong, each case counted once.
struct NodeCounters {
    std::uint64_t linesAnswered = 0;
    std::uint64_t linesInvalid = 0;
    std::uint64_t linesTooLong = 0;
    std::uint64_t clientsRefused = 0;
    std::uint64_t peersRefused = 0;
    std::uint64_t linksDropped = 0;
};

/// One node of the herd: answers the lines of client sessions from the core and the places
/// provider, and runs a PeerSession on each peer connection. The only place that joins network,
/// core and places; it knows no sockets, only what the network asks and tells. Lives on the main
/// thread; where clients have threads, it is used by one at a time, and what only starts with a
/// client's line is queued to the main thread. Owned by App, which keeps everything handed to the
/// constructor alive longer.
class Node : public QObject, public ClientService, public PeerService {
    Q_OBJECT

  public:
    static constexpr int tickMs = 100;
    /// Of the table, in search of what has expired: a tick must not take long.
    static constexpr std::size_t expirySlotsPerTick = 65'536;
    static constexpr std::size_t expiriesPerTick = 4'096;
    /// The same refusal of the same peer is logged once in this time.
    static constexpr std::int64_t refusalLogIntervalMs = 60'000;

    struct Surroundings {
        Clock& clock;
        Dice& dice;
        Log& log;
        PlacesProvider& places;
        bool placesMayBeLogged = false;  ///< false for content whose terms forbid storing it
    };

    Node(CoreSettings settings, const Surroundings& surroundings, QObject* parent = nullptr);
    ~Node() override;

    // Before any port is open: the table that a journal fills, and the journal that it goes on in.
    // Without one, stamps are kept in memory only.
    [[nodiscard]] JournalTable& journalTable() { return journal_; }
    void attachJournal(JournalService& journal, const Recovered& recovered);
    /// More is durable: answers that waited for it leave.
    void onJournalSynced();
    /// Records of the journal that the table had no room for.
    [[nodiscard]] std::uint64_t recordsNotRestored() const { return journal_.notRestored(); }
    [[nodiscard]] JournalState journalState() const { return journal_.state(); }

    void onClientLines(const ClientPeer& peer, std::span<const std::string_view> lines,
                       ReplyQueue& replies) override;
    void onClientOpened(const ClientPeer& peer) override;
    void onClientClosed(const ClientPeer& peer, ClientEnd end) override;
    void onClientLineTooLong(const ClientPeer& peer, std::string_view start) override;
    void onClientRefused(std::string_view address, ClientRefusal refusal) override;

    void onPeerOpened(PeerConnection& connection) override;
    void onPeerLines(PeerConnection& connection, std::span<const std::string_view> lines) override;
    void onPeerWritable(PeerConnection& connection) override;
    void onPeerClosed(PeerConnection& connection, const std::string& reason) override;
    void onPeerUnreachable(const std::string& peer, const std::string& reason) override;
    void onPeerRefused(const std::string& address) override;

    /// The herd's secrets from now on, for links that are made later (HerdCore::setSecrets).
    void setSecrets(std::vector<std::string> secrets) { core_.setSecrets(std::move(secrets)); }

    /// HerdCore::corrupt, for tests.
    bool corrupt(std::string_view client) { return core_.corrupt(client); }

    /// Pauses or resumes the link with a neighbour; false when `peer` is none. A paused link is
    /// closed, not dialled, and refused to the neighbour.
    [[nodiscard]] bool setPaused(const std::string& peer, bool paused);

    /// Erases a client from the whole herd, see HerdCore::forget(). `who`: an administrator. While
    /// that may not be told because it is not durable yet, an empty answer is awaited in `replies`.
    [[nodiscard]] Offer forget(const std::string& who, std::string_view client,
                               ReplyQueue& replies);

    /// Logs that somebody was refused, but not each time.
    void logRefusal(const std::string& who, const std::string& reason);

    /// Takes an onlooker in, which is told of changes until it is removed.
    void addOnlooker(StampFeed& feed) { onlookers_.push_back(&feed); }
    void removeOnlooker(StampFeed& feed) { std::erase(onlookers_, &feed); }

    [[nodiscard]] const HerdCore& core() const { return core_; }
    [[nodiscard]] const NodeCounters& counters() const { return counters_; }
    [[nodiscard]] std::int64_t clientConnections() const { return clientConnections_; }
    [[nodiscard]] std::int64_t peerConnections() const {
        return static_cast<std::int64_t>(links_.size());
    }

    /// The links with all neighbours as they are now, by name.
    [[nodiscard]] std::vector<LinkStatus> linkStatuses();
    /// As of the last tick or linkStatuses().
    [[nodiscard]] std::vector<Alarm> alarms() const;

    /// Says BYE on every link. linksEnded() comes when the last one is closed, at once if none is.
    void endLinks();

  Q_SIGNALS:
    /// The neighbour has proven itself: its link is up.
    void linkProven(const std::string& peer);
    /// The neighbour does not want this node now, or the other way round.
    void linkRefused(const std::string& peer);
    /// An administrator paused or resumed the link: whoever dials it stops or starts.
    void linkPaused(const std::string& peer);
    void linkResumed(const std::string& peer);
    void linksEnded();

  private:
    struct Link {
        PeerConnection* connection = nullptr;
        std::unique_ptr<PeerSession> session;
        bool opened = false;   ///< proven and logged
        bool closing = false;  ///< told the connection to close
    };

    void answer(const ClientPeer& peer, std::string_view line, std::size_t index, std::int64_t rxNs,
                ReplyQueue& replies);
    void answerIamat(const Iamat& iamat, std::uint64_t hash, std::string_view line,
                     std::int64_t rxNs, std::string& out);
    void answerWhatsat(const ClientPeer& peer, const Whatsat& whatsat, std::string_view line,
                       ReplyQueue& replies);
    void invalid(std::string_view line, std::string& out);
    [[nodiscard]] std::string& immediate(ReplyQueue& replies);
    void endBatch(ReplyQueue& replies);
    void logAnswer(const std::string& who, std::string_view answer);
    void logPeerLines(LogDirection direction, const Link& link, std::string_view lines);

    [[nodiscard]] Instant now() const;
    [[nodiscard]] static std::string nameOf(const Link& link);
    [[nodiscard]] static std::string refusedName(const Link& link);
    void queuePump();
    void pump();
    void onTick();
    void settle(Link& link);
    void tellOnlookers();
    void observeLinks();
    void noteEnd(const Link& link, const std::string& reason);
    [[nodiscard]] const Link* linkWith(const std::string& peer) const;

    Surroundings at_;
    HerdCore core_;
    NodeJournal journal_;
    bool confirmsWhenSynced_ = false;
    std::vector<ClientMessage> requests_;  ///< of the batch at hand
    std::vector<std::uint64_t> hashes_;    ///< of their clients, for an IAMAT
    std::string batch_;  ///< answers of the lines at hand, where they may have to wait
    NodeCounters counters_;
    std::map<PeerConnection*, Link> links_;
    std::map<std::string, NodeLink> neighbours_;
    NodeAlarms alarms_;
    std::vector<StampFeed*> onlookers_;
    std::int64_t clientConnections_ = 0;
    std::map<std::string, std::int64_t> refusalsLoggedMs_;  ///< by who and why
    QTimer tick_;
    bool pumpQueued_ = false;
    bool ending_ = false;
};

}  // namespace herd
