// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace herd::bench {

/// What a measurement found, in the order it is to be read.
class Figures {
  public:
    /// `name` ends in its unit (`p50_us`).
    void add(std::string_view name, double value, int decimals);

    /// One `name value` a line, in columns.
    [[nodiscard]] std::string table() const;

    /// One JSON object on one line.
    [[nodiscard]] std::string json() const;

  private:
    struct Figure {
        std::string name;
        std::string value;
    };

    std::vector<Figure> figures_;
};

}  // namespace herd::bench
