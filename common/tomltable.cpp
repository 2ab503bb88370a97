// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "common/tomltable.h"

#include <algorithm>

namespace herd {

namespace {
constexpr std::size_t quotedBytesMax = 64;
}

QString toText(std::string_view bytes) {
    return QString::fromUtf8(bytes.data(), static_cast<qsizetype>(bytes.size()));
}

QString printable(std::string_view bytes, std::size_t bytesMax) {
    QString text;
    for (const char byte : bytes.substr(0, bytesMax)) {
        const auto code = static_cast<unsigned char>(byte);
        if (code >= 0x20 && code < 0x7f) {
            text += QLatin1Char(byte);
        } else {
            text += QStringLiteral("\\x%1").arg(uint{code}, 2, 16, QLatin1Char('0'));
        }
    }
    return bytes.size() > bytesMax ? text + QLatin1String("...") : text;
}

QString inQuotes(std::string_view bytes) {
    return QLatin1Char('"') + printable(bytes, quotedBytesMax) + QLatin1Char('"');
}

QString kindOf(const toml::node& node) {
    switch (node.type()) {
        case toml::node_type::table:
            return QStringLiteral("a table");
        case toml::node_type::array:
            return QStringLiteral("an array");
        case toml::node_type::string:
            return QStringLiteral("a string");
        case toml::node_type::integer:
            return QStringLiteral("a whole number");
        case toml::node_type::floating_point:
            return QStringLiteral("a number with a fraction");
        case toml::node_type::boolean:
            return QStringLiteral("true or false");
        default:
            return QStringLiteral("a date or time");
    }
}

void TableReader::fail(const toml::source_region& where, const QString& message) {
    // Unsigned, so that a problem without a line comes after all that have one.
    const auto rank = [](std::uint32_t line) { return line - 1; };
    if (!problem_ || rank(where.begin.line) < rank(problem_->line)) {
        problem_ = Problem{where.begin.line, message};
    }
}

void TableReader::failKind(const TomlTable& where, std::string_view key, const QString& wanted) {
    const toml::node& node = *where.table.get(key);
    fail(node.source(), QStringLiteral("%1 %2 must be %3, not %4")
                            .arg(inQuotes(key), where.place, wanted, kindOf(node)));
}

bool TableReader::refuseUnknown(const TomlTable& where, std::vector<std::string_view> known) {
    for (const NumberKey& number : numberKeys()) {
        if (number.table == where.name) {
            known.push_back(number.key);
        }
    }
    bool allKnown = true;
    for (const auto& [key, node] : where.table) {
        if (std::ranges::find(known, key.str()) != known.end()) {
            continue;
        }
        allKnown = false;
        QString message = QStringLiteral("unknown key %1 %2").arg(inQuotes(key.str()), where.place);
        if (!known.empty()) {
            message +=
                QStringLiteral("; did you mean %1?").arg(inQuotes(nearestOf(key.str(), known)));
        }
        fail(key.source(), message);
    }
    return allKnown;
}

std::optional<TomlTable> TableReader::tableAt(const toml::table& root, std::string_view name) {
    const toml::node* const node = root.get(name);
    if (node == nullptr) {
        return std::nullopt;
    }
    if (!node->is_table()) {
        fail(node->source(),
             QStringLiteral("%1 must be a table, not %2").arg(inQuotes(name), kindOf(*node)));
        return std::nullopt;
    }
    return TomlTable{*node->as_table(), name, QStringLiteral("in [%1]").arg(toText(name))};
}

std::optional<std::string> TableReader::stringAt(const TomlTable& where, std::string_view key) {
    const toml::node* const node = where.table.get(key);
    if (node != nullptr && !node->is_string()) {
        failKind(where, key, QStringLiteral("a string"));
        return std::nullopt;
    }
    return node == nullptr ? std::nullopt : node->value_exact<std::string>();
}

std::optional<std::int64_t> TableReader::numberAt(const TomlTable& where, std::string_view key,
                                                  std::int64_t min, std::int64_t max) {
    const toml::node* const node = where.table.get(key);
    if (node == nullptr) {
        return std::nullopt;
    }
    const std::optional<std::int64_t> number = node->value_exact<std::int64_t>();
    if (!number) {
        failKind(where, key, QStringLiteral("a whole number"));
        return std::nullopt;
    }
    if (*number < min || *number > max) {
        fail(node->source(), QStringLiteral("%1 %2 is %3, outside %4 to %5")
                                 .arg(inQuotes(key), where.place, QString::number(*number),
                                      QString::number(min), QString::number(max)));
        return std::nullopt;
    }
    return number;
}

void TableReader::readNumbers(const TomlTable& where, HerdConfig& config) {
    for (const NumberKey& number : numberKeys()) {
        if (number.table == where.name) {
            std::int64_t& field = number.field(config);
            field = numberAt(where, number.key, number.min, number.max).value_or(field);
        }
    }
}

}  // namespace herd
