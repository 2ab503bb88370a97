// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tests/bench/figures.h"
#include "tests/bench/queryconnection.h"
#include "tests/bench/sampleherd.h"

namespace herd::bench {

/// How long a new stamp takes to reach every node of an idle herd, as clients can see it: IAMAT to
/// one node, WHATSAT over and over to all five until each answers with that very AT line. The
/// answer can be no sooner than a question takes (`question_p50_us`), and up to two of them late.
class FloodLatency {
  public:
    /// `herd` outlives this object. `gapNs`: pause between an answer that does not know the client
    /// yet and the next question to the same node; 0 asks again at once.
    FloodLatency(const SampleHerd& herd, std::int64_t gapNs);

    /// Waits until the nodes have found each other, then measures `rounds` floods, all from node
    /// `origin` or, without it, from each node in turn.
    [[nodiscard]] Figures measure(int rounds, std::optional<std::size_t> origin = {});

  private:
    struct Node {
        std::unique_ptr<QueryConnection> reports;
        std::unique_ptr<QueryConnection> questions;
        bool asking = false;
        std::int64_t askAgainNs = 0;
        std::int64_t knownNs = 0;  ///< when it answered with the new stamp; 0: not yet
        std::string known;         ///< the AT line it answered with
    };

    void awaitLinks();
    double floodUs(std::size_t origin, std::int64_t patienceNs);
    void askDueNodes(const std::string& question, std::int64_t nowNs);
    bool takeAnswers(std::size_t origin);
    void waitForMore(std::size_t origin) const;
    bool everyNodeKnows() const;
    std::string missing(std::size_t origin) const;
    void verify(std::size_t origin, const std::string& report) const;
    std::vector<double> questionsUs(int count);

    std::int64_t gapNs_;
    std::array<Node, SampleHerd::size> nodes_;
    std::uint64_t floods_ = 0;
    std::uint64_t questions_ = 0;
    std::string answer_;  ///< to the report of this round; empty: not yet
};

}  // namespace herd::bench
