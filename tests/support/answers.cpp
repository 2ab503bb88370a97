// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "tests/support/answers.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <algorithm>
#include <charconv>
#include <chrono>

namespace herd {

namespace {

constexpr std::string_view digits = "0123456789";
constexpr std::string_view whiteInLine = " \t\r\f\v";
constexpr std::int64_t nanosecondsPerSecond = 1'000'000'000;
constexpr std::size_t fractionDigits = 9;

std::size_t countDigits(std::string_view text) {
    return std::min(text.find_first_not_of(digits), text.size());
}

/// The length of a diff at the beginning of the text: sign, whole number without needless zeros,
/// point, nine digits; 0 for any other spelling.
std::size_t diffLength(std::string_view text) {
    if (text.empty() || (text[0] != '+' && text[0] != '-')) {
        return 0;
    }
    const std::size_t whole = countDigits(text.substr(1));
    const std::size_t length = 1 + whole + 1 + fractionDigits;
    const bool zeros = whole > 1 && text[1] == '0';
    if (whole == 0 || zeros || text.size() < length || text[1 + whole] != '.' ||
        countDigits(text.substr(2 + whole, fractionDigits)) != fractionDigits) {
        return 0;
    }
    return text.substr(0, length) == "-0.000000000" ? 0 : length;
}

/// Seconds with up to nine digits behind the point.
std::optional<std::int64_t> nanoseconds(std::string_view text) {
    const std::size_t whole = countDigits(text);
    std::string number(text.substr(0, whole));
    std::string_view fraction = text.substr(whole);
    if (!fraction.empty()) {
        fraction.remove_prefix(1);
        if (text[whole] != '.' || fraction.empty() || fraction.size() > fractionDigits) {
            return std::nullopt;
        }
    }
    number.append(fraction).append(fractionDigits - fraction.size(), '0');
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), value);
    const bool complete = end == number.data() + number.size();
    return whole > 0 && error == std::errc() && complete ? std::optional(value) : std::nullopt;
}

QString differsAt(std::string_view expected, std::string_view answer, std::size_t offset) {
    const std::size_t from = offset - std::min<std::size_t>(offset, 60);
    return QStringLiteral("differs at byte %1: expected …%2… got …%3… of %4 bytes")
        .arg(offset)
        .arg(readable(expected.substr(0, 120)), readable(answer.substr(from, 180)))
        .arg(answer.size());
}

/// Takes the JSON up to the empty line behind it, and says what is wrong with it.
QString takePlaces(std::string_view placeholder, std::string_view answer, std::size_t& offset) {
    int bound = 0;
    std::from_chars(placeholder.data(), placeholder.data() + placeholder.size(), bound);
    const std::size_t end = answer.find("\n\n", offset);
    if (end == std::string_view::npos) {
        return QStringLiteral("no empty line behind the JSON: %1")
            .arg(readable(answer.substr(offset, 200)));
    }
    const QString wrong = checkPlaces(answer.substr(offset, end - offset), bound);
    offset = end;
    return wrong;
}

/// The bytes of the answer that a placeholder stands for; what is wrong when they do not fit.
QString takePlaceholder(std::string_view name, std::string_view answer, std::size_t& offset) {
    constexpr std::string_view places = "places:";
    const std::string_view rest = answer.substr(offset);
    if (name == "white") {
        offset += std::min(rest.find_first_not_of(whiteInLine), rest.size());
        return QString();
    }
    if (name == "diff") {
        const std::size_t length = diffLength(rest);
        offset += length;
        return length > 0 ? QString()
                          : QStringLiteral("no diff: %1").arg(readable(rest.substr(0, 80)));
    }
    if (name.starts_with(places)) {
        return takePlaces(name.substr(places.size()), answer, offset);
    }
    return QStringLiteral("unknown placeholder %1 in the test").arg(readable(name));
}

}  // namespace

std::optional<AtLine> AtLine::read(std::string_view line) {
    if (line.ends_with('\n')) {
        line.remove_suffix(1);
    }
    std::string fields[6];
    for (std::string& field : fields) {
        const std::size_t length = std::min(line.find(' '), line.size());
        field = line.substr(0, length);
        line.remove_prefix(std::min(length + 1, line.size()));
    }
    const auto time = nanoseconds(fields[5]);
    const std::string_view diff = fields[2];
    if (fields[0] != "AT" || fields[1].empty() || fields[3].empty() || fields[4].empty() ||
        !line.empty() || diff.empty() || diffLength(diff) != diff.size() || !time) {
        return std::nullopt;
    }
    const auto size = nanoseconds(diff.substr(1));
    if (!size) {
        return std::nullopt;
    }
    const std::int64_t rx = diff[0] == '-' ? *time - *size : *time + *size;
    return AtLine{fields[1], fields[2], fields[3], fields[4], fields[5], *time, rx};
}

