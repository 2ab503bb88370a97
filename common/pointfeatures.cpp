// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "common/pointfeatures.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>
#include <utility>

#include "common/ascii.h"

namespace herd {

namespace {

std::string_view view(const QByteArray& bytes) {
    return {bytes.constData(), static_cast<std::size_t>(bytes.size())};
}

Error errorAtLine(std::size_t line, const QString& message) {
    return Error{QStringLiteral("%1: %2").arg(line).arg(message)};
}

/// Goes through a well-formed JSON text, far enough to tell where its parts start.
class JsonScanner {
  public:
    explicit JsonScanner(std::string_view text) : text_(text) {}

    std::size_t line() const { return line_; }
    bool atEnd() const { return offset_ >= text_.size(); }

    char peek() {
        while (!atEnd() && isWhiteSpace(text_[offset_])) {
            advance();
        }
        return atEnd() ? '\0' : text_[offset_];
    }

    void skipByte() {
        if (peek() != '\0') {
            advance();
        }
    }

    /// The string at hand as it is written, without its quotes.
    std::string_view takeString() {
        skipByte();
        const std::size_t begin = offset_;
        while (!atEnd() && text_[offset_] != '"') {
            offset_ += text_[offset_] == '\\' ? 2 : 1;
        }
        const std::size_t end = std::min(offset_, text_.size());
        offset_ = std::min(end + 1, text_.size());
        return text_.substr(begin, end - begin);
    }

    /// Passes over the value at hand, whatever it holds.
    void skipValue() {
        std::size_t depth = 0;
        do {
            const char byte = peek();
            if (byte == '"') {
                takeString();
                continue;
            }
            if (byte == '{' || byte == '[') {
                ++depth;
            } else if (byte == '}' || byte == ']') {
                --depth;
            }
            skipByte();
        } while (!atEnd() && (depth > 0 || !endsValue(peek())));
    }

  private:
    static bool endsValue(char byte) { return byte == ',' || byte == '}' || byte == ']'; }

    void advance() {
        line_ += text_[offset_] == '\n' ? 1 : 0;
        ++offset_;
    }

