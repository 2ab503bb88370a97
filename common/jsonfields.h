// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QJsonArray>
#include <QJsonObject>
#include <QJsonValue>
#include <QString>
#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "common/result.h"

namespace herd::json {

/// Above this a double does not hold every whole number.
inline constexpr std::int64_t countMax = std::int64_t{1} << 53;
inline constexpr int hexDigitsOf64Bits = 16;

/// A choice and how it is spelled.
template <typename Choice>
using Word = std::pair<Choice, std::string_view>;

/// A string of well-formed UTF-16.
[[nodiscard]] inline bool textFrom(const QJsonValue& value, std::string& out) {
    const QString string = value.toString();
    out = string.toStdString();
    return value.isString() && string.isValidUtf16();
}

/// A whole number of min to max.
template <typename Number>
[[nodiscard]] bool countFrom(const QJsonValue& value, Number& out, std::int64_t min,
                             std::int64_t max) {
    const double number = value.toDouble(std::numeric_limits<double>::quiet_NaN());
    const bool inRange = number >= static_cast<double>(min) && number <= static_cast<double>(max);
    if (!inRange || std::trunc(number) != number) {
        return false;
    }
    out = static_cast<Number>(number);
    return true;
}

/// A whole number as a string of digits, base 10, or 16 with all digits of 64 bits.
template <typename Number>
[[nodiscard]] bool digitsFrom(const QJsonValue& value, Number& out, int base) {
    const std::string digits = value.toString().toStdString();
    const char* const end = digits.data() + digits.size();
    const auto [rest, fault] = std::from_chars(digits.data(), end, out, base);
    return fault == std::errc() && rest == end &&
           (base == 10 || digits.size() == hexDigitsOf64Bits);
}

/// Reads fields of objects into variables and remembers the first that is not what it should be; a
/// field that is missing leaves its variable alone. A value on the stack of whoever reads.
class JsonFields {
  public:
    /// `place`: put before the field's name in the error.
    explicit JsonFields(QString place = {}) : place_(std::move(place)) {}

    [[nodiscard]] const std::optional<Error>& error() const { return error_; }

    /// `use` gets the value and says whether it is a right one.
    template <typename Use>
    void withField(const QJsonObject& json, QLatin1String key, Use use) {
        const auto found = json.constFind(key);
        if (!error_ && found != json.constEnd() && !use(found.value())) {
            error_ = Error{QStringLiteral("the field \"%1%2\" is of a wrong type or out of range")
                               .arg(place_, key)};
        }
    }

    void fail(const std::optional<Error>& error) {
        if (!error_) {
            error_ = error;
        }
    }

    void read(const QJsonObject& json, QLatin1String key, std::string& out) {
        withField(json, key, [&out](const QJsonValue& value) { return textFrom(value, out); });
    }

    void read(const QJsonObject& json, QLatin1String key, bool& out) {
        withField(json, key, [&out](const QJsonValue& value) {
            out = value.toBool();
            return value.isBool();
        });
    }

    template <typename Number>
    void readNumber(const QJsonObject& json, QLatin1String key, Number& out, std::int64_t min = 0,
                    std::int64_t max = countMax) {
        withField(json, key,
                  [&](const QJsonValue& value) { return json::countFrom(value, out, min, max); });
    }

    template <typename Number>
    void readDigits(const QJsonObject& json, QLatin1String key, Number& out, int base = 10) {
        withField(json, key, [&](const QJsonValue& value) { return digitsFrom(value, out, base); });
    }

    template <typename Choice, std::size_t count>
    void readWord(const QJsonObject& json, QLatin1String key, Choice& out,
                  const std::array<Word<Choice>, count>& words) {
        withField(json, key, [&](const QJsonValue& value) {
            const std::string word = value.toString().toStdString();
            const auto found = std::ranges::find(words, word, &Word<Choice>::second);
            if (found == words.end()) {
                return false;
            }
            out = found->first;
            return true;
        });
    }

    template <typename Use>
    void withObject(const QJsonObject& json, QLatin1String key, Use use) {
        withField(json, key, [&](const QJsonValue& value) {
            if (value.isObject()) {
                use(value.toObject());
            }
            return value.isObject();
        });
    }

    /// `use` gets each element and says whether it is one.
    template <typename Use>
    void withElements(const QJsonObject& json, QLatin1String key, Use use) {
        withField(json, key, [&](const QJsonValue& value) {
            const QJsonArray array = value.toArray();
            return value.isArray() && std::all_of(array.begin(), array.end(), use);
        });
    }

  private:
    QString place_;
    std::optional<Error> error_;
};

}  // namespace herd::json
