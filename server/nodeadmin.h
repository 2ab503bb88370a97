// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QObject>
#include <cstdint>
#include <list>
#include <memory>
#include <string>
#include <vector>

#include "server/admin/adminservice.h"
#include "server/log.h"

namespace herd {

class Clock;
class Node;
class ReplyQueue;
struct ClientPeer;

/// The secrets that open the admin port. Without any it is open to whoever reaches it.
struct AdminTokens {
    std::vector<std::string> full;
    std::vector<std::string> read;  ///< for looking only
};

/// What the node tells and does for consoles: joins the admin port with the node's core, links and
/// log. Owned by App, which keeps everything handed to the constructor alive longer.
class NodeAdmin : public QObject, public AdminService {
    Q_OBJECT

  public:
    struct Surroundings {
        Node& node;
        Log& log;
        Clock& clock;
    };

    /// What does not change while the node runs.
    struct Facts {
        AdminHello hello;  ///< all but the epoch
        std::int64_t lineBytesMax = 0;
        std::int64_t connectionsMax = 0;
    };

    NodeAdmin(const Surroundings& surroundings, Facts facts, QObject* parent = nullptr);
    ~NodeAdmin() override;

    void setTokens(AdminTokens tokens) { tokens_ = std::move(tokens); }
    void setAdminPort(quint16 port) { facts_.hello.adminPort = port; }
    /// The node stops from now on.
    void setStopping() { stopping_ = true; }
    /// What a line changed from now on would be kept nowhere.
    void endRuns() { runsEnded_ = true; }

    [[nodiscard]] AdminAccess accessOf(std::string_view token) const override;
    [[nodiscard]] AdminHello hello() override;
    [[nodiscard]] NodeStatus status() override;
    [[nodiscard]] std::optional<std::string> find(std::string_view client) override;
    [[nodiscard]] std::optional<Error> forget(const std::string& who, std::string_view client,
                                              ForgetDone done) override;
    [[nodiscard]] std::unique_ptr<StampStream> followStamps() override;
    [[nodiscard]] const LogRecords& logRecords() const override { return records_; }
    [[nodiscard]] std::optional<Error> run(const std::string& who, std::string_view line,
                                           RunDone done) override;
    [[nodiscard]] Result<LinkState> setPaused(const std::string& who, const std::string& peer,
                                              bool paused) override;
    void stop(const std::string& who) override;
    void onAdminOpened(const std::string& who) override;
    void onAdminClosed(const std::string& who, std::string_view reason) override;
    void onAdminRefused(const std::string& address, std::string_view reason) override;

  Q_SIGNALS:
    /// A console wants the node to stop; from the event loop.
    void stopRequested();

  private:
    struct Run;

    class Records : public LogRecords {
      public:
        explicit Records(const LogTail& tail) : tail_(tail) {}
        [[nodiscard]] std::uint64_t first() const override { return tail_.first(); }
        [[nodiscard]] std::uint64_t end() const override { return tail_.end(); }
        [[nodiscard]] Record at(std::uint64_t number) const override {
            return {tail_.at(number).level, tail_.at(number).text};
        }

      private:
        const LogTail& tail_;
    };

    [[nodiscard]] std::map<std::string, std::uint64_t> counters() const;
    void runTooLong(const ClientPeer& peer, std::string_view line, const RunDone& done);
    [[nodiscard]] Run& beginRun(RunDone done);
    void finishRuns();

    Surroundings at_;
    Facts facts_;
    AdminTokens tokens_;
    Records records_;
    std::int64_t startedNs_;
    std::list<Run> runs_;  ///< lines and erasures whose answers are awaited
    bool stopping_ = false;
    bool runsEnded_ = false;
};

}  // namespace herd
