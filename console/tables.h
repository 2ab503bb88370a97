// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QString>

class QAbstractItemView;
class QHeaderView;
class QSettings;
class QTableView;

namespace herd {

// What the console's tables have in common.

/// Whole rows of one height, no numbers at the side, no editing; Tab leaves the table.
void prepareTable(QTableView& table);

/// Keeps the end in sight while it is in sight.
void followEnd(QTableView& table);

/// Ctrl+C and the context menu copy the chosen rows, cells separated by tabs.
void addCopyAction(QTableView& table);

/// The chosen rows in the order shown, without hidden columns.
[[nodiscard]] QString chosenRowsText(const QTableView& table);

// Widths, order and visibility of columns in the settings; what does not fit is left as it is.
void saveColumns(QSettings& settings, const QString& key, const QHeaderView& header);
void restoreColumns(const QSettings& settings, const QString& key, QHeaderView& header);

}  // namespace herd
