// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "tests/tidy/includerules.h"

#include <QRegularExpression>
#include <algorithm>
#include <optional>

#include "tests/tidy/sourcetree.h"

namespace herd::tidy {

namespace {

/// What the folders of server/ declare for the rest of server/ to implement or call.
const QStringList interfaces = {
    QStringLiteral("server/admin/adminservice.h"),
    QStringLiteral("server/herd/dice.h"),
    QStringLiteral("server/herd/journalsink.h"),
    QStringLiteral("server/journal/journalservice.h"),
    QStringLiteral("server/net/clientservice.h"),
    QStringLiteral("server/net/peerconnection.h"),
    QStringLiteral("server/net/peerservice.h"),
    QStringLiteral("server/net/replyqueue.h"),
    QStringLiteral("server/places/placesprovider.h"),
    QStringLiteral("server/tcp/mailbox.h"),
};

/// A clock, dice, the wire, a file, a thread or an object with signals: what the core is given.
const QRegularExpression impureHeader(QStringLiteral(
    "^(QObject|QTimer|QElapsedTimer|QDateTime|QRandomGenerator|QFile|QIODevice|QThread|QSocket.*|"
    "chrono|random|ctime|thread|mutex|atomic|iostream|fstream|filesystem|unistd\\.h|time\\.h|"
    "sys/.*|netinet/.*|poll\\.h)$"));

bool startsWithAny(const QString& text, std::initializer_list<const char*> prefixes) {
    return std::any_of(prefixes.begin(), prefixes.end(), [&text](const char* prefix) {
        return text.startsWith(QLatin1String(prefix));
    });
}

/// The part of the project a path belongs to: a folder of server/, or else the top folder.
QString partOf(const QString& path) {
    for (const char* part : {"server/herd/", "server/net/", "server/places/", "server/journal/",
                             "server/admin/", "server/tcp/"}) {
        if (path.startsWith(QLatin1String(part))) {
            return QString::fromLatin1(part);
        }
    }
    return path.left(path.indexOf(QLatin1Char('/')) + 1);
}

/// Why `path` may not include the project's header `header`, if it may not.
std::optional<QString> whyNotProject(const QString& path, const QString& header) {
    const QString part = partOf(path);
    const QString other = partOf(header);
    const bool isPure = part == QLatin1String("common/") || part == QLatin1String("server/herd/");
    if (other == part || part == QLatin1String("tests/") || other == QLatin1String("common/") ||
        (other == QLatin1String("resources/") && !isPure)) {
        return std::nullopt;
    }
    const bool hasPorts =
        part == QLatin1String("server/net/") || part == QLatin1String("server/admin/");
    if (hasPorts && other == QLatin1String("server/tcp/")) {
        return std::nullopt;
    }
    if (part != QLatin1String("server/") || !other.startsWith(part)) {
        return QStringLiteral("%1 may not know %2").arg(part, other);
    }
    if (interfaces.contains(header)) {
        return std::nullopt;
    }
    if (other == QLatin1String("server/herd/")) {
        return startsWithAny(path, {"server/node"})
                   ? std::nullopt
                   : std::optional(QStringLiteral("only node includes server/herd"));
    }
    return startsWithAny(path, {"server/app"})
               ? std::nullopt
               : std::optional(QStringLiteral("only app includes concrete classes"));
}

/// Why `path` may not include `<header>`, if it may not.
std::optional<QString> whyNotSystem(const QString& path, const QString& header,
                                    const IsCoreHeader& isCoreHeader) {
    const bool isCoreOnly = startsWithAny(path, {"common/", "server/herd/"});
    const bool isQt = header.startsWith(QLatin1Char('Q'));
    if (isCoreOnly && isQt && !isCoreHeader(header)) {
        return QStringLiteral("not a header of QtCore");
    }
    if (startsWithAny(path, {"server/herd/"}) && impureHeader.match(header).hasMatch()) {
        return QStringLiteral("the core is given its time, dice, wire and files");
    }
    if (header.startsWith(QLatin1String("toml++")) &&
        !startsWithAny(path, {"common/configfile", "common/toml"})) {
        return QStringLiteral("only the configuration's reader knows TOML");
    }
    return std::nullopt;
}

}  // namespace

Findings checkIncludes(const SourceFile& file, const IsCoreHeader& isCoreHeader) {
    static const QRegularExpression include(
        QStringLiteral("^\\s*#\\s*include\\s*(?:\"([^\"]+)\"|<([^>]+)>)"));
    Findings findings;
    if (!isSource(file.path)) {
        return findings;
    }
    const QStringList lines = file.lines();
    for (qsizetype i = 0; i < lines.size(); ++i) {
        const QRegularExpressionMatch match = include.match(lines.at(i));
        if (!match.hasMatch()) {
            continue;
        }
        const QString project = match.captured(1);
        const QString system = match.captured(2);
        const std::optional<QString> why = project.isEmpty()
                                               ? whyNotSystem(file.path, system, isCoreHeader)
                                               : whyNotProject(file.path, project);
        if (why) {
            findings.append(
                {file.path, i + 1, QStringLiteral("includes %1: %2").arg(project + system, *why)});
        }
    }
    return findings;
}

}  // namespace herd::tidy
