// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "console/mainwindow.h"

#include <QCloseEvent>
#include <QDockWidget>
#include <QLabel>
#include <QMenuBar>
#include <QSettings>
#include <QStatusBar>
#include <QVBoxLayout>

#include "common/configfile.h"
#include "console/commandpanel.h"
#include "console/headline.h"
#include "console/logview.h"
#include "console/messageview.h"
#include "console/nodesview.h"
#include "console/tone.h"

namespace herd {

namespace {

constexpr QSize firstSize(1'280, 800);

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

}  // namespace

MainWindow::MainWindow(Appearance& appearance, Memory memory, QWidget* parent)
    : QMainWindow(parent),
      appearance_(appearance),
      memory_(memory),
      docks_(new DockSet(*this)),
      menus_(new QMenuBar),
      headline_(new Headline(herd_)),
      nodes_(new NodesView(herd_)),
      command_(new CommandPanel(herd_, selection_)),
      log_(new LogView(herd_, selection_)),
      messageView_(new MessageView(messages_)),
      newest_(new QLabel) {
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
    newest_->setTextFormat(Qt::PlainText);
    statusBar()->addWidget(newest_, 1);
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
    docks_->add(Part::command, command_);
    docks_->add(Part::log, log_);
    docks_->add(Part::messages, messageView_);
}

void MainWindow::connectParts() {
    connect(&herd_, &HerdState::noticed, this, &MainWindow::onNoticed);
    connect(&herd_, &HerdState::nodesReset, this, &MainWindow::refreshTitle);
    connect(&messages_, &MessageLog::added, this, [this](const QString& text, Severity severity) {
        newest_->setText(text);
        setToneInk(newest_, toneOf(severity));
    });
    connect(nodes_, &NodesView::told, this, &MainWindow::onTold);
    connect(command_, &CommandPanel::told, this, &MainWindow::onTold);
    connect(log_, &LogView::told, this, &MainWindow::onTold);
    connect(headline_, &Headline::topologyRequested, this, [this] { bringUp(Part::topology); });
}

void MainWindow::openHerd(const HerdSource& source) {
    herd_.open(source.name, source.nodes, source.topology);
    refreshTitle();
}

void MainWindow::openConfig(const QString& path) {
    const Result<HerdConfig> config = readConfigFile(path);
    if (!config) {
        onTold(config.error().message, true);
        return;
    }
    openHerd(HerdSource::fromConfig(config.value()));
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
                      : tr("Dialling %n node(s) now", nullptr, count),
           false);
}

void MainWindow::onFind() {
    const Part part = docks_->withFocus().value_or(Part::stamps);
    if (part == Part::log) {
        log_->focusFilter();
    } else if (part == Part::messages) {
        messageView_->focusFilter();
    } else {
        docks_->bringUp(Part::stamps);
    }
}

void MainWindow::chooseAppearance(Appearance::Choice choice) {
    appearance_.apply(choice);
    if (memory_ == Memory::settings) {
        QSettings().setValue(QStringLiteral("window/appearance"), Appearance::wordOf(choice));
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
    nodes_->saveTo(settings);
    command_->saveTo(settings);
    log_->saveTo(settings);
    messageView_->saveTo(settings);
}

/// Settings that cannot be read, or make no sense, leave things as they are at first.
void MainWindow::restore() {
    if (memory_ == Memory::none) {
        return;
    }
    const QSettings settings;
    restoreGeometry(settings.value(QStringLiteral("window/geometry")).toByteArray());
    const bool restored =
        restoreState(settings.value(QStringLiteral("window/state")).toByteArray(), layoutVersion);
    if (!restored || !docks_->isAnyVisible()) {
        docks_->layOut();
    }
    nodes_->restoreFrom(settings);
    command_->restoreFrom(settings);
    log_->restoreFrom(settings);
    messageView_->restoreFrom(settings);
}

}  // namespace herd
