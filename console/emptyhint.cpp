// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "console/emptyhint.h"

#include <QAbstractItemModel>
#include <QAbstractItemView>
#include <QEvent>

namespace herd {

namespace {
constexpr int marginPixels = 12;
}

EmptyHint::EmptyHint(QAbstractItemView& table, const QString& text)
    : QLabel(text, table.viewport()), table_(table) {
    setAlignment(Qt::AlignCenter);
    setWordWrap(true);
    setEnabled(false);
    setMargin(marginPixels);
    setAttribute(Qt::WA_TransparentForMouseEvents);
    table.viewport()->installEventFilter(this);
    const QAbstractItemModel* const model = table.model();
    connect(model, &QAbstractItemModel::rowsInserted, this, &EmptyHint::refresh);
    connect(model, &QAbstractItemModel::rowsRemoved, this, &EmptyHint::refresh);
    connect(model, &QAbstractItemModel::modelReset, this, &EmptyHint::refresh);
    connect(model, &QAbstractItemModel::layoutChanged, this, &EmptyHint::refresh);
    refresh();
}

void EmptyHint::refresh() {
    setVisible(table_.model()->rowCount() == 0);
    setGeometry(table_.viewport()->rect());
    table_.setAccessibleDescription(isHidden() ? QString() : text());
}

bool EmptyHint::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() == QEvent::Resize) {
        setGeometry(table_.viewport()->rect());
    }
    return QLabel::eventFilter(watched, event);
}

}  // namespace herd
