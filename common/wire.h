// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "common/message.h"

/// The whole grammar of the text lines. Lines come in without their LF and go out with it.
/// Formatting what was parsed gives the same bytes back; only the extensions that a newer HELLO may
/// carry are dropped.
namespace herd::wire {

inline constexpr std::size_t clientIdBytesMax = 1024;
inline constexpr std::size_t nameBytesMax = 64;
inline constexpr std::size_t nonceBytesMax = 64;
/// Of the hash of a client's id in a tombstone.
inline constexpr std::size_t clientHashHexDigits = 32;
inline constexpr int boundMax = 20;
inline constexpr std::int64_t radiusMillimetresMax = 50'000'000;

/// Numbers one DIGEST or NEED line can carry at most.
inline constexpr std::size_t digestSumsMax = 256;

/// Names of nodes and herds: 1 to 64 of `A-Z a-z 0-9 . _ -`.
[[nodiscard]] bool isName(std::string_view text);

/// Whether a client may call itself so: 1 to `clientIdBytesMax` bytes, none of them white space.
[[nodiscard]] bool isClientId(std::string_view text);

/// Reads a line of the client port. Fields are separated by one or more of the six white-space
/// bytes; a trailing CR is white space too. Only IAMAT and WHATSAT are messages there.
[[nodiscard]] ClientMessage parseClientLine(std::string_view line);

/// Reads a line of a peer connection or of the journal. Canonical spelling only: single spaces,
/// nothing around them, numbers without needless zeros, an AT line with its canonical diff, which
/// is the stamp's `line` then.
[[nodiscard]] PeerMessage parsePeerLine(std::string_view line);

/// One word, `future_skew_max_s=N,ttl_s=N`, as HELLO and the journal spell the rules.
[[nodiscard]] std::optional<HerdRules> parseRules(std::string_view text);
void appendRules(std::string& out, const HerdRules& rules);

/// `AT <origin> <diff> <client> <position> <time>`: answer, update and record alike.
void appendAt(std::string& out, const Stamp& stamp);

/// `FORGET <origin> <rx> <hash>`: update and record of a tombstone.
void appendForget(std::string& out, const Stamp& tombstone);
/// The one or the other, as the stamp is; its `line` is taken where there is one.
void appendUpdate(std::string& out, const Stamp& stamp);

/// `? ` and a copy of the line, its CR at the end left off.
void appendInvalid(std::string& out, std::string_view line);

void appendHello(std::string& out, const Hello& hello);
/// `hex`: 64 digits, lower case.
void appendProof(std::string& out, std::string_view hex);
void appendMark(std::string& out, std::uint64_t seq);
void appendAck(std::string& out, std::uint64_t seq);
void appendPing(std::string& out, const Heartbeat& heartbeat);
void appendPong(std::string& out, const Heartbeat& heartbeat);
void appendDigestTop(std::string& out, std::span<const std::uint64_t> sums);
/// `superBucketCount`: a multiple of four, 4 to `digestSumsMax`.
void appendNeed(std::string& out, const Need& need);
void appendDigestDetail(std::string& out, std::uint32_t superBucket,
                        std::span<const std::uint64_t> sums);
/// `reason`: one word of name characters.
void appendBye(std::string& out, std::string_view reason);

}  // namespace herd::wire
