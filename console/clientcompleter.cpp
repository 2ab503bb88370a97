// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "console/clientcompleter.h"

#include <QLineEdit>
#include <QStringListModel>
#include <string>

#include "console/stampstore.h"
#include "console/stamptexts.h"

namespace herd {

ClientCompleter::ClientCompleter(const StampStore& stamps, QLineEdit* field)
    : QCompleter(field), stamps_(stamps), offers_(new QStringListModel(this)) {
    setModel(offers_);
    setCaseSensitivity(Qt::CaseSensitive);
    setMaxVisibleItems(offersMax);
    // Before the field asks for completions: it does so on the same signal, connected later.
    connect(field, &QLineEdit::textEdited, this, &ClientCompleter::onTextEdited);
    field->setCompleter(this);
}

void ClientCompleter::onTextEdited(const QString& text) {
    QStringList offers;
    const std::string prefix = text.toStdString();
    for (int row = 0; row < stamps_.size() && !prefix.empty() && offers.size() < offersMax; ++row) {
        const std::string_view client = stamps_.client(row);
        if (client.starts_with(prefix) && isPlainText(client)) {
            offers.append(QString::fromUtf8(client.data(), static_cast<qsizetype>(client.size())));
        }
    }
    offers.sort();
    offers_->setStringList(offers);
}

}  // namespace herd
