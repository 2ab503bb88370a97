// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "console/nodecomparison.h"

#include <QDialogButtonBox>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QTableWidget>
#include <QVBoxLayout>
#include <algorithm>
#include <variant>

#include "common/message.h"
#include "common/wire.h"
#include "console/stamptexts.h"
#include "console/tables.h"
#include "console/tone.h"

namespace herd {

namespace {

enum Column { nodeColumn, verdictColumn, positionColumn, timeColumn, heardColumn, diffColumn };

std::string_view bytesOf(const QByteArray& text) {
    return {text.constData(), static_cast<std::size_t>(text.size())};
}

/// The stamp of an AT line, whose bytes must stay.
std::optional<Stamp> stampOf(const QByteArray& line) {
    const PeerMessage message = wire::parsePeerLine(bytesOf(line));
    const At* const at = std::get_if<At>(&message);
    return at == nullptr ? std::nullopt : std::optional(at->stamp);
}

QString text(std::string_view bytes) {
    return QString::fromUtf8(bytes.data(), static_cast<qsizetype>(bytes.size()));
}

}  // namespace

NodeComparison::NodeComparison(const HerdState& state, QWidget* parent)
    : QDialog(parent), state_(state), summary_(new QLabel), table_(new QTableWidget(0, 6)) {
    setObjectName(QStringLiteral("nodeComparison"));
    resize(820, 300);
    summary_->setObjectName(QStringLiteral("summary"));
    table_->setObjectName(QStringLiteral("answers"));
    table_->setAccessibleName(tr("What each node knows of the client"));
    prepareTable(*table_);
    table_->horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
    auto* const buttons = new QDialogButtonBox(QDialogButtonBox::Close);
    auto* const again = buttons->addButton(tr("&Ask again"), QDialogButtonBox::ActionRole);
    again->setObjectName(QStringLiteral("askAgain"));
    connect(again, &QPushButton::clicked, this, &NodeComparison::ask);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto* const layout = new QVBoxLayout(this);
    layout->addWidget(summary_);
    layout->addWidget(table_);
    layout->addWidget(buttons);
}

void NodeComparison::compare(const QByteArray& client, bool utc) {
    client_ = client;
    utc_ = utc;
    table_->setHorizontalHeaderLabels(
        {tr("Node"), tr("Compared"), tr("Position"),
         utc ? tr("Client's time (UTC)") : tr("Client's time (local)"), tr("Heard by"),
         tr("Difference")});
    setWindowTitle(tr("What the nodes know of %1").arg(wholeClientText(bytesOf(client))));
    ask();
}

void NodeComparison::ask() {
    answers_.clear();
    ++round_;
    for (const NodeView& node : state_.nodes()) {
        answers_.push_back({node.client->name(), false, {}});
    }
    for (std::size_t i = 0; i < answers_.size(); ++i) {
        state_.nodes()[i].client->find(
            client_, this, [this, round = round_, i](const NodeClient::RunResult& result) {
                onAnswer(round, i, result);
            });
    }
    refresh();
}

void NodeComparison::onAnswer(int round, std::size_t node, const NodeClient::RunResult& result) {
    if (round == round_) {
        answers_[node].isThere = true;
        answers_[node].result = result;
        refresh();
    }
}

void NodeComparison::refresh() {
    // The skew only decides about clocks that lead; a herd's own would be no more than its default.
    const StampOrder order(HerdRules().futureSkewMaxS * 1'000'000'000);
    const Answer* newest = nullptr;
    std::optional<Stamp> newestStamp;
    for (const Answer& answer : answers_) {
        const std::optional<Stamp> stamp = stampOf(answer.result.answer);
        if (stamp && (!newestStamp || order.compare(*stamp, *newestStamp) > 0)) {
            newest = &answer;
            newestStamp = stamp;
        }
    }
    table_->setRowCount(static_cast<int>(answers_.size()));
    int same = 0;
    int answered = 0;
    for (std::size_t i = 0; i < answers_.size(); ++i) {
        const Answer& answer = answers_[i];
        const bool counts = answer.isThere && answer.result.error.isEmpty();
        answered += counts ? 1 : 0;
        same += counts && answer.result.answer ==
                              (newest == nullptr ? QByteArray() : newest->result.answer)
                    ? 1
                    : 0;
        showRow(static_cast<int>(i), answer, newest);
    }
    summary_->setText(summary(same, answered));
    setToneInk(summary_, same == static_cast<int>(answers_.size()) ? Tone::good : Tone::attention);
}

QString NodeComparison::summary(int same, int answered) const {
    const int all = static_cast<int>(answers_.size());
    if (same < answered) {
        return tr("%1 of %2 nodes that answered differ from the newest stamp.")
            .arg(answered - same)
            .arg(answered);
    }
    return answered == all
               ? tr("All %1 nodes say the same.").arg(all)
               : tr("%1 of %2 nodes answered; they say the same.").arg(answered).arg(all);
}

void NodeComparison::showRow(int row, const Answer& answer, const Answer* newest) {
    const std::optional<Stamp> stamp = stampOf(answer.result.answer);
    QString verdict;
    Tone tone = Tone::attention;
    if (!answer.isThere) {
        verdict = tr("asking …");
        tone = Tone::quiet;
    } else if (!answer.result.error.isEmpty()) {
        verdict = tr("no answer: %1").arg(answer.result.error);
    } else if (newest == nullptr || answer.result.answer == newest->result.answer) {
        verdict = stamp ? tr("the newest") : tr("unknown");
        tone = stamp ? Tone::good : Tone::quiet;
    } else if (!stamp) {
        verdict =
            answer.result.answer.isEmpty() ? tr("differs: unknown here") : tr("differs: no stamp");
    } else {
        const qint64 behindNs = stampOf(newest->result.answer)->timeNs - stamp->timeNs;
        verdict = tr("differs: %1 older").arg(differenceText(behindNs));
    }
    const QStringList cells = {answer.node,
                               verdict,
                               stamp ? text(stamp->position) : QString(),
                               stamp ? timeText(stamp->timeNs, utc_) : QString(),
                               stamp ? text(stamp->origin) : QString(),
                               stamp ? differenceText(stamp->diffNs()) : QString()};
    for (int column = nodeColumn; column <= diffColumn; ++column) {
        auto* const item = new QTableWidgetItem(cells.at(column));
        if (column == verdictColumn) {
            item->setForeground(toneInk(tone, palette()));
        }
        table_->setItem(row, column, item);
    }
}

}  // namespace herd
