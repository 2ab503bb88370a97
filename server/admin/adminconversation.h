// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "server/admin/admincounters.h"
#include "server/admin/adminrequest.h"
#include "server/admin/adminservice.h"
#include "server/admin/logfollower.h"
#include "server/admin/stampfollower.h"

namespace herd {

/// What one console asks and is told, without the connection: lines in, lines out. It answers
/// requests and keeps at most one subscription of each kind; what a subscription has to say waits
/// in the node until fill() asks for it, so a console that does not read costs no memory. Knows no
/// sockets; owned by its session.
///
/// Every line it writes begins with a head: the kind, and the id of the request it follows from.
class AdminConversation {
  public:
    /// `run` and `forget` requests whose answers are awaited; further lines are not read meanwhile.
    static constexpr std::size_t runsMax = 64;

    struct Shared {
        AdminService& service;
        AdminCounters& counters;
    };

    /// `onAnswer` is called when an answer came later and is in output().
    AdminConversation(const Shared& shared, std::string who, std::function<void()> onAnswer);
    ~AdminConversation();
    AdminConversation(const AdminConversation&) = delete;
    AdminConversation& operator=(const AdminConversation&) = delete;

    /// One line without its LF. False: the connection must end with what is in output().
    [[nodiscard]] bool onLine(std::string_view line, std::int64_t nowMs);
    void onLineTooLong();

    /// No more requests come. Subscriptions end when they have told what there was at the start.
    void onInputEnded();

    /// Periodic answers and new batches become due.
    void onTick(std::int64_t nowMs);

    /// Whether a subscription has something to say now.
    [[nodiscard]] bool wantsFill() const;
    /// Has each subscription write what is due, at most one line of stamps or records each.
    void fill();

    /// Lines to send; the owner empties it.
    [[nodiscard]] std::string& output() { return output_; }
    [[nodiscard]] std::size_t outputBytes() const { return output_.size(); }

    [[nodiscard]] bool mayAsk() const { return runs_ < runsMax; }
    /// Whether an answer or the first part of a subscription is still to come.
    [[nodiscard]] bool owesAnswers() const { return runs_ > 0 || stamps_ || log_; }

  private:
    [[nodiscard]] static AdminAccess accessNeeded(const AdminRequest& request);
    void on(const NoRequest& request);
    void on(const RefusedRequest& request);
    void on(const HelloRequest& request);
    void on(const StatusRequest& request);
    void on(const StampsRequest& request);
    void on(const FindRequest& request);
    void on(const LogRequest& request);
    void on(const RunRequest& request);
    void on(const ForgetRequest& request);
    void on(const LinkRequest& request);
    void on(const StopRequest& request);

    using LaterAnswer = std::function<void(std::string_view key, std::string_view json)>;
    [[nodiscard]] LaterAnswer laterAnswer();
    void say(std::string_view key, std::string_view json);
    void sayError(std::string_view error);
    void writeStatus(const std::string& head);
    void endIfOver();

    struct StatusSubscription {
        std::string head;
        std::int64_t everyMs;
        std::int64_t nextMs;
        bool due = false;
    };

    Shared shared_;
    std::string who_;
    std::function<void()> onAnswer_;
    AdminAccess access_;
    bool over_ = false;                         ///< no further line is wanted
    std::shared_ptr<AdminConversation*> self_;  ///< runs outlive it
    std::string output_;
    std::string head_;        ///< of the request that is being answered
    std::int64_t nowMs_ = 0;  ///< as of that request
    std::optional<StatusSubscription> status_;
    std::optional<StampFollower> stamps_;
    std::optional<LogFollower> log_;
    std::size_t runs_ = 0;
};

}  // namespace herd
