// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "console/linehistory.h"

#include <QSettings>

namespace herd {

namespace {
const QString key = QStringLiteral("command/history");
}

void LineHistory::add(const QString& line) {
    if (line.size() > charactersMax) {
        return;
    }
    const qsizetype known = lines_.indexOf(line);
    if (known >= 0) {
        lines_.removeAt(known);
        characters_ -= line.size();
    }
    lines_.append(line);
    characters_ += line.size();
    while (lines_.size() > linesMax || characters_ > charactersMax) {
        characters_ -= lines_.takeFirst().size();
    }
    place_ = lines_.size();
}

QString LineHistory::back() {
    place_ = qMax<qsizetype>(0, place_ - 1);
    return lines_.value(place_);
}

QString LineHistory::forward() {
    place_ = qMin(lines_.size(), place_ + 1);
    return lines_.value(place_);
}

void LineHistory::saveTo(QSettings& settings) const {
    settings.setValue(key, lines_);
}

void LineHistory::restoreFrom(const QSettings& settings) {
    for (const QString& line : settings.value(key).toStringList()) {
        add(line);
    }
}

}  // namespace herd
