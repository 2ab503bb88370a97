// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "common/message.h"

/// The lines of a journal: `<crc32c> <seq> <what>`, the checksum in 8 hex digits over all behind
/// it. A record whose checksum holds and whose meaning is not known is damage too: it may say that
/// something must not come back.
namespace herd::record {

inline constexpr int formatVersion = 1;

/// Longest record, without its LF.
inline constexpr std::size_t bytesMax = 8 * 1024;

/// Sequence numbers above this are no record's: a restart needs room to jump.
inline constexpr std::uint64_t seqMax = std::uint64_t{3} << 62;

/// `START <format> <herd> <node> <epoch> <rules>`: a process begins to write, or the log goes on
/// under another epoch. seq: the number that the next change follows.
struct Start {
    std::string_view herd;
    std::string_view node;
    std::uint64_t epoch = 0;
    HerdRules rules;

    bool operator==(const Start&) const = default;
};

/// `AT …` or `FORGET …`: change seq of the log, as peers are told of it.
struct Change {
    Stamp stamp;

    bool operator==(const Change&) const = default;
};

/// `GOT <peer> <epoch> <seq>`: how much of the peer's log the records before this one hold.
struct Got {
    std::string_view peer;
    LogPosition position;

    bool operator==(const Got&) const = default;
};

/// `WHOLE <clients>`: the records before this one hold the whole table.
struct Whole {
    std::uint64_t clients = 0;

    bool operator==(const Whole&) const = default;
};

/// No record, or none that this version knows.
struct Damaged {
    bool operator==(const Damaged&) const = default;
};

using Content = std::variant<Damaged, Start, Change, Got, Whole>;

struct Record {
    std::uint64_t seq = 0;
    Content content;

    bool operator==(const Record&) const = default;
};

/// Reads a line without its LF. Views point into it.
[[nodiscard]] Record parse(std::string_view line);

/// Spells sequence numbers, up to seqMax. Nearly always the next one is wanted: that counts up the
/// digits.
class SeqText {
  public:
    [[nodiscard]] std::string_view of(std::uint64_t seq);

  private:
    static constexpr std::size_t digitsMax = 20;

    std::uint64_t seq_ = 0;
    std::size_t first_ = digitsMax - 1;
    std::array<char, digitsMax> digits_ = [] {
        std::array<char, digitsMax> zero{};
        zero.back() = '0';
        return zero;
    }();
};

void appendStart(std::string& out, std::uint64_t seq, const Start& start);
/// `seqText`: what has spelled the numbers before.
void appendChange(std::string& out, std::uint64_t seq, const Stamp& stamp, SeqText& seqText);
void appendChange(std::string& out, std::uint64_t seq, const Stamp& stamp);
void appendGot(std::string& out, std::uint64_t seq, const Got& got);
void appendWhole(std::string& out, std::uint64_t seq, std::uint64_t clients);

}  // namespace herd::record
