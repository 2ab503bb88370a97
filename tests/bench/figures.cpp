// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "tests/bench/figures.h"

#include <algorithm>
#include <cmath>
#include <iomanip>
#include <sstream>

namespace herd::bench {

void Figures::add(std::string_view name, double value, int decimals) {
    std::ostringstream text;
    text << std::fixed << std::setprecision(decimals) << (std::isfinite(value) ? value : 0);
    figures_.push_back({std::string(name), text.str()});
}

std::string Figures::table() const {
    std::size_t nameBytes = 0;
    std::size_t valueBytes = 0;
    for (const Figure& figure : figures_) {
        nameBytes = std::max(nameBytes, figure.name.size());
        valueBytes = std::max(valueBytes, figure.value.size());
    }
    std::string text;
    for (const Figure& figure : figures_) {
        text += figure.name;
        text.append(nameBytes - figure.name.size() + valueBytes - figure.value.size() + 2, ' ');
        text += figure.value + '\n';
    }
    return text;
}

std::string Figures::json() const {
    std::string text;
    for (const Figure& figure : figures_) {
        text += text.empty() ? '{' : ',';
        text += '"' + figure.name + "\":" + figure.value;
    }
    return text + "}\n";
}

}  // namespace herd::bench
