// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include <algorithm>

#include "common/check.h"
#include "common/stamptail.h"
#include "common/timestamp.h"
#include "common/wire.h"
#include "common/wirefields.h"
#include "common/wirewords.h"

namespace herd::wire {

namespace {

void appendHeartbeat(std::string& out, std::string_view word, const Heartbeat& heartbeat) {
    out.append(word).append(1, ' ');
    appendNumber(out, heartbeat.wallNs);
    out += ' ';
    appendNumber(out, heartbeat.seq);
    out += ' ';
    appendHex(out, heartbeat.rootDigest);
    out += ' ';
    appendNumber(out, heartbeat.clients);
    out += '\n';
}

void appendSums(std::string& out, std::span<const std::uint64_t> sums) {
    for (const std::uint64_t sum : sums) {
        out += ' ';
        appendHex(out, sum);
    }
    out += '\n';
}

/// Puts a field and what stands behind it at `at`; returns where that ends.
char* put(char* at, std::string_view field, char behind) {
    at = std::copy(field.begin(), field.end(), at);
    *at = behind;
    return at + 1;
}

}  // namespace

/// At the size that is known before, since this is what a node does most.
void appendAt(std::string& out, const Stamp& stamp) {
    constexpr std::string_view word = "AT";
    const DiffText diffText(stamp.diffNs());
    const std::string_view diff = diffText.view();
    const StampTail tail(stamp);
    const std::size_t before = out.size();
    out.resize(before + word.size() + stamp.origin.size() + diff.size() + tail.view().size() + 4);
    char* at = put(out.data() + before, word, ' ');
    at = put(at, stamp.origin, ' ');
    at = put(at, diff, ' ');
    put(at, tail.view(), '\n');
}

void appendForget(std::string& out, const Stamp& tombstone) {
    HERD_CHECK(isClientHash(tombstone.client));
    out.append("FORGET ").append(tombstone.origin).append(1, ' ');
    appendNumber(out, tombstone.rxNs);
    out.append(1, ' ').append(tombstone.client).append(1, '\n');
}

void appendUpdate(std::string& out, const Stamp& stamp) {
    if (stamp.isTombstone()) {
        appendForget(out, stamp);
    } else if (!stamp.line.empty()) {
        out.append(stamp.line);
        out += '\n';
    } else {
        appendAt(out, stamp);
    }
}

void appendInvalid(std::string& out, std::string_view line) {
    if (line.ends_with('\r')) {
        line.remove_suffix(1);
    }
    out.append("? ").append(line).append(1, '\n');
}

void appendHello(std::string& out, const Hello& hello) {
    out += "HELLO herd/";
    appendNumber(out, std::int64_t{hello.versionMin});
    out += '-';
    appendNumber(out, std::int64_t{hello.versionMax});
    out.append(1, ' ').append(hello.herd);
    out.append(1, ' ').append(hello.from);
    out.append(1, ' ').append(hello.to);
    for (const LogPosition& position : {hello.log, hello.want}) {
        out += ' ';
        appendHex(out, position.epoch);
        out += ' ';
        appendNumber(out, position.seq);
    }
    out += ' ';
    appendNumber(out, hello.wallNs);
    out.append(1, ' ').append(hello.nonce);
    out += ' ';
    appendRules(out, hello.rules);
    out += '\n';
}

void appendRules(std::string& out, const HerdRules& rules) {
    out += futureSkewKey;
    appendNumber(out, rules.futureSkewMaxS);
    out.append(1, ',').append(ttlKey);
    appendNumber(out, rules.ttlS);
}

void appendProof(std::string& out, std::string_view hex) {
    HERD_CHECK(isProof(hex));
    out.append("PROOF ").append(hex).append(1, '\n');
}

void appendMark(std::string& out, std::uint64_t seq) {
    out += "MARK ";
    appendNumber(out, seq);
    out += '\n';
}

void appendAck(std::string& out, std::uint64_t seq) {
    out += "ACK ";
    appendNumber(out, seq);
    out += '\n';
}

void appendPing(std::string& out, const Heartbeat& heartbeat) {
    appendHeartbeat(out, "PING", heartbeat);
}

void appendPong(std::string& out, const Heartbeat& heartbeat) {
    appendHeartbeat(out, "PONG", heartbeat);
}

void appendDigestTop(std::string& out, std::span<const std::uint64_t> sums) {
    out += "DIGEST 0";
    appendSums(out, sums);
}

void appendNeed(std::string& out, const Need& need) {
    HERD_CHECK(need.superBucketCount > 0 && need.superBucketCount % 4 == 0);
    HERD_CHECK(need.superBucketCount <= digestSumsMax);
    std::string digits(need.superBucketCount / 4, '\0');
    for (const std::uint32_t superBucket : need.superBuckets) {
        HERD_CHECK(superBucket < need.superBucketCount);
        digits[superBucket / 4] = static_cast<char>(digits[superBucket / 4] | 8 >> superBucket % 4);
    }
    for (char& digit : digits) {
        digit = hexAlphabet[static_cast<unsigned char>(digit)];
    }
    out.append("NEED ").append(digits).append(1, '\n');
}

void appendDigestDetail(std::string& out, std::uint32_t superBucket,
                        std::span<const std::uint64_t> sums) {
    out += "DIGEST 1 ";
    appendNumber(out, std::uint64_t{superBucket});
    appendSums(out, sums);
}

void appendBye(std::string& out, std::string_view reason) {
    HERD_CHECK(isName(reason));
    out.append("BYE ").append(reason).append(1, '\n');
}

}  // namespace herd::wire
