// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace herd {

/// A file that the journal appends to; closed with it. Errors are numbers of errno(3).
class JournalFile {
  public:
    JournalFile() = default;
    JournalFile(const JournalFile&) = delete;
    JournalFile& operator=(const JournalFile&) = delete;
    virtual ~JournalFile() = default;

    /// Appends as much as the disk takes. How many bytes that was, or an error as its negative.
    [[nodiscard]] virtual std::int64_t append(std::string_view bytes) = 0;

    /// What was appended is durable when this returns 0. After an error nothing is known of what
    /// was appended since the last success, however often it is tried again.
    [[nodiscard]] virtual int sync() = 0;
};

/// The directory of one journal, as far as the journal needs it: the system's, or one that a test
/// lets fail. Owned by the journal; used by one thread at a time. Functions that return an int
/// return 0 or a number of errno(3).
class JournalDisk {
  public:
    JournalDisk() = default;
    JournalDisk(const JournalDisk&) = delete;
    JournalDisk& operator=(const JournalDisk&) = delete;
    virtual ~JournalDisk() = default;

    /// The directory's name, for messages.
    [[nodiscard]] virtual std::string name() const = 0;

    [[nodiscard]] virtual int list(std::vector<std::string>& files) = 0;

    /// Reads from `offset` on until the buffer is full or the file ends. How many bytes that was,
    /// or an error as its negative.
    [[nodiscard]] virtual std::int64_t read(const std::string& file, std::int64_t offset,
                                            std::span<char> buffer) = 0;

    /// Makes an empty file, in the place of one that may be there.
    [[nodiscard]] virtual int create(const std::string& file,
                                     std::unique_ptr<JournalFile>& opened) = 0;

    /// Opens a file after cutting it to its first `bytes`.
    [[nodiscard]] virtual int open(const std::string& file, std::int64_t bytes,
                                   std::unique_ptr<JournalFile>& opened) = 0;

    [[nodiscard]] virtual int rename(const std::string& from, const std::string& to) = 0;
    [[nodiscard]] virtual int remove(const std::string& file) = 0;

    /// Names that were made, changed or removed before are durable when this returns 0.
    [[nodiscard]] virtual int sync() = 0;
};

}  // namespace herd
