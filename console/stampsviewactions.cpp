// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include <QAction>
#include <QClipboard>
#include <QFileDialog>
#include <QGuiApplication>
#include <QHeaderView>
#include <QLabel>
#include <QLocale>
#include <QMenu>
#include <QProgressBar>
#include <QPushButton>
#include <QTableView>
#include <array>

#include "console/nodecomparison.h"
#include "console/stampsview.h"
#include "console/stamptexts.h"
#include "console/tables.h"

// What one can do with the stamps of the table: copies, comparison, files.

namespace herd {

namespace {

struct FormatChoice {
    const char* filter;
    const char* suffix;
    ExportFormat format;
};
constexpr std::array<FormatChoice, 3> formatChoices = {{
    {QT_TRANSLATE_NOOP("herd::StampsView", "CSV (*.csv)"), "csv", ExportFormat::csv},
    {QT_TRANSLATE_NOOP("herd::StampsView", "GeoJSON (*.geojson)"), "geojson",
     ExportFormat::geoJson},
    {QT_TRANSLATE_NOOP("herd::StampsView", "GPX (*.gpx)"), "gpx", ExportFormat::gpx},
}};

}  // namespace

QAction* StampsView::addTableAction(const QString& text, const QKeySequence& keys,
                                    const char* name) {
    auto* const action = new QAction(text, this);
    action->setObjectName(QLatin1String(name));
    action->setShortcut(keys);
    action->setShortcutContext(Qt::WidgetShortcut);
    table_->addAction(action);
    return action;
}

void StampsView::makeActions() {
    connect(addTableAction(tr("&Copy row"), QKeySequence::Copy, "copyRow"), &QAction::triggered,
            this, [this] { copy(chosenRowsText(*table_)); });
    connect(addTableAction(tr("Copy ce&ll"), QKeySequence(tr("Ctrl+Shift+C")), "copyCell"),
            &QAction::triggered, this, &StampsView::copyCell);
    connect(addTableAction(tr("Copy as &IAMAT line"), QKeySequence(tr("Ctrl+Alt+C")), "copyIamat"),
            &QAction::triggered, this, &StampsView::copyIamat);
    connect(
        addTableAction(tr("&Sort by this column"), QKeySequence(tr("Ctrl+Shift+S")), "sortColumn"),
        &QAction::triggered, this, &StampsView::sortByColumn);
    connect(addTableAction(tr("Compare &nodes…"), QKeySequence(tr("Ctrl+D")), "compareNodes"),
            &QAction::triggered, this, &StampsView::compareNodes);
    connect(addTableAction(tr("&Export…"), QKeySequence(tr("Ctrl+E")), "export"),
            &QAction::triggered, this, &StampsView::askForFile);
    utc_ = addTableAction(tr("Times in &UTC"), {}, "utc");
    utc_->setCheckable(true);
    utc_->setChecked(model_->isUtc());
    connect(utc_, &QAction::toggled, this, [this](bool utc) {
        model_->setUtc(utc);
        constexpr int time = static_cast<int>(StampColumn::time);
        columns_->actions().at(time - 1)->setText(
            model_->headerData(time, Qt::Horizontal, Qt::DisplayRole).toString());
    });
}

void StampsView::copy(const QString& text) {
    if (!text.isEmpty()) {
        QGuiApplication::clipboard()->setText(text);
        notice_->setText(tr("Copied."));
    }
}

void StampsView::copyCell() {
    copy(table_->currentIndex().data().toString());
}

void StampsView::copyIamat() {
    const QModelIndex current = table_->currentIndex();
    if (!current.isValid()) {
        return;
    }
    const StampStore& stamps = state_.stamps();
    const int row = model_->storeRow(current.row());
    if (!isPlainText(stamps.client(row))) {
        notice_->setText(tr("This client's name is no text; no clipboard can hold its line."));
        return;
    }
    copy(QStringLiteral("IAMAT %1 %2 %3")
             .arg(wholeClientText(stamps.client(row)), wholeClientText(stamps.position(row)),
                  wholeClientText(stamps.time(row))));
}

void StampsView::sortByColumn() {
    const int column = table_->currentIndex().column();
    if (column >= 0) {
        const QHeaderView* const header = table_->horizontalHeader();
        const bool isAscending = header->sortIndicatorSection() == column &&
                                 header->sortIndicatorOrder() == Qt::AscendingOrder;
        table_->sortByColumn(column, isAscending ? Qt::DescendingOrder : Qt::AscendingOrder);
    }
}

void StampsView::compareNodes() {
    if (selection_.client().isEmpty()) {
        return;
    }
    if (comparison_ == nullptr) {
        comparison_ = new NodeComparison(state_, this);
    }
    comparison_->compare(selection_.client(), model_->isUtc());
    comparison_->show();
    comparison_->raise();
}

void StampsView::askForFile() {
    auto* const dialog = new QFileDialog(this, tr("Export what is shown"));
    dialog->setObjectName(QStringLiteral("stampsFile"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    QStringList filters;
    for (const FormatChoice& choice : formatChoices) {
        filters += tr(choice.filter);
    }
    dialog->setNameFilters(filters);
    dialog->setDefaultSuffix(QLatin1String(formatChoices.front().suffix));
    connect(dialog, &QFileDialog::filterSelected, dialog, [dialog, filters](const QString& filter) {
        const qsizetype chosen = qMax<qsizetype>(0, filters.indexOf(filter));
        dialog->setDefaultSuffix(
            QLatin1String(formatChoices[static_cast<std::size_t>(chosen)].suffix));
    });
    connect(dialog, &QFileDialog::fileSelected, this, [this, dialog, filters](const QString& path) {
        auto chosen = static_cast<std::size_t>(
            qMax<qsizetype>(0, filters.indexOf(dialog->selectedNameFilter())));
        for (std::size_t i = 0; i < formatChoices.size(); ++i) {
            if (path.endsWith(QLatin1Char('.') + QLatin1String(formatChoices[i].suffix),
                              Qt::CaseInsensitive)) {
                chosen = i;
            }
        }
        exportTo(path, formatChoices[chosen].format);
    });
    dialog->open();
}

void StampsView::exportTo(const QString& path, ExportFormat format) {
    if (writer_ != nullptr) {
        return;
    }
    writer_ = new StampExport(state_.stamps(), model_->shown(), format, path, this);
    progress_->setRange(0, writer_->size());
    progress_->setValue(0);
    progress_->show();
    cancel_->show();
    notice_->clear();
    showCount();
    connect(writer_, &StampExport::progressed, progress_, &QProgressBar::setValue);
    connect(writer_, &StampExport::finished, this,
            [this, writer = writer_](const QString& error) { onExported(writer, error); });
    writer_->start();
}

void StampsView::onExported(StampExport* writer, const QString& error) {
    notice_->setText(
        error.isEmpty()
            ? tr("%1 stamps written to %2").arg(QLocale().toString(writer->size()), writer->path())
            : tr("Nothing written: %1").arg(error));
    writer_ = nullptr;
    writer->deleteLater();
    progress_->hide();
    cancel_->hide();
    showCount();
}

}  // namespace herd
