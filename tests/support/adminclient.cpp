// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "tests/support/adminclient.h"

#include <QJsonDocument>

namespace herd {

bool AdminClient::send(const QString& kind, QJsonObject fields) {
    fields.insert(QStringLiteral("kind"), kind);
    fields.insert(QStringLiteral("id"), ++lastId_);
    const QByteArray line = QJsonDocument(fields).toJson(QJsonDocument::Compact) + '\n';
    return client_.send(line.toStdString());
}

QJsonObject AdminClient::next(LineClient::Deadline deadline) {
    const std::optional<std::string> line = client_.readLine(deadline);
    return line ? QJsonDocument::fromJson(QByteArray::fromStdString(*line)).object()
                : QJsonObject();
}

QJsonObject AdminClient::nextOf(const QString& kind, LineClient::Deadline deadline) {
    const Stopwatch stopwatch;
    QJsonObject object;
    do {
        object = next(deadline);
    } while (!object.isEmpty() && object[QLatin1String("kind")] != kind &&
             stopwatch.elapsed() < deadline);
    return object[QLatin1String("kind")] == kind ? object : QJsonObject();
}

QJsonObject AdminClient::ask(const QString& kind, const QJsonObject& fields) {
    return send(kind, fields) ? nextOf(kind) : QJsonObject();
}

QStringList AdminClient::stamps(const QString& last) {
    QStringList lines;
    while (true) {
        const QJsonObject object = nextOf(QStringLiteral("stamps"));
        for (const QJsonValue& at : object[QLatin1String("at")].toArray()) {
            lines.append(at.toString());
        }
        const bool found = !last.isEmpty() && !lines.isEmpty() && lines.last().startsWith(last);
        const bool complete = last.isEmpty() && object.contains(QLatin1String("complete"));
        if (object.isEmpty() || found || complete) {
            return lines;
        }
    }
}

QJsonObject linkOf(const QJsonObject& status, const QString& peer) {
    for (const QJsonValue& link : status[QLatin1String("links")].toArray()) {
        if (link[QLatin1String("peer")] == peer) {
            return link.toObject();
        }
    }
    return {};
}

}  // namespace herd
