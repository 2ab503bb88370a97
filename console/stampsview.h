// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QString>
#include <QWidget>

#include "console/clientselection.h"
#include "console/herdstate.h"
#include "console/stampexport.h"
#include "console/stampmodel.h"

class QAction;
class QCheckBox;
class QComboBox;
class QLabel;
class QLineEdit;
class QMenu;
class QProgressBar;
class QPushButton;
class QSettings;
class QTableView;
class QToolButton;

namespace herd {

class NodeComparison;

/// The table of stamps: which node they come from, what to see of them, copies and files of it, and
/// what every node knows of the chosen client. Follows and sets the choice of the window. Owned by
/// the window, like both objects that it is given.
class StampsView : public QWidget {
    Q_OBJECT

  public:
    StampsView(HerdState& state, ClientSelection& selection, QWidget* parent = nullptr);
    ~StampsView() override;

    /// The keyboard goes to the filter.
    void focusFilter();

    /// Columns, their order and widths, and the clock.
    void saveTo(QSettings& settings) const;
    void restoreFrom(const QSettings& settings);

    /// Writes what is shown; one file at a time.
    void exportTo(const QString& path, ExportFormat format);

  private:
    QWidget* makeFilterRow();
    QWidget* makeFooter();
    void makeActions();
    void makeColumnMenu();
    QAction* addTableAction(const QString& text, const QKeySequence& keys, const char* name);
    void onFilterChanged();
    void onChosen(const QByteArray& client);
    void onCurrentChanged(const QModelIndex& current);
    void onArranged();
    void onNodesReset();
    void onSourceChanged();
    void onSourceActivated(int index);
    void showCount();
    void showOrigins();
    void select(bool scrolls);
    void copy(const QString& text);
    void copyCell();
    void copyIamat();
    void sortByColumn();
    void compareNodes();
    void askForFile();
    void onExported(StampExport* writer, const QString& error);

    HerdState& state_;
    ClientSelection& selection_;
    StampModel* model_;
    QLineEdit* filter_;
    QCheckBox* expression_;
    QLabel* fault_;
    QComboBox* origin_;
    QComboBox* age_;
    QComboBox* source_;
    QTableView* table_;
    QMenu* columns_;
    QLabel* count_;
    QLabel* notice_;
    QProgressBar* progress_;
    QPushButton* cancel_;
    QPushButton* export_;
    QPushButton* compare_;
    QAction* utc_;
    NodeComparison* comparison_ = nullptr;
    bool isArranging_ = false;  ///< a change of the current row is nobody's choice
    StampExport* writer_ = nullptr;
    std::uint32_t originsShown_ = 0;
};

}  // namespace herd
