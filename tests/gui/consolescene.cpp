// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "tests/gui/consolescene.h"

#include <QAction>
#include <QCoreApplication>
#include <QListWidget>
#include <QTableView>
#include <QTest>
#include <utility>

#include "common/configfile.h"
#include "console/elidedparagraph.h"
#include "console/messagelog.h"
#include "console/nodesmodel.h"

namespace herd {

OwnSettings::OwnSettings() {
    QCoreApplication::setOrganizationName(QStringLiteral("HerdTests"));
    QCoreApplication::setApplicationName(QStringLiteral("herd-console"));
    QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope, directory_.path());
}

QString OwnSettings::path() const {
    return QSettings().fileName();
}

ConsoleScene::ConsoleScene(HerdLayout layout) : herd(std::move(layout)) {}

ConsoleScene::~ConsoleScene() = default;

bool ConsoleScene::open() {
    if (!herd.start() || !herd.waitUntilLinked()) {
        return false;
    }
    openWindow();
    return waitForHeadline(QStringLiteral("Converged"));
}

HerdSource ConsoleScene::source() const {
    const Result<HerdConfig> config = readConfigFile(herd.configPath());
    if (!config) {
        return {};
    }
    HerdSource all = HerdSource::fromConfig(config.value());
    for (AdminAddress& node : all.nodes) {
        node.port = herd.adminPort(node.name);
    }
    return all;
}

void ConsoleScene::openWindow() {
    window.reset();
    window = std::make_unique<MainWindow>(appearance, MainWindow::Memory::settings);
    window->show();
    window->openHerd(source());
}

QString ConsoleScene::headline() const {
    return find<ElidedParagraph>("headlineText")->whole();
}

bool ConsoleScene::waitForHeadline(const QString& start) {
    return until(patience, [this, &start] { return headline().startsWith(start); });
}

QString ConsoleScene::cell(const QString& node, int column) const {
    const QAbstractItemModel* const model = find<QTableView>("nodesTable")->model();
    for (int row = 0; row < model->rowCount(); ++row) {
        const QString name = model->index(row, NodesModel::nameColumn).data().toString();
        if (name.section(QLatin1Char(' '), 0, 0) == node) {
            return model->index(row, column).data().toString();
        }
    }
    return {};
}

void ConsoleScene::tick(const QStringList& nodes) const {
    auto* const list = find<QListWidget>("commandNodes");
    for (int row = 0; row < list->count(); ++row) {
        const QListWidgetItem* const item = list->item(row);
        if ((item->checkState() == Qt::Checked) != nodes.contains(item->text())) {
            list->setCurrentRow(row);
            QTest::keyClick(list, Qt::Key_Space);
        }
    }
}

void ConsoleScene::trigger(const char* action) const {
    find<QAction>(action)->trigger();
}

bool ConsoleScene::wasTold(const QString& part) const {
    const auto* const messages = window->findChild<QTableView*>(QStringLiteral("messageTable"));
    const QAbstractItemModel* const model = messages->model();
    for (int row = 0; row < model->rowCount(); ++row) {
        if (model->index(row, MessageLog::textColumn).data().toString().contains(part)) {
            return true;
        }
    }
    return false;
}

}  // namespace herd
