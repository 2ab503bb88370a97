// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QCoreApplication>
#include <QString>

namespace herd {

/// "1 node", "5 nodes". Spelled out, because English has no translation file to take plurals from.
[[nodiscard]] inline QString nodesText(int count) {
    return count == 1 ? QCoreApplication::translate("plural", "1 node")
                      : QCoreApplication::translate("plural", "%1 nodes").arg(count);
}

}  // namespace herd
