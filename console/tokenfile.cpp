// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "console/tokenfile.h"

#include <QCoreApplication>
#include <QFile>
#include <QFileInfo>
#include <algorithm>

namespace herd {

namespace {

struct Texts {
    Q_DECLARE_TR_FUNCTIONS(herd::TokenFile)
};

/// Room for a token, one that is to follow it, and white space.
constexpr qint64 fileBytesMax = 4 * 1'024;

bool isToken(const QByteArray& text) {
    return text.size() >= tokenBytesMin && text.size() <= tokenBytesMax &&
           std::all_of(text.begin(), text.end(),
                       [](char byte) { return byte >= ' ' && byte <= '~'; });
}

}  // namespace

Result<QByteArray> readTokenFile(const QString& path) {
    QFile file(path);
    // A pipe would make opening it wait for ever.
    if (QFileInfo(path).exists() && !QFileInfo(path).isFile()) {
        return Error{Texts::tr("%1: not a regular file").arg(path)};
    }
    if (!file.open(QIODevice::ReadOnly)) {
        return Error{QStringLiteral("%1: %2").arg(path, file.errorString())};
    }
    for (const QByteArray& line : file.read(fileBytesMax).split('\n')) {
        const QByteArray token = line.trimmed();
        if (isToken(token)) {
            return token;
        }
        if (!token.isEmpty()) {
            break;
        }
    }
    return Error{Texts::tr("%1: must begin with a token of %2 to %3 bytes of printable ASCII")
                     .arg(path)
                     .arg(tokenBytesMin)
                     .arg(tokenBytesMax)};
}

}  // namespace herd
