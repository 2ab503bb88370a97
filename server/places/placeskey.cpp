// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "server/places/placeskey.h"

#include <QFile>
#include <QFileInfo>
#include <algorithm>

namespace herd {

namespace {

constexpr char keyVariable[] = "HERD_PLACES_KEY";

bool isKeyByte(char byte) {
    return byte > ' ' && byte <= '~' && byte != '"' && byte != '\\';
}

/// Checks the key in the first line of `text`; `source` names it in an error.
Result<QByteArray> keyOf(const QByteArray& text, const QString& source) {
    const QByteArray key = text.split('\n').constFirst().trimmed();
    if (key.isEmpty()) {
        return Error{QStringLiteral("%1 holds no places key in its first line").arg(source)};
    }
    if (key.size() > placesKeyBytesMax) {
        return Error{QStringLiteral("the places key in %1 is longer than %2 bytes")
                         .arg(source, QString::number(placesKeyBytesMax))};
    }
    if (!std::all_of(key.begin(), key.end(), isKeyByte)) {
        return Error{QStringLiteral("the places key in %1 holds a byte no key has (a space, a "
                                    "quotation mark, a backslash or no printable ASCII)")
                         .arg(source)};
    }
    return key;
}

}  // namespace

Result<QByteArray> readPlacesKey(const QString& path) {
    if (path.isEmpty()) {
        if (qEnvironmentVariableIsEmpty(keyVariable)) {
            return QByteArray();
        }
        return keyOf(qgetenv(keyVariable), QLatin1String(keyVariable));
    }
    const QString cannotRead = QStringLiteral("cannot read the places key file %1: %2");
    const QFileInfo info(path);
    // A pipe would make opening it wait for ever.
    if (info.exists() && !info.isFile()) {
        return Error{cannotRead.arg(path, QStringLiteral("not a regular file"))};
    }
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly)) {
        return Error{cannotRead.arg(path, file.errorString())};
    }
    const QByteArray text = file.read(placesKeyFileBytesMax + 1);
    if (file.error() != QFileDevice::NoError) {
        return Error{cannotRead.arg(path, file.errorString())};
    }
    if (text.size() > placesKeyFileBytesMax) {
        return Error{cannotRead.arg(
            path, QStringLiteral("larger than %1 bytes").arg(placesKeyFileBytesMax))};
    }
    return keyOf(text, path);
}

}  // namespace herd
