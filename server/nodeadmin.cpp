// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "server/nodeadmin.h"

#include <algorithm>
#include <utility>

#include "common/constanttime.h"
#include "common/wire.h"
#include "server/clock.h"
#include "server/net/replyqueue.h"
#include "server/node.h"

namespace herd {

namespace {

bool contains(const std::vector<std::string>& tokens, std::string_view token) {
    bool found = false;
    for (const std::string& candidate : tokens) {
        found = equalInConstantTime(candidate, token) || found;
    }
    return found;
}

std::string atLineOf(const Stamp& stamp) {
    std::string line;
    wire::appendAt(line, stamp);
    line.pop_back();
    return line;
}

/// The core's feed of one subscriber, of which the node knows while it is there.
class NodeStamps : public StampStream {
  public:
    explicit NodeStamps(Node& node) : node_(node), feed_(node.core().table(), node.core().ring()) {
        node_.addOnlooker(feed_);
    }
    ~NodeStamps() override { node_.removeOnlooker(feed_); }

    [[nodiscard]] std::uint64_t clientsAtStart() const override { return feed_.clientsAtStart(); }
    [[nodiscard]] bool toldAll() const override { return feed_.toldAll(); }
    [[nodiscard]] std::uint64_t waiting() const override { return feed_.waiting(); }
    [[nodiscard]] bool takeRestart() override { return feed_.takeRestart(); }
    [[nodiscard]] std::optional<std::string> nextGone() override { return feed_.nextGone(); }
    [[nodiscard]] std::optional<std::string_view> next() override {
        const std::optional<Stamp> stamp = feed_.next();
        if (!stamp) {
            return std::nullopt;
        }
        line_.clear();
        wire::appendAt(line_, *stamp);
        return std::string_view(line_).substr(0, line_.size() - 1);
    }

  private:
    Node& node_;
    StampFeed feed_;
    std::string line_;
};

}  // namespace

/// A client of one line or one erasure: its answers, until all of them are there.
struct NodeAdmin::Run {
    Run(std::function<void()> onReady, RunDone whenDone)
        : replies(std::move(onReady)), done(std::move(whenDone)) {}