    std::string_view text_;
    std::size_t offset_ = 0;
    std::size_t line_ = 1;
};

/// The line of an element of the array at hand, which is passed over.
std::optional<std::size_t> lineOfElement(JsonScanner& scanner, std::size_t index) {
    std::optional<std::size_t> line;
    scanner.skipByte();
    for (std::size_t element = 0; !scanner.atEnd() && scanner.peek() != ']'; ++element) {
        if (element == index) {
            line = scanner.line();
        }
        scanner.skipValue();
        if (scanner.peek() == ',') {
            scanner.skipByte();
            scanner.peek();
        }
    }
    scanner.skipByte();
    return line;
}

/// OpenStreetMap writes `shop=yes` for "a shop of some kind".
std::string readType(const QJsonObject& properties) {
    constexpr std::array<const char*, 6> keys{"type",    "amenity", "shop",
                                              "tourism", "office",  "craft"};
    for (const char* key : keys) {
        const std::string value = properties.value(QLatin1String(key)).toString().toStdString();
        if (!value.empty()) {
            return value == "yes" ? key : value;
        }
    }
    return {};
}

std::optional<std::int64_t> toNanodegrees(const QJsonValue& value, std::int64_t degreesMax) {
    if (!value.isDouble() || std::abs(value.toDouble()) > static_cast<double>(degreesMax)) {
        return std::nullopt;
    }
    return std::llround(value.toDouble() * static_cast<double>(nanodegreesPerDegree));
}

Result<Position> readPosition(const QJsonObject& feature) {
    const QJsonObject geometry = feature.value(QLatin1String("geometry")).toObject();
    if (geometry.value(QLatin1String("type")).toString() != QLatin1String("Point")) {
        return Error{QStringLiteral("its geometry is not a Point")};
    }
    const QJsonArray coordinates = geometry.value(QLatin1String("coordinates")).toArray();
    const std::optional<std::int64_t> longitude = toNanodegrees(coordinates.at(0), 180);
    const std::optional<std::int64_t> latitude = toNanodegrees(coordinates.at(1), 90);
    if (!longitude || !latitude) {
        return Error{QStringLiteral(
            "its coordinates are not a longitude from -180 to 180 and a latitude from -90 to 90")};
    }
    return Position{*latitude, *longitude};
}

/// An id is a text or a whole number; empty when there is none, nothing when it is another value.
std::optional<std::string> readId(const QJsonValue& id) {
    if (id.isUndefined() || id.isNull()) {
        return std::string();
    }
    if (id.isString()) {
        return id.toString().toStdString();
    }
    const qint64 number = id.toInteger(-1);
    return number >= 0 ? std::optional(std::to_string(number)) : std::nullopt;
}

/// OpenStreetMap's tags are texts, so a population may come as one.
std::optional<std::uint32_t> readPopulation(const QJsonValue& population) {
    if (population.isString()) {
        return parseUserPopulation(population.toString().toStdString());
    }
    const qint64 number = population.toInteger(-1);
    return number >= 0 ? parseUserPopulation(std::to_string(number)) : std::nullopt;
}

}  // namespace

Result<PointFeatures> PointFeatures::open(const QByteArray& text) {
    QJsonParseError problem;
    const QJsonDocument document = QJsonDocument::fromJson(text, &problem);
    if (problem.error != QJsonParseError::NoError) {
        const QByteArray before = text.left(problem.offset);
        return errorAtLine(1 + static_cast<std::size_t>(before.count('\n')), problem.errorString());
    }
    const QJsonObject root = document.object();
    const QJsonValue features = root.value(QLatin1String("features"));
    if (root.value(QLatin1String("type")).toString() != QLatin1String("FeatureCollection") ||
        !features.isArray()) {
        return errorAtLine(1, QStringLiteral("this is not a GeoJSON FeatureCollection"));
    }
    return PointFeatures(text, features.toArray());
}

Result<UserPoint> PointFeatures::point(std::size_t index) const {
    const QJsonObject feature = features_.at(static_cast<qsizetype>(index)).toObject();
    const QJsonObject properties = feature.value(QLatin1String("properties")).toObject();
    const Result<Position> position = readPosition(feature);
    if (!position) {
        return position.error();
    }
    UserPoint point;
    point.position = position.value();
    point.name = properties.value(QLatin1String("name")).toString().toStdString();
    point.type = readType(properties);
    if (point.name.empty()) {
        point.name = point.type;  // many places of OpenStreetMap are just "a bench" or "a cafe"
    }
    point.vicinity = properties.value(QLatin1String("vicinity")).toString().toStdString();
    const std::optional<std::string> id = readId(feature.value(QLatin1String("id")));
    if (!id) {
        return Error{QStringLiteral("its id is neither a text nor a whole number from 0")};
    }
    point.id = *id;
    const QJsonValue population = properties.value(QLatin1String("population"));
    if (!population.isUndefined() && !population.isNull()) {
        point.population = readPopulation(population);
        if (!point.population) {
            return Error{QStringLiteral("its population is not a whole number up to %1")
                             .arg(userPointPopulationMax)};
        }
    }
    return point;
}

Error PointFeatures::errorAt(std::size_t index, const QString& message) const {
    const std::size_t line = lineOfFeature(view(text_), index).value_or(1);
    return errorAtLine(line, QStringLiteral("feature %1: %2").arg(index + 1).arg(message));
}

std::optional<std::size_t> lineOfFeature(std::string_view text, std::size_t index) {
    JsonScanner scanner(text);
    std::optional<std::size_t> line;
    scanner.peek();
    scanner.skipByte();
    while (scanner.peek() == '"') {
        const std::string_view key = scanner.takeString();
        if (scanner.peek() == ':') {
            scanner.skipByte();
        }
        if (key == "features" && scanner.peek() == '[') {
            line = lineOfElement(scanner, index);  // the last one counts, as for QJsonDocument
        } else {
            scanner.skipValue();
        }
        if (scanner.peek() == ',') {
            scanner.skipByte();
        }
    }
    return line;
}

}  // namespace herd
