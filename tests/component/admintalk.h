// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <optional>
#include <string>

#include "server/admin/adminconversation.h"
#include "tests/component/memoryadmin.h"

namespace herd {

inline constexpr std::int64_t startMs = 1'000;

/// JSON without a backslash for each quote: they stand as apostrophes.
inline QByteArray q(const char* text) {
    return QByteArray(text).replace('\'', '"');
}

/// One console that talks to a node in memory.
struct Talk {
    MemoryAdmin node;
    AdminCounters counters;
    int laterAnswers = 0;
    std::optional<AdminConversation> conversation;

    Talk() { begin(); }

    void begin() {
        conversation.emplace(AdminConversation::Shared{node, counters}, "admin/test",
                             [this] { ++laterAnswers; });
    }

    bool ask(const QByteArray& line) {
        return conversation->onLine({line.constData(), static_cast<std::size_t>(line.size())},
                                    startMs);
    }

    /// What was said since the last call, a line each.
    QByteArrayList said() {
        QByteArrayList lines = QByteArray::fromStdString(conversation->output()).split('\n');
        conversation->output().clear();
        lines.removeLast();
        return lines;
    }

    QByteArrayList asked(const QByteArray& line) {
        ask(line);
        return said();
    }

    /// Fills until nothing is due.
    QByteArrayList filled() {
        while (conversation->wantsFill()) {
            conversation->fill();
        }
        return said();
    }
};

inline QJsonObject objectOf(const QByteArray& line) {
    return QJsonDocument::fromJson(line).object();
}

/// All the stamps or records of some lines.
inline QStringList allOf(const QByteArrayList& lines, const char* key) {
    QStringList texts;
    for (const QByteArray& line : lines) {
        for (const QJsonValue& value : objectOf(line)[QLatin1String(key)].toArray()) {
            texts.append(value.toString());
        }
    }
    return texts;
}

inline QByteArray refusal(const QByteArrayList& lines) {
    return lines.size() == 1 ? objectOf(lines[0])[QLatin1String("error")].toString().toUtf8()
                             : QByteArray();
}

inline std::string numbered(int number) {
    return QStringLiteral("c%1").arg(number, 7, 10, QLatin1Char('0')).toStdString();
}

}  // namespace herd
