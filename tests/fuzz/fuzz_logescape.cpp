// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include <string>
#include <string_view>

#include "common/check.h"
#include "common/escaped.h"
#include "tests/fuzz/fuzzinput.h"

using namespace herd;

/// No byte from outside can end a record of the log or speak to a terminal.
int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text = FuzzInput(data, size).rest();
    std::string escaped;
    appendEscaped(escaped, text);
    bool plain = true;
    for (const char byte : escaped) {
        HERD_CHECK(byte >= ' ' && byte <= '~');
    }
    for (const char byte : text) {
        plain = plain && byte >= ' ' && byte <= '~' && byte != '\\';
    }
    HERD_CHECK(!plain || escaped == text);
    HERD_CHECK(escaped.size() >= text.size() && escaped.size() <= 4 * text.size());
    return 0;
}
