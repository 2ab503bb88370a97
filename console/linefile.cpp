// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "console/linefile.h"

#include <QCoreApplication>
#include <QFileInfo>

namespace herd {

namespace {

struct Texts {
    Q_DECLARE_TR_FUNCTIONS(herd::LineFile)
};

}  // namespace

std::optional<Error> LineFile::open(const QString& path) {
    file_.setFileName(path);
    // A pipe or a device may never end and would hold up the window.
    if (QFileInfo(path).exists() && !QFileInfo(path).isFile()) {
        return Error{Texts::tr("%1 is no ordinary file").arg(path)};
    }
    if (!file_.open(QIODevice::ReadOnly)) {
        return Error{Texts::tr("%1 cannot be read: %2").arg(path, file_.errorString())};
    }
    bytesTotal_ = file_.size();
    return std::nullopt;
}

LineFile::Step LineFile::next() {
    for (qint64 budget = readBytesMax; budget > 0;) {
        // Room for CR and LF, and for one byte that shows that the line goes on.
        QByteArray line = file_.readLine(lineBytesMax + 3);
        if (line.isEmpty()) {
            return {file_.error() == QFileDevice::NoError ? Step::Kind::end : Step::Kind::failed,
                    {}};
        }
        budget -= line.size();
        bytesRead_ += line.size();
        const bool whole = line.endsWith('\n') || file_.atEnd();
        if (skipping_) {
            skipping_ = !whole;
            continue;
        }
        if (line.endsWith('\n')) {
            line.chop(1);
        }
        if (line.endsWith('\r')) {
            line.chop(1);
        }
        if (line.size() > lineBytesMax) {
            ++tooLong_;
            skipping_ = !whole;
            continue;
        }
        const QByteArray text = line.trimmed();
        if (!text.isEmpty() && !text.startsWith('#')) {
            return {Step::Kind::line, line};
        }
    }
    return {Step::Kind::more, {}};
}

}  // namespace herd
