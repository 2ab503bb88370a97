// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "common/wire.h"

#include <algorithm>
#include <optional>

#include "common/ascii.h"
#include "common/position.h"
#include "common/timestamp.h"
#include "common/wirefields.h"
#include "common/wirewords.h"

namespace herd::wire {

namespace {

constexpr bool isNameByte(char byte) {
    return (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z') || isDigit(byte) ||
           byte == '.' || byte == '_' || byte == '-';
}

bool hasWhiteSpace(std::string_view text) {
    return std::any_of(text.begin(), text.end(), isWhiteSpace);
}

/// Of a field, which has no white space.
bool hasClientIdLength(std::string_view text) {
    return !text.empty() && text.size() <= clientIdBytesMax;
}

/// What `text` has lost at its front.
std::string_view taken(std::string_view text, std::string_view rest) {
    return text.substr(0, text.size() - rest.size());
}

/// Position and time say themselves where they end; what stands behind them must agree.
ClientMessage parseIamat(std::string_view rest) {
    Iamat iamat;
    iamat.client = takeField(rest);
    skipWhiteSpace(rest);
    std::string_view text = rest;
    const bool somewhere = skipPosition(rest);
    iamat.position = taken(text, rest);
    const bool apart = skipWhiteSpace(rest) > 0;
    text = rest;
    const std::optional<std::int64_t> timeNs = takeTime(rest);
    iamat.time = taken(text, rest);
    skipWhiteSpace(rest);
    if (!hasClientIdLength(iamat.client) || !somewhere || !apart || !timeNs || !rest.empty()) {
        return Malformed();
    }
    iamat.timeNs = *timeNs;
    return iamat;
}

/// Kilometres to millimetres, rounded down but never to zero; nothing outside (0, 50 km].
std::optional<std::int64_t> parseRadius(std::string_view text) {
    const std::optional<Decimal> radius = takeDecimal(text, 6);
    const bool past = !radius || radius->scaled > radiusMillimetresMax ||
                      (radius->scaled == radiusMillimetresMax && !radius->exact);
    if (past || !text.empty() || (radius->scaled == 0 && radius->exact)) {
        return std::nullopt;
    }
    return std::max<std::int64_t>(radius->scaled, 1);
}

std::optional<int> parseBound(std::string_view text) {
    const bool spelled = text.find('.') == std::string_view::npos;
    const std::optional<Decimal> bound = takeDecimal(text, 0);
    if (!spelled || !bound || !text.empty() || bound->scaled < 1 || bound->scaled > boundMax) {
        return std::nullopt;
    }
    return static_cast<int>(bound->scaled);
}

ClientMessage parseWhatsat(std::string_view rest) {
    Whatsat whatsat;
    whatsat.client = takeField(rest);
    const std::optional<std::int64_t> radius = parseRadius(takeField(rest));
    const std::optional<int> bound = parseBound(takeField(rest));
    if (!takeField(rest).empty() || !hasClientIdLength(whatsat.client) || !radius || !bound) {
        return Malformed();
    }
    whatsat.radiusMillimetres = *radius;
    whatsat.bound = *bound;
    return whatsat;
}

PeerMessage parseAt(std::string_view rest) {
    Stamp stamp;
    const bool named = takeName(rest, stamp.origin);
    const std::optional<std::int64_t> diffNs =
        parseDiff(takeWord(rest).value_or(std::string_view()));
    stamp.client = takeWord(rest).value_or(std::string_view());
    std::string_view text = rest;
    const bool somewhere = skipPosition(rest);
    stamp.position = taken(text, rest);
    const bool apart = rest.starts_with(' ');
    stamp.time = rest.substr(apart ? 1 : 0);
    const std::optional<std::int64_t> timeNs = parseTime(stamp.time);
    if (!named || !diffNs || !isClientId(stamp.client) || !somewhere || !apart || !timeNs) {
        return Malformed();
    }
    stamp.timeNs = *timeNs;
    if (__builtin_add_overflow(*timeNs, *diffNs, &stamp.rxNs) || stamp.rxNs < 0) {
        return Malformed();
    }
    return At{stamp};
}

PeerMessage parseForget(std::string_view rest) {
    Stamp tombstone;
    const bool read = takeName(rest, tombstone.origin) && takeNumber(rest, tombstone.rxNs);
    tombstone.timeNs = tombstone.rxNs;
    tombstone.client = rest;
    return read && isClientHash(rest) ? PeerMessage(Forget{tombstone}) : Malformed();
}

bool parseVersions(std::string_view text, Hello& hello) {
    constexpr std::string_view prefix = "herd/";
    const std::size_t dash = text.find('-');
    if (!text.starts_with(prefix) || dash == std::string_view::npos) {
        return false;
    }
    const auto low = parseDecimal<int>(text.substr(prefix.size(), dash - prefix.size()));
    const auto high = parseDecimal<int>(text.substr(dash + 1));
    hello.versionMin = low.value_or(0);
    hello.versionMax = high.value_or(0);
    return low && high && *low <= *high;
}

bool takeRules(std::string_view& rest, HerdRules& rules) {
    const auto word = takeWord(rest);
    const std::optional<HerdRules> parsed = word ? parseRules(*word) : std::nullopt;
    rules = parsed.value_or(HerdRules());
    return parsed.has_value();
}

/// Whether everything left is `key=value` words, which a newer version may send.
bool onlyExtensions(std::string_view rest) {
    while (!rest.empty()) {
        const auto word = takeWord(rest);
        const std::size_t equals = word ? word->find('=') : std::string_view::npos;
        if (equals == std::string_view::npos || !isName(word->substr(0, equals)) ||
            hasWhiteSpace(*word)) {
            return false;
        }
    }
    return true;
}

PeerMessage parseHello(std::string_view rest) {
    Hello hello;
    const bool read = parseVersions(takeWord(rest).value_or(std::string_view()), hello) &&
                      takeName(rest, hello.herd) && takeName(rest, hello.from) &&
                      takeName(rest, hello.to) && takeHex(rest, hello.log.epoch) &&
                      takeNumber(rest, hello.log.seq) && takeHex(rest, hello.want.epoch) &&
                      takeNumber(rest, hello.want.seq) && takeNumber(rest, hello.wallNs) &&
                      takeName(rest, hello.nonce) && takeRules(rest, hello.rules) &&
                      onlyExtensions(rest);
    return read ? PeerMessage(hello) : Malformed();
}

PeerMessage parseProof(std::string_view rest) {
    return isProof(rest) ? PeerMessage(Proof{rest}) : Malformed();
}

template <typename Message>
PeerMessage parseSeq(std::string_view rest) {
    Message message;
    return takeNumber(rest, message.seq) && rest.empty() ? PeerMessage(message) : Malformed();
}

template <typename Message>
PeerMessage parseHeartbeat(std::string_view rest) {
    Message message;
    const bool read = takeNumber(rest, message.wallNs) && takeNumber(rest, message.seq) &&
                      takeHex(rest, message.rootDigest) && takeNumber(rest, message.clients);
    return read && rest.empty() ? PeerMessage(message) : Malformed();
}

bool takeSums(std::string_view rest, std::vector<std::uint64_t>& sums) {
    while (!rest.empty() && sums.size() < digestSumsMax) {
        std::uint64_t sum = 0;
        if (!takeHex(rest, sum)) {
            return false;
        }
        sums.push_back(sum);
    }
    return rest.empty() && !sums.empty();
}

PeerMessage parseDigest(std::string_view rest) {
    std::uint32_t level = 0;
    if (!takeNumber(rest, level) || level > 1) {
        return Malformed();
    }
    if (level == 0) {
        DigestTop top;
        return takeSums(rest, top.sums) ? PeerMessage(std::move(top)) : Malformed();
    }
    DigestDetail detail;
    const bool read = takeNumber(rest, detail.superBucket) && takeSums(rest, detail.sums);
    return read ? PeerMessage(std::move(detail)) : Malformed();
}

PeerMessage parseNeed(std::string_view rest) {
    Need need;
    if (rest.empty() || rest.size() * 4 > digestSumsMax) {
        return Malformed();
    }
    for (const char digit : rest) {
        const std::size_t value = hexAlphabet.find(digit);
        if (value == std::string_view::npos) {
            return Malformed();
        }
        for (std::uint32_t bit = 0; bit < 4; ++bit) {
            if ((value >> (3 - bit) & 1) != 0) {
                need.superBuckets.push_back(need.superBucketCount + bit);
            }
        }
        need.superBucketCount += 4;
    }
    return need;
}

PeerMessage parseBye(std::string_view rest) {
    return isName(rest) ? PeerMessage(Bye{rest}) : Malformed();
}

}  // namespace

bool isName(std::string_view text) {
    if (text.empty() || text.size() > nameBytesMax) {
        return false;
    }
    for (const char byte : text) {
        if (!isNameByte(byte)) {
            return false;
        }
    }
    return true;
}

bool isClientId(std::string_view text) {
    return hasClientIdLength(text) && !hasWhiteSpace(text);
}

std::optional<HerdRules> parseRules(std::string_view text) {
    const std::size_t comma = text.find(',');
    if (comma == std::string_view::npos || !text.starts_with(futureSkewKey) ||
        !text.substr(comma + 1).starts_with(ttlKey)) {
        return std::nullopt;
    }
    const auto skew =
        parseDecimal<std::int64_t>(text.substr(futureSkewKey.size(), comma - futureSkewKey.size()));
    const auto ttl = parseDecimal<std::int64_t>(text.substr(comma + 1 + ttlKey.size()));
    if (!skew || !ttl) {
        return std::nullopt;
    }
    return HerdRules{*skew, *ttl};
}

ClientMessage parseClientLine(std::string_view line) {
    // Nearly every line begins so.
    constexpr std::string_view report = "IAMAT ";
    if (line.starts_with(report)) {
        return parseIamat(line.substr(report.size()));
    }
    const std::string_view command = takeField(line);
    if (command == "IAMAT") {
        return parseIamat(line);
    }
    if (command == "WHATSAT") {
        return parseWhatsat(line);
    }
    return command.empty() ? ClientMessage(Blank()) : Malformed();
}

PeerMessage parsePeerLine(std::string_view line) {
    struct Word {
        std::string_view word;
        PeerMessage (*parse)(std::string_view rest);
    };
    static constexpr Word words[] = {
        {"AT", parseAt},
        {"FORGET", parseForget},
        {"MARK", parseSeq<Mark>},
        {"ACK", parseSeq<Ack>},
        {"PING", parseHeartbeat<Ping>},
        {"PONG", parseHeartbeat<Pong>},
        {"HELLO", parseHello},
        {"PROOF", parseProof},
        {"DIGEST", parseDigest},
        {"NEED", parseNeed},
        {"BYE", parseBye},
    };
    std::string_view rest = line;
    const std::optional<std::string_view> command = takeWord(rest);
    for (const Word& word : words) {
        if (command == word.word) {
            PeerMessage message = word.parse(rest);
            if (At* const at = std::get_if<At>(&message)) {
                at->stamp.line = line;
            }
            return message;
        }
    }
    return Malformed();
}

}  // namespace herd::wire
