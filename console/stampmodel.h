// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QAbstractTableModel>
#include <QTimer>
#include <cstdint>
#include <string_view>
#include <vector>

#include "console/stampfilter.h"
#include "console/stampstore.h"

namespace herd {

/// The stamps of a store as a table, filtered and sorted. Follows the store with measure: values at
/// most ten times a second, the order at most twice (once for a large table), and never for longer
/// than a moment at a time. Owned by its view.
class StampModel : public QAbstractTableModel {
    Q_OBJECT

  public:
    static constexpr int repaintMs = 100;
    static constexpr int arrangeMs = 500;
    /// From so many rows on, the order follows at half the pace.
    static constexpr int largeRows = 200'000;
    static constexpr int turnMsMax = 8;

    explicit StampModel(const StampStore& store, QObject* parent = nullptr);

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    void sort(int column, Qt::SortOrder order) override;

    const StampCriteria& criteria() const { return filter_.criteria(); }
    void setCriteria(const StampCriteria& criteria);
    /// What is wrong with the criteria; empty: nothing.
    const QString& fault() const { return filter_.fault(); }
    /// Whether what is shown does not follow the criteria or the sorting yet.
    bool isArranging() const { return isUrgent_; }
    void setUtc(bool utc);
    bool isUtc() const { return utc_; }

    /// The store's row behind a row of the table.
    int storeRow(int row) const { return static_cast<int>(shown_[static_cast<std::size_t>(row)]); }
    /// The table's row of a client; -1 when it is not shown.
    int rowOf(std::string_view client) const;
    /// Rows of the store in the order shown.
    const std::vector<std::uint32_t>& shown() const { return shown_; }
    const StampStore& store() const { return store_; }

  Q_SIGNALS:
    /// Rows are about to come, go or move, not by anybody's choice.
    void arranging();
    void arranged();

  private:
    void onRowsAdded(int first, int count);
    void onRowsChanged(const std::vector<int>& rows);
    void onCleared();
    void onArrange();
    void onRepaint();
    void onSecond();
    void arrangeSoon();
    void arrangeNow();
    void show(std::vector<std::uint32_t> arranged);
    void reorder(std::vector<std::uint32_t> arranged);
    QString cell(int row, StampColumn column) const;

    const StampStore& store_;
    StampFilter filter_;
    std::vector<std::uint32_t> shown_;
    QTimer arrange_;
    QTimer repaint_;
    QTimer second_;
    bool isUrgent_ = false;
    bool utc_ = true;
};

}  // namespace herd
