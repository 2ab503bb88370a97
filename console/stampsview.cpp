// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "console/stampsview.h"

#include <QAction>
#include <QCheckBox>
#include <QComboBox>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QMenu>
#include <QProgressBar>
#include <QPushButton>
#include <QSettings>
#include <QTableView>
#include <QToolButton>
#include <QVBoxLayout>
#include <array>
#include <set>

#include "console/elidedlabel.h"
#include "console/emptyhint.h"
#include "console/plural.h"
#include "console/stamptexts.h"
#include "console/tables.h"
#include "console/tone.h"

namespace herd {

namespace {

constexpr qint64 minuteMs = 60'000;
constexpr int filterWidthMin = 90;
constexpr int choiceCharactersMin = 9;
constexpr int sourceCharactersMax = 24;
constexpr qint64 hourMs = 60 * minuteMs;
const QString columnsKey = QStringLiteral("stamps/columns");
const QString utcKey = QStringLiteral("stamps/utc");
const QString filterKey = QStringLiteral("stamps/filter");
const QString expressionKey = QStringLiteral("stamps/expression");
const QString originKey = QStringLiteral("stamps/node");
const QString ageKey = QStringLiteral("stamps/age");

struct AgeChoice {
    const char* text;
    qint64 msMin;
    qint64 msMax;
};
constexpr std::array<AgeChoice, 8> ageChoices = {{
    {QT_TRANSLATE_NOOP("herd::StampsView", "Any age"), 0, 0},
    {QT_TRANSLATE_NOOP("herd::StampsView", "Heard in the last 10 s"), 0, 10'000},
    {QT_TRANSLATE_NOOP("herd::StampsView", "Heard in the last minute"), 0, minuteMs},
    {QT_TRANSLATE_NOOP("herd::StampsView", "Heard in the last hour"), 0, hourMs},
    {QT_TRANSLATE_NOOP("herd::StampsView", "Heard in the last day"), 0, 24 * hourMs},
    {QT_TRANSLATE_NOOP("herd::StampsView", "Silent for a minute"), minuteMs, 0},
    {QT_TRANSLATE_NOOP("herd::StampsView", "Silent for an hour"), hourMs, 0},
    {QT_TRANSLATE_NOOP("herd::StampsView", "Silent for a day"), 24 * hourMs, 0},
}};

std::string_view bytesOf(const QByteArray& text) {
    return {text.constData(), static_cast<std::size_t>(text.size())};
}

QByteArray bytesFrom(std::string_view text) {
    return {text.data(), static_cast<qsizetype>(text.size())};
}

template <typename Widget>
Widget* named(Widget* widget, const char* objectName, const QString& accessibleName) {
    widget->setObjectName(QLatin1String(objectName));
    widget->setAccessibleName(accessibleName);
    return widget;
}

QString number(qint64 value) {
    return QLocale().toString(value);
}

}  // namespace

StampsView::StampsView(HerdState& state, ClientSelection& selection, QWidget* parent)
    : QWidget(parent),
      state_(state),
      selection_(selection),
      model_(new StampModel(state.stamps(), this)),
      filter_(named(new QLineEdit, "stampsFilter", tr("Filter by client"))),
      expression_(named(new QCheckBox(tr("Re&gex")), "stampsExpression",
                        tr("The filter is a regular expression"))),
      fault_(named(new QLabel, "stampsFault", tr("What is wrong with the filter"))),
      origin_(named(new QComboBox, "stampsOrigin", tr("Node that heard the client"))),
      age_(named(new QComboBox, "stampsAge", tr("Age"))),
      source_(named(new QComboBox, "stampsSource", tr("Node whose stamps are shown"))),
      table_(named(new QTableView, "stamps", tr("Stamps"))),
      columns_(new QMenu(tr("Columns"), this)),
      count_(named(new ElidedLabel, "stampsCount", tr("Number of stamps"))),
      notice_(named(new ElidedLabel, "stampsNotice", tr("What was done last"))),
      progress_(named(new QProgressBar, "stampsProgress", tr("Progress of the export"))),
      cancel_(named(new QPushButton(tr("Cancel")), "stampsCancel", tr("Cancel the export"))),
      export_(named(new QPushButton(tr("E&xport…")), "stampsExport", tr("Export what is shown"))),
      compare_(named(new QPushButton(tr("Compa&re…")), "stampsCompare",
                     tr("Compare what the nodes know of the chosen client"))) {
    table_->setModel(model_);
    prepareTable(*table_);
    // One row at a time: a selection of a million rows would be moved one by one with each change.
    table_->setSelectionMode(QAbstractItemView::SingleSelection);
    table_->setSortingEnabled(true);
    table_->sortByColumn(static_cast<int>(StampColumn::client), Qt::AscendingOrder);
    table_->setColumnWidth(static_cast<int>(StampColumn::client), 130);
    table_->setColumnWidth(static_cast<int>(StampColumn::position), 180);
    table_->setColumnWidth(static_cast<int>(StampColumn::time), 175);
    new EmptyHint(*table_, tr("No stamps to show."));
    makeActions();
    makeColumnMenu();
    auto* const layout = new QVBoxLayout(this);
    layout->setContentsMargins(4, 4, 4, 4);
    layout->setSpacing(4);
    layout->addWidget(makeFilterRow());
    layout->addWidget(table_);
    layout->addWidget(makeFooter());

    connect(table_->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            &StampsView::onCurrentChanged);
    connect(model_, &StampModel::arranging, this, [this] { isArranging_ = true; });
    connect(model_, &StampModel::arranged, this, &StampsView::onArranged);
    connect(&selection_, &ClientSelection::changed, this, &StampsView::onChosen);
    connect(&state_, &HerdState::nodesReset, this, &StampsView::onNodesReset);
    connect(&state_, &HerdState::stampsSourceChanged, this, &StampsView::onSourceChanged);
    connect(&state_.stamps(), &StampStore::completeChanged, this, &StampsView::showCount);
    connect(&state_.stamps(), &StampStore::leftOutChanged, this, &StampsView::showCount);
    onNodesReset();
    onChosen(selection_.client());
}

StampsView::~StampsView() {
    if (writer_ != nullptr) {
        writer_->disconnect(this);
    }
}

QWidget* StampsView::makeFilterRow() {
    auto* const row = new QWidget;
    auto* const layout = new QGridLayout(row);
    layout->setContentsMargins(0, 0, 0, 0);
    auto* const filterLabel = new QLabel(tr("Cl&ient:"));
    filterLabel->setBuddy(filter_);
    filter_->setPlaceholderText(tr("part of its name"));
    filter_->setClearButtonEnabled(true);
    filter_->setMinimumWidth(filterWidthMin);
    for (const AgeChoice& choice : ageChoices) {
        age_->addItem(tr(choice.text));
    }
    int column = 0;
    for (QWidget* widget :
         std::initializer_list<QWidget*>{filterLabel, filter_, expression_, origin_, age_}) {
        layout->addWidget(widget, 0, column++);
    }
    for (QComboBox* const choice : {origin_, age_}) {
        // Small windows cut the words instead of growing.
        choice->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
        choice->setMinimumContentsLength(choiceCharactersMin);
    }
    layout->setColumnStretch(1, 1);
    layout->addWidget(fault_, 1, 1, 1, column - 1);
    fault_->hide();
    setToneInk(fault_, Tone::bad);
    connect(filter_, &QLineEdit::textChanged, this, &StampsView::onFilterChanged);
    connect(expression_, &QCheckBox::toggled, this, &StampsView::onFilterChanged);
    connect(origin_, &QComboBox::currentIndexChanged, this, &StampsView::onFilterChanged);
    connect(age_, &QComboBox::currentIndexChanged, this, &StampsView::onFilterChanged);
    return row;
}

QWidget* StampsView::makeFooter() {
    auto* const row = new QWidget;
    auto* const layout = new QHBoxLayout(row);
    layout->setContentsMargins(0, 0, 0, 0);
    auto* const columns =
        named(new QToolButton, "stampsColumns", tr("Choose which columns are shown"));
    columns->setText(tr("Col&umns"));
    columns->setMenu(columns_);
    columns->setPopupMode(QToolButton::InstantPopup);
    columns->setFocusPolicy(Qt::StrongFocus);
    auto* const sourceLabel = new QLabel(tr("&from"));
    sourceLabel->setBuddy(source_);
    source_->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    source_->setMaximumWidth(fontMetrics().averageCharWidth() * sourceCharactersMax);
    connect(source_, &QComboBox::activated, this, &StampsView::onSourceActivated);
    // As wide as its text while there is room.
    count_->setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Preferred);
    layout->addWidget(count_);
    layout->addWidget(sourceLabel);
    layout->addWidget(source_);
    layout->addWidget(notice_, 1);
    layout->addWidget(progress_);
    layout->addWidget(cancel_);
    layout->addWidget(columns);
    layout->addWidget(compare_);
    layout->addWidget(export_);
    progress_->hide();
    cancel_->hide();
    connect(compare_, &QPushButton::clicked, this, &StampsView::compareNodes);
    connect(export_, &QPushButton::clicked, this, &StampsView::askForFile);
    connect(cancel_, &QPushButton::clicked, this, [this] {
        if (writer_ != nullptr) {
            writer_->cancel();
        }
    });
    return row;
}

void StampsView::makeColumnMenu() {
    // The client stays: a row without it tells nothing.
    for (int column = 1; column < stampColumnCount; ++column) {
        QAction* const action = columns_->addAction(
            model_->headerData(column, Qt::Horizontal, Qt::DisplayRole).toString());
        action->setCheckable(true);
        action->setChecked(true);
        action->setData(column);
        connect(action, &QAction::toggled, table_,
                [this, column](bool on) { table_->setColumnHidden(column, !on); });
    }
    QHeaderView* const header = table_->horizontalHeader();
    header->setContextMenuPolicy(Qt::CustomContextMenu);
    connect(header, &QHeaderView::customContextMenuRequested, columns_,
            [this, header](const QPoint& at) { columns_->popup(header->mapToGlobal(at)); });
}

void StampsView::onFilterChanged() {
    const AgeChoice& age = ageChoices[static_cast<std::size_t>(qMax(0, age_->currentIndex()))];
    StampCriteria criteria;
    criteria.text = filter_->text();
    criteria.isExpression = expression_->isChecked();
    criteria.node = origin_->currentData().toString().toStdString();
    criteria.ageMsMin = age.msMin;
    criteria.ageMsMax = age.msMax;
    if (criteria != model_->criteria() || !model_->fault().isEmpty()) {
        model_->setCriteria(criteria);
    }
    fault_->setText(tr("Not applied: %1").arg(model_->fault()));
    fault_->setVisible(!model_->fault().isEmpty());
    showCount();
}

void StampsView::onNodesReset() {
    const QSignalBlocker blocker(source_);
    source_->clear();
    for (const NodeView& node : state_.nodes()) {
        source_->addItem(node.client->name());
    }
    originsShown_ = 0;
    showOrigins();
    onSourceChanged();
}

/// Nodes that heard clients may have left the herd since.
void StampsView::showOrigins() {
    const StampStore& stamps = state_.stamps();
    std::set<QString> names;
    for (const NodeAddress& node : state_.topology().nodes) {
        names.insert(QString::fromStdString(node.name));
    }
    for (std::uint32_t number = 0; number < stamps.originCount(); ++number) {
        names.insert(wholeClientText(stamps.originName(number)));
    }
    originsShown_ = stamps.originCount();
    // The choice stays, also while nobody of that name is there.
    const QString chosen = origin_->currentData().toString();
    if (!chosen.isEmpty()) {
        names.insert(chosen);
    }
    const QSignalBlocker blocker(origin_);
    origin_->clear();
    origin_->addItem(tr("Any node"), QString());
    constexpr int namesMax = 1'000;
    for (const QString& name : names) {
        if (origin_->count() <= namesMax) {
            origin_->addItem(tr("Heard by %1").arg(name), name);
        }
    }
    origin_->setCurrentIndex(qMax(0, origin_->findData(chosen)));
}

void StampsView::onSourceChanged() {
    source_->setCurrentIndex(state_.stampsSource());
    showCount();
}

void StampsView::onSourceActivated(int index) {
    state_.setStampsSource(index);
}

void StampsView::onArranged() {
    isArranging_ = false;
    if (state_.stamps().originCount() != originsShown_) {
        showOrigins();
    }
    select(!table_->currentIndex().isValid());
    showCount();
}

void StampsView::showCount() {
    const StampStore& stamps = state_.stamps();
    const QString shown = number(model_->rowCount());
    const QString all = number(stamps.size());
    QString text = shown != all ? tr("%1 of %2 clients").arg(shown, all)
                                : clientsText(static_cast<quint64>(stamps.size()));
    if (!stamps.complete()) {
        text += tr(", more to come");
    }
    if (stamps.behind() > 0) {
        text += tr(", %1 changes to come").arg(number(qint64(stamps.behind())));
    }
    if (stamps.leftOutCount() > 0) {
        text += tr(", %1 stamps left out").arg(number(qint64(stamps.leftOutCount())));
    }
    count_->setText(text);
    count_->setToolTip(stamps.leftOutCount() > 0
                           ? tr("The node tells of more clients or nodes than the console keeps")
                           : QString());
    export_->setEnabled(model_->rowCount() > 0 && writer_ == nullptr);
    compare_->setEnabled(!selection_.client().isEmpty());
}

void StampsView::onCurrentChanged(const QModelIndex& current) {
    if (!isArranging_ && current.isValid()) {
        selection_.choose(bytesFrom(state_.stamps().client(model_->storeRow(current.row()))));
    }
}

void StampsView::onChosen(const QByteArray&) {
    select(true);
    showCount();
}

/// Makes the table's choice that of the window.
void StampsView::select(bool scrolls) {
    const int row = model_->rowOf(bytesOf(selection_.client()));
    const QModelIndex current = table_->currentIndex();
    if (row < 0) {
        isArranging_ = true;
        table_->clearSelection();
        table_->setCurrentIndex({});
        isArranging_ = false;
    } else if (!current.isValid() || current.row() != row) {
        const QModelIndex index = model_->index(row, qMax(0, current.column()));
        isArranging_ = true;
        table_->selectionModel()->setCurrentIndex(
            index, QItemSelectionModel::ClearAndSelect | QItemSelectionModel::Rows);
        isArranging_ = false;
        if (scrolls) {
            table_->scrollTo(index);
        }
    }
}

void StampsView::focusFilter() {
    filter_->setFocus(Qt::ShortcutFocusReason);
    filter_->selectAll();
}

void StampsView::saveTo(QSettings& settings) const {
    saveColumns(settings, columnsKey, *table_->horizontalHeader());
    settings.setValue(utcKey, model_->isUtc());
    settings.setValue(filterKey, filter_->text());
    settings.setValue(expressionKey, expression_->isChecked());
    settings.setValue(originKey, origin_->currentData().toString());
    settings.setValue(ageKey, age_->currentIndex());
}

void StampsView::restoreFrom(const QSettings& settings) {
    restoreColumns(settings, columnsKey, *table_->horizontalHeader());
    table_->setColumnHidden(static_cast<int>(StampColumn::client), false);
    utc_->setChecked(settings.value(utcKey, true).toBool());
    expression_->setChecked(settings.value(expressionKey).toBool());
    filter_->setText(settings.value(filterKey).toString());
    age_->setCurrentIndex(qBound(0, settings.value(ageKey).toInt(), age_->count() - 1));
    const QString origin = settings.value(originKey).toString();
    if (!origin.isEmpty() && origin_->findData(origin) < 0) {
        origin_->addItem(tr("Heard by %1").arg(origin), origin);
    }
    origin_->setCurrentIndex(qMax(0, origin_->findData(origin)));
    for (QAction* action : columns_->actions()) {
        action->setChecked(!table_->isColumnHidden(action->data().toInt()));
    }
}

}  // namespace herd
