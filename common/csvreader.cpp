// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "common/csvreader.h"

#include <algorithm>
#include <utility>

namespace herd {

namespace {

Error errorAt(std::size_t line, const QString& message) {
    return Error{QStringLiteral("%1: %2").arg(line).arg(message)};
}

}  // namespace

Result<std::optional<CsvRecord>> CsvReader::next() {
    skipBlankLines();
    if (rest_.empty()) {
        return std::optional<CsvRecord>();
    }
    CsvRecord record{line_, {}};
    for (;;) {
        Result<std::string> field = takeField();
        if (!field) {
            return field.error();
        }
        record.fields.push_back(std::move(field).value());
        if (rest_.empty() || takeLineEnd()) {
            return std::optional(std::move(record));
        }
        rest_.remove_prefix(1);  // the comma, or takeField would have gone on
    }
}

void CsvReader::skipBlankLines() {
    while (takeLineEnd()) {
    }
}

bool CsvReader::takeLineEnd() {
    if (!rest_.starts_with('\n') && !rest_.starts_with("\r\n")) {
        return false;
    }
    rest_.remove_prefix(rest_.starts_with('\n') ? 1 : 2);
    ++line_;
    return true;
}

Result<std::string> CsvReader::takeField() {
    if (rest_.starts_with('"')) {
        return takeQuotedField();
    }
    const std::size_t length = std::min(rest_.find_first_of(",\n\""), rest_.size());
    if (length < rest_.size() && rest_[length] == '"') {
        return errorAt(line_,
                       QStringLiteral("a quote inside a field that does not start with one"));
    }
    std::string field(rest_.substr(0, length));
    rest_.remove_prefix(length);
    if (rest_.starts_with('\n') && field.ends_with('\r')) {
        field.pop_back();
    }
    return field;
}

Result<std::string> CsvReader::takeQuotedField() {
    const std::size_t openingLine = line_;
    std::string field;
    rest_.remove_prefix(1);
    for (;;) {
        const std::size_t length = rest_.find('"');
        if (length == std::string_view::npos) {
            return errorAt(openingLine,
                           QStringLiteral("a quoted field starts here and never ends"));
        }
        for (const char byte : rest_.substr(0, length)) {
            line_ += byte == '\n' ? 1 : 0;
        }
        field += rest_.substr(0, length);
        rest_.remove_prefix(length + 1);
        if (!rest_.starts_with('"')) {
            break;
        }
        field += '"';
        rest_.remove_prefix(1);
    }
    if (!rest_.empty() && !rest_.starts_with(',') && !rest_.starts_with('\n') &&
        !rest_.starts_with("\r\n")) {
        return errorAt(line_, QStringLiteral("text between a closing quote and the next comma"));
    }
    return field;
}

}  // namespace herd
