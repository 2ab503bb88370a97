// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QString>
#include <QStringList>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// The parser meets texts that its own assertions rule out, `[[[` for one, and finds the mistake a
// line later. Without NDEBUG they stay assertions, which mean nothing here; with it some compilers
// take them for promises.
#define TOML_ASSERT(condition) static_assert(true)
#define TOML_EXCEPTIONS 0
#define TOML_HEADER_ONLY 1
#pragma push_macro("NDEBUG")
#undef NDEBUG
#include <toml++/toml.h>
#pragma pop_macro("NDEBUG")

#include "common/config.h"

namespace herd {

// For the sources of herd_config only: no other target sees the TOML library.

[[nodiscard]] QString toText(std::string_view bytes);

/// At most `bytesMax` bytes, printable ASCII as it stands and anything else escaped, so that a
/// message stays one line.
[[nodiscard]] QString printable(std::string_view bytes, std::size_t bytesMax);

/// `printable` in quotation marks, for names and short values.
[[nodiscard]] QString inQuotes(std::string_view bytes);

/// "a string", "a table", …
[[nodiscard]] QString kindOf(const toml::node& node);

/// A table of the text.
struct TomlTable {
    const toml::table& table;
    std::string_view name;  ///< as in the file; empty: the top level
    QString place;          ///< for messages: "in [limits]"
};

/// Reads typed values out of tables and keeps the first mistake, first in the text and not in the
/// order of reading; a value that is missing or mistaken is nothing. Lives for one text.
class TableReader {
  public:
    struct Problem {
        std::uint32_t line;  ///< 0: it has none, as something that is missing
        QString message;
    };
    const std::optional<Problem>& problem() const { return problem_; }

    void fail(const toml::source_region& where, const QString& message);

    /// Says that the value of `key`, which must be there, is not `wanted`.
    void failKind(const TomlTable& where, std::string_view key, const QString& wanted);

    /// Every key must be one of `known` or a number key of that table. Returns whether all are.
    bool refuseUnknown(const TomlTable& where, std::vector<std::string_view> known);

    std::optional<TomlTable> tableAt(const toml::table& root, std::string_view name);
    std::optional<std::string> stringAt(const TomlTable& where, std::string_view key);
    std::optional<std::int64_t> numberAt(const TomlTable& where, std::string_view key,
                                         std::int64_t min, std::int64_t max);

    /// Sets `choice` to the one of `choices` whose wordOf() is there.
    template <typename Choice>
    void readChoice(const TomlTable& where, std::string_view key,
                    std::initializer_list<Choice> choices, Choice& choice);

    /// Sets the fields of all number keys of that table which are there.
    void readNumbers(const TomlTable& where, HerdConfig& config);

  private:
    std::optional<Problem> problem_;
};

template <typename Choice>
void TableReader::readChoice(const TomlTable& where, std::string_view key,
                             std::initializer_list<Choice> choices, Choice& choice) {
    const std::optional<std::string> word = stringAt(where, key);
    if (!word) {
        return;
    }
    QStringList known;
    for (const Choice candidate : choices) {
        if (*word == wordOf(candidate)) {
            choice = candidate;
            return;
        }
        known.append(inQuotes(wordOf(candidate)));
    }
    fail(where.table.get(key)->source(),
         QStringLiteral("%1 %2 is %3; it must be one of %4")
             .arg(inQuotes(key), where.place, inQuotes(*word), known.join(QLatin1String(", "))));
}

}  // namespace herd
