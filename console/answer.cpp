// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "console/answer.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QTextBlock>
#include <QTextDocument>
#include <QUrl>
#include <algorithm>

namespace herd {

namespace {

/// Attributions and characters of each that are shown at most.
constexpr qsizetype attributionsMax = 20;
constexpr qsizetype attributionCharactersMax = 2'000;

QByteArray withoutLineEnds(QByteArray text) {
    while (text.endsWith('\n')) {
        text.chop(1);
    }
    return text;
}

QString safeHtml(const QString& html) {
    QTextDocument document;
    document.setHtml(html.left(attributionCharactersMax));
    QString safe;
    for (QTextBlock block = document.begin(); block.isValid(); block = block.next()) {
        for (auto at = block.begin(); !at.atEnd(); ++at) {
            const QTextCharFormat format = at.fragment().charFormat();
            const QString text = at.fragment().text().toHtmlEscaped();
            const QUrl link(format.anchorHref());
            const bool leads = format.isAnchor() && (link.scheme() == QLatin1String("https") ||
                                                     link.scheme() == QLatin1String("http"));
            safe += leads ? QStringLiteral("<a href=\"%1\">%2</a>")
                                .arg(link.toString(QUrl::FullyEncoded).toHtmlEscaped(), text)
                          : text;
        }
    }
    return safe;
}

}  // namespace

Answer Answer::read(const QByteArray& bytes) {
    Answer answer;
    const qsizetype end = bytes.indexOf('\n');
    answer.firstLine = end < 0 ? bytes : bytes.left(end);
    answer.json = withoutLineEnds(end < 0 ? QByteArray() : bytes.mid(end + 1));
    if (bytes.isEmpty()) {
        answer.kind = Kind::none;
    } else if (bytes.startsWith("? ")) {
        answer.kind = Kind::refused;
    } else if (!bytes.startsWith("AT ")) {
        answer.kind = Kind::unreadable;
    } else if (answer.json.isEmpty()) {
        answer.kind = Kind::taken;
    } else {
        const QJsonDocument document = QJsonDocument::fromJson(answer.json);
        answer.kind = document.isObject() ? Kind::places : Kind::unreadable;
        answer.places = document.object();
    }
    return answer;
}

int Exchange::doneCount() const {
    return static_cast<int>(
        std::count_if(answers.begin(), answers.end(), [](const NodeAnswer& a) { return a.done; }));
}

const NodeAnswer* Exchange::reference() const {
    const auto first = std::find_if(answers.begin(), answers.end(), [](const NodeAnswer& a) {
        return a.done && a.error.isEmpty();
    });
    return first == answers.end() ? nullptr : &*first;
}

QList<QPair<qsizetype, qsizetype>> differingWords(const QString& reference, const QString& text) {
    const QStringList others = reference.split(QLatin1Char(' '));
    QList<QPair<qsizetype, qsizetype>> marks;
    qsizetype start = 0;
    qsizetype word = 0;
    for (const QString& own : text.split(QLatin1Char(' '))) {
        if (own != others.value(word) && !own.isEmpty()) {
            marks.append({start, own.size()});
        }
        start += own.size() + 1;
        ++word;
    }
    return marks;
}

QString safeAttributions(const QJsonObject& places) {
    QStringList texts;
    const QJsonArray attributions = places.value(QLatin1String("html_attributions")).toArray();
    for (const QJsonValue& attribution : attributions) {
        const QString text = safeHtml(attribution.toString());
        if (!text.isEmpty() && texts.size() < attributionsMax) {
            texts.append(text);
        }
    }
    return texts.join(QStringLiteral(" · "));
}

}  // namespace herd
