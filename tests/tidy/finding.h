// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QList>
#include <QString>
#include <QStringList>

namespace herd::tidy {

/// One text file of the project, its path relative to the source folder.
struct SourceFile {
    QString path;
    QString text;

    QStringList lines() const { return text.split(QLatin1Char('\n')); }
};

/// One broken rule; line 0 speaks of the whole file.
struct Finding {
    QString path;
    qsizetype line = 0;
    QString message;

    QString print() const {
        return QStringLiteral("%1:%2: %3").arg(path, QString::number(line), message);
    }
};

using Findings = QList<Finding>;

}  // namespace herd::tidy
