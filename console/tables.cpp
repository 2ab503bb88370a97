// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "console/tables.h"

#include <QAction>
#include <QClipboard>
#include <QCoreApplication>
#include <QGuiApplication>
#include <QHeaderView>
#include <QScrollBar>
#include <QSettings>
#include <QTableView>
#include <algorithm>

namespace herd {

void prepareTable(QTableView& table) {
    table.setSelectionBehavior(QAbstractItemView::SelectRows);
    table.setEditTriggers(QAbstractItemView::NoEditTriggers);
    table.setAlternatingRowColors(true);
    table.setShowGrid(false);
    table.setWordWrap(false);
    table.setTabKeyNavigation(false);
    table.setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    table.setContextMenuPolicy(Qt::ActionsContextMenu);
    table.verticalHeader()->hide();
    table.verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    table.verticalHeader()->setDefaultSectionSize(table.fontMetrics().height() + 6);
    table.horizontalHeader()->setHighlightSections(false);
    table.horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    table.horizontalHeader()->setMinimumSectionSize(24);
}

void followEnd(QTableView& table) {
    QScrollBar* const bar = table.verticalScrollBar();
    // The range grows after the rows came; whoever was at the old end goes to the new one.
    QObject::connect(bar, &QScrollBar::rangeChanged, bar, [bar, end = 0](int, int max) mutable {
        if (bar->value() >= end) {
            bar->setValue(max);
        }
        end = max;
    });
}

QString chosenRowsText(const QTableView& table) {
    QList<QModelIndex> rows = table.selectionModel()->selectedRows();
    std::sort(rows.begin(), rows.end());
    QStringList lines;
    for (const QModelIndex& row : rows) {
        QStringList cells;
        for (int visual = 0; visual < table.horizontalHeader()->count(); ++visual) {
            const int column = table.horizontalHeader()->logicalIndex(visual);
            if (!table.isColumnHidden(column)) {
                cells.append(row.siblingAtColumn(column).data().toString());
            }
        }
        lines.append(cells.join(QLatin1Char('\t')));
    }
    return lines.join(QLatin1Char('\n'));
}

void addCopyAction(QTableView& table) {
    auto* const copy = new QAction(QCoreApplication::translate("tables", "&Copy rows"), &table);
    copy->setShortcut(QKeySequence::Copy);
    copy->setShortcutContext(Qt::WidgetShortcut);
    table.addAction(copy);
    QObject::connect(copy, &QAction::triggered, &table, [&table] {
        const QString text = chosenRowsText(table);
        if (!text.isEmpty()) {
            QGuiApplication::clipboard()->setText(text);
        }
    });
}

void saveColumns(QSettings& settings, const QString& key, const QHeaderView& header) {
    settings.setValue(key, header.saveState());
}

void restoreColumns(const QSettings& settings, const QString& key, QHeaderView& header) {
    const int count = header.count();
    const QByteArray before = header.saveState();
    const bool restored = header.restoreState(settings.value(key).toByteArray());
    if (!restored || header.count() != count || header.hiddenSectionCount() == count) {
        header.restoreState(before);
    }
}

}  // namespace herd
