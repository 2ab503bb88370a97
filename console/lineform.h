// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QWidget>

namespace herd {

class CheckedField;
class LineHistory;

/// A whole line as it is sent, with the history under the arrow keys and in a menu. Also lines that
/// nodes refuse may be sent. Owned by the command panel; the history must outlive it.
class LineForm : public QWidget {
    Q_OBJECT

  public:
    explicit LineForm(LineHistory& history, QWidget* parent = nullptr);

    [[nodiscard]] QByteArray line() const;
    /// What nodes will say to it; empty when they take it.
    [[nodiscard]] QString fault() const;
    [[nodiscard]] bool isEmpty() const;
    void setLine(const QString& line);
    void focusLine();

  Q_SIGNALS:
    void changed();
    void sendRequested();

  protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

  private:
    LineHistory& history_;
    CheckedField* line_;
};

}  // namespace herd
