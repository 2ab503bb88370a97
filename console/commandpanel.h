// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QSet>
#include <QWidget>

#include "console/exchangelog.h"
#include "console/linehistory.h"
#include "console/replay.h"

class QLabel;
class QPushButton;
class QSettings;
class QSplitter;
class QTabWidget;

namespace herd {

class AnswersView;
class ClientSelection;
class HerdState;
class IamatForm;
class LineForm;
class NodeTicks;
class ReplayPanel;
class WhatsatForm;

/// Sends lines to nodes as a client would, filled in as forms, typed whole or read from a file, and
/// shows what each node answers. Speaks to nodes through the herd's clients. Owned by the main
/// window; herd and selection must outlive it.
class CommandPanel : public QWidget {
    Q_OBJECT

  public:
    CommandPanel(HerdState& herd, ClientSelection& selection, QWidget* parent = nullptr);

    /// The raw line, ready to be typed.
    void focusLine();
    /// The WHATSAT form, filled in with that client.
    void askAbout(const QByteArray& client);
    /// What the map gives after pickRequested().
    void setPickedPosition(double latitude, double longitude);

    void saveTo(QSettings& settings) const;
    void restoreFrom(const QSettings& settings);

  Q_SIGNALS:
    /// The user wants to choose a position on the map.
    void pickRequested();
    /// An accepted WHATSAT brought places: the whole answer, as received.
    void placesFound(const QByteArray& answer);
    void told(const QString& message, bool isError);

  private:
    enum Tab { iamatTab, whatsatTab, lineTab, replayTab };

    QWidget* makeLeft();
    void connectForms();
    void onClientChosen(const QByteArray& client);
    void onNodeChanged(int node);
    void onFormChanged();
    /// The name of a target that takes no lines from this console; empty: all do.
    [[nodiscard]] QString lookedAtOnly(const std::vector<int>& targets) const;
    void onSend();
    void send(const QByteArray& line);
    void replayLine(int node, const QByteArray& line,
                    const std::function<void(Replay::Outcome)>& done);
    void noteAnswer(qint64 number, int position, const NodeAnswer& answer);
    [[nodiscard]] QByteArray line() const;
    [[nodiscard]] QString fault() const;
    [[nodiscard]] bool formIsEmpty() const;

    HerdState& herd_;
    ClientSelection& selection_;
    ExchangeLog exchanges_;
    LineHistory history_;
    QTabWidget* tabs_;
    IamatForm* iamat_;
    WhatsatForm* whatsat_;
    LineForm* raw_;
    ReplayPanel* replay_;
    NodeTicks* nodes_;
    QLabel* hint_;
    QPushButton* send_;
    AnswersView* answers_;
    QSplitter* splitter_;
    QSet<int> lookingOnly_;    ///< nodes that take no lines, as far as the form knows
    qint64 placesNumber_ = 0;  ///< the newest exchange whose places were told
};

}  // namespace herd
