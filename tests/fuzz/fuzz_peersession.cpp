// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "common/check.h"
#include "common/wire.h"
#include "tests/fuzz/fuzzinput.h"
#include "tests/unit/peerscript.h"

using namespace herd;

namespace {

/// The sums of the table, counted anew.
std::uint64_t recountedRoot(const HerdCore& core) {
    Digest digest(core.settings().superBuckets, core.settings().bucketsPerSuper);
    for (SlotNumber slot = 0; slot < core.table().size(); ++slot) {
        const Stamp stamp = core.table().stamp(slot);
        digest.add(Digest::sumOf(stamp), digest.bucketOf(stamp));
    }
    return digest.root();
}

/// A node says only what another node would understand.
void checkSaid(const QByteArrayList& lines) {
    for (const QByteArray& line : lines) {
        const PeerMessage message = wire::parsePeerLine(viewOf(line));
        HERD_CHECK(!std::holds_alternative<Malformed>(message));
    }
}

}  // namespace

/// A peer that says anything: nothing of it counts before its proof (I10), and whatever it says
/// afterwards, the sums fit the table (I7). A line that starts with `@` lets time pass.
int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    FuzzInput input(data, size);
    const unsigned choice = input.takeByte();
    const auto role = choice % 2 == 0 ? PeerScript::Role::acceptor : PeerScript::Role::dialer;
    const bool proves = choice / 2 % 2 == 0;
    Instant now{50'000, 7'000'000'000};
    CountingDice dice;
    HerdCore core(smallSettings("beta", {"alpha", "gamma"}), testIndexKey, dice);
    Stamp told;
    const Iamat own{"own", "+1-1", "5", 5 * nanosecondsPerSecond};
    HERD_CHECK(core.hear(own, now.wallNs, told) == Offer::accepted);
    PeerScript script(core, role, now);
    if (proves) {
        script.prove();
        HERD_CHECK(script.session.proven());
    }
    std::string_view text = input.rest();
    while (!text.empty() && !script.session.ended()) {
        const std::string_view line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(text.size(), line.size() + 1));
        checkSaid(line.starts_with('@') ? script.tickAfter(100 * std::int64_t(line.size()))
                                        : script.say(bytesOf(line)));
        checkSaid(script.fill());
    }
    HERD_CHECK(core.digest().root() == recountedRoot(core));
    HERD_CHECK(core.find("own").has_value());
    HERD_CHECK(script.session.proven() || core.table().size() == 1);
    HERD_CHECK(script.session.proven() || core.log().seq == 1);
    return 0;
}
