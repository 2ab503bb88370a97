// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "server/places/placesjson.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "common/check.h"
#include "common/jsontext.h"
#include "server/places/placestranslate.h"

namespace herd {

namespace {

constexpr std::array<std::pair<PlacesStatus, std::string_view>, 6> statusTexts{{
    {PlacesStatus::ok, "OK"},
    {PlacesStatus::zeroResults, "ZERO_RESULTS"},
    {PlacesStatus::invalidRequest, "INVALID_REQUEST"},
    {PlacesStatus::overQueryLimit, "OVER_QUERY_LIMIT"},
    {PlacesStatus::requestDenied, "REQUEST_DENIED"},
    {PlacesStatus::unknownError, "UNKNOWN_ERROR"},
}};

QByteArrayView viewOf(std::string_view text) {
    return QByteArrayView(text.data(), static_cast<qsizetype>(text.size()));
}

std::optional<QJsonObject> parseObject(std::string_view body) {
    // The bytes live through the parse only, so they need no copy.
    const QByteArray bytes =
        QByteArray::fromRawData(body.data(), static_cast<qsizetype>(body.size()));
    QJsonParseError error;
    const QJsonDocument document = QJsonDocument::fromJson(bytes, &error);
    if (error.error != QJsonParseError::NoError || !document.isObject()) {
        return std::nullopt;
    }
    return document.object();
}

/// Whether every element of the array has that type; false for what is no array.
bool isArrayOf(const QJsonValue& value, QJsonValue::Type type) {
    if (!value.isArray()) {
        return false;
    }
    const QJsonArray array = value.toArray();
    return std::all_of(array.begin(), array.end(),
                       [type](const QJsonValue& element) { return element.type() == type; });
}

bool contains(QByteArrayView text, const QByteArray& key) {
    return !key.isEmpty() && (text.contains(key) || text.contains(key.toPercentEncoding()));
}

/// A key shorter than this may stand in an honest answer by chance; Google's have 39 bytes.
constexpr qsizetype tellingKeyBytesMin = 16;

/// The text with its escapes of ASCII characters undone; enough to find a key in it.
std::string withoutEscapes(std::string_view json) {
    std::string out;
    out.reserve(json.size());
    for (std::size_t offset = 0; offset < json.size(); ++offset) {
        if (json[offset] != '\\' || offset + 1 == json.size()) {
            out += json[offset];
            continue;
        }
        ++offset;
        unsigned codeUnit = 0;
        const char* const digits = json.data() + offset + 1;
        if (json[offset] == 'u' && json.size() - offset > 4 &&
            std::from_chars(digits, digits + 4, codeUnit, 16).ptr == digits + 4) {
            out += codeUnit < 0x80 ? static_cast<char>(codeUnit) : '?';
            offset += 4;
        } else {
            out += json[offset];
        }
    }
    return out;
}

/// Whether the key stands in the error message or anywhere in the body, also when the body spells
/// it with escapes.
bool givesAway(std::string_view body, const QJsonObject& object, const QByteArray& key) {
    if (contains(object.value(QLatin1String("error_message")).toString().toUtf8(), key)) {
        return true;
    }
    return key.size() >= tellingKeyBytesMin && contains(viewOf(withoutEscapes(body)), key);
}

bool isLineEnd(char byte) {
    return byte == '\n' || byte == '\r';
}

std::optional<PlacesAnswer> answerOf(std::string_view json) {
    PlacesAnswer answer;
    answer.json = squeezeNewlines(json);
    std::optional<JsonArrayPlace> results = findTopLevelArray(answer.json, "results");
    if (!results) {
        return std::nullopt;
    }
    answer.results = *std::move(results);
    return answer;
}

}  // namespace

std::string_view placesStatusText(PlacesStatus status) {
    const auto* const entry =
        std::find_if(statusTexts.begin(), statusTexts.end(),
                     [status](const auto& candidate) { return candidate.first == status; });
    HERD_CHECK(entry != statusTexts.end());
    return entry->second;
}

std::optional<PlacesStatus> parsePlacesStatus(std::string_view text) {
    for (const auto& [status, spelling] : statusTexts) {
        if (spelling == text) {
            return status;
        }
    }
    return std::nullopt;
}

std::string squeezeNewlines(std::string_view text) {
    while (!text.empty() && isLineEnd(text.back())) {
        text.remove_suffix(1);
    }
    while (!text.empty() && isLineEnd(text.front())) {
        text.remove_prefix(1);
    }
    std::string out;
    out.reserve(text.size());
    std::size_t offset = 0;
    while (offset < text.size()) {
        if (!isLineEnd(text[offset])) {
            out += text[offset++];
            continue;
        }
        out += text.substr(offset).starts_with("\r\n") ? std::string_view("\r\n")
                                                       : text.substr(offset, 1);
        while (isLineEnd(text[offset])) {
            ++offset;
        }
    }
    return out;
}

std::string placesFailureJson(PlacesStatus status, std::string_view message) {
    std::string out = R"({"html_attributions":[],"results":[],"status":)";
    appendJsonString(out, placesStatusText(status));
    out += R"(,"error_message":)";
    appendJsonString(out, message);
    out += '}';
    return out;
}

std::string PlacesAnswer::cutTo(int bound) const {
    HERD_CHECK(bound >= 0);
    const auto kept = static_cast<std::size_t>(bound);
    if (kept >= results.count()) {
        return json;
    }
    const std::string_view text = json;
    std::string out(text.substr(0, results.ends[kept]));
    out += text.substr(results.ends.back());
    return out;
}

std::optional<std::string> cutResults(std::string_view json, int bound) {
    std::optional<JsonArrayPlace> results = findTopLevelArray(json, "results");
    if (!results) {
        return std::nullopt;
    }
    return PlacesAnswer{std::string(json), *std::move(results)}.cutTo(bound);
}

std::optional<PlacesAnswer> readLegacyAnswer(std::string_view body, const QByteArray& key) {
    const std::optional<QJsonObject> object = parseObject(body);
    if (!object) {
        return std::nullopt;
    }
    const std::optional<PlacesStatus> status =
        parsePlacesStatus(object->value(QLatin1String("status")).toString().toStdString());
    const QJsonValue message = object->value(QLatin1String("error_message"));
    if (!status || !(message.isUndefined() || message.isString()) ||
        !isArrayOf(object->value(QLatin1String("html_attributions")), QJsonValue::String) ||
        !isArrayOf(object->value(QLatin1String("results")), QJsonValue::Object)) {
        return std::nullopt;
    }
    if (!givesAway(body, *object, key)) {
        return answerOf(body);
    }
    if (*status == PlacesStatus::ok || *status == PlacesStatus::zeroResults) {
        return std::nullopt;
    }
    return answerOf(placesFailureJson(*status, "the places service refused the request"));
}

std::optional<PlacesAnswer> readNewAnswer(std::string_view body, const QByteArray& key) {
    const std::optional<QJsonObject> object = parseObject(body);
    if (!object) {
        return std::nullopt;
    }
    const QJsonValue places = object->value(QLatin1String("places"));
    const bool nothingFound = places.isUndefined() && !object->contains(QLatin1String("error"));
    if (!(nothingFound || isArrayOf(places, QJsonValue::Object)) || givesAway(body, *object, key)) {
        return std::nullopt;
    }
    const QByteArray legacy =
        QJsonDocument(legacyFromNew(places.toArray())).toJson(QJsonDocument::Compact);
    return answerOf(std::string_view(legacy.data(), static_cast<std::size_t>(legacy.size())));
}

}  // namespace herd
