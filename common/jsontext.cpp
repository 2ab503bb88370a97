// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "common/jsontext.h"

#include "common/utf8.h"

namespace herd {

namespace {

constexpr std::string_view replacementCharacter = "\xEF\xBF\xBD";

void appendEscape(std::string& out, unsigned codeUnit) {
    constexpr std::string_view digits = "0123456789abcdef";
    out += "\\u";
    for (unsigned shift = 16; shift > 0; shift -= 4) {
        out += digits[codeUnit >> (shift - 4) & 0xFU];
    }
}

void appendAscii(std::string& out, char character) {
    switch (character) {
        case '"':
            out += "\\\"";
            break;
        case '\\':
            out += "\\\\";
            break;
        case '\n':
            out += "\\n";
            break;
        case '\r':
            out += "\\r";
            break;
        case '\t':
            out += "\\t";
            break;
        default:
            if (character < ' ' || character == '\x7F') {
                appendEscape(out, static_cast<unsigned char>(character));
            } else {
                out += character;
            }
    }
}

constexpr bool needsNoCare(char character) {
    return character >= ' ' && character < '\x7F' && character != '"' && character != '\\';
}

}  // namespace

void appendJsonString(std::string& out, std::string_view text) {
    out += '"';
    while (!text.empty()) {
        std::size_t plain = 0;
        while (plain < text.size() && needsNoCare(text[plain])) {
            ++plain;
        }
        out += text.substr(0, plain);
        text.remove_prefix(plain);
        const std::size_t length = utf8SequenceLength(text);
        const std::string_view character = text.substr(0, length);
        if (length == 0) {
            if (!text.empty()) {
                out += replacementCharacter;
                text.remove_prefix(1);
            }
            continue;
        }
        if (length == 1) {
            appendAscii(out, character.front());
        } else if (length == 2 && character < "\xC2\xA0") {
            appendEscape(out, static_cast<unsigned char>(character[1]));
        } else if (character == "\xE2\x80\xA8" || character == "\xE2\x80\xA9") {
            appendEscape(out, character.back() == '\xA8' ? 0x2028 : 0x2029);
        } else {
            out += character;
        }
        text.remove_prefix(length);
    }
    out += '"';
}

}  // namespace herd
