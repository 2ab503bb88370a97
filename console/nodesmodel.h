// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QAbstractTableModel>

#include "console/tone.h"

namespace herd {

class HerdState;
struct NodeView;

/// The nodes of the herd as rows, in words and numbers; what is known of a node that is not reached
/// any more stays, greyed. Owned by the nodes view; the herd must outlive it.
class NodesModel : public QAbstractTableModel {
    Q_OBJECT

  public:
    enum Column {
        nameColumn,
        stateColumn,
        clientsColumn,
        updatesColumn,
        answersColumn,
        linksColumn,
        lagColumn,
        digestColumn,
        durabilityColumn,
        uptimeColumn,
        alarmsColumn,
        addressColumn,
        columnsCount
    };
    /// What a column sorts by: numbers as numbers.
    static constexpr int sortRole = Qt::UserRole;

    explicit NodesModel(HerdState& herd, QObject* parent = nullptr);

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation,
                                      int role) const override;

    [[nodiscard]] QString stateText(const NodeView& node) const;
    [[nodiscard]] static Tone stateTone(const NodeView& node);

  private:
    [[nodiscard]] QString text(const NodeView& node, int row, int column) const;
    [[nodiscard]] QString statusText(const NodeView& node, int column) const;
    [[nodiscard]] QString toolTip(const NodeView& node, int row, int column) const;
    [[nodiscard]] QVariant sortValue(const NodeView& node, int row, int column) const;
    [[nodiscard]] QVariant ink(const NodeView& node, int column) const;

    HerdState& herd_;
};

}  // namespace herd
