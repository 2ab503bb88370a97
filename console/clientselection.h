// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>
#include <QObject>

namespace herd {

/// The client that all views show as chosen; it need not be known to any node. Owned by the window.
class ClientSelection : public QObject {
    Q_OBJECT

  public:
    explicit ClientSelection(QObject* parent = nullptr);

    /// Empty: none is chosen.
    const QByteArray& client() const { return client_; }
    /// Choosing the chosen one again is no news.
    void choose(const QByteArray& client);

  Q_SIGNALS:
    void changed(const QByteArray& client);

  private:
    QByteArray client_;
};

}  // namespace herd
