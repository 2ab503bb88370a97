// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QListWidget>
#include <QSet>
#include <vector>

class QSettings;

namespace herd {

class HerdState;

/// The nodes of the herd with a tick each, in a row that wraps; ticks go by name and survive when
/// the herd is opened again. Used where several nodes can be chosen. Owned by its panel; the herd
/// must outlive it.
class NodeTicks : public QListWidget {
    Q_OBJECT

  public:
    /// What a node has that was never seen before.
    enum class Beginning { first /* is ticked, the others are not */, all };

    NodeTicks(HerdState& herd, Beginning beginning, QWidget* parent = nullptr);

    /// Indices into the herd's nodes, ascending.
    [[nodiscard]] std::vector<int> ticked() const;
    void setAll(bool ticked);

    void saveTo(QSettings& settings, const QString& key) const;
    void restoreFrom(const QSettings& settings, const QString& key);

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

  Q_SIGNALS:
    void changed();

  protected:
    void resizeEvent(QResizeEvent* event) override;

  private:
    void onNodesReset();
    void onNodeChanged(int node);
    void onItemChanged(const QListWidgetItem* item);
    void fitHeight();

    HerdState& herd_;
    Beginning beginning_;
    QSet<QString> known_;
    QSet<QString> ticked_;
};

}  // namespace herd
