// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "tests/bench/leaniamat.h"

#include <array>
#include <cstring>

#include "common/ascii.h"
#include "common/position.h"
#include "common/timestamp.h"
#include "common/wire.h"

namespace herd::bench {

namespace {

constexpr std::size_t fractionDigits = 9;
constexpr std::size_t diffBytesMax = 21;

constexpr std::array<std::uint32_t, fractionDigits + 1> powersOfTen = {
    1, 10, 100, 1'000, 10'000, 100'000, 1'000'000, 10'000'000, 100'000'000, 1'000'000'000};

/// Reads one line from its first byte to its last.
class Reader {
  public:
    explicit Reader(std::string_view line) : at_(line.data()), end_(at_ + line.size()) {}

    const char* at() const { return at_; }
    bool atEnd() const { return at_ == end_; }
    bool atFieldEnd() const { return atEnd() || isWhiteSpace(*at_); }
    std::string_view since(const char* start) const {
        return {start, static_cast<std::size_t>(at_ - start)};
    }

    void skipWhiteSpace() {
        while (!atEnd() && isWhiteSpace(*at_)) {
            ++at_;
        }
    }
    void skipField() {
        const char* at = at_;
        while (at != end_ && !isWhiteSpace(*at)) {
            ++at;
        }
        at_ = at;
    }
    bool take(std::string_view word) {
        const bool here = static_cast<std::size_t>(end_ - at_) >= word.size() &&
                          std::memcmp(at_, word.data(), word.size()) == 0;
        at_ += here ? word.size() : 0;
        return here;
    }
    bool takeSign() {
        const bool here = !atEnd() && (*at_ == '+' || *at_ == '-');
        at_ += here ? 1 : 0;
        return here;
    }
    /// One digit or more; false without any and when the number passes `most`, 10^18 at most.
    bool takeNumber(std::uint64_t most, std::uint64_t& number) {
        const char* const start = at_;
        const char* at = start;
        std::uint64_t value = 0;
        while (at != end_ && isDigit(*at) && value <= most) {
            value = value * 10 + static_cast<std::uint64_t>(*at - '0');
            ++at;
        }
        at_ = at;
        number = value;
        return at != start && value <= most;
    }
    /// One digit or more of any number; tells whether one of them is not zero.
    bool takeFraction(bool& anyNotZero) {
        const char* const start = at_;
        const char* at = start;
        int bits = 0;
        while (at != end_ && isDigit(*at)) {
            bits |= *at - '0';
            ++at;
        }
        at_ = at;
        anyNotZero = bits != 0;
        return at != start;
    }

  private:
    const char* at_;
    const char* end_;
};

bool takeCoordinate(Reader& reader, std::uint64_t degreesMax) {
    std::uint64_t degrees = 0;
    bool more = false;
    if (!reader.takeSign() || !reader.takeNumber(degreesMax, degrees)) {
        return false;
    }
    if (reader.take(".") && !reader.takeFraction(more)) {
        return false;
    }
    return degrees < degreesMax || !more;
}

bool takeTime(Reader& reader, std::int64_t& timeNs) {
    constexpr std::uint64_t secondsMax = INT64_MAX / nanosecondsPerSecond;
    std::uint64_t seconds = 0;
    std::uint64_t fraction = 0;
    if (!reader.takeNumber(secondsMax, seconds)) {
        return false;
    }
    if (reader.take(".")) {
        const char* const start = reader.at();
        if (!reader.takeNumber(powersOfTen[fractionDigits] - 1, fraction)) {
            return false;
        }
        const std::size_t digits = reader.since(start).size();
        if (digits > fractionDigits) {
            return false;
        }
        fraction *= powersOfTen[fractionDigits - digits];
    }
    const std::uint64_t sum = seconds * nanosecondsPerSecond + fraction;
    timeNs = static_cast<std::int64_t>(sum);
    return sum <= INT64_MAX;
}

/// Writes `digits` digits before `end`, two at a time.
char* writeBefore(char* end, std::uint32_t number, std::size_t digits) {
    static constexpr char pairs[] =
        "00010203040506070809101112131415161718192021222324252627282930313233343536373839"
        "40414243444546474849505152535455565758596061626364656667686970717273747576777879"
        "8081828384858687888990919293949596979899";
    for (; digits >= 2; digits -= 2) {
        end -= 2;
        std::memcpy(end, pairs + number % 100 * 2, 2);
        number /= 100;
    }
    if (digits == 1) {
        *--end = static_cast<char>('0' + number % 10);
    }
    return end;
}

char* writeDiff(char* to, std::int64_t diffNs) {
    *to++ = diffNs < 0 ? '-' : '+';
    const auto magnitude = static_cast<std::uint64_t>(diffNs < 0 ? -diffNs : diffNs);
    const std::uint64_t seconds = magnitude / nanosecondsPerSecond;
    char text[10];
    char* first = text + sizeof text;
    std::uint64_t left = seconds;
    do {
        *--first = static_cast<char>('0' + left % 10);
        left /= 10;
    } while (left != 0);
    const auto wholeBytes = static_cast<std::size_t>(text + sizeof text - first);
    std::memcpy(to, first, wholeBytes);
    to += wholeBytes;
    *to = '.';
    writeBefore(to + 1 + fractionDigits,
                static_cast<std::uint32_t>(magnitude - seconds * nanosecondsPerSecond),
                fractionDigits);
    return to + 1 + fractionDigits;
}

char* append(char* to, std::string_view text) {
    std::memcpy(to, text.data(), text.size());
    return to + text.size();
}

}  // namespace

std::optional<LeanIamat> parseLeanIamat(std::string_view line) {
    LeanIamat iamat;
    Reader reader(line);
    reader.skipWhiteSpace();
    if (!reader.take("IAMAT") || !reader.atFieldEnd()) {
        return std::nullopt;
    }
    reader.skipWhiteSpace();
    const char* start = reader.at();
    reader.skipField();
    iamat.client = reader.since(start);
    reader.skipWhiteSpace();
    start = reader.at();
    if (!takeCoordinate(reader, 90) || !takeCoordinate(reader, 180) || !reader.atFieldEnd()) {
        return std::nullopt;
    }
    iamat.position = reader.since(start);
    reader.skipWhiteSpace();
    start = reader.at();
    if (!takeTime(reader, iamat.timeNs) || !reader.atFieldEnd()) {
        return std::nullopt;
    }
    iamat.time = reader.since(start);
    reader.skipWhiteSpace();
    if (!reader.atEnd() || iamat.client.size() > wire::clientIdBytesMax ||
        iamat.position.size() > positionBytesMax || iamat.time.size() > timeBytesMax) {
        return std::nullopt;
    }
    return iamat;
}

void appendLeanAnswer(std::string& out, std::string_view prefix, const LeanIamat& iamat,
                      std::int64_t rxNs) {
    const std::size_t before = out.size();
    out.resize(before + prefix.size() + diffBytesMax + iamat.client.size() + iamat.position.size() +
               iamat.time.size() + 4);
    char* to = append(out.data() + before, prefix);
    to = writeDiff(to, rxNs - iamat.timeNs);
    *to++ = ' ';
    to = append(to, iamat.client);
    *to++ = ' ';
    to = append(to, iamat.position);
    *to++ = ' ';
    to = append(to, iamat.time);
    *to++ = '\n';
    out.resize(static_cast<std::size_t>(to - out.data()));
}

}  // namespace herd::bench
