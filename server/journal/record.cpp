// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "server/journal/record.h"

#include <algorithm>
#include <array>

#include "common/wirefields.h"
#include "server/journal/crc32c.h"

namespace herd::record {

namespace {

constexpr std::size_t crcDigits = 8;
constexpr std::size_t headBytes = crcDigits + 1;

std::size_t begin(std::string& out, std::uint64_t seq, SeqText& seqText) {
    const std::size_t at = out.size();
    out.append(headBytes, ' ').append(seqText.of(seq)).append(1, ' ');
    return at;
}

std::size_t begin(std::string& out, std::uint64_t seq) {
    SeqText seqText;
    return begin(out, seq, seqText);
}

/// The two digits of each byte.
constexpr std::array<std::array<char, 2>, 256> hexPairs = [] {
    std::array<std::array<char, 2>, 256> pairs{};
    for (std::size_t byte = 0; byte < pairs.size(); ++byte) {
        pairs[byte] = {wire::hexAlphabet[byte >> 4], wire::hexAlphabet[byte & 15]};
    }
    return pairs;
}();

/// What a record begins with: the checksum of all behind it, and a space.
std::array<char, headBytes> headOf(std::string_view covered) {
    const std::uint32_t crc = crc32c(covered);
    std::array<char, headBytes> head;
    for (std::size_t pair = 0; pair < crcDigits / 2; ++pair) {
        const std::array<char, 2>& digits = hexPairs[crc >> (24 - 8 * pair) & 0xff];
        std::copy(digits.begin(), digits.end(), head.begin() + 2 * pair);
    }
    head.back() = ' ';
    return head;
}

/// The record from `record` to its LF at `end` gets its head.
void seal(char* record, const char* end) {
    const char* const covered = record + headBytes;
    const auto head = headOf({covered, static_cast<std::size_t>(end - covered)});
    std::copy(head.begin(), head.end(), record);
}

void seal(std::string& out, std::size_t at) {
    seal(out.data() + at, out.data() + out.size() - 1);
}

bool crcHolds(std::string_view line) {
    const auto head = headOf(line.substr(headBytes));
    return line.starts_with(std::string_view(head.data(), head.size()));
}

Content parseStart(std::string_view rest) {
    int format = 0;
    Start start;
    const bool read = wire::takeNumber(rest, format) && wire::takeName(rest, start.herd) &&
                      wire::takeName(rest, start.node) && wire::takeHex(rest, start.epoch);
    const std::optional<HerdRules> rules = wire::parseRules(rest);
    if (!read || format != formatVersion || start.epoch == 0 || !rules) {
        return Damaged();
    }
    start.rules = *rules;
    return start;
}

Content parseGot(std::string_view rest) {
    Got got;
    const bool read = wire::takeName(rest, got.peer) && wire::takeHex(rest, got.position.epoch) &&
                      wire::takeNumber(rest, got.position.seq);
    return read && rest.empty() && got.position.epoch != 0 ? Content(got) : Damaged();
}

Content parseWhole(std::string_view rest) {
    Whole whole;
    return wire::takeNumber(rest, whole.clients) && rest.empty() ? Content(whole) : Damaged();
}

Content parseContent(std::string_view text) {
    if (text.starts_with("AT ")) {
        const PeerMessage message = wire::parsePeerLine(text);
        const At* const at = std::get_if<At>(&message);
        return at != nullptr ? Content(Change{at->stamp}) : Damaged();
    }
    if (text.starts_with("FORGET ")) {
        const PeerMessage message = wire::parsePeerLine(text);
        const Forget* const forget = std::get_if<Forget>(&message);
        return forget != nullptr ? Content(Change{forget->stamp}) : Damaged();
    }
    const std::optional<std::string_view> word = wire::takeWord(text);
    if (word == "GOT") {
        return parseGot(text);
    }
    if (word == "START") {
        return parseStart(text);
    }
    return word == "WHOLE" ? parseWhole(text) : Damaged();
}

}  // namespace

Record parse(std::string_view line) {
    Record record;
    if (line.size() <= headBytes || line.size() > bytesMax || !crcHolds(line)) {
        return record;
    }
    std::string_view rest = line.substr(headBytes);
    if (wire::takeNumber(rest, record.seq) && record.seq <= seqMax) {
        record.content = parseContent(rest);
    }
    return record;
}

std::string_view SeqText::of(std::uint64_t seq) {
    if (seq == seq_ + 1) {
        std::size_t at = digitsMax - 1;
        for (; at >= first_ && digits_[at] == '9'; --at) {
            digits_[at] = '0';
        }
        digits_[at] = at < first_ ? '1' : static_cast<char>(digits_[at] + 1);
        first_ = std::min(first_, at);
    } else {
        first_ = digitsMax;
        std::uint64_t rest = seq;
        do {
            digits_[--first_] = static_cast<char>('0' + rest % 10);
            rest /= 10;
        } while (rest > 0);
    }
    seq_ = seq;
    return {digits_.data() + first_, digitsMax - first_};
}

void appendStart(std::string& out, std::uint64_t seq, const Start& start) {
    const std::size_t at = begin(out, seq);
    out += "START ";
    wire::appendNumber(out, std::int64_t{formatVersion});
    out.append(1, ' ').append(start.herd).append(1, ' ').append(start.node).append(1, ' ');
    wire::appendHex(out, start.epoch);
    out += ' ';
    wire::appendRules(out, start.rules);
    out += '\n';
    seal(out, at);
}

void appendChange(std::string& out, std::uint64_t seq, const Stamp& stamp, SeqText& seqText) {
    if (stamp.line.empty()) {
        const std::size_t at = begin(out, seq, seqText);
        wire::appendUpdate(out, stamp);
        seal(out, at);
        return;
    }
    // In one piece, since this is what a node writes most.
    const std::string_view seqDigits = seqText.of(seq);
    const std::size_t before = out.size();
    out.resize(before + headBytes + seqDigits.size() + stamp.line.size() + 2);
    char* const record = out.data() + before;
    char* at = std::copy(seqDigits.begin(), seqDigits.end(), record + headBytes);
    *at++ = ' ';
    at = std::copy(stamp.line.begin(), stamp.line.end(), at);
    seal(record, at);
    *at = '\n';
}

void appendChange(std::string& out, std::uint64_t seq, const Stamp& stamp) {
    SeqText seqText;
    appendChange(out, seq, stamp, seqText);
}

void appendGot(std::string& out, std::uint64_t seq, const Got& got) {
    const std::size_t at = begin(out, seq);
    out.append("GOT ").append(got.peer).append(1, ' ');
    wire::appendHex(out, got.position.epoch);
    out += ' ';
    wire::appendNumber(out, got.position.seq);
    out += '\n';
    seal(out, at);
}

void appendWhole(std::string& out, std::uint64_t seq, std::uint64_t clients) {
    const std::size_t at = begin(out, seq);
    out += "WHOLE ";
    wire::appendNumber(out, clients);
    out += '\n';
    seal(out, at);
}

}  // namespace herd::record
