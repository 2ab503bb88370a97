// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "console/commandpanel.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QSettings>
#include <QSplitter>
#include <QTabWidget>
#include <QTableView>
#include <QToolButton>
#include <QVBoxLayout>

#include "console/answersview.h"
#include "console/checkedfield.h"
#include "console/clientcompleter.h"
#include "console/clientline.h"
#include "console/clientselection.h"
#include "console/herdstate.h"
#include "console/iamatform.h"
#include "console/lineform.h"
#include "console/nodeticks.h"
#include "console/plural.h"
#include "console/replaypanel.h"
#include "console/stamptexts.h"
#include "console/tables.h"
#include "console/tone.h"
#include "console/whatsatform.h"

namespace herd {

namespace {
/// Of the forms at first; the answers have the rest.
constexpr int leftWidth = 470;
}  // namespace

CommandPanel::CommandPanel(HerdState& herd, ClientSelection& selection, QWidget* parent)
    : QWidget(parent),
      herd_(herd),
      selection_(selection),
      tabs_(new QTabWidget),
      iamat_(new IamatForm),
      whatsat_(new WhatsatForm),
      raw_(new LineForm(history_)),
      replay_(new ReplayPanel(
          [this](int node, const QByteArray& line, std::function<void(Replay::Outcome)> done) {
              replayLine(node, line, done);
          })),
      nodes_(new NodeTicks(herd, NodeTicks::Beginning::first)),
      hint_(new QLabel),
      send_(new QPushButton(tr("&Send"))),
      answers_(new AnswersView(exchanges_)),
      splitter_(new QSplitter(Qt::Horizontal)) {
    splitter_->addWidget(makeLeft());
    splitter_->addWidget(answers_);
    splitter_->setStretchFactor(0, 0);
    splitter_->setStretchFactor(1, 1);
    splitter_->setSizes({leftWidth, 800});
    splitter_->setChildrenCollapsible(false);
    auto* const layout = new QVBoxLayout(this);
    layout->setContentsMargins(4, 4, 4, 4);
    layout->addWidget(splitter_);
    new ClientCompleter(herd.stamps(), iamat_->clientField());
    new ClientCompleter(herd.stamps(), whatsat_->clientField());
    connectForms();
    onFormChanged();
}

QWidget* CommandPanel::makeLeft() {
    tabs_->setObjectName(QStringLiteral("commandTabs"));
    tabs_->setAccessibleName(tr("What to send"));
    tabs_->addTab(iamat_, tr("IAMAT"));
    tabs_->addTab(whatsat_, tr("WHATSAT"));
    tabs_->addTab(raw_, tr("Line"));
    tabs_->addTab(replay_, tr("Replay"));
    tabs_->setTabToolTip(iamatTab, tr("Tell a node where a client is"));
    tabs_->setTabToolTip(whatsatTab, tr("Ask where a client is and what is near"));
    tabs_->setTabToolTip(lineTab, tr("Send any line (Ctrl+L)"));
    tabs_->setTabToolTip(replayTab, tr("Send the lines of a file"));
    tabs_->setDocumentMode(true);
    nodes_->setObjectName(QStringLiteral("commandNodes"));
    nodes_->setAccessibleName(tr("Nodes to send to"));
    send_->setObjectName(QStringLiteral("send"));
    send_->setDefault(true);
    hint_->setObjectName(QStringLiteral("commandHint"));
    hint_->setWordWrap(true);
    hint_->setMinimumHeight(hint_->fontMetrics().height());

    auto* const label = new QLabel(tr("To no&des:"));
    label->setBuddy(nodes_);
    auto* const all = new QToolButton;
    all->setText(tr("All"));
    all->setObjectName(QStringLiteral("commandAllNodes"));
    all->setAccessibleName(tr("Tick all nodes, or none when all are ticked"));
    all->setToolTip(all->accessibleName());
    connect(all, &QToolButton::clicked, this, [this] {
        nodes_->setAll(static_cast<int>(nodes_->ticked().size()) < nodes_->count());
    });
    auto* const targets = new QHBoxLayout;
    targets->addWidget(label);
    targets->addWidget(nodes_, 1);
    targets->addWidget(all);
    auto* const foot = new QHBoxLayout;
    foot->addWidget(hint_, 1);
    foot->addWidget(send_);

    auto* const left = new QWidget;
    auto* const layout = new QVBoxLayout(left);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(4);
    layout->addWidget(tabs_, 1);
    layout->addLayout(targets);
    layout->addLayout(foot);
    return left;
}

void CommandPanel::connectForms() {
    connect(iamat_, &IamatForm::changed, this, &CommandPanel::onFormChanged);
    connect(iamat_, &IamatForm::sendRequested, this, &CommandPanel::onSend);
    connect(iamat_, &IamatForm::pickRequested, this, &CommandPanel::pickRequested);
    connect(whatsat_, &WhatsatForm::changed, this, &CommandPanel::onFormChanged);
    connect(whatsat_, &WhatsatForm::sendRequested, this, &CommandPanel::onSend);
    connect(raw_, &LineForm::changed, this, &CommandPanel::onFormChanged);
    connect(raw_, &LineForm::sendRequested, this, &CommandPanel::onSend);
    connect(replay_, &ReplayPanel::told, this, &CommandPanel::told);
    connect(tabs_, &QTabWidget::currentChanged, this, &CommandPanel::onFormChanged);
    connect(nodes_, &NodeTicks::changed, this, &CommandPanel::onFormChanged);
    connect(send_, &QPushButton::clicked, this, &CommandPanel::onSend);
    connect(answers_, &AnswersView::lineActivated, this, [this](const QString& line) {
        tabs_->setCurrentWidget(raw_);
        raw_->setLine(line);
    });
    connect(&selection_, &ClientSelection::changed, this, &CommandPanel::onClientChosen);
    connect(&herd_, &HerdState::opened, replay_, &ReplayPanel::cancel);
    connect(&herd_, &HerdState::opened, this, [this] { lookingOnly_.clear(); });
    connect(&herd_, &HerdState::nodeChanged, this, &CommandPanel::onNodeChanged);
}

/// Fills in the chosen client where the user has not typed another one.
void CommandPanel::onClientChosen(const QByteArray& client) {
    if (!isPlainText({client.constData(), static_cast<std::size_t>(client.size())})) {
        Q_EMIT told(tr("The chosen client's name is no text; the forms cannot hold it."), false);
        return;
    }
    for (CheckedField* const field : {iamat_->clientField(), whatsat_->clientField()}) {
        if (!client.isEmpty() && (!field->isModified() || field->text().isEmpty())) {
            field->setText(QString::fromUtf8(client));
        }
    }
}

QByteArray CommandPanel::line() const {
    switch (tabs_->currentIndex()) {
        case iamatTab:
            return iamat_->line();
        case whatsatTab:
            return whatsat_->line();
        default:
            return raw_->line();
    }
}

QString CommandPanel::fault() const {
    switch (tabs_->currentIndex()) {
        case iamatTab:
            return iamat_->fault();
        case whatsatTab:
            return whatsat_->fault();
        default:
            return raw_->fault();
    }
}

bool CommandPanel::formIsEmpty() const {
    switch (tabs_->currentIndex()) {
        case iamatTab:
            return iamat_->isEmpty();
        case whatsatTab:
            return whatsat_->isEmpty();
        default:
            return raw_->isEmpty();
    }
}

/// What a node lets this console do comes with its greeting.
void CommandPanel::onNodeChanged(int node) {
    const bool looksOnly = !herd_.nodes()[static_cast<std::size_t>(node)].client->mayAct();
    if (looksOnly == lookingOnly_.contains(node)) {
        return;
    }
    if (looksOnly) {
        lookingOnly_.insert(node);
    } else {
        lookingOnly_.remove(node);
    }
    onFormChanged();
}

QString CommandPanel::lookedAtOnly(const std::vector<int>& targets) const {
    for (const int node : targets) {
        const NodeClient* const client = herd_.nodes()[static_cast<std::size_t>(node)].client;
        if (!client->mayAct()) {
            return client->name();
        }
    }
    return {};
}

void CommandPanel::onFormChanged() {
    const std::vector<int> targets = nodes_->ticked();
    const QString deaf = lookedAtOnly(targets);
    replay_->setTargets(deaf.isEmpty() ? targets : std::vector<int>());
    const bool replays = tabs_->currentIndex() == replayTab;
    const bool isRaw = tabs_->currentIndex() == lineTab;
    send_->setVisible(!replays);
    hint_->setVisible(!replays);
    const QString wrong = fault();
    // A whole line may be sent although nodes will refuse it; only a blank one is never answered.
    const bool sendable =
        isRaw ? !raw_->isEmpty() && line().size() <= ClientLine::lineBytesMax : wrong.isEmpty();
    send_->setEnabled(sendable && !targets.empty() && deaf.isEmpty());
    if (targets.empty()) {
        hint_->setText(tr("Tick the nodes to send to."));
        setToneInk(hint_, Tone::attention);
    } else if (!deaf.isEmpty()) {
        hint_->setText(tr("%1 takes no lines from here: the token is for looking only.").arg(deaf));
        setToneInk(hint_, Tone::attention);
    } else if (wrong.isEmpty()) {
        hint_->setText(tr("Ready to send to %1.").arg(nodesText(static_cast<int>(targets.size()))));
        setToneInk(hint_, Tone::good);
    } else {
        hint_->setText(isRaw && sendable ? tr("Will be refused. %1").arg(wrong) : wrong);
        setToneInk(hint_, formIsEmpty() ? Tone::quiet : Tone::bad);
    }
}

void CommandPanel::onSend() {
    onFormChanged();
    if (send_->isEnabled() && tabs_->currentIndex() != replayTab) {
        const bool isRaw = tabs_->currentIndex() == lineTab;
        send(line());
        if (isRaw) {
            raw_->setLine(QString());
        }
    }
}

void CommandPanel::send(const QByteArray& line) {
    const std::vector<int> targets = nodes_->ticked();
    QStringList names;
    for (const int node : targets) {
        names.append(herd_.nodes()[static_cast<std::size_t>(node)].client->name());
    }
    history_.add(QString::fromUtf8(line));
    const qint64 number = exchanges_.begin(line, names);
    answers_->choose(number);
    for (std::size_t position = 0; position < targets.size(); ++position) {
        NodeClient* const client =
            herd_.nodes()[static_cast<std::size_t>(targets[position])].client;
        client->run(line, this, [this, number, position](const NodeClient::RunResult& result) {
            NodeAnswer answer;
            answer.error = result.error;
            answer.bytes = result.answer;
            answer.nodeUs = result.nodeUs;
            answer.roundTripUs = result.roundTripUs;
            noteAnswer(number, static_cast<int>(position), answer);
        });
    }
}

void CommandPanel::noteAnswer(qint64 number, int position, const NodeAnswer& answer) {
    exchanges_.note(number, position, answer);
    const Exchange* const exchange = exchanges_.find(number);
    if (exchange == nullptr) {
        return;
    }
    const NodeAnswer& noted = exchange->answers[static_cast<std::size_t>(position)];
    if (noted.answer.kind == Answer::Kind::places && number > placesNumber_) {
        placesNumber_ = number;
        Q_EMIT placesFound(noted.bytes);
    }
}

void CommandPanel::replayLine(int node, const QByteArray& line,
                              const std::function<void(Replay::Outcome)>& done) {
    if (node >= static_cast<int>(herd_.nodes().size())) {
        done(Replay::Outcome::failed);
        return;
    }
    herd_.nodes()[static_cast<std::size_t>(node)].client->run(
        line, replay_, [done](const NodeClient::RunResult& result) {
            const bool refused = result.answer.startsWith('?');
            done(!result.error.isEmpty() ? Replay::Outcome::failed
                 : refused               ? Replay::Outcome::refused
                                         : Replay::Outcome::answered);
        });
}

void CommandPanel::focusLine() {
    tabs_->setCurrentWidget(raw_);
    raw_->focusLine();
}

void CommandPanel::askAbout(const QByteArray& client) {
    tabs_->setCurrentWidget(whatsat_);
    whatsat_->clientField()->setText(QString::fromUtf8(client));
    whatsat_->clientField()->setFocus(Qt::OtherFocusReason);
}

void CommandPanel::setPickedPosition(double latitude, double longitude) {
    tabs_->setCurrentWidget(iamat_);
    iamat_->setPosition(latitude, longitude);
}

void CommandPanel::saveTo(QSettings& settings) const {
    history_.saveTo(settings);
    replay_->saveTo(settings);
    nodes_->saveTo(settings, QStringLiteral("command/nodes"));
    saveColumns(settings, QStringLiteral("command/columns"),
                *answers_->table()->horizontalHeader());
    settings.setValue(QStringLiteral("command/tab"), tabs_->currentIndex());
    settings.setValue(QStringLiteral("command/alwaysNow"), iamat_->timeIsNow());
    settings.setValue(QStringLiteral("command/answerForm"), static_cast<int>(answers_->form()));
    settings.setValue(QStringLiteral("command/splitter"), splitter_->saveState());
    settings.setValue(QStringLiteral("command/answersSplitter"), answers_->splitter()->saveState());
}

void CommandPanel::restoreFrom(const QSettings& settings) {
    history_.restoreFrom(settings);
    replay_->restoreFrom(settings);
    nodes_->restoreFrom(settings, QStringLiteral("command/nodes"));
    restoreColumns(settings, QStringLiteral("command/columns"),
                   *answers_->table()->horizontalHeader());
    tabs_->setCurrentIndex(
        qBound(0, settings.value(QStringLiteral("command/tab")).toInt(), tabs_->count() - 1));
    iamat_->setTimeIsNow(settings.value(QStringLiteral("command/alwaysNow"), true).toBool());
    answers_->setForm(static_cast<AnswerForm>(
        qBound(0, settings.value(QStringLiteral("command/answerForm")).toInt(), 2)));
    splitter_->restoreState(settings.value(QStringLiteral("command/splitter")).toByteArray());
    answers_->splitter()->restoreState(
        settings.value(QStringLiteral("command/answersSplitter")).toByteArray());
}

}  // namespace herd
