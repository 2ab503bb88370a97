// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "common/check.h"
#include "server/journal/record.h"
#include "server/journal/recovery.h"
#include "tests/fuzz/fuzzinput.h"
#include "tests/support/memorydisk.h"
#include "tests/support/memorytable.h"

using namespace herd;

namespace {

const JournalIdentity identity{"test", "beta", HerdRules{300, 0}};

/// A journal record by record, and what it says up to each of them.
struct Written {
    struct State {
        std::size_t bytes = 0;
        std::map<std::string, std::string> times;
        std::map<std::string, LogPosition, std::less<>> got;
        std::uint64_t seq = 0;

        bool holds(const MemoryTable& table, const Recovered& recovered) const {
            return table.times() == times && recovered.got == got && recovered.log.seq >= seq &&
                   recovered.bytes == static_cast<std::int64_t>(bytes);
        }
    };
    std::string text;
    std::vector<State> states;  ///< from the record on with which the table is whole

    void end(const MemoryTable& table, const std::map<std::string, LogPosition, std::less<>>& got,
             std::uint64_t seq) {
        states.push_back({text.size(), table.times(), got, seq});
    }
};

/// A first segment of nothing, then changes, neighbours' positions and restarts as the input says.
Written write(FuzzInput& input) {
    Written written;
    MemoryTable table;
    std::map<std::string, LogPosition, std::less<>> got;
    std::uint64_t seq = 100;
    record::appendStart(written.text, seq, {identity.herd, identity.node, 0xaa, identity.rules});
    record::appendWhole(written.text, seq, 0);
    written.end(table, got, seq);
    for (unsigned count = input.takeByte() % 12; count > 0; --count) {
        const unsigned what = input.takeByte();
        if (what % 8 == 0) {
            seq += 1'000;
            record::appendStart(written.text, seq,
                                {identity.herd, identity.node, 0xaa, identity.rules});
        } else if (what % 8 == 1) {
            const std::string peer(1, static_cast<char>('p' + what / 8 % 3));
            got[peer] = {0xbb, got[peer].seq + 1};
            record::appendGot(written.text, seq, {peer, got[peer]});
        } else {
            const std::string client(1 + what / 8 % 3, 'c');
            const MemoryTable::Entry entry{++seq, client, std::to_string(input.takeByte())};
            table.restore(seq, MemoryTable::stampOf(entry));
            record::appendChange(written.text, seq, MemoryTable::stampOf(entry));
        }
        written.end(table, got, seq);
    }
    return written;
}

/// Changes bytes or cuts the end off. Returns where the first change is; the size for none.
std::size_t damage(std::string& text, FuzzInput& input) {
    std::size_t first = text.size();
    for (unsigned count = input.takeByte() % 4; count > 0 && !text.empty(); --count) {
        const std::size_t at = (input.takeByte() * 256 + input.takeByte()) % text.size();
        const unsigned how = input.takeByte();
        if (how % 4 == 0) {
            text.resize(at);
            first = std::min(first, at);
        } else if (const auto byte = static_cast<char>(input.takeByte()); text[at] != byte) {
            text[at] = byte;
            first = std::min(first, at);
        }
    }
    return first;
}

}  // namespace

/// What is recovered of a journal is always a prefix of what was written (I6): with salvage all in
/// front of the first damage, without it the same or an error.
int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    FuzzInput input(data, size);
    const Written written = write(input);
    std::string text = written.text;
    const std::size_t sound = damage(text, input);
    // Behind the end: what another program wrote, or a disk that lost its mind.
    text.append(input.rest());
    const auto after =
        std::find_if(written.states.rbegin(), written.states.rend(),
                     [sound](const Written::State& state) { return state.bytes <= sound; });
    for (const bool salvage : {false, true}) {
        DiskContent content;
        content.files["journal.1"] = {text, text.size()};
        MemoryDisk disk(content);
        MemoryTable table;
        const Result<Recovered> recovered = recoverJournal(disk, identity, salvage, table);
        HERD_CHECK(recovered.ok() || !salvage);
        if (after == written.states.rend()) {
            HERD_CHECK(salvage || !recovered.ok());
            HERD_CHECK(table.entries.empty());
        } else if (recovered.ok()) {
            HERD_CHECK(after->holds(table, recovered.value()));
        }
    }
    return 0;
}
