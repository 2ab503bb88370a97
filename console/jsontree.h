// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QAbstractItemModel>
#include <QJsonValue>
#include <QString>
#include <memory>
#include <vector>

namespace herd {

/// A JSON value as a tree of names and values, read-only. Members that differ from those of another
/// value at the same place can be marked. Knows nothing of places. Owned by its view.
class JsonTree : public QAbstractItemModel {
    Q_OBJECT

  public:
    enum Column { nameColumn, valueColumn, columnsCount };
    /// bool: the value here is not what the reference has at the same place.
    static constexpr int differsRole = Qt::UserRole;
    /// Deeper values are shown as one text.
    static constexpr int depthMax = 64;

    explicit JsonTree(QObject* parent = nullptr);
    ~JsonTree() override;

    /// `reference`: what to compare with; undefined: nothing is marked.
    void setValue(const QJsonValue& value, const QJsonValue& reference = QJsonValue::Undefined);

    [[nodiscard]] QModelIndex index(int row, int column,
                                    const QModelIndex& parent = {}) const override;
    [[nodiscard]] QModelIndex parent(const QModelIndex& child) const override;
    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation,
                                      int role) const override;

  private:
    struct Entry;
    using Entries = std::vector<std::unique_ptr<Entry>>;
    enum class Comparison { none, compare, missing /* the reference has nothing there */ };
    void fill(Entry& entry, const QJsonValue& value, const QJsonValue& reference,
              Comparison comparison, int depth) const;
    [[nodiscard]] const Entry* entryOf(const QModelIndex& index) const;

    std::unique_ptr<Entry> root_;
};

/// A value in one line: texts as they are, objects and arrays as JSON.
[[nodiscard]] QString jsonInOneLine(const QJsonValue& value);

}  // namespace herd
