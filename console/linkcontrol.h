// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QMessageBox>
#include <QObject>
#include <QPointer>

namespace herd {

class HerdState;

/// Pauses and resumes links: asks first, without holding anything up, then tells the node. Owned by
/// the view that offers it, whose window the questions belong to.
class LinkControl : public QObject {
    Q_OBJECT

  public:
    LinkControl(HerdState& state, QWidget& view);

    /// From the side of `node`: pauses its link with `peer`, or resumes it if it is paused there.
    /// One question at a time; a new one takes the place of the old.
    void ask(const QString& node, const QString& peer);

    /// The question that is open; null if there is none.
    QMessageBox* question() const { return question_; }

  Q_SIGNALS:
    /// Why there is nothing to ask.
    void refused(const QString& why);
    /// The node has answered; `error` is empty if it did what was asked.
    void finished(const QString& node, const QString& peer, const QString& error);

  private:
    void open(const QString& node, const QString& peer, bool pauses);
    void request(const QString& node, const QString& peer, bool pauses);

    HerdState& state_;
    QWidget& view_;
    QPointer<QMessageBox> question_;
};

}  // namespace herd
