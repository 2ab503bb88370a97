// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "console/dockset.h"

#include <QAction>
#include <QApplication>
#include <QDockWidget>
#include <QMainWindow>
#include <QWidget>
#include <algorithm>

namespace herd {

namespace {

constexpr std::array<Part, partsCount> parts = {Part::nodes,    Part::stamps,  Part::map,
                                                Part::topology, Part::command, Part::log,
                                                Part::charts,   Part::messages};

}  // namespace

DockSet::DockSet(QMainWindow& window) : QObject(&window), window_(window) {
    window.setDockNestingEnabled(true);
    window.setDockOptions(QMainWindow::AnimatedDocks | QMainWindow::AllowNestedDocks |
                          QMainWindow::AllowTabbedDocks);
    window.setTabPosition(Qt::AllDockWidgetAreas, QTabWidget::North);
    // The wide lower part belongs to command and log.
    window.setCorner(Qt::BottomLeftCorner, Qt::BottomDockWidgetArea);
    window.setCorner(Qt::BottomRightCorner, Qt::BottomDockWidgetArea);
}

QString DockSet::nameOf(Part part) {
    switch (part) {
        case Part::nodes:
            return QStringLiteral("nodes");
        case Part::stamps:
            return QStringLiteral("stamps");
        case Part::map:
            return QStringLiteral("map");
        case Part::topology:
            return QStringLiteral("topology");
        case Part::command:
            return QStringLiteral("command");
        case Part::log:
            return QStringLiteral("log");
        case Part::charts:
            return QStringLiteral("charts");
        case Part::messages:
            break;
    }
    return QStringLiteral("messages");
}

QString DockSet::titleOf(Part part) {
    switch (part) {
        case Part::nodes:
            return tr("Nodes");
        case Part::stamps:
            return tr("Stamps");
        case Part::map:
            return tr("Map");
        case Part::topology:
            return tr("Topology");
        case Part::command:
            return tr("Command");
        case Part::log:
            return tr("Log");
        case Part::charts:
            return tr("Charts");
        case Part::messages:
            break;
    }
    return tr("Messages");
}

std::optional<Part> DockSet::partOf(const QString& title) {
    const auto found = std::find_if(parts.begin(), parts.end(), [&title](Part part) {
        return title.compare(titleOf(part), Qt::CaseInsensitive) == 0 ||
               title.compare(nameOf(part), Qt::CaseInsensitive) == 0;
    });
    return found == parts.end() ? std::nullopt : std::optional(*found);
}

void DockSet::add(Part part, QWidget* view) {
    const auto place = static_cast<std::size_t>(part);
    auto* const dock = new QDockWidget(titleOf(part), &window_);
    dock->setObjectName(nameOf(part) + QStringLiteral("Dock"));
    dock->setAccessibleName(titleOf(part));
    dock->setWidget(view);
    docks_[place] = dock;
    auto* const action = new QAction(titleOf(part), this);
    action->setObjectName(nameOf(part) + QStringLiteral("Show"));
    action->setShortcut(QKeySequence(Qt::CTRL | static_cast<Qt::Key>(Qt::Key_1 + place)));
    connect(action, &QAction::triggered, this, [this, part] { bringUp(part); });
    actions_.append(action);
}

QDockWidget* DockSet::dock(Part part) const {
    return docks_[static_cast<std::size_t>(part)];
}

void DockSet::layOut() {
    for (QDockWidget* const each : docks_) {
        if (each != nullptr) {
            window_.removeDockWidget(each);
            each->setFloating(false);
        }
    }
    for (QDockWidget* const each : left()) {
        window_.addDockWidget(Qt::LeftDockWidgetArea, each, Qt::Vertical);
    }
    stack(Qt::RightDockWidgetArea, right());
    stack(Qt::BottomDockWidgetArea, bottom());
    for (QDockWidget* const each : left() + right() + bottom()) {
        each->show();
    }
    for (const QList<QDockWidget*>& tabs : {right(), bottom()}) {
        if (!tabs.isEmpty()) {
            tabs.constFirst()->raise();
        }
    }
    shareOut();
}

void DockSet::stack(Qt::DockWidgetArea area, const QList<QDockWidget*>& tabs) {
    for (qsizetype i = 0; i < tabs.size(); ++i) {
        if (i == 0) {
            window_.addDockWidget(area, tabs.at(i));
        } else {
            window_.tabifyDockWidget(tabs.at(i - 1), tabs.at(i));
        }
    }
}

void DockSet::shareOut() {
    const int width = window_.width();
    const int height = window_.height();
    if (!left().isEmpty() && !right().isEmpty()) {
        window_.resizeDocks({left().constFirst(), right().constFirst()}, {width / 2, width / 2},
                            Qt::Horizontal);
    }
    const QList<QDockWidget*> rows = left() + bottom().mid(0, 1);
    QList<int> heights;
    for (const QDockWidget* const each : rows) {
        const int percent = each == dock(Part::nodes) ? 22 : each == dock(Part::stamps) ? 30 : 39;
        heights.append(height * percent / 100);
    }
    window_.resizeDocks(rows, heights, Qt::Vertical);
}

QList<QDockWidget*> DockSet::added(std::initializer_list<Part> wanted) const {
    QList<QDockWidget*> found;
    for (const Part part : wanted) {
        if (dock(part) != nullptr) {
            found.append(dock(part));
        }
    }
    return found;
}

void DockSet::bringUp(Part part) {
    QDockWidget* const chosen = dock(part);
    if (chosen == nullptr) {
        return;
    }
    chosen->show();
    chosen->raise();
    if (!chosen->isAncestorOf(QApplication::focusWidget())) {
        // The first widget that wants the keyboard.
        QWidget* const view = chosen->widget();
        QWidget* target = view;
        for (QWidget* next = view->nextInFocusChain(); next != view;
             next = next->nextInFocusChain()) {
            if (view->isAncestorOf(next) && next->isVisibleTo(view) && next->isEnabled() &&
                (next->focusPolicy() & Qt::TabFocus) != 0) {
                target = next;
                break;
            }
        }
        target->setFocus(Qt::ShortcutFocusReason);
    }
}

std::optional<Part> DockSet::withFocus() const {
    const QWidget* const focus = QApplication::focusWidget();
    for (const Part part : parts) {
        if (focus != nullptr && dock(part) != nullptr && dock(part)->isAncestorOf(focus)) {
            return part;
        }
    }
    return std::nullopt;
}

bool DockSet::isAnyVisible() const {
    return std::any_of(docks_.begin(), docks_.end(), [](const QDockWidget* each) {
        return each != nullptr && !each->isHidden();
    });
}

}  // namespace herd
