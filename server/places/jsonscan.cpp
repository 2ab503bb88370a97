// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "server/places/jsonscan.h"

#include <algorithm>

#include "common/ascii.h"

namespace herd {

namespace {

/// A cursor over the text. Each `skip…` moves behind one piece of grammar and says whether that
/// piece stood there; after a false the cursor is of no further use.
class JsonScanner {
  public:
    explicit JsonScanner(std::string_view text) : text_(text) {}

    std::size_t offset() const { return offset_; }
    bool atEnd() const { return offset_ == text_.size(); }
    char peek() const { return atEnd() ? '\0' : text_[offset_]; }

    bool skipByte(char expected) {
        if (atEnd() || text_[offset_] != expected) {
            return false;
        }
        ++offset_;
        return true;
    }

    void skipSpace() {
        while (!atEnd() && (peek() == ' ' || peek() == '\t' || peek() == '\n' || peek() == '\r')) {
            ++offset_;
        }
    }

    bool skipString();
    bool skipValue(int depth);

    /// Skips an array, the cursor on its opening bracket, and notes where its elements end.
    bool skipArray(int depth, std::vector<std::size_t>* ends);

    std::string_view slice(std::size_t begin, std::size_t end) const {
        return text_.substr(begin, end - begin);
    }

  private:
    bool skipEscape();
    bool skipNumber();
    bool skipDigits();
    bool skipWord(std::string_view word);
    bool skipObject(int depth);

    std::string_view text_;
    std::size_t offset_ = 0;
};

bool isHexDigit(char byte) {
    return isDigit(byte) || (byte >= 'a' && byte <= 'f') || (byte >= 'A' && byte <= 'F');
}

bool JsonScanner::skipEscape() {
    const char kind = peek();
    if (kind != 'u') {
        constexpr std::string_view simple = "\"\\/bfnrt";
        return !atEnd() && simple.find(kind) != std::string_view::npos && skipByte(kind);
    }
    ++offset_;
    for (int digit = 0; digit < 4; ++digit) {
        if (!isHexDigit(peek())) {
            return false;
        }
        ++offset_;
    }
    return true;
}

bool JsonScanner::skipString() {
    if (!skipByte('"')) {
        return false;
    }
    while (!atEnd()) {
        const char byte = text_[offset_++];
        if (byte == '"') {
            return true;
        }
        if (static_cast<unsigned char>(byte) < 0x20 || (byte == '\\' && !skipEscape())) {
            return false;
        }
    }
    return false;
}

bool JsonScanner::skipDigits() {
    const std::size_t begin = offset_;
    while (isDigit(peek())) {
        ++offset_;
    }
    return offset_ != begin;
}

bool JsonScanner::skipNumber() {
    skipByte('-');
    if (!skipByte('0') && !skipDigits()) {
        return false;
    }
    if (skipByte('.') && !skipDigits()) {
        return false;
    }
    if (skipByte('e') || skipByte('E')) {
        if (!skipByte('+')) {
            skipByte('-');
        }
        return skipDigits();
    }
    return true;
}

bool JsonScanner::skipWord(std::string_view word) {
    if (text_.substr(offset_, word.size()) != word) {
        return false;
    }
    offset_ += word.size();
    return true;
}

bool JsonScanner::skipValue(int depth) {
    switch (peek()) {
        case '{':
            return skipObject(depth);
        case '[':
            return skipArray(depth, nullptr);
        case '"':
            return skipString();
        case 't':
            return skipWord("true");
        case 'f':
            return skipWord("false");
        case 'n':
            return skipWord("null");
        default:
            return skipNumber();
    }
}

bool JsonScanner::skipArray(int depth, std::vector<std::size_t>* ends) {
    if (depth > jsonDepthMax || !skipByte('[')) {
        return false;
    }
    if (ends != nullptr) {
        ends->assign(1, offset_);
    }
    skipSpace();
    if (skipByte(']')) {
        return true;
    }
    do {
        skipSpace();
        if (!skipValue(depth + 1)) {
            return false;
        }
        if (ends != nullptr) {
            ends->push_back(offset_);
        }
        skipSpace();
    } while (skipByte(','));
    return skipByte(']');
}

bool JsonScanner::skipObject(int depth) {
    if (depth > jsonDepthMax || !skipByte('{')) {
        return false;
    }
    skipSpace();
    if (skipByte('}')) {
        return true;
    }
    do {
        skipSpace();
        if (!skipString()) {
            return false;
        }
        skipSpace();
        if (!skipByte(':')) {
            return false;
        }
        skipSpace();
        if (!skipValue(depth + 1)) {
            return false;
        }
        skipSpace();
    } while (skipByte(','));
    return skipByte('}');
}

/// Reads a top-level key with its colon. Nothing when it is written with an escape.
std::optional<std::string_view> takeKey(JsonScanner& scanner) {
    scanner.skipSpace();
    const std::size_t begin = scanner.offset();
    if (!scanner.skipString()) {
        return std::nullopt;
    }
    const std::string_view key = scanner.slice(begin + 1, scanner.offset() - 1);
    scanner.skipSpace();
    if (key.find('\\') != std::string_view::npos || !scanner.skipByte(':')) {
        return std::nullopt;
    }
    scanner.skipSpace();
    return key;
}

}  // namespace

std::optional<JsonArrayPlace> findTopLevelArray(std::string_view json, std::string_view name) {
    JsonScanner scanner(json);
    scanner.skipSpace();
    if (!scanner.skipByte('{')) {
        return std::nullopt;
    }
    JsonArrayPlace place;
    std::vector<std::string_view> keys;
    do {
        const std::optional<std::string_view> key = takeKey(scanner);
        if (!key || keys.size() == jsonTopLevelKeysMax ||
            std::find(keys.begin(), keys.end(), *key) != keys.end()) {
            return std::nullopt;
        }
        keys.push_back(*key);
        constexpr int memberDepth = 2;
        if (!(*key == name ? scanner.skipArray(memberDepth, &place.ends)
                           : scanner.skipValue(memberDepth))) {
            return std::nullopt;
        }
        scanner.skipSpace();
    } while (scanner.skipByte(','));
    if (!scanner.skipByte('}')) {
        return std::nullopt;
    }
    scanner.skipSpace();
    if (!scanner.atEnd() || place.ends.empty()) {
        return std::nullopt;
    }
    return place;
}

}  // namespace herd
