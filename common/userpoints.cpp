// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "common/userpoints.h"

#include <QFile>
#include <QFileInfo>
#include <algorithm>
#include <array>
#include <string_view>
#include <unordered_set>
#include <utility>

#include "common/ascii.h"
#include "common/csvreader.h"
#include "common/pointfeatures.h"
#include "common/utf8.h"

namespace herd {

namespace {

Error errorAt(std::size_t line, const QString& message) {
    return Error{QStringLiteral("%1: %2").arg(line).arg(message)};
}

QString inQuotes(std::string_view text) {
    constexpr qsizetype shownMax = 40;
    const QString whole = QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
    return u'"' + (whole.size() > shownMax ? whole.left(shownMax) + u'…' : whole) + u'"';
}

std::size_t lineAt(std::string_view text, std::size_t offset) {
    const std::string_view before = text.substr(0, offset);
    return 1 + static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n'));
}

/// Degrees as written by people and programs: an optional sign, digits, an optional fraction.
std::optional<std::int64_t> parseDegrees(std::string_view text, std::int64_t degreesMax) {
    const bool negative = text.starts_with('-');
    if (negative || text.starts_with('+')) {
        text.remove_prefix(1);
    }
    const std::optional<Decimal> degrees = takeDecimal(text, 9);
    const std::int64_t limit = degreesMax * nanodegreesPerDegree;
    if (!degrees || !text.empty() || degrees->scaled > limit ||
        (degrees->scaled == limit && !degrees->exact)) {
        return std::nullopt;
    }
    return negative ? -degrees->scaled : degrees->scaled;
}

/// The points of all files so far, with what holds across files: the limits and unique ids.
class PointCollector {
  public:
    explicit PointCollector(const UserPointLimits& limits) : limits_(limits) {}

    /// What is wrong with the point; nothing when it was taken.
    std::optional<QString> add(UserPoint point) {
        if (points_.size() >= limits_.pointsMax) {
            return QStringLiteral("more than %1 points in all files").arg(limits_.pointsMax);
        }
        if (point.name.empty()) {
            return QStringLiteral("the point has no name");
        }
        const std::array<std::pair<const char*, const std::string*>, 4> texts{
            {{"id", &point.id},
             {"name", &point.name},
             {"type", &point.type},
             {"vicinity", &point.vicinity}}};
        for (const auto& [label, text] : texts) {
            if (text->size() > limits_.textBytesMax) {
                return QStringLiteral("the %1 is longer than %2 bytes")
                    .arg(QString::fromLatin1(label))
                    .arg(limits_.textBytesMax);
            }
        }
        if (!ids_.insert(point.id).second) {
            return QStringLiteral("another point has the id %1 already").arg(inQuotes(point.id));
        }
        points_.push_back(std::move(point));
        return std::nullopt;
    }

    std::vector<UserPoint> take() { return std::move(points_); }

  private:
    const UserPointLimits& limits_;
    std::vector<UserPoint> points_;
    std::unordered_set<std::string> ids_;
};

std::string numberedId(const std::string& fileName, std::size_t number) {
    return fileName + '/' + std::to_string(number);
}

/// Which field of a record holds what.
struct CsvColumns {
    static constexpr std::size_t absent = static_cast<std::size_t>(-1);

