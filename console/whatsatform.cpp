// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "console/whatsatform.h"

#include <QGridLayout>
#include <QLabel>

#include "console/checkedfield.h"
#include "console/clientline.h"

namespace herd {

WhatsatForm::WhatsatForm(QWidget* parent)
    : QWidget(parent),
      client_(new CheckedField(&ClientLine::faultOfClient)),
      radius_(new CheckedField(&ClientLine::faultOfRadius)),
      bound_(new CheckedField(&ClientLine::faultOfBound)) {
    client_->setObjectName(QStringLiteral("whatsatClient"));
    radius_->setObjectName(QStringLiteral("whatsatRadius"));
    bound_->setObjectName(QStringLiteral("whatsatBound"));
    client_->setPlaceholderText(tr("kiwi.cs.ucla.edu"));
    radius_->setText(QStringLiteral("10"));
    bound_->setText(QStringLiteral("5"));
    radius_->setAccessibleName(tr("Radius in kilometres"));
    bound_->setAccessibleName(tr("How many places at most"));

    auto* const grid = new QGridLayout(this);
    grid->setContentsMargins(6, 6, 6, 6);
    const auto addField = [this, grid](int row, const QString& text, CheckedField* field,
                                       const QString& unit) {
        auto* const label = new QLabel(text);
        label->setBuddy(field);
        grid->addWidget(label, row, 0);
        grid->addWidget(field, row, 1, 1, unit.isEmpty() ? 2 : 1);
        if (!unit.isEmpty()) {
            grid->addWidget(new QLabel(unit), row, 2);
        }
        connect(field, &QLineEdit::textChanged, this, &WhatsatForm::changed);
        connect(field, &QLineEdit::returnPressed, this, &WhatsatForm::sendRequested);
    };
    addField(0, tr("&Client:"), client_, QString());
    addField(1, tr("R&adius:"), radius_, tr("km, up to 50"));
    addField(2, tr("&Bound:"), bound_, tr("places, up to 20"));
    grid->setColumnStretch(1, 1);
    grid->setRowStretch(3, 1);
}

QByteArray WhatsatForm::line() const {
    return ClientLine::whatsat(client_->bytes(), radius_->bytes(), bound_->bytes());
}

QString WhatsatForm::fault() const {
    for (const CheckedField* const field : {client_, radius_, bound_}) {
        if (!field->fault().isEmpty()) {
            return field->fault();
        }
    }
    return {};
}

bool WhatsatForm::isEmpty() const {
    return client_->text().isEmpty();
}

}  // namespace herd
