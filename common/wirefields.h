// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "common/ascii.h"
#include "common/check.h"
#include "common/wire.h"
#include "common/wirewords.h"

/// Fields of canonical lines, read and written: single spaces, numbers without needless zeros. For
/// the grammar of peer lines and for the journal's records.
namespace herd::wire {

/// Takes the field up to the next single space; nothing when it would be empty.
inline std::optional<std::string_view> takeWord(std::string_view& rest) {
    const std::size_t length = std::min(rest.find(' '), rest.size());
    if (length == 0) {
        return std::nullopt;
    }
    const std::string_view word = rest.substr(0, length);
    rest.remove_prefix(length);
    if (rest.size() == 1) {
        return std::nullopt;  // a space at the end of the line
    }
    if (!rest.empty()) {
        rest.remove_prefix(1);
    }
    return word;
}

template <typename Number>
std::optional<Number> parseDecimal(std::string_view text) {
    if (text.empty() || !isDigit(text.front()) || (text.size() > 1 && text.front() == '0')) {
        return std::nullopt;
    }
    Number number{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size()) {
        return std::nullopt;
    }
    return number;
}

inline std::optional<std::uint64_t> parseHex(std::string_view text) {
    std::uint64_t number = 0;
    const bool spelled = text.size() == hexDigits && isHex(text);
    if (!spelled) {
        return std::nullopt;
    }
    std::from_chars(text.data(), text.data() + text.size(), number, 16);
    return number;
}

template <typename Number>
bool takeNumber(std::string_view& rest, Number& number) {
    const auto word = takeWord(rest);
    const auto parsed = word ? parseDecimal<Number>(*word) : std::nullopt;
    number = parsed.value_or(Number{});
    return parsed.has_value();
}

inline bool takeHex(std::string_view& rest, std::uint64_t& number) {
    const auto word = takeWord(rest);
    const auto parsed = word ? parseHex(*word) : std::nullopt;
    number = parsed.value_or(0);
    return parsed.has_value();
}

inline bool takeName(std::string_view& rest, std::string_view& name) {
    name = takeWord(rest).value_or(std::string_view());
    return isName(name);
}

inline void appendNumber(std::string& out, std::int64_t number) {
    char text[20];
    const auto [end, error] = std::to_chars(text, text + sizeof text, number);
    HERD_CHECK(error == std::errc());
    out.append(text, static_cast<std::size_t>(end - text));
}

inline void appendNumber(std::string& out, std::uint64_t number) {
    char text[20];
    const auto [end, error] = std::to_chars(text, text + sizeof text, number);
    HERD_CHECK(error == std::errc());
    out.append(text, static_cast<std::size_t>(end - text));
}

inline void appendHex(std::string& out, std::uint64_t number) {
    char text[hexDigits];
    for (std::size_t digit = hexDigits; digit-- > 0; number >>= 4) {
        text[digit] = hexAlphabet[number & 15];
    }
    out.append(text, hexDigits);
}

}  // namespace herd::wire
