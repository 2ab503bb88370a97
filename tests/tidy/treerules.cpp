// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "tests/tidy/treerules.h"

#include <QDir>
#include <QMap>
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

Findings checkPromises(const QList<SourceFile>& files) {
    static const QRegularExpression test(
        QStringLiteral("`((?:tst|sim|soak)_[a-z0-9_]+)(?:::([A-Za-z0-9]+))?`"));
    static const QRegularExpression row(QStringLiteral("^\\| (\\d+) \\|"));
    const QString page = QStringLiteral("resources/PROMISES.md");
    QMap<QString, QString> suites;
    QString registered;
    SourceFile promises;
    for (const SourceFile& file : files) {
        const QString name = file.path.section(QLatin1Char('/'), -1);
        if (file.path == page) {
            promises = file;
        } else if (name == QLatin1String("CMakeLists.txt")) {
            registered += file.text;
        } else if (name.startsWith(QLatin1String("tst_")) && name.endsWith(QLatin1String(".cpp"))) {
            suites[name.chopped(4)] = file.text;
        }
    }
    const auto isThere = [&](const QString& suite, const QString& function) {
        if (!suite.startsWith(QLatin1String("tst_"))) {
            return registered.contains(QStringLiteral("add_test(NAME %1 ").arg(suite));
        }
        return registered.contains(QStringLiteral("herd_test(%1 ").arg(suite)) &&
               (function.isEmpty() ||
                suites.value(suite).contains(QStringLiteral("void %1()").arg(function)));
    };
    Findings findings;
    QSet<int> rows;
    const QStringList lines = promises.lines();
    for (qsizetype i = 0; i < lines.size(); ++i) {
        QRegularExpressionMatchIterator tests = test.globalMatch(lines.at(i));
        const QRegularExpressionMatch number = row.match(lines.at(i));
        if (number.hasMatch() && tests.hasNext()) {
            rows.insert(number.captured(1).toInt());
        }
        while (tests.hasNext()) {
            const QRegularExpressionMatch named = tests.next();
            if (!isThere(named.captured(1), named.captured(2))) {
                findings.append(
                    {page, i + 1, QStringLiteral("there is no test %1").arg(named.captured())});
            }
        }
    }
    for (int number = 1; number <= faultRows; ++number) {
        if (!rows.contains(number)) {
            findings.append({page, 0, QStringLiteral("row %1 names no test").arg(number)});
        }
    }
    return findings;
}

}  // namespace herd::tidy
