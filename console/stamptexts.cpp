// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "console/stamptexts.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QLocale>
#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "common/escaped.h"
#include "common/timestamp.h"
#include "common/utf8.h"

namespace herd {

namespace {

struct Texts {
    Q_DECLARE_TR_FUNCTIONS(herd::StampTexts)
};

/// U+0080 to U+009F are control characters too.
bool isControl(std::string_view text, std::size_t at) {
    const auto byte = static_cast<unsigned char>(text[at]);
    return byte < 0x20 || byte == 0x7F ||
           (byte == 0xC2 && at + 1 < text.size() &&
            static_cast<unsigned char>(text[at + 1]) < 0xA0);
}

}  // namespace

bool isPlainText(std::string_view bytes) {
    if (utf8ValidPrefix(bytes) != bytes.size()) {
        return false;
    }
    for (std::size_t at = 0; at < bytes.size(); ++at) {
        if (isControl(bytes, at)) {
            return false;
        }
    }
    return true;
}

QString wholeClientText(std::string_view client) {
    if (isPlainText(client)) {
        return QString::fromUtf8(client.data(), static_cast<qsizetype>(client.size()));
    }
    std::string escaped;
    appendEscaped(escaped, client);
    return QString::fromStdString(escaped);
}

QString timeText(qint64 ns, bool utc) {
    const QDateTime time =
        QDateTime::fromMSecsSinceEpoch(ns / 1'000'000, utc ? Qt::UTC : Qt::LocalTime);
    return time.toString(QStringLiteral("yyyy-MM-dd HH:mm:ss.zzz"));
}

QString elapsedText(qint64 ms) {
    const qint64 seconds = std::max<qint64>(0, ms) / 1'000;
    const qint64 minutes = seconds / 60;
    const qint64 hours = minutes / 60;
    if (minutes == 0) {
        return Texts::tr("%1 s").arg(seconds);
    }
    if (hours == 0) {
        return Texts::tr("%1 min %2 s").arg(minutes).arg(seconds % 60);
    }
    return hours < 24 ? Texts::tr("%1 h %2 min").arg(hours).arg(minutes % 60)
                      : Texts::tr("%1 d %2 h").arg(hours / 24).arg(hours % 24);
}

QString differenceText(qint64 ns) {
    const double seconds = static_cast<double>(ns) / nanosecondsPerSecond;
    const QString text = QLocale().toString(seconds, 'f', 3);
    return Texts::tr("%1 s").arg(ns < 0 ? text : QLatin1Char('+') + text);
}

QString movedText(float metres) {
    if (std::isnan(metres)) {
        return {};
    }
    constexpr float metresPerKilometre = 1'000;
    return metres < metresPerKilometre
               ? Texts::tr("%1 m").arg(QLocale().toString(metres, 'f', 1))
               : Texts::tr("%1 km").arg(QLocale().toString(metres / metresPerKilometre, 'f', 1));
}

void appendIsoTime(std::string& out, qint64 ns) {
    const qint64 seconds = ns / nanosecondsPerSecond;
    std::string fraction = std::to_string(ns % nanosecondsPerSecond);
    fraction.insert(0, 9 - fraction.size(), '0');
    const QDateTime time = QDateTime::fromSecsSinceEpoch(seconds, Qt::UTC);
    out += time.toString(QStringLiteral("yyyy-MM-ddTHH:mm:ss")).toStdString();
    out += '.';
    out += fraction;
    out += 'Z';
}

void appendDegrees(std::string& out, double degrees) {
    std::array<char, 32> text{};
    constexpr int digits = 9;
    // -0 is no degree.
    const auto end = std::to_chars(text.data(), text.data() + text.size(),
                                   degrees == 0 ? 0.0 : degrees, std::chars_format::fixed, digits);
    out.append(text.data(), end.ptr);
}

}  // namespace herd
