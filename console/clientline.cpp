// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "console/clientline.h"

#include <algorithm>
#include <chrono>
#include <string_view>

#include "common/ascii.h"
#include "common/position.h"
#include "common/timestamp.h"
#include "common/wire.h"

namespace herd {

namespace {

std::string_view view(const QByteArray& bytes) {
    return {bytes.constData(), static_cast<std::size_t>(bytes.size())};
}

bool hasWhiteSpace(const QByteArray& text) {
    return std::any_of(text.begin(), text.end(), isWhiteSpace);
}

/// Splits as the protocol does: at its six white-space bytes.
QList<QByteArray> fieldsOf(const QByteArray& line) {
    QList<QByteArray> fields;
    std::string_view rest = view(line);
    for (std::string_view field = takeField(rest); !field.empty(); field = takeField(rest)) {
        fields.append(QByteArray(field.data(), static_cast<qsizetype>(field.size())));
    }
    return fields;
}

bool isIamat(const QByteArray& line) {
    return std::holds_alternative<Iamat>(wire::parseClientLine(view(line)));
}

bool isWhatsat(const QByteArray& line) {
    return std::holds_alternative<Whatsat>(wire::parseClientLine(view(line)));
}

/// Where the second sign of a position stands; -1 when there is none.
qsizetype longitudeStart(const QByteArray& position) {
    for (qsizetype i = 1; i < position.size(); ++i) {
        if (position.at(i) == '+' || position.at(i) == '-') {
            return i;
        }
    }
    return -1;
}

bool startsWithSign(const QByteArray& text) {
    return text.startsWith('+') || text.startsWith('-');
}

}  // namespace

QString ClientLine::faultOfClient(const QByteArray& client) {
    if (client.isEmpty()) {
        return tr("The client needs a name.");
    }
    if (hasWhiteSpace(client)) {
        return tr("A client's name has no white space.");
    }
    if (client.size() > static_cast<qsizetype>(wire::clientIdBytesMax)) {
        return tr("A client's name has at most %1 bytes; this one has %2.")
            .arg(wire::clientIdBytesMax)
            .arg(client.size());
    }
    return isWhatsat(whatsat(client, "1", "1")) ? QString() : tr("No node takes this name.");
}

QString ClientLine::faultOfPosition(const QByteArray& position) {
    if (parsePosition(view(position))) {
        return {};
    }
    if (position.isEmpty()) {
        return tr("Latitude and longitude are missing, as in +34.068930-118.445127.");
    }
    if (hasWhiteSpace(position)) {
        return tr("A position has no white space: +34.068930-118.445127.");
    }
    if (position.size() > static_cast<qsizetype>(positionBytesMax)) {
        return tr("A position has at most %1 bytes.").arg(positionBytesMax);
    }
    if (position.contains(',')) {
        return tr("No comma: the sign of the longitude separates the two.");
    }
    if (!startsWithSign(position)) {
        return tr("The latitude needs its sign: + for north, - for south.");
    }
    const qsizetype at = longitudeStart(position);
    if (at < 0) {
        return tr("The longitude is missing or lacks its sign: + for east, - for west.");
    }
    const QString latitude = faultOfDecimal(position.mid(1, at - 1), true);
    if (!latitude.isEmpty()) {
        return tr("Latitude: %1").arg(latitude);
    }
    const QString longitude = faultOfDecimal(position.mid(at + 1), true);
    if (!longitude.isEmpty()) {
        return tr("Longitude: %1").arg(longitude);
    }
    if (!parsePosition(view(position.left(at) + "+0"))) {
        return tr("The latitude lies between -90 and +90 degrees.");
    }
    return tr("The longitude lies between -180 and +180 degrees.");
}

QString ClientLine::faultOfTime(const QByteArray& time) {
    if (parseTime(view(time))) {
        return {};
    }
    if (time.isEmpty()) {
        return tr("The time is missing: seconds since 1970, as in 1520023934.918963997.");
    }
    if (startsWithSign(time)) {
        return tr("A time has no sign.");
    }
    const QString decimal = faultOfDecimal(time, true);
    if (!decimal.isEmpty()) {
        return tr("Time: %1").arg(decimal);
    }
    const qsizetype point = time.indexOf('.');
    if (point >= 0 && time.size() - point - 1 > 9) {
        return tr("At most nine digits behind the point; here are %1.")
            .arg(time.size() - point - 1);
    }
    if (time.size() > static_cast<qsizetype>(timeBytesMax)) {
        return tr("A time has at most %1 bytes.").arg(timeBytesMax);
    }
    return tr("That is too far in the future: past the year 2262.");
}

QString ClientLine::faultOfRadius(const QByteArray& radius) {
    if (isWhatsat(whatsat("x", radius, "1")) && !hasWhiteSpace(radius)) {
        return {};
    }
    const QString decimal = faultOfDecimal(radius, true);
    return decimal.isEmpty() ? tr("The radius is above 0 and at most %1 km.")
                                   .arg(wire::radiusMillimetresMax / 1'000'000)
                             : tr("Radius: %1").arg(decimal);
}

QString ClientLine::faultOfBound(const QByteArray& bound) {
    if (isWhatsat(whatsat("x", "1", bound)) && !hasWhiteSpace(bound)) {
        return {};
    }
    const QString decimal = faultOfDecimal(bound, false);
    return decimal.isEmpty() ? tr("The bound is between 1 and %1 places.").arg(wire::boundMax)
                             : tr("Bound: %1").arg(decimal);
}

QString ClientLine::faultOfLine(const QByteArray& line) {
    const QList<QByteArray> fields = fieldsOf(line);
    if (fields.isEmpty()) {
        return tr("The line is empty: nodes do not answer that.");
    }
    if (line.size() > lineBytesMax) {
        return tr("The line has %1 bytes; no node takes more than %2.")
            .arg(line.size())
            .arg(lineBytesMax);
    }
    return isIamat(line) || isWhatsat(line) ? QString() : faultOfFields(fields);
}

QString ClientLine::faultOfFields(const QList<QByteArray>& fields) {
    const QByteArray word = fields.constFirst();
    const bool saysIamat = word == "IAMAT";
    if (!saysIamat && word != "WHATSAT") {
        return word.toUpper() == "IAMAT" || word.toUpper() == "WHATSAT"
                   ? tr("Command names are upper case: %1.")
                         .arg(QString::fromLatin1(word.toUpper()))
                   : tr("A line begins with IAMAT or WHATSAT.");
    }
    if (fields.size() != 4) {
        return saysIamat ? tr("IAMAT takes three fields, client, position and time; here are %1.")
                               .arg(fields.size() - 1)
                         : tr("WHATSAT takes three fields, client, radius and bound; here are %1.")
                               .arg(fields.size() - 1);
    }
    const QStringList faults = {
        faultOfClient(fields.at(1)),
        saysIamat ? faultOfPosition(fields.at(2)) : faultOfRadius(fields.at(2)),
        saysIamat ? faultOfTime(fields.at(3)) : faultOfBound(fields.at(3))};
    for (const QString& fault : faults) {
        if (!fault.isEmpty()) {
            return fault;
        }
    }
    return tr("No node takes this line.");
}

QString ClientLine::faultOfDecimal(const QByteArray& text, bool pointAllowed) {
    if (text.isEmpty()) {
        return tr("digits are missing.");
    }
    for (const char byte : text) {
        if (!isDigit(byte) && byte != '.') {
            return pointAllowed ? tr("only digits and a point.") : tr("only digits.");
        }
    }
    if (!pointAllowed && text.contains('.')) {
        return tr("a whole number, without a point.");
    }
    if (text.count('.') > 1) {
        return tr("one point at most.");
    }
    if (text.startsWith('.') || text.endsWith('.')) {
        return tr("a point has digits on both sides.");
    }
    return {};
}

QByteArray ClientLine::iamat(const QByteArray& client, const QByteArray& position,
                             const QByteArray& time) {
    return "IAMAT " + client + ' ' + position + ' ' + time;
}

QByteArray ClientLine::whatsat(const QByteArray& client, const QByteArray& radius,
                               const QByteArray& bound) {
    return "WHATSAT " + client + ' ' + radius + ' ' + bound;
}

QByteArray ClientLine::timeNow() {
    const auto since = std::chrono::system_clock::now().time_since_epoch();
    const qint64 ns = std::chrono::duration_cast<std::chrono::nanoseconds>(since).count();
    return QByteArray::number(ns / nanosecondsPerSecond) + '.' +
           QByteArray::number(ns % nanosecondsPerSecond).rightJustified(9, '0');
}

QByteArray ClientLine::position(double latitude, double longitude) {
    const auto signedDegrees = [](double degrees) {
        const QByteArray text = QByteArray::number(degrees, 'f', 6);
        return text.startsWith('-') ? text : '+' + text;
    };
    return signedDegrees(latitude) + signedDegrees(longitude);
}

}  // namespace herd
