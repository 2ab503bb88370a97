// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>
#include <QDateTime>
#include <QJsonObject>
#include <QList>
#include <QPair>
#include <QString>
#include <vector>

namespace herd {

/// What a node answered to a line, taken apart.
struct Answer {
    enum class Kind {
        none,        ///< nothing: the line was blank
        refused,     ///< `? ` and the line
        taken,       ///< one AT line
        places,      ///< an AT line and JSON
        unreadable,  ///< nothing that a node says
    };
    Kind kind = Kind::none;
    QByteArray firstLine;  ///< without its LF
    QByteArray json;       ///< as received, without the LFs behind it
    QJsonObject places;

    /// `bytes`: all of the answer with its LFs.
    [[nodiscard]] static Answer read(const QByteArray& bytes);
};

/// One node's part in an exchange.
struct NodeAnswer {
    QString node;
    bool done = false;
    QString error;  ///< why there is no answer; empty: there is one
    QByteArray bytes;
    Answer answer;
    qint64 nodeUs = 0;
    qint64 roundTripUs = 0;
};

/// One line and what the nodes it was sent to made of it.
struct Exchange {
    qint64 number = 0;
    QDateTime sentAt;
    QByteArray line;
    std::vector<NodeAnswer> answers;

    [[nodiscard]] int doneCount() const;
    /// The answer that the others are compared with: the first that is one; null when there is
    /// none.
    [[nodiscard]] const NodeAnswer* reference() const;
};

/// Where the words of `text` (start and length) are not those of `reference`, word by word.
[[nodiscard]] QList<QPair<qsizetype, qsizetype>> differingWords(const QString& reference,
                                                                const QString& text);

/// The `html_attributions` of an answer as HTML that can only be text and http(s) links. Providers
/// demand that they are shown; what they send is not trusted.
[[nodiscard]] QString safeAttributions(const QJsonObject& places);

}  // namespace herd
