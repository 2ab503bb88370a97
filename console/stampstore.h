// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QObject>
#include <QTimer>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "common/siphash.h"

namespace herd {

/// How much of what a node tells is kept.
struct StampLimits {
    std::size_t rowsMax = 4'000'000;
    std::uint32_t originsMax = 1'000;
};

/// The newest stamp of each client, as told by the source node: dense rows, moved only where
/// cleared() says so. Under 250 bytes a client at a million. Takes no more clients and origins than
/// its limits say; what it leaves out is counted. Owned by HerdState.
class StampStore : public QObject {
    Q_OBJECT

  public:
    /// Texts lie in an arena behind the accessors of the store.
    struct Row {
        double latitude = 0;       ///< degrees
        double longitude = 0;      ///< degrees
        qint64 timeNs = 0;         ///< the client's time
        qint64 rxNs = 0;           ///< when the origin heard it, by its clock
        float movedMetres = 0;     ///< between the last two stamps; NaN before the second
        std::uint32_t origin = 0;  ///< number of the node that heard it, see originName()

      private:
        friend class StampStore;
        char* text = nullptr;  ///< client, position and time behind each other
        std::uint16_t clientBytes = 0;
        std::uint8_t positionBytes = 0;
        std::uint8_t timeBytes = 0;
        std::uint8_t room = 0;  ///< for position and time
    };

    explicit StampStore(QObject* parent = nullptr, StampLimits limits = {});
    ~StampStore() override;

    int size() const { return static_cast<int>(rows_.size()); }
    const Row& row(int row) const { return rows_[static_cast<std::size_t>(row)]; }
    std::string_view client(int row) const;
    std::string_view position(int row) const;
    std::string_view time(int row) const;
    std::string_view origin(int row) const { return originName(this->row(row).origin); }
    std::string_view originName(std::uint32_t origin) const { return origins_[origin]; }
    /// How many different nodes have heard clients.
    std::uint32_t originCount() const { return static_cast<std::uint32_t>(origins_.size()); }
    /// The canonical AT line, without LF.
    std::string atLine(int row) const;
    /// -1 when there is none.
    int find(std::string_view client) const;

    void clear();
    /// A hint that so many clients follow.
    void reserve(quint64 clients);
    /// Takes lines without LF. Malformed ones are counted, not taken.
    void apply(const std::vector<std::string>& atLines);
    /// There is no stamp of these clients any more. Their rows go within a second or, of a large
    /// store, ten: all rows are cleared and the others added again.
    void drop(const std::vector<std::string>& clients);
    void setComplete(bool complete);
    void setBehind(quint64 changes) { behind_ = changes; }
    /// The snapshot is whole.
    bool complete() const { return complete_; }
    /// Changes that the node has not told yet for their number.
    quint64 behind() const { return behind_; }
    quint64 malformedCount() const { return malformedCount_; }
    /// Stamps that were not taken because of the limits.
    quint64 leftOutCount() const { return leftOutCount_; }

    /// Until rows go, and more for each thousand that there are.
    static constexpr int dropMs = 500;
    static constexpr int dropMsPerThousandRows = 10;

  Q_SIGNALS:
    /// No row is what it was; those that are there are told as added.
    void cleared();
    void rowsAdded(int first, int count);
    /// Each once, ascending.
    void rowsChanged(const std::vector<int>& rows);
    void completeChanged();
    void leftOutChanged();

  private:
    [[nodiscard]] bool applyLine(std::string_view line);
    [[nodiscard]] bool hasRoomFor(bool isNew, std::string_view origin) const;
    std::uint32_t originNumber(std::string_view name);
    std::size_t bucketOf(std::string_view client) const;
    void growIndex();
    void fillIndex();
    void onDropDue();
    char* allocate(std::size_t bytes);
    void setTexts(Row& row, std::string_view client, std::string_view position,
                  std::string_view time);

    StampLimits limits_;
    SipKey key_;
    std::vector<Row> rows_;
    std::vector<std::uint32_t> index_;  ///< open addressing: row + 1, 0 for free
    std::vector<std::unique_ptr<char[]>> chunks_;
    std::size_t chunkUsed_;
    std::vector<std::string> origins_;
    std::unordered_map<std::string, std::uint32_t> originNumbers_;
    std::vector<int> changed_;
    std::unordered_set<int> dropped_;  ///< rows that go, unless a new stamp comes first
    QTimer dropTimer_;
    quint64 malformedCount_ = 0;
    quint64 leftOutCount_ = 0;
    quint64 behind_ = 0;
    bool complete_ = false;
};

}  // namespace herd
