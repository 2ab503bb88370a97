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
#include "server/log.h"
#include "server/net/clientservice.h"
#include "server/net/peerservice.h"

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
/// core and places; it knows no sockets, only what the network asks and tells. Owned by App, which
/// keeps everything handed to the constructor alive longer.
class Node : public QObject, public ClientService, public PeerService {
    Q_OBJECT

  public:
    static constexpr int tickMs = 100;
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

    /// Says BYE on every link. linksEnded() comes when the last one is closed, at once if none is.
    void endLinks();

  Q_SIGNALS:
    /// The neighbour has proven itself: its link is up.
    void linkProven(const std::string& peer);
    /// The neighbour does not want this node now, or the other way round.
    void linkRefused(const std::string& peer);
    void linksEnded();

  private:
    struct Link {
        PeerConnection* connection = nullptr;
        std::unique_ptr<PeerSession> session;
        bool opened = false;   ///< proven and logged
        bool closing = false;  ///< told the connection to close
    };

    void answer(const ClientPeer& peer, std::string_view line, std::int64_t rxNs,
                ReplyQueue& replies);
    void answerIamat(const Iamat& iamat, std::string_view line, std::int64_t rxNs,
                     std::string& out);
    void answerWhatsat(const ClientPeer& peer, const Whatsat& whatsat, std::string_view line,
                       ReplyQueue& replies);
    void invalid(std::string_view line, std::string& out);
    void logAnswer(const std::string& who, std::string_view answer);
    void logPeerLines(LogDirection direction, const Link& link, std::string_view lines);

    [[nodiscard]] Instant now() const;
    [[nodiscard]] static std::string nameOf(const Link& link);
    void queuePump();
    void pump();
    void onTick();
    void settle(Link& link);
    void logRefusal(const std::string& who, const std::string& reason);

    Surroundings at_;
    HerdCore core_;
    NodeCounters counters_;
    std::map<PeerConnection*, Link> links_;
    std::map<std::string, std::int64_t> refusalsLoggedMs_;  ///< by who and why
    QTimer tick_;
    bool pumpQueued_ = false;
    bool ending_ = false;
};

}  // namespace herd
