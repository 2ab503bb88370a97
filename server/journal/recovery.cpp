// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "server/journal/recovery.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <vector>

#include "server/journal/record.h"

namespace herd {

namespace {

constexpr std::string_view segmentPrefix = "journal.";
constexpr std::string_view unfinishedSuffix = ".new";
constexpr std::string_view damagedPrefix = "damaged.";
constexpr std::size_t chunkBytes = 1024 * 1024;

/// The number in the name of a finished segment.
std::optional<std::uint64_t> numberOf(std::string_view name) {
    if (!name.starts_with(segmentPrefix)) {
        return std::nullopt;
    }
    std::string_view digits = name;
    digits.remove_prefix(segmentPrefix.size());
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    const bool read = error == std::errc() && number > 0 && segmentName(number) == name;
    return read ? std::optional(number) : std::nullopt;
}

/// Reads one segment record by record.
class SegmentReader {
  public:
    SegmentReader(JournalDisk& disk, std::string file, const JournalIdentity& identity,
                  RecoveryTarget& target)
        : disk_(disk), file_(std::move(file)), identity_(identity), target_(target) {}

    [[nodiscard]] Result<Recovered> read(bool salvage);

  private:
    [[nodiscard]] std::optional<Error> readAll();
    void takeBytes(std::string_view bytes);
    void takePiece(std::string_view piece, bool ends);
    void takeLine(std::string_view line);
    void take(const record::Record& record);
    void take(const record::Start& start);
    [[nodiscard]] Error failure(std::int64_t offset, const QString& what) const;

