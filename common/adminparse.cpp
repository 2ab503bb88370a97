// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include <limits>

#include "common/adminwords.h"
#include "common/jsonfields.h"

namespace herd {

using namespace admin;

namespace {

constexpr std::int64_t portMax = 65'535;

std::optional<Error> read(const QJsonObject& json, LinkStatus& link) {
    json::JsonFields fields(QStringLiteral("links."));
    fields.read(json, QLatin1String("peer"), link.peer);
    fields.readWord(json, QLatin1String("state"), link.state, linkStates);
    fields.readNumber(json, QLatin1String("since_ms"), link.sinceMs);
    fields.readNumber(json, QLatin1String("lag_changes"), link.lagChanges);
    fields.readNumber(json, QLatin1String("lag_ms"), link.lagMs);
    fields.readNumber(json, QLatin1String("unsent_bytes"), link.unsentBytes);
    fields.readNumber(json, QLatin1String("reconnects"), link.reconnects);
    fields.withField(json, QLatin1String("clock_difference_ns"), [&link](const QJsonValue& value) {
        return value.isNull() || json::digitsFrom(value, link.clockDifferenceNs.emplace(), 10);
    });
    fields.readNumber(json, QLatin1String("learnt"), link.learnt);
    fields.read(json, QLatin1String("last_end"), link.lastEnd);
    fields.read(json, QLatin1String("dials"), link.dials);
    return fields.error();
}

std::optional<Error> read(const QJsonObject& json, Alarm& alarm) {
    json::JsonFields fields(QStringLiteral("alarms."));
    fields.read(json, QLatin1String("name"), alarm.name);
    fields.read(json, QLatin1String("text"), alarm.text);
    fields.readNumber(json, QLatin1String("since_ms"), alarm.sinceMs);
    return fields.error();
}

/// Fills `out` with the objects of an array.
template <typename Value>
std::optional<Error> readObjects(const QJsonObject& json, QLatin1String key,
                                 std::vector<Value>& out) {
    std::optional<Error> inner;
    json::JsonFields fields;
    fields.withElements(json, key, [&](const QJsonValue& value) {
        if (value.isObject() && !inner) {
            inner = read(value.toObject(), out.emplace_back());
        }
        return value.isObject();
    });
    return fields.error() ? fields.error() : inner;
}

std::optional<Error> readNode(const QJsonObject& json, NodeStatus& status) {
    json::JsonFields fields(QStringLiteral("node."));
    fields.read(json, QLatin1String("name"), status.name);
    fields.read(json, QLatin1String("herd"), status.herd);
    fields.read(json, QLatin1String("software"), status.software);
    fields.readDigits(json, QLatin1String("epoch"), status.epoch, 16);
    fields.readDigits(json, QLatin1String("seq"), status.seq);
    fields.readDigits(json, QLatin1String("wall_ns"), status.wallNs);
    fields.readNumber(json, QLatin1String("uptime_ms"), status.uptimeMs);
    fields.read(json, QLatin1String("stopping"), status.stopping);
    return fields.error();
}

std::optional<Error> readTable(const QJsonObject& json, NodeStatus& status) {
    json::JsonFields fields(QStringLiteral("table."));
    fields.readNumber(json, QLatin1String("clients"), status.clients);
    fields.readNumber(json, QLatin1String("clients_max"), status.clientsMax);
    fields.readNumber(json, QLatin1String("tombstones"), status.tombstones);
    fields.readDigits(json, QLatin1String("root"), status.root, 16);
    return fields.error();
}

std::optional<Error> readConnections(const QJsonObject& json, NodeStatus& status) {
    json::JsonFields fields(QStringLiteral("connections."));
    fields.readNumber(json, QLatin1String("clients"), status.clientConnections);
    fields.readNumber(json, QLatin1String("clients_max"), status.clientConnectionsMax);
    fields.readNumber(json, QLatin1String("peers"), status.peerConnections);
    fields.readNumber(json, QLatin1String("admins"), status.adminConnections);
    return fields.error();
}

std::optional<Error> readDurability(const QJsonObject& json, NodeStatus& status) {
    json::JsonFields fields(QStringLiteral("durability."));
    fields.readWord(json, QLatin1String("mode"), status.journalMode, journalModes);
    fields.readWord(json, QLatin1String("state"), status.durability, durabilityStates);
    fields.readDigits(json, QLatin1String("synced_seq"), status.syncedSeq);
    fields.readNumber(json, QLatin1String("bytes"), status.journalBytes);
    return fields.error();
}

std::optional<Error> readCounters(const QJsonObject& json, NodeStatus& status) {
    for (auto counter = json.begin(); counter != json.end(); ++counter) {
        std::uint64_t number = 0;
        if (!json::countFrom(counter.value(), number, 0, json::countMax)) {
            return Error{QStringLiteral("the counter \"%1\" is no count").arg(counter.key())};
        }
        status.counters[counter.key().toStdString()] = number;
    }
    return std::nullopt;
}

}  // namespace

Result<AdminHello> adminHelloFrom(const QJsonObject& json) {
    AdminHello hello;
    json::JsonFields fields;
    fields.readNumber(json, QLatin1String("version"), hello.version, 1,
                      std::numeric_limits<int>::max());
    fields.read(json, QLatin1String("herd"), hello.herd);
    fields.read(json, QLatin1String("node"), hello.node);
    fields.read(json, QLatin1String("software"), hello.software);
    fields.readDigits(json, QLatin1String("epoch"), hello.epoch, 16);
    fields.readNumber(json, QLatin1String("client_port"), hello.clientPort, 0, portMax);
    fields.readNumber(json, QLatin1String("peer_port"), hello.peerPort, 0, portMax);
    fields.readNumber(json, QLatin1String("admin_port"), hello.adminPort, 0, portMax);
    fields.readWord(json, QLatin1String("access"), hello.fullAccess, accesses);
    fields.withElements(json, QLatin1String("nodes"), [&hello](const QJsonValue& value) {
        return json::textFrom(value, hello.nodes.emplace_back());
    });
    fields.withElements(json, QLatin1String("links"), [&hello](const QJsonValue& value) {
        const QJsonArray ends = value.toArray();
        auto& [a, b] = hello.links.emplace_back();
        return ends.size() == 2 && json::textFrom(ends.at(0), a) && json::textFrom(ends.at(1), b);
    });
    if (fields.error()) {
        return *fields.error();
    }
    return hello;
}

Result<NodeStatus> nodeStatusFrom(const QJsonObject& json) {
    NodeStatus status;
    json::JsonFields fields;
    const auto readPart = [&](QLatin1String key, auto readFields) {
        fields.withObject(json, key, [&](const QJsonObject& part) {
            if (const std::optional<Error> error = readFields(part, status)) {
                fields.fail(error);
            }
        });
    };
    readPart(QLatin1String("node"), readNode);
    readPart(QLatin1String("table"), readTable);
    readPart(QLatin1String("connections"), readConnections);
    readPart(QLatin1String("counters"), readCounters);
    readPart(QLatin1String("durability"), readDurability);
    fields.fail(readObjects(json, QLatin1String("links"), status.links));
    fields.fail(readObjects(json, QLatin1String("alarms"), status.alarms));
    if (fields.error()) {
        return *fields.error();
    }
    return status;
}

std::optional<std::string> bytesFrom(const QJsonValue& value) {
    if (std::string bytes; json::textFrom(value, bytes)) {
        return bytes;
    }
    const QJsonValue encoded = value[base64Key];
    if (!encoded.isString()) {
        return std::nullopt;
    }
    const auto decoded = QByteArray::fromBase64Encoding(encoded.toString().toLatin1(),
                                                        QByteArray::AbortOnBase64DecodingErrors);
    if (!decoded) {
        return std::nullopt;
    }
    return (*decoded).toStdString();
}

}  // namespace herd
