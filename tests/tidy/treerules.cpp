// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "tests/tidy/treerules.h"

#include <QDir>
#include <QRegularExpression>
#include <QSet>

#include "tests/tidy/sourcetree.h"

namespace herd::tidy {

namespace {

QString folderOf(const QString& path) {
    return path.left(path.lastIndexOf(QLatin1Char('/')) + 1);
}

/// The paths a CMakeLists.txt names, made relative to the source folder.
QSet<QString> namedSources(const SourceFile& list) {
    static const QRegularExpression separators(QStringLiteral("[\\s()\"]+"));
    static const QRegularExpression comment(QStringLiteral("#[^\\n]*"));
    static const QRegularExpression root(QStringLiteral("^\\$\\{(PROJECT|CMAKE)_SOURCE_DIR\\}/"));
    QSet<QString> paths;
    QString text = list.text;
    for (QString word : text.remove(comment).split(separators, Qt::SkipEmptyParts)) {
        if (!word.endsWith(QLatin1String(".cpp"))) {
            continue;
        }
        const bool isFromRoot = root.match(word).hasMatch();
        word.remove(root);
        paths.insert(QDir::cleanPath(isFromRoot ? word : folderOf(list.path) + word));
    }
    return paths;
}

}  // namespace

Findings checkListedSources(const QList<SourceFile>& files) {
    QSet<QString> named;
    for (const SourceFile& file : files) {
        if (file.path.endsWith(QLatin1String("CMakeLists.txt"))) {
            named.unite(namedSources(file));
        }
    }
    Findings findings;
    for (const SourceFile& file : files) {
        if (file.path.endsWith(QLatin1String(".cpp")) && !named.contains(file.path)) {
            findings.append({file.path, 0, QStringLiteral("stands in no CMakeLists.txt")});
        }
    }
    return findings;
}

Findings checkCodeTour(const QList<SourceFile>& files) {
    QString readme;
    QSet<QString> folders;
    for (const SourceFile& file : files) {
        if (file.path == QLatin1String("README.md")) {
            readme = file.text;
        } else if (isSource(file.path)) {
            folders.insert(folderOf(file.path));
        }
    }
    Findings findings;
    for (const QString& folder : folders) {
        const QRegularExpression mention(QStringLiteral("(?<![\\w/])") +
                                         QRegularExpression::escape(folder) +
                                         QStringLiteral("(?!\\w)"));
        if (!mention.match(readme).hasMatch()) {
            findings.append(
                {folder, 0, QStringLiteral("is not named in the code tour of README.md")});
        }
    }
    return findings;
}

Findings checkExplainedKeys(const QList<SourceFile>& files) {
    static const QRegularExpression key(QStringLiteral("^(?:# )?([a-z_]+) = "));
    QString readme;
    SourceFile sample;
    for (const SourceFile& file : files) {
        if (file.path == QLatin1String("README.md")) {
            readme = file.text;
        } else if (file.path == QLatin1String("resources/herd.toml")) {
            sample = file;
        }
    }
    Findings findings;
    const QStringList lines = sample.lines();
    for (qsizetype i = 0; i < lines.size(); ++i) {
        const QRegularExpressionMatch match = key.match(lines.at(i));
        const QString name = QLatin1Char('`') + match.captured(1) + QLatin1Char('`');
        if (match.hasMatch() && !readme.contains(name)) {
            findings.append(
                {sample.path, i + 1, QStringLiteral("README.md does not explain %1").arg(name)});
        }
    }
    if (sample.path.isEmpty()) {
        findings.append({QStringLiteral("resources/herd.toml"), 0, QStringLiteral("is missing")});
    }
    return findings;
}

}  // namespace herd::tidy
