// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/result.h"

namespace herd {

/// A record of a CSV file. A quoted field may hold line ends, so that a record has several lines.
struct CsvRecord {
    std::size_t line = 0;  ///< of its first byte, counted from 1
    std::vector<std::string> fields;
};

/// Takes the records of a CSV text one by one (RFC 4180; lines may end in LF alone, blank lines are
/// passed over). Does not look into the fields. The text must outlive the reader.
class CsvReader {
  public:
    explicit CsvReader(std::string_view text) : rest_(text) {}

    /// The next record, nothing at the end. An error's message starts with its line number and a
    /// colon; the reader is of no use afterwards.
    [[nodiscard]] Result<std::optional<CsvRecord>> next();

  private:
    void skipBlankLines();
    bool takeLineEnd();
    Result<std::string> takeField();
    Result<std::string> takeQuotedField();

    std::string_view rest_;
    std::size_t line_ = 1;
};

}  // namespace herd
