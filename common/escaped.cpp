// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "common/escaped.h"

namespace herd {

namespace {

constexpr std::string_view hexDigits = "0123456789abcdef";

bool standsAsItIs(char byte) {
    return byte >= ' ' && byte <= '~';
}

}  // namespace

void appendEscaped(std::string& out, std::string_view bytes) {
    std::size_t plain = 0;  // where the run of bytes that stand as they are begins
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        const char byte = bytes[i];
        if (standsAsItIs(byte)) {
            continue;
        }
        out.append(bytes.substr(plain, i - plain));
        plain = i + 1;
        out.push_back('\\');
        switch (byte) {
            case '\n':
                out.push_back('n');
                break;
            case '\r':
                out.push_back('r');
                break;
            case '\t':
                out.push_back('t');
                break;
            default: {
                const auto value = static_cast<unsigned char>(byte);
                out.push_back('x');
                out.push_back(hexDigits[value >> 4U]);
                out.push_back(hexDigits[value & 15U]);
            }
        }
    }
    out.append(bytes.substr(plain));
}

}  // namespace herd
