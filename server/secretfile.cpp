// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "server/secretfile.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <QByteArray>
#include <QFile>
#include <algorithm>
#include <cerrno>

namespace herd {

namespace {

/// Room for the secrets and their line ends, white space around them included.
constexpr qint64 fileBytesMax = 4 * 1'024;

bool isPrintable(char byte) {
    return byte >= ' ' && byte <= '~';
}

Result<std::vector<std::string>> secretsOf(const QByteArray& text, const QString& path) {
    std::vector<std::string> secrets;
    for (const QByteArray& line : text.split('\n')) {
        const QByteArray secret = line.trimmed();
        if (secret.isEmpty()) {
            continue;
        }
        const auto bytes = static_cast<std::size_t>(secret.size());
        if (bytes < secretBytesMin || bytes > secretBytesMax) {
            return Error{QStringLiteral("%1: a secret must have %2 to %3 bytes")
                             .arg(path)
                             .arg(secretBytesMin)
                             .arg(secretBytesMax)};
        }
        if (!std::all_of(secret.begin(), secret.end(), isPrintable)) {
            return Error{QStringLiteral("%1: a secret must be printable ASCII").arg(path)};
        }
        secrets.push_back(secret.toStdString());
    }
    if (secrets.empty() || secrets.size() > secretsMax) {
        return Error{
            QStringLiteral("%1: must hold one secret, or two while it is changed, one a line")
                .arg(path)};
    }
    return secrets;
}

}  // namespace

Result<std::vector<std::string>> readSecretFile(const QString& path) {
    // Not blocking, because a pipe would make opening it wait for ever; judged by the descriptor,
    // so that the file cannot be changed for another in between.
    const int descriptor =
        ::open(QFile::encodeName(path).constData(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (descriptor < 0) {
        return Error{QStringLiteral("%1: %2").arg(path, qt_error_string(errno))};
    }
    QFile file;
    if (!file.open(descriptor, QIODevice::ReadOnly, QFileDevice::AutoCloseHandle)) {
        ::close(descriptor);
        return Error{QStringLiteral("%1: %2").arg(path, file.errorString())};
    }
    struct stat facts {};
    if (::fstat(descriptor, &facts) != 0 || !S_ISREG(facts.st_mode)) {
        return Error{QStringLiteral("%1: not a regular file").arg(path)};
    }
    if ((facts.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
        return Error{
            QStringLiteral("%1: only its owner may have access to a secret (chmod 600)").arg(path)};
    }
    const QByteArray text = file.read(fileBytesMax + 1);
    if (file.error() != QFileDevice::NoError) {
        return Error{QStringLiteral("%1: %2").arg(path, file.errorString())};
    }
    if (text.size() > fileBytesMax) {
        return Error{QStringLiteral("%1: larger than %2 bytes").arg(path).arg(fileBytesMax)};
    }
    return secretsOf(text, path);
}

}  // namespace herd
