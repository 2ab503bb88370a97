// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "console/iamatform.h"

#include <QCheckBox>
#include <QGridLayout>
#include <QLabel>
#include <QPushButton>

#include "console/checkedfield.h"
#include "console/clientline.h"

namespace herd {

IamatForm::IamatForm(QWidget* parent)
    : QWidget(parent),
      client_(new CheckedField(&ClientLine::faultOfClient)),
      position_(new CheckedField(&ClientLine::faultOfPosition)),
      time_(new CheckedField(&ClientLine::faultOfTime)),
      timeIsNow_(new QCheckBox(tr("Alwa&ys now"))),
      now_(new QPushButton(tr("N&ow"))),
      pick_(new QPushButton(tr("Pick on m&ap"))) {
    client_->setObjectName(QStringLiteral("iamatClient"));
    position_->setObjectName(QStringLiteral("iamatPosition"));
    time_->setObjectName(QStringLiteral("iamatTime"));
    timeIsNow_->setObjectName(QStringLiteral("iamatAlwaysNow"));
    now_->setObjectName(QStringLiteral("iamatNow"));
    pick_->setObjectName(QStringLiteral("iamatPick"));
    client_->setPlaceholderText(tr("kiwi.cs.ucla.edu"));
    position_->setPlaceholderText(tr("+34.068930-118.445127"));
    time_->setPlaceholderText(tr("1520023934.918963997"));
    pick_->setToolTip(tr("Then click on the map; Escape gives up"));
    timeIsNow_->setToolTip(tr("The time is this computer's clock when the line is sent"));

    auto* const grid = new QGridLayout(this);
    grid->setContentsMargins(6, 6, 6, 6);
    const auto addRow = [this, grid](int row, const QString& text, CheckedField* field, int span) {
        auto* const label = new QLabel(text);
        label->setBuddy(field);
        grid->addWidget(label, row, 0);
        grid->addWidget(field, row, 1, 1, span);
        connect(field, &QLineEdit::textChanged, this, &IamatForm::changed);
        connect(field, &QLineEdit::returnPressed, this, &IamatForm::sendRequested);
    };
    addRow(0, tr("&Client:"), client_, 3);
    addRow(1, tr("&Position:"), position_, 1);
    grid->addWidget(pick_, 1, 2, 1, 2);
    addRow(2, tr("&Time:"), time_, 1);
    grid->addWidget(now_, 2, 2);
    grid->addWidget(timeIsNow_, 2, 3);
    grid->setColumnStretch(1, 1);
    grid->setRowStretch(3, 1);

    connect(timeIsNow_, &QCheckBox::toggled, this, &IamatForm::onNowToggled);
    connect(now_, &QPushButton::clicked, this, &IamatForm::onNowClicked);
    connect(pick_, &QPushButton::clicked, this, &IamatForm::pickRequested);
    timeIsNow_->setChecked(true);
}

QByteArray IamatForm::line() const {
    return ClientLine::iamat(client_->bytes(), position_->bytes(),
                             timeIsNow() ? ClientLine::timeNow() : time_->bytes());
}

QString IamatForm::fault() const {
    for (const CheckedField* const field : {client_, position_}) {
        if (!field->fault().isEmpty()) {
            return field->fault();
        }
    }
    return timeIsNow() ? QString() : time_->fault();
}

bool IamatForm::isEmpty() const {
    return client_->text().isEmpty() && position_->text().isEmpty();
}

void IamatForm::setPosition(double latitude, double longitude) {
    position_->setText(QString::fromLatin1(ClientLine::position(latitude, longitude)));
}

bool IamatForm::timeIsNow() const {
    return timeIsNow_->isChecked();
}

void IamatForm::setTimeIsNow(bool now) {
    timeIsNow_->setChecked(now);
}

void IamatForm::onNowToggled(bool now) {
    time_->setEnabled(!now);
    now_->setEnabled(!now);
    time_->setPlaceholderText(now ? tr("when it is sent") : tr("1520023934.918963997"));
    if (now) {
        time_->clear();
    } else {
        onNowClicked();
    }
    Q_EMIT changed();
}

void IamatForm::onNowClicked() {
    time_->setText(QString::fromLatin1(ClientLine::timeNow()));
}

}  // namespace herd
