// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QCompleter>

class QLineEdit;
class QStringListModel;

namespace herd {

class StampStore;

/// Offers the clients whose names begin with what was typed, the first few found. Owned by the
/// field; the store must outlive it.
class ClientCompleter : public QCompleter {
    Q_OBJECT

  public:
    static constexpr int offersMax = 12;

    ClientCompleter(const StampStore& stamps, QLineEdit* field);

  private:
    void onTextEdited(const QString& text);

    const StampStore& stamps_;
    QStringListModel* offers_;
};

}  // namespace herd
