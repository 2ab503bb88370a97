// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "tests/tidy/sourcetree.h"

#include <QDir>
#include <QDirIterator>
#include <QFile>
#include <algorithm>

namespace herd::tidy {

namespace {

constexpr qint64 textBytesMax = 512 * 1024;

void readInto(QList<SourceFile>& files, const QDir& root, const QString& absolutePath) {
    QFile file(absolutePath);
    // What fuzzers start from is input, whose faults are wanted.
    const bool isInput = absolutePath.contains(QLatin1String("/tests/fuzz/corpus/"));
    if (isInput || file.size() > textBytesMax || !file.open(QIODevice::ReadOnly)) {
        return;
    }
    const QByteArray bytes = file.readAll();
    if (!bytes.contains('\0')) {
        files.append({root.relativeFilePath(absolutePath), QString::fromUtf8(bytes)});
    }
}

}  // namespace

bool isSource(const QString& path) {
    return path.endsWith(QLatin1String(".cpp")) || path.endsWith(QLatin1String(".h"));
}

bool isScript(const SourceFile& file) {
    return file.path.endsWith(QLatin1String(".sh")) || file.text.startsWith(QLatin1String("#!"));
}

bool isCode(const SourceFile& file) {
    return isSource(file.path) || isScript(file) ||
           file.path.endsWith(QLatin1String("CMakeLists.txt")) ||
           file.path.endsWith(QLatin1String(".cmake")) || file.path.endsWith(QLatin1String(".mjs"));
}

QList<SourceFile> readSourceTree(const QString& root) {
    const QDir top(root);
    QList<SourceFile> files;
    for (const QString& name : top.entryList(QDir::Files | QDir::Hidden)) {
        if (name != QLatin1String(".git")) {  // in a linked work tree a file that names the other
            readInto(files, top, top.filePath(name));
        }
    }
    const QStringList folders = {QStringLiteral(".ci"),     QStringLiteral("common"),
                                 QStringLiteral("console"), QStringLiteral("resources"),
                                 QStringLiteral("server"),  QStringLiteral("tests")};
    for (const QString& folder : folders) {
        QDirIterator entries(top.filePath(folder), QDir::Files | QDir::Hidden,
                             QDirIterator::Subdirectories);
        while (entries.hasNext()) {
            readInto(files, top, entries.next());
        }
    }
    std::sort(files.begin(), files.end(),
              [](const SourceFile& a, const SourceFile& b) { return a.path < b.path; });
    return files;
}

}  // namespace herd::tidy
