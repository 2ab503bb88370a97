// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "server/journal/disk.h"

namespace herd {

/// What a journal asks of its disk, where a test can make it fail.
enum class DiskCall { list, read, create, open, append, syncFile, rename, remove, syncNames };

/// What a disk holds that outlives its process: for crashes, copies and damage.
struct DiskContent {
    struct File {
        std::string bytes;
        std::size_t syncedBytes = 0;
    };
    std::map<std::string, File> files;
};

/// A journal's disk in memory. It knows what a loss of power would leave: of each file what was
/// synced and any part of the rest, of the names those of the last sync or the present ones. Calls
/// may come from any thread; what is set by the test is set while none does.
class MemoryDisk : public JournalDisk {
  public:
    /// Says which error a call ends with, 0 for none. For appends: before anything is taken.
    using Fault = std::function<int(DiskCall call, const std::string& file)>;
    /// How many bytes of a file are left after a crash, of which at least `synced` of `all`.
    using Cut = std::function<std::size_t(std::size_t synced, std::size_t all)>;

    MemoryDisk() = default;
    /// Takes over what another process left.
    explicit MemoryDisk(const DiskContent& content);

    void setFault(Fault fault);
    /// Bytes that all files together may have.
    void setCapacity(std::size_t bytes);

    /// What is there now.
    [[nodiscard]] DiskContent content() const;
    /// What a crash leaves. `oldNames`: as of the last sync of the directory.
    [[nodiscard]] DiskContent afterCrash(const Cut& cut, bool oldNames) const;

    [[nodiscard]] std::string name() const override { return "memory"; }
    [[nodiscard]] int list(std::vector<std::string>& files) override;
    [[nodiscard]] std::int64_t read(const std::string& file, std::int64_t offset,
                                    std::span<char> buffer) override;
    [[nodiscard]] int create(const std::string& file,
                             std::unique_ptr<JournalFile>& opened) override;
    [[nodiscard]] int open(const std::string& file, std::int64_t bytes,
                           std::unique_ptr<JournalFile>& opened) override;
    [[nodiscard]] int rename(const std::string& from, const std::string& to) override;
    [[nodiscard]] int remove(const std::string& file) override;
    [[nodiscard]] int sync() override;

  private:
    friend class MemoryFile;
    using Names = std::map<std::string, std::shared_ptr<DiskContent::File>>;

    [[nodiscard]] int faultOf(DiskCall call, const std::string& file) const;
    [[nodiscard]] int faultOf(DiskCall call, const std::shared_ptr<DiskContent::File>& file) const;
    [[nodiscard]] std::size_t room() const;

    mutable std::mutex mutex_;
    Names names_;
    Names syncedNames_;
    Fault fault_;
    std::size_t capacity_ = static_cast<std::size_t>(-1);
};

}  // namespace herd
