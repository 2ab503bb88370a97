// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <string>

#include "common/check.h"
#include "common/wire.h"
#include "tests/fuzz/fuzzinput.h"

using namespace herd;

namespace {

constexpr std::string_view whiteSpace = " \t\r\n\f\v";

/// The same words with another white space between them and around.
std::string spacedAnew(std::string_view line, char space) {
    std::string text(1, space);
    for (const char byte : line) {
        text.append(whiteSpace.find(byte) == std::string_view::npos ? std::string(1, byte)
                                                                    : std::string(2, space));
    }
    return text + space;
}

void checkClientLine(std::string_view line) {
    const ClientMessage message = wire::parseClientLine(line);
    const bool blank = line.find_first_not_of(whiteSpace) == std::string_view::npos;
    HERD_CHECK(std::holds_alternative<Blank>(message) == blank);
    for (const char space : whiteSpace) {
        const std::string spaced = spacedAnew(line, space);
        HERD_CHECK(wire::parseClientLine(spaced) == message);
    }
    if (const auto* const iamat = std::get_if<Iamat>(&message)) {
        Stamp stamp;
        stamp.client = iamat->client;
        stamp.origin = "node";
        stamp.position = iamat->position;
        stamp.time = iamat->time;
        stamp.timeNs = iamat->timeNs;
        stamp.rxNs = 1;
        std::string at;
        wire::appendAt(at, stamp);
        at.pop_back();
        const PeerMessage told = wire::parsePeerLine(at);
        HERD_CHECK(told == PeerMessage(At{stamp}));
    }
    if (const auto* const whatsat = std::get_if<Whatsat>(&message)) {
        HERD_CHECK(whatsat->radiusMillimetres > 0 && whatsat->bound > 0);
        HERD_CHECK(whatsat->radiusMillimetres <= wire::radiusMillimetresMax);
        HERD_CHECK(whatsat->bound <= wire::boundMax);
    }
}

/// Writes a message the way a node does.
struct Formatter {
    std::string& out;

    void operator()(const Malformed&) const { HERD_CHECK(false); }
    void operator()(const Hello& message) const { wire::appendHello(out, message); }
    void operator()(const Proof& message) const { wire::appendProof(out, message.hex); }
    void operator()(const At& message) const { wire::appendAt(out, message.stamp); }
    void operator()(const Forget& message) const { wire::appendForget(out, message.stamp); }
    void operator()(const Mark& message) const { wire::appendMark(out, message.seq); }
    void operator()(const Ack& message) const { wire::appendAck(out, message.seq); }
    void operator()(const Ping& message) const { wire::appendPing(out, message); }
    void operator()(const Pong& message) const { wire::appendPong(out, message); }
    void operator()(const DigestTop& message) const { wire::appendDigestTop(out, message.sums); }
    void operator()(const Need& message) const { wire::appendNeed(out, message); }
    void operator()(const DigestDetail& message) const {
        wire::appendDigestDetail(out, message.superBucket, message.sums);
    }
    void operator()(const Bye& message) const { wire::appendBye(out, message.reason); }
};

void checkPeerLine(std::string_view line) {
    const PeerMessage message = wire::parsePeerLine(line);
    if (std::holds_alternative<Malformed>(message)) {
        return;
    }
    std::string again;
    std::visit(Formatter{again}, message);
    HERD_CHECK(again.ends_with('\n') && std::count(again.begin(), again.end(), '\n') == 1);
    again.pop_back();
    // A HELLO may carry more than this version knows, which is dropped; all else has one spelling.
    HERD_CHECK(std::holds_alternative<Hello>(message) ? line.starts_with(again) : again == line);
}

}  // namespace

/// Lines of clients mean the same however their words are spaced, and lines of peers have only the
/// spelling in which a node would say them.
int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string_view line = FuzzInput(data, size).rest();
    line = line.substr(0, line.find('\n'));
    checkClientLine(line);
    checkPeerLine(line);
    return 0;
}
