// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QWidget>

class QCheckBox;
class QPushButton;

namespace herd {

class CheckedField;

/// Client, position and time of an IAMAT, checked as they are typed. Owned by the command panel.
class IamatForm : public QWidget {
    Q_OBJECT

  public:
    explicit IamatForm(QWidget* parent = nullptr);

    /// The line; the time is the clock's when it is left to the form.
    [[nodiscard]] QByteArray line() const;
    /// The first fault of the fields; empty: the line can be sent.
    [[nodiscard]] QString fault() const;
    [[nodiscard]] bool isEmpty() const;
    [[nodiscard]] CheckedField* clientField() const { return client_; }

    void setPosition(double latitude, double longitude);
    [[nodiscard]] bool timeIsNow() const;
    void setTimeIsNow(bool now);

  Q_SIGNALS:
    void changed();
    void sendRequested();
    /// The user wants to take the position from the map.
    void pickRequested();

  private:
    void onNowToggled(bool now);
    void onNowClicked();

    CheckedField* client_;
    CheckedField* position_;
    CheckedField* time_;
    QCheckBox* timeIsNow_;
    QPushButton* now_;
    QPushButton* pick_;
};

}  // namespace herd
