// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QList>
#include <QObject>
#include <QString>
#include <array>
#include <initializer_list>
#include <optional>

class QAction;
class QDockWidget;
class QMainWindow;
class QWidget;

namespace herd {

/// The parts of the window, in the order of their keys (Ctrl+1 and on).
enum class Part { nodes, stamps, map, topology, command, log, charts, messages };
inline constexpr int partsCount = 8;

/// The docks of the window: one for each part, where they stand at first, and how they are brought
/// to the front. Owned by the window.
class DockSet : public QObject {
    Q_OBJECT

  public:
    explicit DockSet(QMainWindow& window);

    /// Wraps the view of a part; each part once, before anything else is called. A part that is not
    /// added has no dock.
    void add(Part part, QWidget* view);

    /// The places and sizes that the docks have at first.
    void layOut();
    /// Their shares of the window as it is now, where layOut() has put them.
    void shareOut();
    /// Into sight and in front, with the keyboard.
    void bringUp(Part part);
    /// The part whose dock has the keyboard.
    [[nodiscard]] std::optional<Part> withFocus() const;
    [[nodiscard]] bool isAnyVisible() const;
    /// Null when the part was not added.
    [[nodiscard]] QDockWidget* dock(Part part) const;

    /// Bring a part up, each with its key.
    [[nodiscard]] QList<QAction*> actions() const { return actions_; }

    [[nodiscard]] static QString titleOf(Part part);
    /// By its title, whatever the case, also untranslated.
    [[nodiscard]] static std::optional<Part> partOf(const QString& title);

  private:
    [[nodiscard]] static QString nameOf(Part part);
    [[nodiscard]] QList<QDockWidget*> added(std::initializer_list<Part> wanted) const;
    void stack(Qt::DockWidgetArea area, const QList<QDockWidget*>& tabs);
    // The parts by where they are at first.
    [[nodiscard]] QList<QDockWidget*> left() const { return added({Part::nodes, Part::stamps}); }
    [[nodiscard]] QList<QDockWidget*> right() const {
        return added({Part::map, Part::topology, Part::charts});
    }
    [[nodiscard]] QList<QDockWidget*> bottom() const {
        return added({Part::command, Part::log, Part::messages});
    }

    QMainWindow& window_;
    std::array<QDockWidget*, partsCount> docks_{};
    QList<QAction*> actions_;
};

}  // namespace herd
