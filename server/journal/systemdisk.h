// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QString>
#include <memory>

#include "common/result.h"
#include "server/journal/disk.h"

namespace herd {

/// A directory of the file system, for its owner's eyes only (0700, files 0600) and for one process
/// at a time.
class SystemDisk : public JournalDisk {
  public:
    /// Opens the directory, made when it is not there; its parent must be. An error when another
    /// process uses it.
    [[nodiscard]] static Result<std::unique_ptr<SystemDisk>> open(const QString& path);
    ~SystemDisk() override;

    [[nodiscard]] std::string name() const override { return path_; }
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
    explicit SystemDisk(std::string path) : path_(std::move(path)) {}
    [[nodiscard]] int prepare();

    std::string path_;
    int directory_ = -1;
    int lock_ = -1;
};

}  // namespace herd
