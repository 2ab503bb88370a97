// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <deque>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "server/admin/adminservice.h"

namespace herd {

/// A table of AT lines that its streams follow as the node's would.
class MemoryStamps {
  public:
    /// There is no stamp of the client any more.
    void remove(const std::string& client) {
        lines_.erase(client);
        for (std::set<std::string>* const waiting : waiting_) {
            waiting->erase(client);
        }
        for (std::vector<std::string>* const gone : gone_) {
            gone->push_back(client);
        }
    }
    /// Every follower must begin anew.
    void restart() { ++restarts_; }

    void change(const std::string& client, const std::string& at) {
        lines_[client] = at;
        for (std::set<std::string>* const waiting : waiting_) {
            waiting->insert(client);
        }
    }

    std::unique_ptr<StampStream> follow() { return std::make_unique<Stream>(*this); }
    [[nodiscard]] std::size_t followers() const { return waiting_.size(); }
    /// Stamps that some follower still has to be told.
    [[nodiscard]] std::size_t waitingTotal() const {
        std::size_t total = 0;
        for (const std::set<std::string>* const waiting : waiting_) {
            total += waiting->size();
        }
        return total;
    }

  private:
    class Stream : public StampStream {
      public:
        explicit Stream(MemoryStamps& stamps)
            : stamps_(stamps), start_(stamps.lines_.size()), restarts_(stamps.restarts_) {
            for (const auto& [client, line] : stamps.lines_) {
                waiting_.insert(client);
            }
            stamps_.waiting_.push_back(&waiting_);
            stamps_.gone_.push_back(&gone_);
        }
        ~Stream() override {
            std::erase(stamps_.waiting_, &waiting_);
            std::erase(stamps_.gone_, &gone_);
        }

        [[nodiscard]] std::uint64_t clientsAtStart() const override { return start_; }
        [[nodiscard]] bool toldAll() const override { return told_ >= start_; }
        [[nodiscard]] std::uint64_t waiting() const override {
            return waiting_.size() + gone_.size() + (restarts_ != stamps_.restarts_ ? 1 : 0);
        }
        [[nodiscard]] bool takeRestart() override {
            if (std::exchange(restarts_, stamps_.restarts_) == stamps_.restarts_) {
                return false;
            }
            start_ = stamps_.lines_.size();
            told_ = 0;
            gone_.clear();
            for (const auto& [client, line] : stamps_.lines_) {
                waiting_.insert(client);
            }
            return true;
        }
        [[nodiscard]] std::optional<std::string> nextGone() override {
            if (gone_.empty()) {
                return std::nullopt;
            }
            std::string client = gone_.front();
            gone_.erase(gone_.begin());
            return client;
        }
        [[nodiscard]] std::optional<std::string_view> next() override {
            if (waiting_.empty()) {
                return std::nullopt;
            }
            ++told_;
            line_ = stamps_.lines_.at(waiting_.extract(waiting_.begin()).value());
            return line_;
        }

      private:
        MemoryStamps& stamps_;
        std::size_t start_;
        std::size_t told_ = 0;
        int restarts_;
        std::set<std::string> waiting_;
        std::vector<std::string> gone_;
        std::string line_;
    };

    std::map<std::string, std::string> lines_;
    std::vector<std::set<std::string>*> waiting_;
    std::vector<std::vector<std::string>*> gone_;
    int restarts_ = 0;
};

/// Records that a test adds and lets the log forget.
class MemoryLog : public LogRecords {
  public:
    void add(LogLevel level, const std::string& text) { records_.emplace_back(level, text); }
    void forget(std::size_t count) {
        records_.erase(records_.begin(), records_.begin() + static_cast<std::ptrdiff_t>(count));
        first_ += count;
    }

    [[nodiscard]] std::uint64_t first() const override { return first_; }
    [[nodiscard]] std::uint64_t end() const override { return first_ + records_.size(); }
    [[nodiscard]] Record at(std::uint64_t number) const override {
        const auto& [level, text] = records_.at(number - first_);
        return {level, text};
    }

  private:
    std::deque<std::pair<LogLevel, std::string>> records_;
    std::uint64_t first_ = 0;
};

/// A node in memory: says what a test gives it and remembers what it was asked.
class MemoryAdmin : public AdminService {
  public:
    MemoryStamps stamps;
    MemoryLog log;
    std::map<std::string, AdminAccess> tokens{{"", AdminAccess::full}};
    std::map<std::string, std::string> clients;
    std::vector<RunDone> running;  ///< answers that a test gives when it likes
    bool answersRuns = true;
    bool refusesRuns = false;
    int statuses = 0;
    std::vector<std::string> facts;

    [[nodiscard]] AdminAccess accessOf(std::string_view token) const override {
        const auto found = tokens.find(std::string(token));
        return found == tokens.end() ? AdminAccess::none : found->second;
    }
    [[nodiscard]] AdminHello hello() override {
        AdminHello hello;
        hello.node = "Memory";
        return hello;
    }
    [[nodiscard]] NodeStatus status() override {
        NodeStatus status;
        status.name = "Memory";
        status.seq = static_cast<std::uint64_t>(++statuses);
        return status;
    }
    [[nodiscard]] std::optional<std::string> find(std::string_view client) override {
        const auto found = clients.find(std::string(client));
        return found == clients.end() ? std::nullopt : std::optional(found->second);
    }
    [[nodiscard]] std::optional<Error> forget(const std::string& who, std::string_view client,
                                              ForgetDone done) override {
        facts.push_back(who + " erases " + std::string(client));
        if (refusesRuns) {
            return Error{QStringLiteral("nothing more is erased")};
        }
        const bool known = clients.erase(std::string(client)) > 0;
        if (answersRuns) {
            done(known);
        } else {
            running.push_back([known, done](const std::string&) { done(known); });
        }
        return std::nullopt;
    }
    [[nodiscard]] std::unique_ptr<StampStream> followStamps() override { return stamps.follow(); }
    [[nodiscard]] const LogRecords& logRecords() const override { return log; }
    [[nodiscard]] std::optional<Error> run(const std::string&, std::string_view line,
                                           RunDone done) override {
        if (refusesRuns) {
            return Error{QStringLiteral("no more lines")};
        }
        if (answersRuns) {
            done("<" + std::string(line) + ">\n");
        } else {
            running.push_back(std::move(done));
        }
        return std::nullopt;
    }
    [[nodiscard]] Result<LinkState> setPaused(const std::string&, const std::string& peer,
                                              bool paused) override {
        if (peer != "B") {
            return Error{QStringLiteral("no such neighbour")};
        }
        return paused ? LinkState::paused : LinkState::down;
    }
    void stop(const std::string&) override { facts.emplace_back("stop"); }
    void onAdminOpened(const std::string&) override { facts.emplace_back("opened"); }
    void onAdminClosed(const std::string&, std::string_view reason) override {
        facts.emplace_back("closed: " + std::string(reason));
    }
    void onAdminRefused(const std::string&, std::string_view reason) override {
        facts.emplace_back("refused: " + std::string(reason));
    }
};

}  // namespace herd
