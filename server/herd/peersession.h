// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "common/message.h"
#include "server/herd/herdcore.h"
#include "server/herd/linkfeed.h"

namespace herd {

/// The two clocks as they stand when something happens.
struct Instant {
    std::int64_t monotonicMs = 0;  ///< never goes back; for time limits
    std::int64_t wallNs = 0;       ///< POSIX; only told to the peer
};

/// How a session ended.
struct SessionEnd {
    std::string reason;    ///< one word, also the BYE's
    bool orderly = false;  ///< a BYE is in the output: write it out before closing
    bool refused = false;  ///< trying again soon is no use
};

/// One peer connection, without the connection: lines in, bytes out. Handshake, both directions of
/// the flood, comparison by digest, signs of life. Deterministic; driven by Node over a socket and
/// by the simulator over memory. The owner carries output() away, calls onTick() at least each
/// 100 ms, and closes the connection when ended() says so.
class PeerSession {
  public:
    enum class Role { dialer, acceptor };

    static constexpr std::int64_t handshakeMsMax = 3'000;
    static constexpr std::int64_t silenceMsMax = 10'000;
    static constexpr std::int64_t pingIntervalMs = 2'000;
    static constexpr std::int64_t ackIntervalMs = 100;
    /// Comparisons of a quiet link that may fail before it is repaired.
    static constexpr int mismatchesMax = 3;
    /// A peer that is heard this long after another one of its name was refused is alive as well:
    /// what comes sooner may have been under way when it died.
    static constexpr std::int64_t rivalMsMin = 1'000;

    /// A connection that is open now. `peer`: whom the dialer called; empty for the acceptor, who
    /// learns it from HELLO. `core` must outlive the session.
    PeerSession(HerdCore& core, Role role, std::string peer, const Instant& now);
    PeerSession(const PeerSession&) = delete;
    PeerSession& operator=(const PeerSession&) = delete;
    ~PeerSession();

    /// One line without its LF. Nothing is read any more once the session has ended.
    void onLine(std::string_view line, const Instant& now) { onLines({&line, 1}, now); }

    /// The same for lines that came together, which takes less time. Returns how many were read:
    /// all, unless one of them ended the session.
    std::size_t onLines(std::span<const std::string_view> lines, const Instant& now);

    /// Time limits, PING and ACK.
    void onTick(const Instant& now);

    /// Appends what this node has to tell, until output() holds `bytesMax` or nothing is left.
    void fill(std::size_t bytesMax);

    /// Ends the session, with a BYE where the peer can read one.
    void end(std::string reason);
    /// Ends it because an administrator paused the link.
    void pause();

    /// A slot changed by a line of `session`, or by a client (0). Called by HerdCore.
    void noteChange(SlotNumber slot, SessionNumber session);

    /// Bytes to send; the owner empties it.
    [[nodiscard]] std::string& output() { return output_; }
    [[nodiscard]] const std::optional<SessionEnd>& ended() const { return ended_; }
    [[nodiscard]] bool proven() const { return state_ == State::proven; }
    [[nodiscard]] const std::string& peer() const { return peer_; }

    /// How far this node is in telling the peer what it has, or in being told what it lacks.
    enum class Phase { handshaking, comparing, lagging, flowing };
    [[nodiscard]] Phase phase() const;
    /// What the peer said it holds of this node's log; epoch 0 before it said so.
    [[nodiscard]] const LogPosition& peerHolds() const { return peerHolds_; }
    /// Stamps that came over this session and were newer.
    [[nodiscard]] std::uint64_t learnt() const { return learnt_; }
    /// The peer's wall clock less this node's, as of the peer's last line that told it.
    [[nodiscard]] std::optional<std::int64_t> clockDifferenceNs() const {
        return clockDifferenceNs_;
    }
    [[nodiscard]] SessionNumber number() const { return number_; }
    [[nodiscard]] const LinkFeed& feed() const { return feed_; }

    /// Whether fill() has more to do without waiting for anything but room.
    [[nodiscard]] bool wantsTurn() const { return proven() && feed_.searching(); }

  private:
    /// A MARK that is acknowledged as soon as this node's own log is durable up to there.
    struct Confirmation {
        std::uint64_t mark = 0;
        std::uint64_t ownSeq = 0;
    };

    enum class State { awaitingHello, awaitingProof, proven };

    /// How far this node is in finding out what it lacks of the peer's table.
    enum class Comparison {
        none,
        due,       ///< DIGEST 0 is to be sent as soon as that is allowed
        asked,     ///< it is sent; a MARK that comes now left the peer before
        answered,  ///< NEED came; the next MARK ends the comparison
    };

    void onMessage(std::string_view line, const PeerMessage& message, const Instant& now);
    void on(const Malformed& message, const Instant& now);
    void on(const Hello& message, const Instant& now);
    void on(const Proof& message, const Instant& now);
    void on(const At& message, const Instant& now);
    void on(const Forget& message, const Instant& now);
    void on(const Mark& message, const Instant& now);
    void on(const Ack& message, const Instant& now);
    void on(const Ping& message, const Instant& now);
    void on(const Pong& message, const Instant& now);
    void on(const DigestTop& message, const Instant& now);
    void on(const Need& message, const Instant& now);
    void on(const DigestDetail& message, const Instant& now);
    void on(const Bye& message, const Instant& now);

    void onOffered(Offer offer);
    void sayHello(const Instant& now);
    [[nodiscard]] std::string_view faultOf(const Hello& hello) const;
    [[nodiscard]] std::string proofOf(Role role, const std::string& secret) const;
    [[nodiscard]] bool isProofOf(Role role, std::string_view hex) const;
    void begin(const Instant& now);
    void compareIfAllowed();
    void compareQuietTables(const Heartbeat& peer);
    void acknowledge(std::int64_t nowMs);
    void compareClocks(std::int64_t peerWallNs, const Instant& now);
    [[nodiscard]] Heartbeat heartbeat(const Instant& now) const;
    void refuse(std::string_view reason);
    void violate(std::string_view reason);

    HerdCore& core_;
    Role role_;
    std::string peer_;
    SessionNumber number_;
    LinkFeed feed_;
    State state_ = State::awaitingHello;
    std::optional<SessionEnd> ended_;
    std::optional<std::int64_t> rivalMs_;  ///< when another node of the peer's name was refused
    std::string output_;

    std::int64_t openedMs_;
    std::int64_t heardMs_;   ///< when the last line came
    std::int64_t pingedMs_;  ///< when the last PING left
    std::int64_t ackedMs_ = 0;

    std::string ownHello_;
    std::string peerHello_;
    std::uint64_t saidEpoch_ = 0;  ///< of this node's log, as of its HELLO
    LogPosition peerLog_;          ///< epoch of the peer's log; its seq as of HELLO
    LogPosition peerWant_;         ///< what the peer said it holds of this log
    LogPosition ownWant_;          ///< what this node said it holds of the peer's

    Comparison comparison_ = Comparison::none;
    bool repairing_ = false;          ///< the comparison is because quiet tables differed
    std::uint64_t repairSeq_ = 0;     ///< the peer's seq when that was noticed
    std::uint64_t learntBefore_ = 0;  ///< slots this session had changed by then
    std::uint64_t learnt_ = 0;        ///< slots this session changed
    int mismatches_ = 0;

    bool ackDue_ = false;
    std::optional<Confirmation> confirming_;
    LogPosition peerHolds_;  ///< of this log, as the peer said
    std::optional<std::int64_t> clockDifferenceNs_;
    std::uint64_t atHash_ = 0;  ///< the table's, of the client of the AT that is being read
};

}  // namespace herd
