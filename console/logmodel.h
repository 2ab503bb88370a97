// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QAbstractTableModel>
#include <QByteArray>
#include <QList>
#include <QStringList>
#include <QTimer>
#include <deque>
#include <map>

#include "common/config.h"
#include "console/logseam.h"

namespace herd {

/// The log records of several nodes, merged in the order of their times; bounded, the oldest go
/// first. Records are taken in a few times a second, so that those of different nodes meet. Owned
/// by the log view.
class LogModel : public QAbstractTableModel {
    Q_OBJECT

  public:
    enum Column { timeColumn, levelColumn, nodeColumn, whoColumn, textColumn, columnsCount };

    static constexpr std::size_t recordsMax = 50'000;
    static constexpr qsizetype bytesMax = 33'554'432;
    // While paused; beyond them the oldest of these go.
    static constexpr std::size_t pendingMax = 20'000;
    static constexpr qsizetype pendingBytesMax = 8'388'608;
    static constexpr int takeInMs = 250;

    /// One record, `<time> <level> <who> <text>`, and where its parts begin.
    struct Record {
        QByteArray bytes;
        int node = 0;
        LogLevel level = LogLevel::info;
        bool isGap = false;  ///< not the node's: says that records are missing here
        qsizetype levelStart = 0;
        qsizetype whoStart = 0;
        qsizetype textStart = 0;

        /// What is no record stands as a text without time.
        [[nodiscard]] static Record read(const QByteArray& bytes, int node);
        [[nodiscard]] static Record gap(const QByteArray& time, const QString& text, int node);
        [[nodiscard]] QByteArrayView time() const;
        [[nodiscard]] QByteArrayView who() const;
        [[nodiscard]] QByteArrayView text() const;
    };

    explicit LogModel(QObject* parent = nullptr);

    /// Forgets all records; the names that go with the numbers of nodes.
    void reset(const QStringList& nodes);
    /// The node is asked, now or anew: what it has comes first, some of it perhaps once more.
    void beginTail(int node);
    void add(int node, const QList<QByteArray>& records, quint64 leftOut);
    void completeTail(int node);
    /// The node has said its name.
    void setNodeName(int node, const QString& name);

    void setPaused(bool paused);
    [[nodiscard]] bool isPaused() const { return paused_; }
    [[nodiscard]] std::size_t pendingCount() const { return pending_.size(); }

    [[nodiscard]] const Record& at(int row) const { return records_[static_cast<size_t>(row)]; }
    [[nodiscard]] QString nodeName(int node) const { return nodes_.value(node); }

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation,
                                      int role) const override;

  Q_SIGNALS:
    /// Records wait because of the pause.
    void pendingChanged();

  private:
    void takeNews(int node, const LogSeam::News& news);
    void append(Record record);
    void takeInSoon();
    void takeIn();
    void dropFirstPending();
    void makeRoom(std::size_t records);
    void insertRun(std::size_t position, std::size_t first, std::size_t count);

    QStringList nodes_;
    std::deque<Record> records_;
    qsizetype bytes_ = 0;
    std::deque<Record> pending_;
    qsizetype pendingBytes_ = 0;
    std::map<int, QByteArray> droppedTimes_;  ///< of the newest record of a node that a pause cost
    std::map<int, LogSeam> seams_;
    QTimer takeInTimer_;
    bool paused_ = false;
};

[[nodiscard]] QString wordFor(LogLevel level);

}  // namespace herd