    JournalDisk& disk_;
    std::string file_;
    const JournalIdentity& identity_;
    RecoveryTarget& target_;
    Recovered recovered_;
    std::optional<HerdRules> rules_;
    std::optional<Error> refusal_;  ///< not to be salvaged
    bool whole_ = false;
    bool broken_ = false;         ///< a record that does not hold was met
    bool damaged_ = false;        ///< and one that holds came after it
    std::int64_t readBytes_ = 0;  ///< of the file
    std::string kept_;            ///< the beginning of a line that goes on in the next chunk
};

Result<Recovered> SegmentReader::read(bool salvage) {
    if (const std::optional<Error> error = readAll()) {
        return *error;
    }
    if (refusal_) {
        return *refusal_;
    }
    if (!whole_) {
        damaged_ = true;  // it got its name only after all of its table was on disk
    }
    if (damaged_ && !salvage) {
        return failure(recovered_.bytes,
                       QStringLiteral("is damaged; start with --salvage to keep what is before"));
    }
    recovered_.tornBytes = readBytes_ - recovered_.bytes;
    if (!whole_) {
        recovered_.got.clear();  // stamps that it covers are missing
    }
    recovered_.salvaged = damaged_;
    recovered_.rulesChanged = rules_ && *rules_ != identity_.rules;
    if (recovered_.rulesChanged) {
        recovered_.got.clear();
    }
    recovered_.renewEpoch = salvage || damaged_ || recovered_.rulesChanged || !rules_;
    return std::move(recovered_);
}

std::optional<Error> SegmentReader::readAll() {
    std::vector<char> buffer(chunkBytes);
    std::int64_t count = 1;
    while (count > 0 && !refusal_) {
        count = disk_.read(file_, readBytes_, buffer);
        if (count < 0) {
            return failure(readBytes_, QStringLiteral("cannot be read: ") +
                                           qt_error_string(static_cast<int>(-count)));
        }
        readBytes_ += count;
        takeBytes({buffer.data(), static_cast<std::size_t>(count)});
    }
    return std::nullopt;
}

void SegmentReader::takeBytes(std::string_view bytes) {
    while (!bytes.empty() && !refusal_ && !damaged_) {
        const std::size_t end = bytes.find('\n');
        const bool ends = end != std::string_view::npos;
        takePiece(bytes.substr(0, end), ends);
        bytes.remove_prefix(ends ? end + 1 : bytes.size());
    }
}

/// What is longer than any record is none, and need not be kept whole to know it.
void SegmentReader::takePiece(std::string_view piece, bool ends) {
    if (ends && kept_.empty()) {
        takeLine(piece);
        return;
    }
    kept_.append(piece.substr(0, record::bytesMax + 1));
    if (kept_.size() > record::bytesMax) {
        kept_.resize(record::bytesMax + 1);
    }
    if (ends) {
        takeLine(kept_);
        kept_.clear();
    }
}

void SegmentReader::takeLine(std::string_view line) {
    const record::Record record = record::parse(line);
    if (std::holds_alternative<record::Damaged>(record.content)) {
        broken_ = true;
        return;
    }
    if (broken_) {
        damaged_ = true;
        return;
    }
    take(record);
    if (!broken_) {
        recovered_.bytes += static_cast<std::int64_t>(line.size()) + 1;
    }
}

void SegmentReader::take(const record::Record& record) {
    if (const auto* const start = std::get_if<record::Start>(&record.content)) {
        take(*start);
    } else if (!rules_) {
        broken_ = true;  // a segment begins with who wrote it
        return;
    }
    if (const auto* const change = std::get_if<record::Change>(&record.content)) {
        ++recovered_.changes;
        recovered_.erasures += change->stamp.isTombstone() && whole_ ? 1 : 0;
        target_.restore(record.seq, change->stamp);
    } else if (const auto* const got = std::get_if<record::Got>(&record.content)) {
        recovered_.got[std::string(got->peer)] = got->position;
    } else if (std::holds_alternative<record::Whole>(record.content)) {
        whole_ = true;
    }
    recovered_.log.seq = std::max(recovered_.log.seq, record.seq);
}

void SegmentReader::take(const record::Start& start) {
    if (start.herd != identity_.herd || start.node != identity_.node) {
        refusal_ = failure(recovered_.bytes,
                           QStringLiteral("belongs to node \"%1\" of herd \"%2\"")
                               .arg(QString::fromUtf8(start.node.data(),
                                                      static_cast<qsizetype>(start.node.size())),
                                    QString::fromUtf8(start.herd.data(),
                                                      static_cast<qsizetype>(start.herd.size()))));
        return;
    }
    if (rules_ && *rules_ != start.rules) {
        recovered_.got.clear();
    }
    rules_ = start.rules;
    recovered_.log.epoch = start.epoch;
}

Error SegmentReader::failure(std::int64_t offset, const QString& what) const {
    return Error{QStringLiteral("%1/%2 at byte %3: %4")
                     .arg(QString::fromStdString(disk_.name()), QString::fromStdString(file_))
                     .arg(offset)
                     .arg(what)};
}

}  // namespace

std::string segmentName(std::uint64_t number) {
    return std::string(segmentPrefix) + std::to_string(number);
}

std::string unfinishedName(std::uint64_t number) {
    return segmentName(number).append(unfinishedSuffix);
}

bool isSegmentName(std::string_view name) {
    if (name.ends_with(unfinishedSuffix)) {
        name.remove_suffix(unfinishedSuffix.size());
    }
    return numberOf(name).has_value();
}

std::string damagedName(std::uint64_t number, const std::vector<std::string>& taken) {
    const std::string first = std::string(damagedPrefix) + std::to_string(number);
    std::string name = first;
    for (int again = 2; std::find(taken.begin(), taken.end(), name) != taken.end(); ++again) {
        name = first + "." + std::to_string(again);
    }
    return name;
}

Result<Recovered> recoverJournal(JournalDisk& disk, const JournalIdentity& identity, bool salvage,
                                 RecoveryTarget& target) {
    std::vector<std::string> files;
    if (const int error = disk.list(files); error != 0) {
        return Error{QStringLiteral("cannot list %1: %2")
                         .arg(QString::fromStdString(disk.name()), qt_error_string(error))};
    }
    std::uint64_t newest = 0;
    std::string damaged;
    for (const std::string& file : files) {
        newest = std::max(newest, numberOf(file).value_or(0));
        damaged = file.starts_with(damagedPrefix) ? file : damaged;
    }
    if (newest == 0 && !damaged.empty()) {
        return Error{
            QStringLiteral("%1 holds %2 and no segment in its place; move it away to start "
                           "with nothing, or name it journal.1 and start with --salvage")
                .arg(QString::fromStdString(disk.name()), QString::fromStdString(damaged))};
    }
    if (newest == 0) {
        return Recovered();
    }
    SegmentReader reader(disk, segmentName(newest), identity, target);
    Result<Recovered> recovered = reader.read(salvage);
    if (!recovered) {
        return recovered;
    }
    Recovered held = std::move(recovered).value();
    held.segment = newest;
    return held;
}

}  // namespace herd
