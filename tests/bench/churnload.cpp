// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "tests/bench/churnload.h"

#include <poll.h>

#include <optional>
#include <vector>

#include "tests/bench/answercheck.h"
#include "tests/bench/clock.h"
#include "tests/bench/failure.h"
#include "tests/bench/queryconnection.h"
#include "tests/bench/ratemeter.h"
#include "tests/bench/requestsource.h"
#include "tests/bench/sourceaddresses.h"

namespace herd::bench {

namespace {

constexpr int silenceMaxMs = 10'000;

/// One place: the connection that is open there now, and what it asked.
class Place {
  public:
    void ask(const Address& server, std::uint32_t fromIpv4, RequestSource& source) {
        source.next(request_, wallNs());
        connection_.emplace(server, fromIpv4);
        connection_->send("IAMAT " + std::string(request_.text()));
    }

    [[nodiscard]] int descriptor() const { return connection_->descriptor(); }

    /// Whether the answer is there; then the connection is closed.
    [[nodiscard]] bool takeAnswer(AnswerCheck& check) {
        const std::optional<std::string> answer = connection_->receive();
        if (!answer) {
            return false;
        }
        const std::string_view line = std::string_view(*answer).substr(0, answer->size() - 1);
        const AnswerCheck::Verdict verdict = check.check(line, request_, wallNs());
        if (verdict != AnswerCheck::Verdict::right) {
            throw Failure(std::string("wrong answer, ") + describe(verdict) + ": " + *answer);
        }
        connection_.reset();
        return true;
    }

  private:
    Request request_;
    std::optional<QueryConnection> connection_;
};

}  // namespace

Figures measureChurn(const ChurnPlan& plan) {
    RequestSource source(0, 10'000, RequestSource::Order::random);
    SourceAddresses addresses(plan.server);
    AnswerCheck check;
    std::vector<Place> places(static_cast<std::size_t>(plan.atOnce));
    std::vector<pollfd> waiting(places.size());
    for (std::size_t index = 0; index < places.size(); ++index) {
        places[index].ask(plan.server, addresses.next(), source);
        waiting[index] = {places[index].descriptor(), POLLIN, 0};
    }
    RateMeter meter(plan.warmUpNs, plan.measureNs, plan.serverProcess);
    while (!meter.isOver()) {
        if (poll(waiting.data(), waiting.size(), silenceMaxMs) == 0) {
            throw Failure("no answer for ten seconds");
        }
        for (std::size_t index = 0; index < places.size(); ++index) {
            if (waiting[index].revents != 0 && places[index].takeAnswer(check)) {
                meter.count();
                places[index].ask(plan.server, addresses.next(), source);
                waiting[index].fd = places[index].descriptor();
            }
        }
    }
    return meter.figures();
}

}  // namespace herd::bench
