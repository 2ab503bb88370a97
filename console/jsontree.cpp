// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "console/jsontree.h"

#include <QBrush>
#include <QGuiApplication>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QPalette>

#include "console/tone.h"

namespace herd {

struct JsonTree::Entry {
    QString name;
    QString value;
    bool differs = false;
    Entry* parent = nullptr;
    int row = 0;
    Entries children;
};

QString jsonInOneLine(const QJsonValue& value) {
    switch (value.type()) {
        case QJsonValue::String:
            return value.toString();
        case QJsonValue::Bool:
            return value.toBool() ? QStringLiteral("true") : QStringLiteral("false");
        case QJsonValue::Null:
            return QStringLiteral("null");
        case QJsonValue::Undefined:
            return {};
        case QJsonValue::Double:
            return QString::number(value.toDouble(), 'g', QLocale::FloatingPointShortest);
        case QJsonValue::Array:
            return QString::fromUtf8(QJsonDocument(value.toArray()).toJson(QJsonDocument::Compact));
        case QJsonValue::Object:
            return QString::fromUtf8(
                QJsonDocument(value.toObject()).toJson(QJsonDocument::Compact));
    }
    return {};
}

JsonTree::JsonTree(QObject* parent)
    : QAbstractItemModel(parent), root_(std::make_unique<Entry>()) {}

JsonTree::~JsonTree() = default;

void JsonTree::setValue(const QJsonValue& value, const QJsonValue& reference) {
    beginResetModel();
    root_ = std::make_unique<Entry>();
    fill(*root_, value, reference, reference.isUndefined() ? Comparison::none : Comparison::compare,
         0);
    endResetModel();
}

void JsonTree::fill(Entry& entry, const QJsonValue& value, const QJsonValue& reference,
                    Comparison comparison, int depth) const {
    entry.differs = comparison == Comparison::missing ||
                    (comparison == Comparison::compare && value != reference);
    const auto append = [&](const QString& name, const QJsonValue& child,
                            const QJsonValue& childReference) {
        auto below = std::make_unique<Entry>();
        below->name = name;
        below->parent = &entry;
        below->row = static_cast<int>(entry.children.size());
        const bool missing = comparison == Comparison::compare && childReference.isUndefined();
        fill(*below, child, childReference, missing ? Comparison::missing : comparison, depth + 1);
        entry.children.push_back(std::move(below));
    };
    if (depth < depthMax && value.isObject()) {
        const QJsonObject object = value.toObject();
        const QJsonObject other = reference.toObject();
        for (auto member = object.begin(); member != object.end(); ++member) {
            append(member.key(), member.value(), other.value(member.key()));
        }
        entry.value = QStringLiteral("{%1}").arg(object.size());
    } else if (depth < depthMax && value.isArray()) {
        const QJsonArray array = value.toArray();
        const QJsonArray other = reference.toArray();
        for (qsizetype i = 0; i < array.size(); ++i) {
            append(QStringLiteral("[%1]").arg(i), array.at(i), other.at(i));
        }
        entry.value = QStringLiteral("[%1]").arg(array.size());
    } else {
        entry.value = jsonInOneLine(value);
    }
}

const JsonTree::Entry* JsonTree::entryOf(const QModelIndex& index) const {
    return index.isValid() ? static_cast<const Entry*>(index.internalPointer()) : root_.get();
}

QModelIndex JsonTree::index(int row, int column, const QModelIndex& parent) const {
    if (!hasIndex(row, column, parent)) {
        return {};
    }
    return createIndex(row, column, entryOf(parent)->children[static_cast<std::size_t>(row)].get());
}

QModelIndex JsonTree::parent(const QModelIndex& child) const {
    Entry* const above = child.isValid() ? entryOf(child)->parent : nullptr;
    return above == nullptr || above == root_.get() ? QModelIndex()
                                                    : createIndex(above->row, 0, above);
}

int JsonTree::rowCount(const QModelIndex& parent) const {
    return parent.column() > 0 ? 0 : static_cast<int>(entryOf(parent)->children.size());
}

int JsonTree::columnCount(const QModelIndex& /*parent*/) const {
    return columnsCount;
}

QVariant JsonTree::data(const QModelIndex& index, int role) const {
    if (!index.isValid()) {
        return {};
    }
    const Entry* const entry = entryOf(index);
    switch (role) {
        case Qt::DisplayRole:
            return index.column() == nameColumn ? entry->name : entry->value;
        case Qt::ToolTipRole:
            return entry->differs ? tr("%1\nNot what the first node says.").arg(entry->value)
                                  : entry->value;
        case Qt::BackgroundRole:
            return entry->differs
                       ? QVariant(QBrush(toneWash(Tone::attention, QGuiApplication::palette())))
                       : QVariant();
        case differsRole:
            return entry->differs;
        default:
            return {};
    }
}

QVariant JsonTree::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole) {
        return {};
    }
    return section == nameColumn ? tr("Name") : tr("Value");
}

}  // namespace herd
