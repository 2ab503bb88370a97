// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "tests/tidy/textrules.h"

#include <QRegularExpression>

#include "tests/tidy/sourcetree.h"

namespace herd::tidy {

namespace {

/// Who may speak on standard output or error.
const QStringList speakers = {
    QStringLiteral("common/check.cpp"),
    QStringLiteral("server/app.cpp"),
    QStringLiteral("server/commandline.cpp"),
    QStringLiteral("server/main.cpp"),
    // Their warnings are Qt's own, given where Qt's dispatcher gives them.
    QStringLiteral("server/tcp/epolldispatcher.cpp"),
    QStringLiteral("server/tcp/notifierset.cpp"),
};

/// What serves events must name what others may not call.
const QStringList eventLoops = {
    QStringLiteral("server/tcp/epolldispatcher."),
    QStringLiteral("server/tcp/eventloopthread."),
};

/// `text` with comments and the insides of string literals blanked, line for line.
QString codeOnly(const QString& text) {
    static const QRegularExpression skipped(
        QStringLiteral(
            "//[^\\n]*|/\\*.*?\\*/|\"(?:\\\\.|[^\"\\\\\\n])*\"|'(?:\\\\.|[^'\\\\\\n])+'"),
        QRegularExpression::DotMatchesEverythingOption);
    QString code;
    qsizetype end = 0;
    QRegularExpressionMatchIterator matches = skipped.globalMatch(text);
    while (matches.hasNext()) {
        const QRegularExpressionMatch match = matches.next();
        code += QStringView(text).mid(end, match.capturedStart() - end);
        code += QString(match.captured().count(QLatin1Char('\n')), QLatin1Char('\n'));
        end = match.capturedEnd();
    }
    code += QStringView(text).mid(end);
    return code;
}

/// One finding for each line of `text` in which `pattern` occurs.
Findings grep(const QString& path, const QString& text, const QRegularExpression& pattern,
              const QString& message) {
    Findings findings;
    const QStringList lines = text.split(QLatin1Char('\n'));
    for (qsizetype i = 0; i < lines.size(); ++i) {
        const QRegularExpressionMatch match = pattern.match(lines.at(i));
        if (match.hasMatch()) {
            findings.append({path, i + 1, QStringLiteral("%1: %2").arg(match.captured(), message)});
        }
    }
    return findings;
}

bool isIn(const QString& path, std::initializer_list<const char*> folders) {
    for (const char* folder : folders) {
        if (path.startsWith(QLatin1String(folder))) {
            return true;
        }
    }
    return false;
}

/// Columns as an editor counts them: characters, not the two halves of a surrogate pair.
qsizetype columns(const QString& line) {
    return line.toUcs4().size();
}

}  // namespace

Findings checkLicenceLines(const SourceFile& file) {
    if (!isCode(file)) {
        return {};
    }
    QStringList lines = file.lines();
    if (!lines.isEmpty() && lines.first().startsWith(QLatin1String("#!"))) {
        lines.removeFirst();
    }
    const bool slashes = isSource(file.path) || file.path.endsWith(QLatin1String(".mjs"));
    const QString comment = slashes ? QStringLiteral("// ") : QStringLiteral("# ");
    // In two pieces each, so that no tool takes these for this file's own licence.
    const QString tag = QStringLiteral("SPDX") + QStringLiteral("-");
    if (lines.value(0) ==
            comment + tag + QStringLiteral("FileCopyrightText: The Herd developers") &&
        lines.value(1) == comment + tag + QStringLiteral("License-Identifier: MIT")) {
        return {};
    }
    return {{file.path, 1, QStringLiteral("does not begin with the two SPDX lines")}};
}

Findings checkLayout(const SourceFile& file) {
    if (file.text.isEmpty()) {
        return {};
    }
    Findings findings;
    const bool code = isCode(file);
    QStringList lines = file.lines();
    if (lines.last().isEmpty()) {
        lines.removeLast();
    } else {
        findings.append({file.path, lines.size(), QStringLiteral("no newline at the end")});
    }
    if (!lines.isEmpty() && lines.last().isEmpty()) {
        findings.append({file.path, lines.size(), QStringLiteral("an empty last line")});
    }
    if (code && lines.size() > fileLinesMax) {
        findings.append(
            {file.path, 0,
             QStringLiteral("%1 lines, more than %2").arg(lines.size()).arg(fileLinesMax)});
    }
    for (qsizetype i = 0; i < lines.size(); ++i) {
        const QString& line = lines.at(i);
        if (line.contains(QLatin1Char('\t'))) {
            findings.append({file.path, i + 1, QStringLiteral("a tab")});
        }
        if (line.endsWith(QLatin1Char(' ')) || line.endsWith(QLatin1Char('\r'))) {
            findings.append({file.path, i + 1, QStringLiteral("white space at the end")});
        }
        if (code && columns(line) > lineColumnsMax) {
            findings.append(
                {file.path, i + 1, QStringLiteral("longer than %1").arg(lineColumnsMax)});
        }
    }
    return findings;
}

Findings checkBannedCalls(const SourceFile& file) {
    static const QRegularExpression banned(QStringLiteral(
        "\\b(waitFor[A-Z]\\w*\\s*\\(|processEvents\\b|QEventLoop\\b|sender\\s*\\(\\s*\\)|"
        "SIGNAL\\s*\\(|SLOT\\s*\\()"));
    if (!isSource(file.path) || !isIn(file.path, {"server/", "console/"}) ||
        std::any_of(eventLoops.begin(), eventLoops.end(),
                    [&file](const QString& loop) { return file.path.startsWith(loop); })) {
        return {};
    }
    return grep(file.path, codeOnly(file.text), banned,
                QStringLiteral("stalls every connection, or is wired by name"));
}

Findings checkOutput(const SourceFile& file) {
    static const QRegularExpression output(
        QStringLiteral("\\bstd::(cout|cerr|clog|puts|printf|fprintf|fputs)\\b|"
                       "(?<![\\w:])(printf|fprintf|puts|fputs)\\s*\\(|"
                       "\\bq(Debug|Info|Warning|Critical|Fatal)\\s*\\(|\\bQTextStream\\b"));
    if (!isSource(file.path) || !isIn(file.path, {"server/", "common/"}) ||
        speakers.contains(file.path)) {
        return {};
    }
    return grep(file.path, codeOnly(file.text), output,
                QStringLiteral("only the log and the named files speak"));
}

Findings checkOpenTasks(const SourceFile& file) {
    static const QRegularExpression mark(QStringLiteral("\\b(TO") + QStringLiteral("DO|FIX") +
                                         QStringLiteral("ME|XX") + QStringLiteral("X)\\b"));
    return grep(file.path, file.text, mark, QStringLiteral("finish it or leave it out"));
}

Findings checkMachinePaths(const SourceFile& file) {
    static const QRegularExpression path(
        QStringLiteral("(?<![\\w.}/-])/(home|root|tmp|work|Users)/"));
    return grep(file.path, file.text, path, QStringLiteral("exists on one machine only"));
}

}  // namespace herd::tidy
