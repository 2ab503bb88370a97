// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include <cstdlib>
#include <optional>
#include <string>

#include "common/check.h"
#include "common/csvreader.h"
#include "common/pointfeatures.h"
#include "tests/fuzz/fuzzinput.h"

using namespace herd;

namespace {

void checkCsv(std::string_view text) {
    CsvReader reader(text);
    std::size_t line = 0;
    while (true) {
        const Result<std::optional<CsvRecord>> record = reader.next();
        if (!record) {
            HERD_CHECK(record.error().message.section(QLatin1Char(':'), 0, 0).toUInt() > 0);
            return;
        }
        if (!record.value()) {
            return;
        }
        HERD_CHECK(record.value()->line > line && !record.value()->fields.empty());
        line = record.value()->line;
    }
}

void checkGeoJson(std::string_view text) {
    const Result<PointFeatures> features =
        PointFeatures::open(QByteArray(text.data(), static_cast<qsizetype>(text.size())));
    if (!features) {
        return;
    }
    for (std::size_t index = 0; index < features.value().count(); ++index) {
        const Result<UserPoint> point = features.value().point(index);
        if (!point) {
            (void)features.value().errorAt(index, point.error().message);
            continue;
        }
        const Position& position = point.value().position;
        HERD_CHECK(std::abs(position.latitudeNanodegrees) <= 90 * nanodegreesPerDegree);
        HERD_CHECK(std::abs(position.longitudeNanodegrees) <= 180 * nanodegreesPerDegree);
    }
}

}  // namespace

/// The files of points that a user adds: read to their end or refused with a line.
int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    FuzzInput input(data, size);
    if (input.takeByte() % 2 == 0) {
        checkCsv(input.rest());
    } else {
        checkGeoJson(input.rest());
    }
    return 0;
}
