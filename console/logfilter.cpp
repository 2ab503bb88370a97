// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "console/logfilter.h"

#include <string>

#include "common/escaped.h"
#include "console/logmodel.h"

namespace herd {

namespace {

/// Whether `word` stands in `text` with a space or an end on either side.
bool hasField(QByteArrayView text, const QByteArray& word) {
    for (qsizetype at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
        const qsizetype end = at + word.size();
        if ((at == 0 || text[at - 1] == ' ') && (end == text.size() || text[end] == ' ')) {
            return true;
        }
    }
    return false;
}

}  // namespace

LogFilter::LogFilter(LogModel& model, QObject* parent)
    : QSortFilterProxyModel(parent), model_(model) {
    setSourceModel(&model);
}

void LogFilter::setLevel(LogLevel level) {
    level_ = level;
    invalidateFilter();
}

void LogFilter::setNodes(const QSet<int>& nodes) {
    nodes_ = nodes;
    invalidateFilter();
}

void LogFilter::setClient(const QByteArray& client) {
    std::string escaped;
    appendEscaped(escaped, {client.constData(), static_cast<std::size_t>(client.size())});
    client_ = QByteArray::fromStdString(escaped);
    invalidateFilter();
}

void LogFilter::setText(const QString& text) {
    text_ = text;
    invalidateFilter();
}

bool LogFilter::filterAcceptsRow(int row, const QModelIndex& /*parent*/) const {
    const LogModel::Record& record = model_.at(row);
    if (!nodes_.contains(record.node)) {
        return false;
    }
    if (record.isGap) {
        return true;  // nobody knows whether what is missing would have passed
    }
    if (record.level > level_) {
        return false;
    }
    if (!client_.isEmpty() && !hasField(record.text(), client_)) {
        return false;
    }
    if (text_.isEmpty()) {
        return true;
    }
    const QByteArrayView searched = QByteArrayView(record.bytes).sliced(record.whoStart);
    return QLatin1String(searched.data(), searched.size()).contains(text_, Qt::CaseInsensitive);
}

}  // namespace herd
