// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "console/adminevent.h"

#include <QCoreApplication>
#include <QJsonArray>
#include <QJsonDocument>
#include <cmath>
#include <utility>

namespace herd {

namespace {

BrokenEvent broken(const QString& fault) {
    return {fault};
}

struct Texts {
    Q_DECLARE_TR_FUNCTIONS(herd::AdminEvent)
};

/// A whole number that a double holds exactly.
std::optional<std::int64_t> wholeNumber(const QJsonValue& value) {
    constexpr double exactMax = 9'007'199'254'740'992.0;
    if (!value.isDouble() || std::abs(value.toDouble()) > exactMax ||
        std::trunc(value.toDouble()) != value.toDouble()) {
        return std::nullopt;
    }
    return static_cast<std::int64_t>(value.toDouble());
}

/// A count that may be missing; nothing when it is there and no count.
std::optional<std::uint64_t> countOf(const QJsonValue& value) {
    if (value.isUndefined()) {
        return 0;
    }
    const std::optional<std::int64_t> number = wholeNumber(value);
    return number && *number >= 0 ? std::optional(static_cast<std::uint64_t>(*number))
                                  : std::nullopt;
}

AdminEvent readHello(const QJsonObject& json) {
    Result<AdminHello> hello = adminHelloFrom(json);
    if (!hello) {
        return broken(hello.error().message);
    }
    return HelloEvent{std::move(hello).value()};
}

AdminEvent readStatus(const QJsonObject& json) {
    Result<NodeStatus> read = nodeStatusFrom(json);
    if (!read) {
        return broken(read.error().message);
    }
    NodeStatus status = std::move(read).value();
    if (status.links.size() > adminLinksMax || status.counters.size() > adminCountersMax ||
        status.alarms.size() > adminAlarmsMax) {
        return broken(Texts::tr("a status without measure"));
    }
    return StatusEvent{std::move(status)};
}

/// Fills `out` with the elements of a list of bytes; what is wrong with it, or nothing.
QString readBytesList(const QJsonObject& json, const QString& key, std::vector<std::string>& out) {
    const QJsonValue list = json.value(key);
    if (!list.isUndefined() && !list.isArray()) {
        return Texts::tr("\"%1\" is no list").arg(key);
    }
    const QJsonArray elements = list.toArray();
    out.reserve(static_cast<std::size_t>(elements.size()));
    for (const QJsonValue& element : elements) {
        std::optional<std::string> bytes = bytesFrom(element);
        if (!bytes) {
            return Texts::tr("an element of \"%1\" is neither text nor base64").arg(key);
        }
        out.push_back(std::move(*bytes));
    }
    return {};
}

AdminEvent readStamps(const QJsonObject& json, std::int64_t id) {
    StampsEvent event;
    event.id = id;
    if (json.value(u"begin").toBool()) {
        const std::optional<std::uint64_t> clients = countOf(json.value(u"clients"));
        if (!clients) {
            return broken(Texts::tr("\"clients\" is no count"));
        }
        event.begins = clients;
    }
    event.completes = json.value(u"complete").toBool();
    const std::optional<std::uint64_t> behind = countOf(json.value(u"behind"));
    if (!behind) {
        return broken(Texts::tr("\"behind\" is no count"));
    }
    event.behind = *behind;
    QString fault = readBytesList(json, QStringLiteral("gone"), event.gone);
    if (fault.isEmpty()) {
        fault = readBytesList(json, QStringLiteral("at"), event.atLines);
    }
    if (!fault.isEmpty()) {
        return broken(fault);
    }
    return event;
}

AdminEvent readLog(const QJsonObject& json, std::int64_t id) {
    LogEvent event;
    event.id = id;
    const std::optional<std::uint64_t> leftOut = countOf(json.value(u"left_out"));
    const QJsonValue records = json.value(u"records");
    if (!leftOut || (!records.isUndefined() && !records.isArray())) {
        return broken(Texts::tr("log records of a wrong type"));
    }
    event.leftOut = *leftOut;
    event.completes = json.value(u"complete").toBool();
    for (const QJsonValue& record : records.toArray()) {
        const std::optional<std::string> bytes = bytesFrom(record);
        if (!bytes) {
            return broken(Texts::tr("a log record is neither text nor base64"));
        }
        event.records.append(QByteArray::fromStdString(*bytes));
    }
    return event;
}

}  // namespace

AdminEvent readAdminLine(std::string_view line) {
    QJsonParseError fault;
    const QJsonDocument document = QJsonDocument::fromJson(
        QByteArray::fromRawData(line.data(), static_cast<qsizetype>(line.size())), &fault);
    if (!document.isObject()) {
        return broken(document.isNull() ? fault.errorString() : Texts::tr("no JSON object"));
    }
    const QJsonObject json = document.object();
    const QString kind = json.value(u"kind").toString();
    const QString error = json.value(u"error").toString();
    if (kind.isEmpty()) {
        return broken(Texts::tr("a line without a kind"));
    }
    if (kind == u"error") {
        return RefusedEvent{error};
    }
    const QJsonValue idValue = json.value(u"id");
    const std::optional<std::int64_t> id =
        idValue.isUndefined() ? std::optional<std::int64_t>(0) : wholeNumber(idValue);
    if (!id) {
        return broken(Texts::tr("an id that was never given"));
    }
    if (!error.isEmpty()) {
        return ReplyEvent{*id, kind, error, json};
    }
    if (kind == u"hello") {
        return readHello(json);
    }
    if (kind == u"status") {
        return readStatus(json);
    }
    if (kind == u"stamps") {
        return readStamps(json, *id);
    }
    if (kind == u"log") {
        return readLog(json, *id);
    }
    if (kind == u"run" || kind == u"find" || kind == u"link" || kind == u"stop") {
        return ReplyEvent{*id, kind, QString(), json};
    }
    return UnknownEvent{};
}

}  // namespace herd
