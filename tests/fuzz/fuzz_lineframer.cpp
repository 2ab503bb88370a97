// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <string>
#include <vector>

#include "common/check.h"
#include "common/lineframer.h"
#include "tests/fuzz/fuzzinput.h"

using namespace herd;

namespace {

constexpr std::size_t lineBytesMax = 16;

/// What a reader sees of a stream: its lines, then what stands behind the last one, or that a line
/// was too long.
struct Seen {
    std::vector<std::string> lines;
    std::string rest;
    bool tooLong = false;

    bool operator==(const Seen&) const = default;
};

/// Takes what the framer has, at most `budget` lines at a time.
void take(LineFramer& framer, std::size_t budget, Seen& seen) {
    std::string_view line;
    LineFramer::Status status = LineFramer::Status::line;
    while (status == LineFramer::Status::line && budget-- > 0) {
        status = framer.next(line);
        if (status == LineFramer::Status::line) {
            seen.lines.emplace_back(line);
        }
    }
    seen.tooLong = status == LineFramer::Status::tooLong;
}

Seen inOnePiece(std::string_view text) {
    LineFramer framer(lineBytesMax);
    Seen seen;
    framer.feed(text);
    take(framer, text.size() + 1, seen);
    if (!seen.tooLong) {
        seen.rest = framer.rest();
    }
    return seen;
}

}  // namespace

/// However a stream is cut into pieces, its lines are the same.
int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    FuzzInput input(data, size);
    const std::size_t budget = 1 + input.takeByte() % 4;
    std::vector<std::size_t> pieces;
    for (std::size_t count = input.takeByte() % 8; count > 0; --count) {
        pieces.push_back(1 + input.takeByte() % 32);
    }
    const std::string_view text = input.rest();
    const Seen whole = inOnePiece(text);

    LineFramer framer(lineBytesMax);
    Seen seen;
    std::string chunk;
    for (std::size_t at = 0, piece = 0; at < text.size() && !seen.tooLong; ++piece) {
        const std::size_t bytes =
            std::min(piece < pieces.size() ? pieces[piece] : text.size(), text.size() - at);
        chunk.assign(text.substr(at, bytes));
        at += bytes;
        framer.feed(chunk);
        do {
            take(framer, budget, seen);
            framer.keepRest();
            chunk.assign(chunk.size(), '#');  // what was kept must not lie in the chunk
        } while (framer.ready() && !seen.tooLong);
    }
    if (!seen.tooLong) {
        seen.rest = framer.rest();
    }
    HERD_CHECK(seen == whole);
    for (const std::string& line : whole.lines) {
        HERD_CHECK(line.size() <= lineBytesMax && line.find('\n') == std::string::npos);
    }
    return 0;
}
