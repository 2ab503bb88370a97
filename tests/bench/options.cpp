// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "tests/bench/options.h"

#include <algorithm>
#include <charconv>

#include "tests/bench/failure.h"

namespace herd::bench {

Options::Options(const std::vector<std::string>& arguments,
                 std::initializer_list<const char*> valued,
                 std::initializer_list<const char*> switches) {
    for (std::size_t index = 0; index < arguments.size(); ++index) {
        const std::string& name = arguments[index];
        if (std::find(switches.begin(), switches.end(), name) != switches.end()) {
            values_.emplace(name, "");
            continue;
        }
        if (std::find(valued.begin(), valued.end(), name) == valued.end()) {
            throw Failure("unknown option " + name);
        }
        if (++index == arguments.size()) {
            throw Failure(name + " needs a value");
        }
        values_.insert_or_assign(name, arguments[index]);
    }
}

std::string Options::text(std::string_view name, std::string_view absent) const {
    const auto found = values_.find(name);
    return found == values_.end() ? std::string(absent) : found->second;
}

std::string Options::required(std::string_view name) const {
    if (!has(name)) {
        throw Failure(std::string(name) + " is needed");
    }
    return text(name);
}

double Options::number(std::string_view name, double absent, double least, double most) const {
    if (!has(name)) {
        return absent;
    }
    const std::string given = text(name);
    double value = 0;
    const char* const end = given.data() + given.size();
    const auto [stop, error] = std::from_chars(given.data(), end, value);
    if (error != std::errc() || stop != end || !(value >= least && value <= most)) {
        throw Failure(std::string(name) + " must be a number from " + std::to_string(least) +
                      " to " + std::to_string(most));
    }
    return value;
}

}  // namespace herd::bench