std::int64_t wallClockNs() {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::nanoseconds>(now).count();
}

std::string timeText(std::int64_t nanoseconds) {
    const std::string fraction = std::to_string(nanoseconds % nanosecondsPerSecond);
    return std::to_string(nanoseconds / nanosecondsPerSecond) + '.' +
           std::string(fractionDigits - fraction.size(), '0') + fraction;
}

std::vector<std::string> splitLines(std::string_view bytes) {
    std::vector<std::string> lines;
    while (!bytes.empty()) {
        const std::size_t length = std::min(bytes.find('\n'), bytes.size());
        lines.emplace_back(bytes.substr(0, length));
        bytes.remove_prefix(std::min(length + 1, bytes.size()));
    }
    return lines;
}

QString compareAnswer(std::string_view expected, std::string_view answer) {
    std::size_t offset = 0;
    while (!expected.empty()) {
        const std::size_t close = expected[0] == '{' ? expected.find('}') : std::string_view::npos;
        if (close != std::string_view::npos) {
            const QString wrong = takePlaceholder(expected.substr(1, close - 1), answer, offset);
            if (!wrong.isEmpty()) {
                return wrong;
            }
            expected.remove_prefix(close + 1);
            continue;
        }
        if (offset >= answer.size() || answer[offset] != expected[0]) {
            return differsAt(expected, answer, offset);
        }
        expected.remove_prefix(1);
        ++offset;
    }
    return offset == answer.size() ? QString() : differsAt("<the end>", answer, offset);
}

QString checkReceiveTimes(std::string_view answer, std::int64_t fromNs, std::int64_t toNs) {
    for (const std::string& line : splitLines(answer)) {
        const auto at = line.starts_with("AT ") ? AtLine::read(line) : std::nullopt;
        if (line.starts_with("AT ") && !at) {
            return QStringLiteral("not an AT line: %1").arg(readable(line));
        }
        if (at && (at->rxNs < fromNs || at->rxNs > toNs)) {
            return QStringLiteral("received at %1, not between %2 and %3: %4")
                .arg(at->rxNs)
                .arg(fromNs)
                .arg(toNs)
                .arg(readable(line));
        }
    }
    return QString();
}

QString checkPlaces(std::string_view json, int bound) {
    QJsonParseError error;
    const QByteArray bytes(json.data(), static_cast<qsizetype>(json.size()));
    const QJsonDocument document = QJsonDocument::fromJson(bytes, &error);
    if (!document.isObject()) {
        return QStringLiteral("no JSON object (%1): %2").arg(error.errorString(), readable(json));
    }
    const QJsonObject answer = document.object();
    const QJsonArray results = answer[QStringLiteral("results")].toArray();
    if (!answer[QStringLiteral("html_attributions")].isArray() ||
        !answer[QStringLiteral("results")].isArray()) {
        return QStringLiteral("html_attributions or results missing: %1").arg(readable(json));
    }
    if (results.size() > bound) {
        return QStringLiteral("%1 results, bound %2").arg(results.size()).arg(bound);
    }
    const QString status = answer[QStringLiteral("status")].toString();
    const QStringList known = {QStringLiteral("OK"),
                               QStringLiteral("ZERO_RESULTS"),
                               QStringLiteral("INVALID_REQUEST"),
                               QStringLiteral("OVER_QUERY_LIMIT"),
                               QStringLiteral("REQUEST_DENIED"),
                               QStringLiteral("UNKNOWN_ERROR")};
    if (!known.contains(status) || (status != QStringLiteral("OK") && !results.isEmpty())) {
        return QStringLiteral("status \"%1\" with %2 results").arg(status).arg(results.size());
    }
    const bool objects = std::all_of(results.begin(), results.end(),
                                     [](const auto& result) { return result.isObject(); });
    return objects ? QString() : QStringLiteral("a result is no object: %1").arg(readable(json));
}

QString readable(std::string_view bytes) {
    QString text;
    for (const char byte : bytes) {
        const auto code = static_cast<unsigned char>(byte);
        if (code >= 0x20 && code < 0x7f) {
            text += QLatin1Char(byte);
        } else {
            text += byte == '\n' ? QStringLiteral("\\n")
                                 : QStringLiteral("\\x%1").arg(code, 2, 16, QLatin1Char('0'));
        }
    }
    return text;
}

}  // namespace herd
