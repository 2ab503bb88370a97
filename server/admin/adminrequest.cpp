// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "server/admin/adminrequest.h"

#include <QJsonDocument>
#include <functional>

#include "common/adminmessage.h"
#include "common/jsonfields.h"
#include "common/jsontext.h"
#include "common/wire.h"

namespace herd {

namespace {

using Body = decltype(AdminRequest::body);

constexpr std::array<json::Word<LogLevel>, 4> logLevels{{
    {LogLevel::error, "error"},
    {LogLevel::warning, "warning"},
    {LogLevel::info, "info"},
    {LogLevel::debug, "debug"},
}};

constexpr std::array<json::Word<bool>, 2> linkActions{{
    {true, "pause"},
    {false, "resume"},
}};

/// The request that was read, unless one of its fields is wrong.
Body checked(const json::JsonFields& fields, Body body) {
    if (fields.error()) {
        return RefusedRequest{fields.error()->message.toStdString()};
    }
    return body;
}

/// Reads a field that must be there.
void readNeeded(json::JsonFields& fields, const QJsonObject& object, QLatin1String key,
                const std::function<bool(const QJsonValue&)>& use) {
    if (!object.contains(key)) {
        fields.fail(Error{QStringLiteral("the field \"%1\" is missing").arg(key)});
    }
    fields.withField(object, key, use);
}

void readBytes(json::JsonFields& fields, const QJsonObject& object, QLatin1String key,
               std::string& out) {
    readNeeded(fields, object, key, [&out](const QJsonValue& value) {
        std::optional<std::string> bytes = bytesFrom(value);
        out = bytes ? std::move(*bytes) : std::string();
        return bytes.has_value();
    });
}

Body helloFrom(const QJsonObject& object) {
    json::JsonFields fields;
    int version = adminVersion;
    fields.readNumber(object, QLatin1String("version"), version, 1,
                      std::numeric_limits<int>::max());
    HelloRequest request;
    fields.read(object, QLatin1String("token"), request.token);
    return checked(fields, std::move(request));
}

Body statusFrom(const QJsonObject& object) {
    json::JsonFields fields;
    StatusRequest request;
    fields.withField(object, QLatin1String("every_ms"), [&request](const QJsonValue& value) {
        return json::countFrom(value, request.everyMs, 0, 0) ||
               json::countFrom(value, request.everyMs, AdminRequest::everyMsMin,
                               AdminRequest::everyMsMax);
    });
    return checked(fields, request);
}

Body stampsFrom(const QJsonObject& object) {
    json::JsonFields fields;
    StampsRequest request;
    fields.read(object, QLatin1String("follow"), request.follow);
    return checked(fields, request);
}

Body findFrom(const QJsonObject& object) {
    json::JsonFields fields;
    FindRequest request;
    readBytes(fields, object, QLatin1String("client"), request.client);
    return checked(fields, std::move(request));
}

Body logFrom(const QJsonObject& object) {
    json::JsonFields fields;
    LogRequest request;
    fields.readNumber(object, QLatin1String("tail"), request.tail, 0, AdminRequest::logTailMax);
    fields.read(object, QLatin1String("follow"), request.follow);
    fields.readWord(object, QLatin1String("level"), request.level, logLevels);
    return checked(fields, request);
}

Body runFrom(const QJsonObject& object) {
    json::JsonFields fields;
    RunRequest request;
    readBytes(fields, object, QLatin1String("line"), request.line);
    if (request.line.ends_with('\n')) {
        request.line.pop_back();
    }
    if (request.line.find('\n') != std::string::npos) {
        fields.fail(Error{QStringLiteral("the field \"line\" holds more than one line")});
    }
    return checked(fields, std::move(request));
}

Body forgetFrom(const QJsonObject& object) {
    json::JsonFields fields;
    ForgetRequest request;
    readBytes(fields, object, QLatin1String("client"), request.client);
    if (!wire::isClientId(request.client)) {
        fields.fail(Error{QStringLiteral("the field \"client\" is no client's id")});
    }
    return checked(fields, std::move(request));
}

Body linkFrom(const QJsonObject& object) {
    json::JsonFields fields;
    LinkRequest request;
    readNeeded(fields, object, QLatin1String("peer"),
               [&request](const QJsonValue& value) { return json::textFrom(value, request.peer); });
    if (!object.contains(QLatin1String("action"))) {
        fields.fail(Error{QStringLiteral("the field \"action\" is missing")});
    }
    fields.readWord(object, QLatin1String("action"), request.pause, linkActions);
    return checked(fields, std::move(request));
}

Body stopFrom(const QJsonObject&) {
    return StopRequest{};
}

struct Kind {
    std::string_view name;
    Body (*read)(const QJsonObject& object);
};

constexpr std::array<Kind, 9> kinds{{
    {"hello", helloFrom},
    {"status", statusFrom},
    {"stamps", stampsFrom},
    {"find", findFrom},
    {"log", logFrom},
    {"run", runFrom},
    {"forget", forgetFrom},
    {"link", linkFrom},
    {"stop", stopFrom},
}};

/// The id as JSON text; false when it is none.
bool readId(const QJsonObject& object, std::string& out) {
    const auto found = object.constFind(QLatin1String("id"));
    if (found == object.constEnd()) {
        return true;
    }
    if (std::string text; json::textFrom(found.value(), text)) {
        if (text.size() > AdminRequest::repeatedBytesMax) {
            return false;
        }
        appendJsonString(out, text);
        return true;
    }
    std::int64_t number = 0;
    if (!json::countFrom(found.value(), number, -json::countMax, json::countMax)) {
        return false;
    }
    out = std::to_string(number);
    return true;
}

Body bodyFrom(const QJsonObject& object, std::string& kind) {
    std::string name;
    if (!json::textFrom(object.value(QLatin1String("kind")), name)) {
        return RefusedRequest{"the request has no kind"};
    }
    const auto known = std::ranges::find(kinds, name, &Kind::name);
    if (known == kinds.end()) {
        if (name.size() <= AdminRequest::repeatedBytesMax) {
            kind = name;
        }
        return RefusedRequest{"this node knows no request of that kind"};
    }
    kind = name;
    return known->read(object);
}

}  // namespace

AdminRequest parseAdminRequest(std::string_view line) {
    AdminRequest request;
    QJsonParseError fault{};
    const QJsonDocument document = QJsonDocument::fromJson(
        QByteArray::fromRawData(line.data(), static_cast<qsizetype>(line.size())), &fault);
    if (!document.isObject()) {
        request.body = NoRequest{"the line is no JSON object"};
        return request;
    }
    const QJsonObject object = document.object();
    request.body = bodyFrom(object, request.kind);
    if (!readId(object, request.id)) {
        request.body = RefusedRequest{"the id is neither a whole number nor a string of at most " +
                                      std::to_string(AdminRequest::repeatedBytesMax) + " bytes"};
    }
    return request;
}

}  // namespace herd
