// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QWidget>

class QAction;
class QSettings;
class QSortFilterProxyModel;
class QTableView;

namespace herd {

class HerdState;
class NodesModel;

/// The table of nodes and what can be done with the one that is chosen. Owned by the main window;
/// the herd must outlive it.
class NodesView : public QWidget {
    Q_OBJECT

  public:
    explicit NodesView(HerdState& herd, QWidget* parent = nullptr);

    /// For a menu; they act on the chosen node and are disabled while they make no sense.
    [[nodiscard]] QList<QAction*> nodeActions() const;
    /// -1: none is chosen.
    [[nodiscard]] int chosenNode() const;

    void saveTo(QSettings& settings) const;
    void restoreFrom(const QSettings& settings);

  Q_SIGNALS:
    void told(const QString& message, bool isError);

  private:
    QAction* makeAction(const QString& text, const char* name);
    void onChosen();
    void onReconnect();
    void onUseAsSource();
    void onStop();
    void onCopyAddress();
    void stop(const QString& name);

    HerdState& herd_;
    NodesModel* model_;
    QSortFilterProxyModel* sorted_;
    QTableView* table_;
    QAction* reconnect_;
    QAction* useAsSource_;
    QAction* copyAddress_;
    QAction* stop_;
};

}  // namespace herd
