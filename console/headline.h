// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QFrame>

class QLabel;
class QToolButton;

namespace herd {

class ElidedParagraph;
class HerdState;

/// What the herd's nodes agree on, in words and colour, always in sight; a partition cannot be
/// overlooked. Owned by the main window; the herd must outlive it.
class Headline : public QFrame {
    Q_OBJECT

  public:
    explicit Headline(HerdState& herd, QWidget* parent = nullptr);

  Q_SIGNALS:
    /// The user wants to see the links.
    void topologyRequested();

  protected:
    void changeEvent(QEvent* event) override;

  private:
    void refresh();

    HerdState& herd_;
    QLabel* sign_;
    ElidedParagraph* headline_;
    ElidedParagraph* details_;
    QToolButton* topology_;
};

}  // namespace herd
