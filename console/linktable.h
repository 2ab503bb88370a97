// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QAbstractTableModel>
#include <QTableView>
#include <vector>

#include "console/linkfacts.h"

namespace herd {

class HerdState;
class LinkControl;

/// The links of the herd as a table: a row for each end, since the ends may disagree. Reads the
/// state and listens to it. Owned by a LinkTable.
class LinkTableModel : public QAbstractTableModel {
    Q_OBJECT

  public:
    enum Column { node, peer, state, since, changes, behind, unsent, reconnects, clock, lastEnd };
    static constexpr int columns = lastEnd + 1;
    /// What a column sorts by.
    static constexpr int sortRole = Qt::UserRole;

    explicit LinkTableModel(HerdState& herd, QObject* parent = nullptr);

    const LinkEnd& end(int row) const;

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation,
                        int role = Qt::DisplayRole) const override;

  private:
    void onNodesReset();
    void onNodeChanged();
    QString text(const LinkEnd& end, int column) const;
    QVariant sortValue(const LinkEnd& end, int column) const;

    HerdState& herd_;
    std::vector<HerdLink> links_;
};

/// Shows it. Return, a double click or the context menu offer to pause or resume the link from the
/// side of the row's node.
class LinkTable : public QTableView {
    Q_OBJECT

  public:
    explicit LinkTable(HerdState& herd, QWidget* parent = nullptr);

    LinkControl& control() { return *control_; }

  protected:
    void keyPressEvent(QKeyEvent* event) override;

  private:
    void onActivated(const QModelIndex& index);

    LinkTableModel* model_;
    LinkControl* control_;
};

}  // namespace herd
