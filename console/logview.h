// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QWidget>

class QCheckBox;
class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QSettings;
class QTableView;

namespace herd {

class ClientSelection;
class HerdState;
class LogFilter;
class LogModel;
class NodeTicks;

/// The live logs of the ticked nodes in one table, filtered. Nodes are asked for their logs only
/// while the view is on the screen. Owned by the main window; herd and selection must outlive it.
class LogView : public QWidget {
    Q_OBJECT

  public:
    LogView(HerdState& herd, ClientSelection& selection, QWidget* parent = nullptr);

    void focusFilter();
    /// One client's lines, on all nodes.
    void followClient(const QByteArray& client);

    void saveTo(QSettings& settings) const;
    void restoreFrom(const QSettings& settings);

  Q_SIGNALS:
    void told(const QString& message, bool isError);

  protected:
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;

  private:
    void makeBars();
    void connectParts();
    void onOpened();
    void onNodesReset();
    void onNodeChanged(int node);
    void onTicksChanged();
    void onFollowToggled(bool follow);
    void onPauseToggled(bool paused);
    void onSave();
    void saveLines(const QString& path);
    void ask();
    void refreshCount();

    HerdState& herd_;
    ClientSelection& selection_;
    LogModel* model_;
    LogFilter* filter_;
    NodeTicks* nodes_;
    QComboBox* level_;
    QLineEdit* client_;
    QLineEdit* text_;
    QCheckBox* follow_;
    QPushButton* pause_;
    QPushButton* end_;
    QPushButton* save_;
    QLabel* count_;
    QTableView* table_;
    bool asking_ = false;
};

}  // namespace herd
