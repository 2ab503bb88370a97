// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "console/checkedfield.h"

#include <QAction>
#include <QFontDatabase>
#include <QStyle>
#include <utility>

namespace herd {

CheckedField::CheckedField(Check check, QWidget* parent)
    : QLineEdit(parent),
      check_(std::move(check)),
      sign_(addAction(style()->standardIcon(QStyle::SP_MessageBoxWarning), TrailingPosition)) {
    setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    connect(this, &QLineEdit::textChanged, this, &CheckedField::onTextChanged);
    onTextChanged();
}

void CheckedField::onTextChanged() {
    fault_ = check_(bytes());
    // An empty field is not wrong yet.
    const bool wrong = !fault_.isEmpty() && !text().isEmpty();
    sign_->setVisible(wrong);
    sign_->setToolTip(fault_);
    setToolTip(wrong ? fault_ : QString());
    setAccessibleDescription(fault_);
}

}  // namespace herd
