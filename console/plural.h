// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QCoreApplication>
#include <QLocale>
#include <QString>

namespace herd {

/// "1 node", "5 nodes". Spelled out, because English has no translation file to take plurals from.
[[nodiscard]] inline QString nodesText(int count) {
    return count == 1 ? QCoreApplication::translate("plural", "1 node")
                      : QCoreApplication::translate("plural", "%1 nodes").arg(count);
}

/// "1 client", "12,000 clients".
[[nodiscard]] inline QString clientsText(quint64 count) {
    return count == 1
               ? QCoreApplication::translate("plural", "1 client")
               : QCoreApplication::translate("plural", "%1 clients").arg(QLocale().toString(count));
}

}  // namespace herd
