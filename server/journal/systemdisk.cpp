// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "server/journal/systemdisk.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <QFile>
#include <cerrno>
#include <cstdio>

namespace herd {

namespace {

constexpr mode_t directoryMode = 0700;
constexpr mode_t fileMode = 0600;
constexpr const char* lockName = "lock";

int errorOf(int result) {
    return result == 0 ? 0 : errno;
}

class SystemFile : public JournalFile {
  public:
    explicit SystemFile(int descriptor) : descriptor_(descriptor) {}
    ~SystemFile() override { ::close(descriptor_); }

    std::int64_t append(std::string_view bytes) override {
        const ssize_t written = ::write(descriptor_, bytes.data(), bytes.size());
        return written < 0 ? -std::int64_t{errno} : written;
    }

    int sync() override { return errorOf(::fdatasync(descriptor_)); }

  private:
    int descriptor_;
};

/// A parent that is new must not vanish with the directory in it.
int syncParent(const std::string& path) {
    const int parent = ::open((path + "/..").c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (parent < 0) {
        return errno;
    }
    const int error = errorOf(::fsync(parent));
    ::close(parent);
    return error;
}

}  // namespace

Result<std::unique_ptr<SystemDisk>> SystemDisk::open(const QString& path) {
    std::unique_ptr<SystemDisk> disk(new SystemDisk(QFile::encodeName(path).toStdString()));
    const int error = disk->prepare();
    if (error == EWOULDBLOCK) {
        return Error{QStringLiteral("the journal %1 is in use by another process").arg(path)};
    }
    if (error != 0) {
        return Error{
            QStringLiteral("cannot open the journal %1: %2").arg(path, qt_error_string(error))};
    }
    return disk;
}

int SystemDisk::prepare() {
    if (::mkdir(path_.c_str(), directoryMode) != 0 && errno != EEXIST) {
        return errno;
    }
    directory_ = ::open(path_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (directory_ < 0 || ::fchmod(directory_, directoryMode) != 0) {
        return errno;
    }
    lock_ = ::openat(directory_, lockName, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, fileMode);
    if (lock_ < 0 || ::flock(lock_, LOCK_EX | LOCK_NB) != 0) {
        return errno;
    }
    return syncParent(path_);
}

SystemDisk::~SystemDisk() {
    for (const int descriptor : {lock_, directory_}) {
        if (descriptor >= 0) {
            ::close(descriptor);
        }
    }
}

int SystemDisk::list(std::vector<std::string>& files) {
    DIR* const directory = ::opendir(path_.c_str());
    if (directory == nullptr) {
        return errno;
    }
    errno = 0;
    while (const dirent* const entry = ::readdir(directory)) {
        files.emplace_back(entry->d_name);
    }
    const int error = errno;
    ::closedir(directory);
    return error;
}

std::int64_t SystemDisk::read(const std::string& file, std::int64_t offset,
                              std::span<char> buffer) {
    const int descriptor = ::openat(directory_, file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (descriptor < 0) {
        return -std::int64_t{errno};
    }
    std::int64_t count = 0;
    ssize_t piece = 1;
    while (piece > 0 && count < static_cast<std::int64_t>(buffer.size())) {
        piece = ::pread(descriptor, buffer.data() + count,
                        buffer.size() - static_cast<std::size_t>(count), offset + count);
        count += piece > 0 ? piece : 0;
    }
    const int error = piece < 0 ? errno : 0;
    ::close(descriptor);
    return error != 0 ? -std::int64_t{error} : count;
}

int SystemDisk::create(const std::string& file, std::unique_ptr<JournalFile>& opened) {
    const int removed = ::unlinkat(directory_, file.c_str(), 0);
    if (removed != 0 && errno != ENOENT) {
        return errno;
    }
    const int descriptor = ::openat(directory_, file.c_str(),
                                    O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, fileMode);
    if (descriptor < 0) {
        return errno;
    }
    opened = std::make_unique<SystemFile>(descriptor);
    return 0;
}

int SystemDisk::open(const std::string& file, std::int64_t bytes,
                     std::unique_ptr<JournalFile>& opened) {
    const int descriptor =
        ::openat(directory_, file.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC | O_NOFOLLOW);
    if (descriptor < 0) {
        return errno;
    }
    // A file that came back from a backup may be readable by others.
    if (::fchmod(descriptor, fileMode) != 0 || ::ftruncate(descriptor, bytes) != 0) {
        const int error = errno;
        ::close(descriptor);
        return error;
    }
    opened = std::make_unique<SystemFile>(descriptor);
    return 0;
}

int SystemDisk::rename(const std::string& from, const std::string& to) {
    return errorOf(::renameat(directory_, from.c_str(), directory_, to.c_str()));
}

int SystemDisk::remove(const std::string& file) {
    return errorOf(::unlinkat(directory_, file.c_str(), 0));
}

int SystemDisk::sync() {
    return errorOf(::fsync(directory_));
}

}  // namespace herd
