// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "console/mainwindow.h"

#include <QCloseEvent>
#include <QDockWidget>
#include <QHeaderView>
#include <QLabel>
#include <QMenuBar>
#include <QScrollArea>
#include <QSettings>
#include <QStatusBar>
#include <QTabWidget>
#include <QVBoxLayout>
#include <utility>

#include "console/chartview.h"
#include "console/commandpanel.h"
#include "console/elidedlabel.h"
#include "console/headline.h"
#include "console/herdmenu.h"
#include "console/linkcontrol.h"
#include "console/linktable.h"
#include "console/logview.h"
#include "console/mapactions.h"
#include "console/mapview.h"
#include "console/messageview.h"
#include "console/nodesview.h"
#include "console/plottableplaces.h"
#include "console/plural.h"
#include "console/stampsview.h"
#include "console/tables.h"
#include "console/tone.h"
#include "console/topologyview.h"

namespace herd {

namespace {

constexpr QSize firstSize(1'280, 800);
const QString linksKey = QStringLiteral("links/columns");

Severity severityOf(int severity) {
    return severity == HerdState::error     ? Severity::error
           : severity == HerdState::warning ? Severity::warning
                                            : Severity::info;
}

Tone toneOf(Severity severity) {
    return severity == Severity::error     ? Tone::bad
           : severity == Severity::warning ? Tone::attention
                                           : Tone::quiet;
}

/// A view that wants more room than a small window has.
QScrollArea* scrollable(QWidget* view) {
    auto* const area = new QScrollArea;
    area->setWidget(view);
    area->setWidgetResizable(true);
    area->setFrameShape(QFrame::NoFrame);
    area->setFocusPolicy(Qt::NoFocus);
    return area;
}

}  // namespace

MainWindow::MainWindow(Appearance& appearance, Memory memory, QWidget* parent)
    : QMainWindow(parent),
      appearance_(appearance),
      memory_(memory),
      docks_(new DockSet(*this)),
      menus_(new QMenuBar),
      headline_(new Headline(herd_)),
      nodes_(new NodesView(herd_)),
      stamps_(new StampsView(herd_, selection_)),
      map_(new MapView(herd_.stamps(), selection_)),
      mapActions_(new MapActions(*map_)),
      topology_(new QTabWidget),
      command_(new CommandPanel(herd_, selection_)),
      log_(new LogView(herd_, selection_)),
      messageView_(new MessageView(messages_)),
      newest_(new ElidedLabel) {
    resize(firstSize);
    auto* const top = new QWidget;
    auto* const topLayout = new QVBoxLayout(top);
    topLayout->setContentsMargins(0, 0, 0, 0);
    topLayout->setSpacing(0);
    topLayout->addWidget(menus_);
    topLayout->addWidget(headline_);
    setMenuWidget(top);
    newest_->setObjectName(QStringLiteral("newestMessage"));
    newest_->setAccessibleName(tr("Newest message"));
    statusBar()->addWidget(newest_, 1);
    fillTopology();
    makeDocks();
    makeMenus();
    connectParts();
    docks_->layOut();
    restore();
    refreshTitle();
}

MainWindow::~MainWindow() {
    // The views look at the herd and the models, so they go first.
    for (int part = 0; part < partsCount; ++part) {
        delete docks_->dock(static_cast<Part>(part));
    }
    delete headline_;
}

void MainWindow::makeDocks() {
    docks_->add(Part::nodes, nodes_);
    docks_->add(Part::stamps, stamps_);
    docks_->add(Part::map, map_);
    docks_->add(Part::topology, topology_);
    docks_->add(Part::command, command_);
    docks_->add(Part::log, log_);
    docks_->add(Part::charts, scrollable(new ChartView(herd_)));
    docks_->add(Part::messages, messageView_);
}

/// The links as a graph, and as a table for keys and screen readers.
void MainWindow::fillTopology() {
    auto* const graph = new TopologyView(herd_);
    auto* const table = new LinkTable(herd_);
    topology_->setObjectName(QStringLiteral("topologyTabs"));
    topology_->setAccessibleName(tr("Links"));
    topology_->setDocumentMode(true);
    topology_->setTabPosition(QTabWidget::South);
    topology_->addTab(graph, tr("Graph"));
    topology_->addTab(table, tr("Table"));
    for (const LinkControl* const control : {&graph->control(), &table->control()}) {
        connect(control, &LinkControl::refused, this,
                [this](const QString& why) { onTold(why, true); });
        connect(control, &LinkControl::finished, this,
                [this](const QString& node, const QString& peer, const QString& error) {
                    onTold(
                        error.isEmpty()
                            ? tr("%1 has changed its link with %2").arg(node, peer)
                            : tr("%1 did not change its link with %2: %3").arg(node, peer, error),
                        !error.isEmpty());
                });
    }
}

void MainWindow::connectParts() {
    connect(&herd_, &HerdState::noticed, this, &MainWindow::onNoticed);
    connect(&herd_, &HerdState::nodesReset, this, &MainWindow::refreshTitle);
    connect(&messages_, &MessageLog::added, this, [this](const QString& text, Severity severity) {
        newest_->setText(text);
        setToneInk(newest_, toneOf(severity));
    });
    connect(&herd_, &HerdState::opened, map_, [this] { map_->setPlaces({}); });
    connect(command_, &CommandPanel::pickRequested, this, &MainWindow::onPick);
    connect(command_, &CommandPanel::placesFound, map_,
            [this](const QByteArray& answer) { map_->setPlaces(plottablePlaces(answer)); });
    connect(map_, &MapView::positionPicked, this, [this](double latitude, double longitude) {
        bringUp(Part::command);
        command_->setPickedPosition(latitude, longitude);
    });
    connect(nodes_, &NodesView::told, this, &MainWindow::onTold);
    connect(command_, &CommandPanel::told, this, &MainWindow::onTold);
    connect(log_, &LogView::told, this, &MainWindow::onTold);
    connect(mapActions_, &MapActions::told, this, &MainWindow::onTold);
    connect(headline_, &Headline::topologyRequested, this, [this] { bringUp(Part::topology); });
}

void MainWindow::openHerd(const HerdSource& source) {
    if (memory_ == Memory::settings) {
        herds_->remember(source.profile());
    }
    herd_.open(source.name, source.nodes, source.topology);
    refreshTitle();
}

void MainWindow::openConfig(const QString& path) {
    openIfRead(HerdSource::fromConfigFile(path));
}

void MainWindow::openProfile(const HerdProfile& profile) {
    Result<HerdSource> source = HerdSource::fromAddresses(profile.addresses);
    if (!profile.configPath.isEmpty()) {
        source = HerdSource::fromConfigFile(profile.configPath);
    }
    openIfRead(source ? source.value().withTokenFile(profile.tokenPath) : source);
}

/// What cannot be read is said, and what is on display stays.
void MainWindow::openIfRead(const Result<HerdSource>& source) {
    if (source) {
        openHerd(source.value());
    } else {
        onTold(source.error().message, true);
    }
}

void MainWindow::refreshTitle() {
    const QString name = herd_.herdName();
    setWindowTitle(name.isEmpty() ? tr("Herd console") : tr("%1 – Herd console").arg(name));
}

void MainWindow::onNoticed(const QString& text, int severity) {
    messages_.add(text, severityOf(severity));
}

void MainWindow::onTold(const QString& text, bool isError) {
    messages_.add(text, isError ? Severity::error : Severity::info);
}

void MainWindow::onReconnect() {
    int count = 0;
    for (const NodeView& node : herd_.nodes()) {
        if (node.client->state() == NodeClient::State::waiting) {
            node.client->retryNow();
            ++count;
        }
    }
    onTold(count == 0 ? tr("Every node with an admin port is connected or being dialled")
                      : tr("Dialling %1 now").arg(nodesText(count)),
           false);
}

void MainWindow::onPick() {
    bringUp(Part::map);
    map_->setFocus(Qt::OtherFocusReason);
    map_->setPicking(true);
}

void MainWindow::onFind() {
    const Part part = docks_->withFocus().value_or(Part::stamps);
    if (part == Part::log) {
        log_->focusFilter();
    } else if (part == Part::messages) {
        messageView_->focusFilter();
    } else {
        docks_->bringUp(Part::stamps);
        stamps_->focusFilter();
    }
}

void MainWindow::chooseAppearance(Appearance::Choice choice) {
    appearance_.apply(choice);
    if (memory_ == Memory::settings) {
        QSettings().setValue(QStringLiteral("window/appearance"), Appearance::wordOf(choice));
    }
}

/// Only now is it known what size there is to share out.
void MainWindow::showEvent(QShowEvent* event) {
    QMainWindow::showEvent(event);
    if (!std::exchange(isLaidOut_, true)) {
        docks_->shareOut();
    }
}

void MainWindow::closeEvent(QCloseEvent* event) {
    save();
    QMainWindow::closeEvent(event);
}

void MainWindow::save() {
    if (memory_ == Memory::none) {
        return;
    }
    QSettings settings;
    settings.setValue(QStringLiteral("window/geometry"), saveGeometry());
    settings.setValue(QStringLiteral("window/state"), saveState(layoutVersion));
    settings.setValue(QStringLiteral("topology/tab"), topology_->currentIndex());
    nodes_->saveTo(settings);
    stamps_->saveTo(settings);
    command_->saveTo(settings);
    log_->saveTo(settings);
    mapActions_->saveTo(settings);
    findChild<ChartView*>()->saveTo(settings);
    saveColumns(settings, linksKey, *findChild<LinkTable*>()->horizontalHeader());
    messageView_->saveTo(settings);
}

/// Settings that cannot be read, or make no sense, leave things as they are at first.
void MainWindow::restore() {
    if (memory_ == Memory::none) {
        return;
    }
    const QSettings settings;
    restoreGeometry(settings.value(QStringLiteral("window/geometry")).toByteArray());
    isLaidOut_ =
        restoreState(settings.value(QStringLiteral("window/state")).toByteArray(), layoutVersion) &&
        docks_->isAnyVisible();
    if (!isLaidOut_) {
        docks_->layOut();
    }
    topology_->setCurrentIndex(
        qBound(0, settings.value(QStringLiteral("topology/tab")).toInt(), topology_->count() - 1));
    nodes_->restoreFrom(settings);
    stamps_->restoreFrom(settings);
    command_->restoreFrom(settings);
    log_->restoreFrom(settings);
    mapActions_->restoreFrom(settings);
    findChild<ChartView*>()->restoreFrom(settings);
    restoreColumns(settings, linksKey, *findChild<LinkTable*>()->horizontalHeader());
    messageView_->restoreFrom(settings);
}

}  // namespace herd