    ReplyQueue replies;
    RunDone done;
};

NodeAdmin::NodeAdmin(const Surroundings& surroundings, Facts facts, QObject* parent)
    : QObject(parent),
      at_(surroundings),
      facts_(std::move(facts)),
      records_(at_.log.tail()),
      startedNs_(at_.clock.monotonicNs()) {}

NodeAdmin::~NodeAdmin() = default;

AdminAccess NodeAdmin::accessOf(std::string_view token) const {
    if (tokens_.full.empty() && tokens_.read.empty()) {
        return AdminAccess::full;
    }
    const bool full = contains(tokens_.full, token);
    const bool read = contains(tokens_.read, token);
    if (full) {
        return AdminAccess::full;
    }
    return read ? AdminAccess::read : AdminAccess::none;
}

AdminHello NodeAdmin::hello() {
    AdminHello hello = facts_.hello;
    hello.epoch = at_.node.core().log().epoch;
    return hello;
}

NodeStatus NodeAdmin::status() {
    const HerdCore& core = at_.node.core();
    NodeStatus status;
    status.name = facts_.hello.node;
    status.herd = facts_.hello.herd;
    status.software = facts_.hello.software;
    status.epoch = core.log().epoch;
    status.seq = core.log().seq;
    status.wallNs = at_.clock.wallNs();
    status.uptimeMs = (at_.clock.monotonicNs() - startedNs_) / 1'000'000;
    status.stopping = stopping_;
    status.clients = core.table().clients();
    status.tombstones = core.table().tombstones();
    status.clientsMax = core.settings().clientsMax;
    status.root = core.digest().root();
    status.clientConnections = at_.node.clientConnections();
    status.clientConnectionsMax = facts_.connectionsMax;
    status.peerConnections = at_.node.peerConnections();
    status.counters = counters();
    const JournalState journal = at_.node.journalState();
    status.journalMode = journal.mode;
    status.durability = journal.durability;
    status.syncedSeq = journal.syncedSeq;
    status.journalBytes = journal.bytes;
    status.links = at_.node.linkStatuses();
    status.alarms = at_.node.alarms();
    return status;
}

std::map<std::string, std::uint64_t> NodeAdmin::counters() const {
    const NodeCounters& node = at_.node.counters();
    const CoreCounters& core = at_.node.core().counters();
    return {
        {"lines_answered", node.linesAnswered},
        {"lines_invalid", node.linesInvalid},
        {"lines_too_long", node.linesTooLong},
        {"clients_refused", node.clientsRefused},
        {"peers_refused", node.peersRefused},
        {"links_dropped", node.linksDropped},
        {"heard", core.heard},
        {"learnt", core.learnt},
        {"not_newer", core.notNewer},
        {"refused_full", core.refusedFull},
        {"forgotten", core.forgotten},
        {"expired", core.expired},
        {"expired_on_arrival", core.expiredOnArrival},
        {"repairs", core.repairs},
        {"divergences", core.divergences},
        {"duplicates", core.duplicates},
        {"journal_snapshots", at_.node.journalState().snapshots},
        {"journal_failures", at_.node.journalState().failures},
        {"log_lines_left_out", at_.log.linesLeftOutTotal()},
        {"log_records_lost", at_.log.recordsLostTotal()},
        {"log_failures", at_.log.failuresTotal()},
    };
}

std::optional<std::string> NodeAdmin::find(std::string_view client) {
    const std::optional<Stamp> stamp = at_.node.core().find(client);
    return stamp ? std::optional(atLineOf(*stamp)) : std::nullopt;
}

/// A completion may come from within the node: it only queues.
NodeAdmin::Run& NodeAdmin::beginRun(RunDone done) {
    return runs_.emplace_back(
        [this] { QMetaObject::invokeMethod(this, &NodeAdmin::finishRuns, Qt::QueuedConnection); },
        std::move(done));
}

std::optional<Error> NodeAdmin::forget(const std::string& who, std::string_view client,
                                       ForgetDone done) {
    if (runsEnded_) {
        return Error{QStringLiteral("the node is stopping and erases nothing more")};
    }
    const bool known = at_.node.core().find(client).has_value();
    Run& run = beginRun([known, done = std::move(done)](const std::string&) { done(known); });
    if (at_.node.forget(who, client, run.replies) == Offer::full) {
        runs_.pop_back();
        return Error{QStringLiteral("there is no room for another client")};
    }
    if (run.replies.pendingCount() == 0) {
        finishRuns();
    }
    return std::nullopt;
}

std::unique_ptr<StampStream> NodeAdmin::followStamps() {
    return std::make_unique<NodeStamps>(at_.node);
}

std::optional<Error> NodeAdmin::run(const std::string& who, std::string_view line, RunDone done) {
    if (runsEnded_) {
        return Error{QStringLiteral("the node is stopping and takes no more lines")};
    }
    const ClientPeer peer{0, who};
    if (line.size() > static_cast<std::size_t>(facts_.lineBytesMax)) {
        runTooLong(peer, line, done);
        return std::nullopt;
    }
    Run& run = beginRun(std::move(done));
    at_.node.onClientLines(peer, {&line, 1}, run.replies);
    if (run.replies.pendingCount() == 0) {
        finishRuns();
    }
    return std::nullopt;
}

void NodeAdmin::runTooLong(const ClientPeer& peer, std::string_view line, const RunDone& done) {
    at_.node.onClientLineTooLong(peer,
                                 line.substr(0, static_cast<std::size_t>(facts_.lineBytesMax)));
    done(std::string(lineTooLongAnswer));
}

void NodeAdmin::finishRuns() {
    for (auto run = runs_.begin(); run != runs_.end();) {
        if (run->replies.pendingCount() > 0) {
            ++run;
            continue;
        }
        const std::string answer(run->replies.ready());
        const RunDone done = std::move(run->done);
        run = runs_.erase(run);
        done(answer);
    }
}

Result<LinkState> NodeAdmin::setPaused(const std::string& who, const std::string& peer,
                                       bool paused) {
    if (!at_.node.setPaused(peer, paused)) {
        return Error{
            QStringLiteral("this node has no link with \"%1\"").arg(QString::fromStdString(peer))};
    }
    at_.log.notice(LogLevel::warning, who,
                   std::string(paused ? "paused" : "resumed") + " the link with " + peer);
    const std::vector<LinkStatus> links = at_.node.linkStatuses();
    return std::ranges::find(links, peer, &LinkStatus::peer)->state;
}

void NodeAdmin::stop(const std::string& who) {
    at_.log.notice(LogLevel::warning, who, "asked the node to stop");
    QMetaObject::invokeMethod(this, &NodeAdmin::stopRequested, Qt::QueuedConnection);
}

void NodeAdmin::onAdminOpened(const std::string& who) {
    at_.log.notice(LogLevel::debug, who, "console connected");
}

void NodeAdmin::onAdminClosed(const std::string& who, std::string_view reason) {
    at_.log.notice(LogLevel::debug, who, std::string("console connection over: ").append(reason));
}

void NodeAdmin::onAdminRefused(const std::string& address, std::string_view reason) {
    at_.node.logRefusal("console " + address, std::string(reason));
}

}  // namespace herd