    std::size_t name = absent;
    std::size_t latitude = absent;
    std::size_t longitude = absent;
    std::size_t type = absent;
    std::size_t vicinity = absent;
    std::size_t id = absent;
    std::size_t population = absent;
};

Result<CsvColumns> readCsvHeader(const CsvRecord& header) {
    CsvColumns columns;
    const std::array<std::pair<std::string_view, std::size_t*>, 7> known{
        {{"name", &columns.name},
         {"latitude", &columns.latitude},
         {"longitude", &columns.longitude},
         {"type", &columns.type},
         {"vicinity", &columns.vicinity},
         {"id", &columns.id},
         {"population", &columns.population}}};
    for (std::size_t index = 0; index < header.fields.size(); ++index) {
        for (const auto& [name, column] : known) {
            if (header.fields[index] != name) {
                continue;
            }
            if (*column != CsvColumns::absent) {
                return errorAt(header.line,
                               QStringLiteral("two columns are called %1").arg(inQuotes(name)));
            }
            *column = index;
        }
    }
    for (std::size_t required = 0; required < 3; ++required) {
        if (*known[required].second == CsvColumns::absent) {
            return errorAt(
                header.line,
                QStringLiteral("no column is called %1").arg(inQuotes(known[required].first)));
        }
    }
    return columns;
}

Result<UserPoint> readCsvPoint(const CsvRecord& record, const CsvColumns& columns) {
    const auto field = [&record](std::size_t column) {
        return column == CsvColumns::absent ? std::string() : record.fields[column];
    };
    const std::string& latitudeText = record.fields[columns.latitude];
    const std::string& longitudeText = record.fields[columns.longitude];
    const std::optional<std::int64_t> latitude = parseDegrees(latitudeText, 90);
    const std::optional<std::int64_t> longitude = parseDegrees(longitudeText, 180);
    if (!latitude) {
        return errorAt(record.line, QStringLiteral("the latitude %1 is not a number from -90 to 90")
                                        .arg(inQuotes(latitudeText)));
    }
    if (!longitude) {
        return errorAt(record.line,
                       QStringLiteral("the longitude %1 is not a number from -180 to 180")
                           .arg(inQuotes(longitudeText)));
    }
    UserPoint point{{*latitude, *longitude}, {},
                    field(columns.id),       field(columns.name),
                    field(columns.type),     field(columns.vicinity)};
    const std::string population = field(columns.population);
    if (!population.empty()) {
        point.population = parseUserPopulation(population);
        if (!point.population) {
            return errorAt(record.line,
                           QStringLiteral("the population %1 is not a whole number up to %2")
                               .arg(inQuotes(population))
                               .arg(userPointPopulationMax));
        }
    }
    return point;
}

/// Adds the points of a CSV text; the error, when there is one, starts with its line.
std::optional<Error> readCsv(std::string_view text, const std::string& fileName,
                             PointCollector& collector) {
    CsvReader reader(text);
    std::optional<CsvColumns> columns;
    std::size_t columnCount = 0;
    for (std::size_t number = 0;; ++number) {
        Result<std::optional<CsvRecord>> next = reader.next();
        if (!next) {
            return next.error();
        }
        if (!next.value()) {
            break;
        }
        const CsvRecord& record = *next.value();
        if (!columns) {
            const Result<CsvColumns> header = readCsvHeader(record);
            if (!header) {
                return header.error();
            }
            columns = header.value();
            columnCount = record.fields.size();
            continue;
        }
        if (record.fields.size() != columnCount) {
            return errorAt(record.line, QStringLiteral("%1 fields where the header has %2")
                                            .arg(record.fields.size())
                                            .arg(columnCount));
        }
        Result<UserPoint> read = readCsvPoint(record, *columns);
        if (!read) {
            return read.error();
        }
        UserPoint point = std::move(read).value();
        if (point.id.empty()) {
            point.id = numberedId(fileName, number);
        }
        if (const std::optional<QString> problem = collector.add(std::move(point))) {
            return errorAt(record.line, *problem);
        }
    }
    return columns ? std::nullopt
                   : std::optional(errorAt(1, QStringLiteral("the header line is missing")));
}

std::optional<Error> readGeoJson(const QByteArray& text, const std::string& fileName,
                                 PointCollector& collector) {
    Result<PointFeatures> opened = PointFeatures::open(text);
    if (!opened) {
        return opened.error();
    }
    const PointFeatures& features = opened.value();
    for (std::size_t index = 0; index < features.count(); ++index) {
        Result<UserPoint> read = features.point(index);
        if (!read) {
            return features.errorAt(index, read.error().message);
        }
        UserPoint point = std::move(read).value();
        if (point.id.empty()) {
            point.id = numberedId(fileName, index + 1);
        }
        if (const std::optional<QString> problem = collector.add(std::move(point))) {
            return features.errorAt(index, *problem);
        }
    }
    return std::nullopt;
}

Result<QByteArray> readWhole(const QString& path, std::int64_t bytesMax) {
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly)) {
        return Error{file.errorString()};
    }
    QByteArray bytes = file.read(std::min<qint64>(bytesMax, file.size()) + 1);
    if (file.error() != QFileDevice::NoError) {
        return Error{file.errorString()};
    }
    if (bytes.size() > bytesMax) {
        return Error{QStringLiteral("the file is larger than %1 bytes").arg(bytesMax)};
    }
    if (bytes.startsWith("\xEF\xBB\xBF")) {
        bytes.remove(0, 3);
    }
    return bytes;
}

/// Adds the points of a file. The error lacks the path, but starts with a line where there is one.
std::optional<Error> readFile(const QString& path, const UserPointLimits& limits,
                              PointCollector& collector) {
    const QString suffix = QFileInfo(path).suffix().toLower();
    const bool csv = suffix == QLatin1String("csv");
    if (!csv && suffix != QLatin1String("geojson") && suffix != QLatin1String("json")) {
        return Error{QStringLiteral(" the name ends neither in .csv nor in .geojson or .json")};
    }
    const Result<QByteArray> read = readWhole(path, limits.fileBytesMax);
    if (!read) {
        return Error{u' ' + read.error().message};
    }
    const QByteArray& bytes = read.value();
    const std::string_view text(bytes.constData(), static_cast<std::size_t>(bytes.size()));
    const std::size_t validBytes = utf8ValidPrefix(text);
    if (validBytes < text.size()) {
        return errorAt(lineAt(text, validBytes), QStringLiteral("the text is not UTF-8"));
    }
    const std::string fileName = QFileInfo(path).fileName().toStdString();
    return csv ? readCsv(text, fileName, collector) : readGeoJson(bytes, fileName, collector);
}

}  // namespace

std::optional<std::uint32_t> parseUserPopulation(std::string_view text) {
    const std::optional<Decimal> number = takeDecimal(text, 0);
    if (!number || !text.empty() || !number->exact || number->scaled > userPointPopulationMax) {
        return std::nullopt;
    }
    return static_cast<std::uint32_t>(number->scaled);
}

Result<std::vector<UserPoint>> readUserPoints(const QStringList& paths,
                                              const UserPointLimits& limits) {
    PointCollector collector(limits);
    for (const QString& path : paths) {
        if (const std::optional<Error> error = readFile(path, limits, collector)) {
            return Error{QStringLiteral("%1:%2").arg(path, error->message)};
        }
    }
    return collector.take();
}

}  // namespace herd
