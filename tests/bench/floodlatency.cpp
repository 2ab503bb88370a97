// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "tests/bench/floodlatency.h"

#include <poll.h>

#include <algorithm>
#include <chrono>
#include <thread>

#include "tests/bench/answercheck.h"
#include "tests/bench/clock.h"
#include "tests/bench/failure.h"
#include "tests/bench/requestsource.h"
#include "tests/bench/statistics.h"

namespace herd::bench {

namespace {

constexpr std::int64_t linksPatienceNs = 30 * nanosecondsPerSecond;
constexpr std::int64_t floodPatienceNs = 10 * nanosecondsPerSecond;
constexpr std::int64_t longestWaitNs = 100'000'000;
/// A node that answers through a detour has links still to come.
constexpr auto lateLinksPause = std::chrono::seconds(1);
/// Between floods, so that each meets an idle herd.
constexpr auto idlePause = std::chrono::milliseconds(3);
constexpr int questionCount = 100;

}  // namespace

FloodLatency::FloodLatency(const SampleHerd& herd, std::int64_t gapNs) : gapNs_(gapNs) {
    for (std::size_t node = 0; node < nodes_.size(); ++node) {
        nodes_[node].reports = std::make_unique<QueryConnection>(herd.clientAddress(node));
        nodes_[node].questions = std::make_unique<QueryConnection>(herd.clientAddress(node));
    }
}

Figures FloodLatency::measure(int rounds, std::optional<std::size_t> origin) {
    awaitLinks();
    const std::vector<double> askedUs = questionsUs(questionCount);
    std::vector<double> slowestUs;
    questions_ = 0;
    for (int round = 0; round < rounds; ++round) {
        std::this_thread::sleep_for(idlePause);
        slowestUs.push_back(floodUs(
            origin.value_or(static_cast<std::size_t>(round) % nodes_.size()), floodPatienceNs));
    }
    Figures figures;
    figures.add("verified", static_cast<double>(rounds) * SampleHerd::size, 0);
    figures.add("floods", rounds, 0);
    figures.add("p50_us", quantileOf(slowestUs, 0.5), 1);
    figures.add("p99_us", quantileOf(slowestUs, 0.99), 1);
    figures.add("max_us", quantileOf(slowestUs, 1), 1);
    figures.add("question_p50_us", quantileOf(askedUs, 0.5), 1);
    figures.add("questions_per_flood", static_cast<double>(questions_) / rounds, 1);
    return figures;
}

void FloodLatency::awaitLinks() {
    for (std::size_t origin = 0; origin < nodes_.size(); ++origin) {
        static_cast<void>(floodUs(origin, linksPatienceNs));
    }
    std::this_thread::sleep_for(lateLinksPause);
}

double FloodLatency::floodUs(std::size_t origin, std::int64_t patienceNs) {
    RequestSource source(floods_++, 1, RequestSource::Order::eachOnce);
    Request request;
    source.next(request, wallNs());
    const std::string report(request.text());
    const std::string question = "WHATSAT " + report.substr(0, report.find(' ')) + " 1 1";
    for (Node& node : nodes_) {
        node.askAgainNs = 0;
        node.knownNs = 0;
    }
    answer_.clear();

    const std::int64_t startNs = monotonicNs();
    nodes_[origin].reports->send("IAMAT " + report);
    while (answer_.empty() || !everyNodeKnows()) {
        const std::int64_t nowNs = monotonicNs();
        if (nowNs - startNs > patienceNs) {
            throw Failure(missing(origin));
        }
        askDueNodes(question, nowNs);
        if (!takeAnswers(origin)) {
            waitForMore(origin);
        }
    }
    verify(origin, report);
    std::int64_t lastNs = 0;
    for (const Node& node : nodes_) {
        lastNs = std::max(lastNs, node.knownNs);
    }
    return static_cast<double>(lastNs - startNs) / 1'000;
}

void FloodLatency::askDueNodes(const std::string& question, std::int64_t nowNs) {
    for (Node& node : nodes_) {
        if (!node.asking && node.knownNs == 0 && node.askAgainNs <= nowNs) {
            node.questions->send(question);
            node.asking = true;
            ++questions_;
        }
    }
}

bool FloodLatency::takeAnswers(std::size_t origin) {
    bool any = false;
    if (answer_.empty()) {
        answer_ = nodes_[origin].reports->receive().value_or(std::string());
        any = !answer_.empty();
    }
    for (Node& node : nodes_) {
        const auto answer = node.asking ? node.questions->receive() : std::nullopt;
        if (!answer) {
            continue;
        }
        any = true;
        node.asking = false;
        const std::int64_t nowNs = monotonicNs();
        node.askAgainNs = nowNs + gapNs_;
        if (answer->starts_with("AT ")) {
            node.knownNs = nowNs;
            node.known = answer->substr(0, answer->find('\n') + 1);
        } else if (!answer->starts_with("? ")) {
            throw Failure("wrong answer: " + *answer);
        }
    }
    return any;
}

void FloodLatency::waitForMore(std::size_t origin) const {
    std::array<pollfd, SampleHerd::size + 1> waiting{};
    std::int64_t waitNs = longestWaitNs;
    const std::int64_t nowNs = monotonicNs();
    for (std::size_t index = 0; index < nodes_.size(); ++index) {
        const Node& node = nodes_[index];
        waiting[index] = {node.asking ? node.questions->descriptor() : -1, POLLIN, 0};
        if (!node.asking && node.knownNs == 0) {
            waitNs = std::clamp<std::int64_t>(node.askAgainNs - nowNs, 0, waitNs);
        }
    }
    const bool reporting = answer_.empty();
    waiting.back() = {reporting ? nodes_[origin].reports->descriptor() : -1, POLLIN, 0};
    const timespec wait{0, waitNs};
    ppoll(waiting.data(), waiting.size(), &wait, nullptr);
}

bool FloodLatency::everyNodeKnows() const {
    return std::all_of(nodes_.begin(), nodes_.end(),
                       [](const Node& node) { return node.knownNs != 0; });
}

std::string FloodLatency::missing(std::size_t origin) const {
    std::string text = std::string("a stamp from ") + SampleHerd::name(origin) + " did not reach";
    for (std::size_t node = 0; node < nodes_.size(); ++node) {
        if (nodes_[node].knownNs == 0) {
            text.append(1, ' ').append(SampleHerd::name(node));
        }
    }
    return text;
}

void FloodLatency::verify(std::size_t origin, const std::string& report) const {
    const bool named = answer_.starts_with(std::string("AT ") + SampleHerd::name(origin) + ' ');
    if (!named || !answer_.ends_with(' ' + report + '\n')) {
        throw Failure("wrong answer: " + answer_);
    }
    for (const Node& node : nodes_) {
        if (node.known != answer_) {
            throw Failure("a node says " + node.known + "instead of " + answer_);
        }
    }
}

std::vector<double> FloodLatency::questionsUs(int count) {
    std::vector<double> us;
    for (int index = 0; index < count; ++index) {
        QueryConnection& node = *nodes_[static_cast<std::size_t>(index) % nodes_.size()].questions;
        std::this_thread::sleep_for(idlePause);
        const std::int64_t startNs = monotonicNs();
        const std::string answer = node.ask("WHATSAT nobody 1 1", QueryConnection::patienceNs);
        us.push_back(static_cast<double>(monotonicNs() - startNs) / 1'000);
        if (answer != "? WHATSAT nobody 1 1\n") {
            throw Failure("wrong answer: " + answer);
        }
    }
    return us;
}

}  // namespace herd::bench
