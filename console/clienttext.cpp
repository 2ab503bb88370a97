// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "console/clienttext.h"

#include <QCoreApplication>
#include <QStringDecoder>
#include <algorithm>
#include <string>

#include "common/escaped.h"

namespace herd {

namespace {

struct Texts {
    Q_DECLARE_TR_FUNCTIONS(herd::ClientText)
};

constexpr qint64 msPerSecond = 1'000;
constexpr qint64 msPerMinute = 60 * msPerSecond;
constexpr qint64 msPerHour = 60 * msPerMinute;
constexpr qint64 msPerDay = 24 * msPerHour;

/// Any script as it is; as the log has it if some of it does not print.
QString printable(std::string_view bytes) {
    QStringDecoder decoder(QStringDecoder::Utf8);
    const QString text = decoder(QByteArrayView(bytes.data(), qsizetype(bytes.size())));
    const bool prints = std::all_of(text.begin(), text.end(), [](QChar character) {
        return character.isPrint() || character.isSurrogate();
    });
    if (prints && !decoder.hasError()) {
        return text;
    }
    std::string escaped;
    appendEscaped(escaped, bytes);
    return QString::fromStdString(escaped);
}

}  // namespace

QString clientText(std::string_view client, qsizetype charactersMax) {
    const QString text = printable(client);
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
