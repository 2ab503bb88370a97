// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "tests/support/memorydisk.h"

#include <algorithm>
#include <cerrno>

namespace herd {

class MemoryFile : public JournalFile {
  public:
    MemoryFile(MemoryDisk& disk, std::shared_ptr<DiskContent::File> file)
        : disk_(disk), file_(std::move(file)) {}

    std::int64_t append(std::string_view bytes) override {
        const std::lock_guard lock(disk_.mutex_);
        if (const int error = disk_.faultOf(DiskCall::append, file_); error != 0) {
            return -std::int64_t{error};
        }
        const std::size_t room = disk_.room();
        if (room == 0 && !bytes.empty()) {
            return -std::int64_t{ENOSPC};
        }
        file_->bytes.append(bytes.substr(0, room));
        return static_cast<std::int64_t>(std::min(room, bytes.size()));
    }

    int sync() override {
        const std::lock_guard lock(disk_.mutex_);
        const int error = disk_.faultOf(DiskCall::syncFile, file_);
        if (error == 0) {
            file_->syncedBytes = file_->bytes.size();
        }
        return error;
    }

  private:
    MemoryDisk& disk_;
    std::shared_ptr<DiskContent::File> file_;
};

MemoryDisk::MemoryDisk(const DiskContent& content) {
    for (const auto& [name, file] : content.files) {
        names_[name] = std::make_shared<DiskContent::File>(file);
    }
    syncedNames_ = names_;
}

void MemoryDisk::setFault(Fault fault) {
    const std::lock_guard lock(mutex_);
    fault_ = std::move(fault);
}

void MemoryDisk::setCapacity(std::size_t bytes) {
    const std::lock_guard lock(mutex_);
    capacity_ = bytes;
}

DiskContent MemoryDisk::content() const {
    const std::lock_guard lock(mutex_);
    DiskContent content;
    for (const auto& [name, file] : names_) {
        content.files[name] = *file;
    }
    return content;
}

DiskContent MemoryDisk::afterCrash(const Cut& cut, bool oldNames) const {
    const std::lock_guard lock(mutex_);
    DiskContent content;
    for (const auto& [name, file] : oldNames ? syncedNames_ : names_) {
        const std::size_t left = cut(file->syncedBytes, file->bytes.size());
        content.files[name] = {file->bytes.substr(0, left), left};
    }
    return content;
}

int MemoryDisk::faultOf(DiskCall call, const std::string& file) const {
    return fault_ ? fault_(call, file) : 0;
}

/// By the name that the file has now.
int MemoryDisk::faultOf(DiskCall call, const std::shared_ptr<DiskContent::File>& file) const {
    if (!fault_) {
        return 0;
    }
    const auto named = std::find_if(names_.begin(), names_.end(),
                                    [&file](const auto& entry) { return entry.second == file; });
    return fault_(call, named == names_.end() ? std::string() : named->first);
}

std::size_t MemoryDisk::room() const {
    std::size_t room = capacity_;
    for (const auto& [name, file] : names_) {
        room -= std::min(room, file->bytes.size());
    }
    return room;
}

int MemoryDisk::list(std::vector<std::string>& files) {
    const std::lock_guard lock(mutex_);
    for (const auto& [name, file] : names_) {
        files.push_back(name);
    }
    return faultOf(DiskCall::list, std::string());
}

std::int64_t MemoryDisk::read(const std::string& file, std::int64_t offset,
                              std::span<char> buffer) {
    const std::lock_guard lock(mutex_);
    const auto found = names_.find(file);
    const int error = found == names_.end() ? ENOENT : faultOf(DiskCall::read, file);
    if (error != 0) {
        return -std::int64_t{error};
    }
    const std::string& bytes = found->second->bytes;
    const std::size_t begin = std::min(static_cast<std::size_t>(offset), bytes.size());
    return static_cast<std::int64_t>(bytes.copy(buffer.data(), buffer.size(), begin));
}

int MemoryDisk::create(const std::string& file, std::unique_ptr<JournalFile>& opened) {
    const std::lock_guard lock(mutex_);
    if (const int error = faultOf(DiskCall::create, file); error != 0) {
        return error;
    }
    names_[file] = std::make_shared<DiskContent::File>();
    opened = std::make_unique<MemoryFile>(*this, names_[file]);
    return 0;
}

int MemoryDisk::open(const std::string& file, std::int64_t bytes,
                     std::unique_ptr<JournalFile>& opened) {
    const std::lock_guard lock(mutex_);
    const auto found = names_.find(file);
    const int error = found == names_.end() ? ENOENT : faultOf(DiskCall::open, file);
    if (error != 0) {
        return error;
    }
    DiskContent::File& held = *found->second;
    held.bytes.resize(static_cast<std::size_t>(bytes));
    held.syncedBytes = std::min(held.syncedBytes, held.bytes.size());
    opened = std::make_unique<MemoryFile>(*this, found->second);
    return 0;
}

int MemoryDisk::rename(const std::string& from, const std::string& to) {
    const std::lock_guard lock(mutex_);
    const auto found = names_.find(from);
    const int error = found == names_.end() ? ENOENT : faultOf(DiskCall::rename, from);
    if (error == 0) {
        names_[to] = found->second;
        names_.erase(from);
    }
    return error;
}

int MemoryDisk::remove(const std::string& file) {
    const std::lock_guard lock(mutex_);
    const int error = faultOf(DiskCall::remove, file);
    if (error != 0) {
        return error;
    }
    return names_.erase(file) > 0 ? 0 : ENOENT;
}

int MemoryDisk::sync() {
    const std::lock_guard lock(mutex_);
    const int error = faultOf(DiskCall::syncNames, std::string());
    if (error == 0) {
        syncedNames_ = names_;
    }
    return error;
}

}  // namespace herd
