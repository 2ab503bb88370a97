// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QWidget>

namespace herd {

class CheckedField;

/// Client, radius and bound of a WHATSAT, checked as they are typed. Owned by the command panel.
class WhatsatForm : public QWidget {
    Q_OBJECT

  public:
    explicit WhatsatForm(QWidget* parent = nullptr);

    [[nodiscard]] QByteArray line() const;
    /// The first fault of the fields; empty: the line can be sent.
    [[nodiscard]] QString fault() const;
    [[nodiscard]] bool isEmpty() const;
    [[nodiscard]] CheckedField* clientField() const { return client_; }

  Q_SIGNALS:
    void changed();
    void sendRequested();

  private:
    CheckedField* client_;
    CheckedField* radius_;
    CheckedField* bound_;
};

}  // namespace herd
