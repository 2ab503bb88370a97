// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "common/tomlparse.h"

#include <algorithm>
#include <string>
#include <utility>

namespace herd {

namespace {

constexpr std::size_t parserMessageBytesMax = 256;
constexpr std::string_view byteOrderMark = "\xef\xbb\xbf";

bool isAscii(char byte) {
    return static_cast<unsigned char>(byte) < 0x80;
}

TableReader::Problem letterProblem(std::uint32_t line) {
    return {line, QStringLiteral("letters outside ASCII may stand in comments and strings only, "
                                 "and there not behind a backslash")};
}

TableReader::Problem parserProblem(const toml::parse_error& error) {
    QString message = printable(error.description(), parserMessageBytesMax);
    message.replace(QLatin1String("Error while"), QLatin1String("error while"));
    return {error.source().begin.line, message};
}

/// The byte at a place of the text; NUL where there is none.
char byteAt(std::string_view text, const toml::source_position& place) {
    for (std::uint32_t line = 1; line < place.line && !text.empty(); ++line) {
        text.remove_prefix(std::min(text.find('\n'), text.size() - 1) + 1);
    }
    return place.column >= 1 && place.column <= text.size() ? text[place.column - 1] : '\0';
}

/// The line of the first letter that is the first thing after a backslash at the end of a line
/// before; 0: there is none. Also of one in a literal string, where the backslash means itself.
std::uint32_t joinedLetterLine(std::string_view text) {
    constexpr std::string_view whiteSpace = " \t\r\n";
    for (std::size_t at = 1; at < text.size(); ++at) {
        if (isAscii(text[at]) || whiteSpace.find(text[at - 1]) == std::string_view::npos) {
            continue;
        }
        const std::size_t before = text.find_last_not_of(whiteSpace, at - 1);
        const bool joined = before != std::string_view::npos && text[before] == '\\' &&
                            text.substr(before, at - before).find('\n') != std::string_view::npos;
        if (joined) {
            const auto breaks = std::count(text.begin(), text.begin() + std::ptrdiff_t(at), '\n');
            return static_cast<std::uint32_t>(breaks) + 1;
        }
    }
    return 0;
}

/// The parser itself says where comments and strings are: with marks that it takes nowhere else in
/// the place of all bytes outside ASCII it finds no mistake, or the text has one.
std::optional<TableReader::Problem> problemWithLetters(std::string_view text) {
    std::string marked(text);
    std::replace_if(
        marked.begin(), marked.end(), [](char byte) { return !isAscii(byte); }, '!');
    const toml::parse_result parsed = toml::parse(marked);
    if (!parsed) {
        const toml::source_position& place = parsed.error().source().begin;
        return isAscii(byteAt(text, place)) ? parserProblem(parsed.error())
                                            : letterProblem(place.line);
    }
    const std::uint32_t joinedLine = joinedLetterLine(text);
    return joinedLine > 0 ? std::optional(letterProblem(joinedLine)) : std::nullopt;
}

}  // namespace

std::variant<toml::table, TableReader::Problem> parseToml(std::string_view text) {
    if (text.starts_with(byteOrderMark)) {
        text.remove_prefix(byteOrderMark.size());
    }
    if (!std::ranges::all_of(text, isAscii)) {
        if (const std::optional<TableReader::Problem> problem = problemWithLetters(text)) {
            return *problem;
        }
    }
    toml::parse_result parsed = toml::parse(text);
    if (!parsed) {
        return parserProblem(parsed.error());
    }
    return std::move(parsed).table();
}

}  // namespace herd
