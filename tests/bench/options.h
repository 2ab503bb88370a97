// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <initializer_list>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace herd::bench {

/// The command line of a bench: `--name value` pairs and `--name` switches. Anything that is not
/// named to the constructor is refused.
class Options {
  public:
    Options(const std::vector<std::string>& arguments, std::initializer_list<const char*> valued,
            std::initializer_list<const char*> switches = {});

    bool has(std::string_view name) const { return values_.contains(name); }

    /// The text given, or `absent`.
    std::string text(std::string_view name, std::string_view absent = {}) const;

    /// The text given; refused when there is none.
    std::string required(std::string_view name) const;

    /// The number given, or `absent`; refused outside `least` to `most`.
    double number(std::string_view name, double absent, double least, double most) const;

  private:
    std::map<std::string, std::string, std::less<>> values_;
};

}  // namespace herd::bench
