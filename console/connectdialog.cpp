// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "console/connectdialog.h"

#include <QCoreApplication>
#include <QDialogButtonBox>
#include <QFileDialog>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>
#include <vector>

#include "console/checkedfield.h"
#include "console/herdprofiles.h"
#include "console/tone.h"

namespace herd {

namespace {

struct Texts {
    Q_DECLARE_TR_FUNCTIONS(herd::ConnectDialog)
};

Result<std::vector<AdminAddress>> addressesFrom(const QString& text) {
    std::vector<AdminAddress> addresses;
    for (const QString& word : text.simplified().split(QLatin1Char(' '), Qt::SkipEmptyParts)) {
        const std::optional<AdminAddress> address = adminAddressFrom(word);
        if (!address) {
            return Error{Texts::tr("\"%1\" is no host and port, as in 127.0.0.1:12201").arg(word)};
        }
        addresses.push_back(*address);
    }
    if (addresses.empty()) {
        return Error{Texts::tr("A host and port is needed, as in 127.0.0.1:12201")};
    }
    return addresses;
}

QString faultOf(const QByteArray& text) {
    const Result<std::vector<AdminAddress>> addresses = addressesFrom(QString::fromUtf8(text));
    return addresses ? QString() : addresses.error().message;
}

}  // namespace

ConnectDialog::ConnectDialog(QWidget* parent)
    : QDialog(parent),
      addresses_(new CheckedField(&faultOf)),
      tokenFile_(new QLineEdit),
      fault_(new QLabel) {
    setObjectName(QStringLiteral("connectDialog"));
    setWindowTitle(tr("Connect to admin ports"));
    addresses_->setObjectName(QStringLiteral("connectAddresses"));
    addresses_->setText(QStringLiteral("127.0.0.1:12201"));
    addresses_->setMinimumWidth(fontMetrics().averageCharWidth() * 60);
    tokenFile_->setObjectName(QStringLiteral("connectTokenFile"));
    tokenFile_->setPlaceholderText(tr("none; the file, not the token itself"));
    tokenFile_->setClearButtonEnabled(true);
    auto* const browse = new QPushButton(tr("&Browse…"));
    browse->setObjectName(QStringLiteral("connectBrowse"));
    browse->setAutoDefault(false);
    fault_->setObjectName(QStringLiteral("connectFault"));
    fault_->setTextFormat(Qt::PlainText);
    fault_->setWordWrap(true);
    setToneInk(fault_, Tone::bad);
    fault_->hide();
    auto* const buttons = new QDialogButtonBox(QDialogButtonBox::Cancel);
    QPushButton* const connectButton =
        buttons->addButton(tr("&Connect"), QDialogButtonBox::AcceptRole);

    auto* const token = new QHBoxLayout;
    token->addWidget(tokenFile_, 1);
    token->addWidget(browse);
    auto* const form = new QFormLayout;
    form->addRow(tr("Host and &port, several with spaces between:"), addresses_);
    form->addRow(tr("&File with the token:"), token);
    form->setRowWrapPolicy(QFormLayout::WrapAllRows);
    qobject_cast<QLabel*>(form->labelForField(token))->setBuddy(tokenFile_);
    auto* const layout = new QVBoxLayout(this);
    layout->addLayout(form);
    layout->addWidget(fault_);
    layout->addWidget(buttons);
    connectButton->setDefault(true);  // a dialog takes note only of its own buttons
    connect(browse, &QPushButton::clicked, this, &ConnectDialog::onBrowse);
    connect(buttons, &QDialogButtonBox::accepted, this, &ConnectDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &ConnectDialog::reject);
}

void ConnectDialog::accept() {
    QString fault = addresses_->fault();
    if (fault.isEmpty()) {
        const Result<HerdSource> source =
            HerdSource::fromAddresses(addressesFrom(addresses_->text()).value())
                .withTokenFile(tokenFile_->text().trimmed());
        if (source) {
            QDialog::accept();
            Q_EMIT chosen(source.value());
            return;
        }
        fault = source.error().message;
    }
    fault_->setText(fault);
    fault_->setAccessibleDescription(fault);
    fault_->show();
}

void ConnectDialog::onBrowse() {
    auto* const dialog = new QFileDialog(this, tr("The file with the token"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFile);
    connect(dialog, &QFileDialog::fileSelected, tokenFile_, &QLineEdit::setText);
    dialog->open();
}

}  // namespace herd
