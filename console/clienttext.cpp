// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "console/clienttext.h"

#include <QCoreApplication>

#include "console/stamptexts.h"

namespace herd {

namespace {

struct Texts {
    Q_DECLARE_TR_FUNCTIONS(herd::ClientText)
};

constexpr qint64 msPerSecond = 1'000;
constexpr qint64 msPerMinute = 60 * msPerSecond;
constexpr qint64 msPerHour = 60 * msPerMinute;
constexpr qint64 msPerDay = 24 * msPerHour;

}  // namespace

QString clientText(std::string_view client, qsizetype charactersMax) {
    const QString text = wholeClientText(client);
    if (text.size() <= charactersMax) {
        return text;
    }
    const qsizetype half = (charactersMax - 1) / 2;
    return text.left(charactersMax - 1 - half) + QChar(0x2026) + text.right(half);
}

QString ageText(qint64 ageMs) {
    if (ageMs < msPerSecond) {
        return Texts::tr("just now");
    }
    if (ageMs < msPerMinute) {
        return Texts::tr("%1 s ago").arg(ageMs / msPerSecond);
    }
    if (ageMs < msPerHour) {
        return Texts::tr("%1 min ago").arg(ageMs / msPerMinute);
    }
    if (ageMs < 2 * msPerDay) {
        return Texts::tr("%1 h ago").arg(ageMs / msPerHour);
    }
    return Texts::tr("%1 d ago").arg(ageMs / msPerDay);
}

}  // namespace herd
