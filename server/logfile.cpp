// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "server/logfile.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <QFile>
#include <cerrno>
#include <cstdio>
#include <utility>

#include "common/check.h"

namespace herd {

namespace {

constexpr mode_t fileMode = 0640;

QByteArray bytesOf(const QString& path) {
    return QFile::encodeName(path);
}

/// Never waits: a FIFO without a reader is an error.
int openForAppending(const QByteArray& path, int flags) {
    return ::open(path.constData(), O_WRONLY | O_CREAT | O_APPEND | O_NONBLOCK | O_CLOEXEC | flags,
                  fileMode);
}

std::int64_t sizeOf(int descriptor) {
    struct stat status {};
    return ::fstat(descriptor, &status) == 0 ? status.st_size : 0;
}

}  // namespace

LogFile::LogFile(QString path, std::int64_t fileBytesMax, std::int64_t filesMax)
    : path_(std::move(path)), fileBytesMax_(fileBytesMax), filesMax_(filesMax) {
    HERD_CHECK(fileBytesMax > 0 && filesMax > 0);
}

LogFile::~LogFile() {
    if (descriptor_ >= 0) {
        ::close(descriptor_);
    }
}

Result<std::unique_ptr<LogFile>> LogFile::open(const QString& path, std::int64_t fileBytesMax,
                                               std::int64_t filesMax) {
    std::unique_ptr<LogFile> file(new LogFile(path, fileBytesMax, filesMax));
    const std::optional<Error> error = file->reopen();
    if (error) {
        return *error;
    }
    return file;
}

Error LogFile::failure(const QString& what) {
    ++failures_;
    return Error{
        QStringLiteral("cannot %1 log file %2: %3").arg(what, path_, qt_error_string(errno))};
}

void LogFile::use(int descriptor) {
    if (descriptor_ >= 0) {
        ::close(descriptor_);
    }
    descriptor_ = descriptor;
    atRecord_ = true;
}

std::optional<Error> LogFile::reopen() {
    const int descriptor = openForAppending(bytesOf(path_), 0);
    if (descriptor < 0) {
        return failure(QStringLiteral("open"));
    }
    use(descriptor);
    return std::nullopt;
}

void LogFile::append(std::string_view record) {
    if (!buffer_.empty() && buffer_.size() + record.size() > bufferBytesMax) {
        ++recordsLost_;
        return;
    }
    buffer_.append(record);
}

std::optional<Error> LogFile::writeOut() {
    std::optional<Error> rotation;
    while (!buffer_.empty()) {
        // Asked each time, because others may truncate the file.
        const std::int64_t fileBytes = sizeOf(descriptor_);
        std::size_t bytes = recordsThatFit(fileBytesMax_ - fileBytes);
        if (bytes == 0 && atRecord_ && fileBytes > 0 && !rotation) {
            rotation = rotate();
            continue;
        }
        if (bytes == 0) {
            bytes = buffer_.find('\n') + 1;  // the rest of a torn record, or one larger than a file
        }
        const ssize_t written = ::write(descriptor_, buffer_.data(), bytes);
        if (written <= 0) {
            return failure(QStringLiteral("write"));
        }
        atRecord_ = buffer_[static_cast<std::size_t>(written) - 1] == '\n';
        buffer_.erase(0, static_cast<std::size_t>(written));
    }
    return rotation;
}

std::size_t LogFile::recordsThatFit(std::int64_t roomBytes) const {
    if (roomBytes <= 0) {
        return 0;
    }
    return buffer_.rfind('\n', static_cast<std::size_t>(roomBytes) - 1) + 1;
}

std::optional<Error> LogFile::rotate() {
    const auto nameOf = [this](std::int64_t age) {
        return bytesOf(age == 0 ? path_ : QStringLiteral("%1.%2").arg(path_).arg(age));
    };
    // The new file first: without one nothing may be moved, or the old ones would fall off the end.
    const QByteArray newName = bytesOf(path_ + QStringLiteral(".new"));
    const int descriptor = openForAppending(newName, O_TRUNC);
    bool moved = descriptor >= 0;
    for (std::int64_t age = filesMax_ - 1; moved && age > 0; --age) {
        moved = std::rename(nameOf(age - 1).constData(), nameOf(age).constData()) == 0 ||
                errno == ENOENT;
    }
    if (!moved || std::rename(newName.constData(), nameOf(0).constData()) != 0) {
        const Error error = failure(QStringLiteral("rotate"));
        if (descriptor >= 0) {
            ::close(descriptor);
            ::unlink(newName.constData());
        }
        return error;
    }
    use(descriptor);
    return std::nullopt;
}

}  // namespace herd
