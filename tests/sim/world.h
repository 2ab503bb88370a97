// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "tests/sim/eventqueue.h"
#include "tests/sim/network.h"
#include "tests/sim/oracle.h"
#include "tests/sim/scenario.h"
#include "tests/sim/simnode.h"
#include "tests/sim/storm.h"
#include "tests/sim/trace.h"

namespace herd::sim {

/// One run of a herd in virtual time: a storm, then peace. What its oracle found wrong is the
/// result.
class World {
  public:
    World(const Scenario& scenario, Trace& trace, bool everyTick);

    void run();

    [[nodiscard]] bool failed() const { return oracle_.failed(); }
    [[nodiscard]] const std::string& failure() const { return oracle_.failure(); }
    [[nodiscard]] std::int64_t nowUs() const { return queue_.nowUs(); }
    [[nodiscard]] std::uint64_t events() const { return queue_.handled(); }
    [[nodiscard]] std::int64_t settledUs() const { return settledUs_; }

  private:
    enum class Phase {
        storm,
        settling,   ///< nothing bad happens any more; not all is told yet
        calming,    ///< all is told; what is on its way arrives
        quiet,      ///< heartbeats only
        repairing,  ///< a node claimed to hold what it does not; the audit has to find it
        over
    };

    void handle(const Event& event);
    [[nodiscard]] bool postponedByFrost(const SimNode& node, const Event& event);
    void onDialDue(const Event& event);
    void onDialOver(const Event& event);
    void onDialLost(const Event& event);
    void onAccepted(const Event& event);
    void onArrival(const Event& event);
    void onClosed(const Event& event);
    void onTurn(const Event& event);
    void onTick(const Event& event);
    void onNodeUp(const Event& event);
    void onCrash(const Event& event);
    void onStorm();
    void onHeal();
    void onWatch();
    void beginQuiet();
    void finish();
    void lie();
    void judgeAudit();
    [[nodiscard]] std::int64_t lastThawUs() const;
    [[nodiscard]] bool allTold() const;
    [[nodiscard]] std::string firstUntold() const;
    [[nodiscard]] bool told(int from, int to) const;
    [[nodiscard]] SimNode& nodeAt(std::uint32_t edge, Side side);

    const Scenario& scenario_;
    EventQueue queue_;
    Prng prng_;
    Network network_;
    Oracle oracle_;
    Surroundings around_;
    std::vector<std::unique_ptr<SimNode>> nodes_;
    Storm storm_;
    Phase phase_ = Phase::storm;
    std::int64_t phaseUntilUs_ = 0;
    std::int64_t deadlineUs_ = 0;
    std::int64_t settledUs_ = 0;  ///< from the end of the storm until all was told
    bool lied_ = false;
};

}  // namespace herd::sim
