// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QDialog>

#include "console/herdsource.h"

class QLabel;
class QLineEdit;

namespace herd {

class CheckedField;

/// Asks for admin ports and, where they demand a token, for the file that holds it. Says in itself
/// what is wrong and stays open until it is right. Shown by the main window, which owns it.
class ConnectDialog : public QDialog {
    Q_OBJECT

  public:
    explicit ConnectDialog(QWidget* parent = nullptr);

    void accept() override;

  Q_SIGNALS:
    void chosen(const herd::HerdSource& source);

  private:
    void onBrowse();

    CheckedField* addresses_;
    QLineEdit* tokenFile_;
    QLabel* fault_;
};

}  // namespace herd
