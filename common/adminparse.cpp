// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include <QJsonArray>
#include <QString>
#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

#include "common/adminwords.h"

namespace herd {

using namespace admin;

namespace {

constexpr std::int64_t portMax = 65'535;

bool textFrom(const QJsonValue& value, std::string& out) {
    const QString string = value.toString();
    out = string.toStdString();
    return value.isString() && string.isValidUtf16();
}

/// Reads the fields of one object and remembers the first that is not what it should be.
class FieldReader {
  public:
    explicit FieldReader(QString place = {}) : place_(std::move(place)) {}

    [[nodiscard]] const std::optional<Error>& error() const { return error_; }

    template <typename Use>
    void withField(const QJsonObject& json, QLatin1String key, Use use) {
        const auto found = json.constFind(key);
        if (!error_ && found != json.constEnd() && !use(found.value())) {
            error_ = Error{QStringLiteral("the field \"%1%2\" is of a wrong type or out of range")
                               .arg(place_, key)};
        }
    }

    void fail(const std::optional<Error>& error) {
        if (!error_) {
            error_ = error;
        }
    }

    void read(const QJsonObject& json, QLatin1String key, std::string& out) {
        withField(json, key, [&out](const QJsonValue& value) { return textFrom(value, out); });
    }

    void read(const QJsonObject& json, QLatin1String key, bool& out) {
        withField(json, key, [&out](const QJsonValue& value) {
            out = value.toBool();
            return value.isBool();
        });
    }

    template <typename Number>
    void readCount(const QJsonObject& json, QLatin1String key, Number& out, std::int64_t min = 0,
                   std::int64_t max = countMax) {
        withField(json, key,
                  [&](const QJsonValue& value) { return countFrom(value, out, min, max); });
    }

    /// A whole number written in digits, base 10 or 16.
    template <typename Number>
    void readDigits(const QJsonObject& json, QLatin1String key, Number& out, int base = 10) {
        withField(json, key, [&](const QJsonValue& value) { return digitsFrom(value, out, base); });
    }

    template <typename Choice, std::size_t count>
    void readWord(const QJsonObject& json, QLatin1String key, Choice& out,
                  const std::array<Word<Choice>, count>& words) {
        withField(json, key, [&](const QJsonValue& value) {
            const std::string word = value.toString().toStdString();
            const auto found = std::ranges::find(words, word, &Word<Choice>::second);
            if (found == words.end()) {
                return false;
            }
            out = found->first;
            return true;
        });
    }

    template <typename Use>
    void withObject(const QJsonObject& json, QLatin1String key, Use use) {
        withField(json, key, [&](const QJsonValue& value) {
            if (value.isObject()) {
                use(value.toObject());
            }
            return value.isObject();
        });
    }

    /// `use` gets each element and says whether it is one.
    template <typename Use>
    void withElements(const QJsonObject& json, QLatin1String key, Use use) {
        withField(json, key, [&](const QJsonValue& value) {
            const QJsonArray array = value.toArray();
            return value.isArray() && std::all_of(array.begin(), array.end(), use);
        });
    }

    template <typename Number>
    [[nodiscard]] static bool countFrom(const QJsonValue& value, Number& out, std::int64_t min,
                                        std::int64_t max) {
        const double number = value.toDouble(std::numeric_limits<double>::quiet_NaN());
        const bool inRange =
            number >= static_cast<double>(min) && number <= static_cast<double>(max);
        if (!inRange || std::trunc(number) != number) {
            return false;
        }
        out = static_cast<Number>(number);
        return true;
    }

    template <typename Number>
    [[nodiscard]] static bool digitsFrom(const QJsonValue& value, Number& out, int base) {
        const std::string digits = value.toString().toStdString();
        const char* const end = digits.data() + digits.size();
        const auto [rest, fault] = std::from_chars(digits.data(), end, out, base);
        return fault == std::errc() && rest == end &&
               (base == 10 || digits.size() == hexDigitsOf64Bits);
    }

  private:
    QString place_;
    std::optional<Error> error_;
};

std::optional<Error> read(const QJsonObject& json, LinkStatus& link) {
    FieldReader fields(QStringLiteral("links."));
    fields.read(json, QLatin1String("peer"), link.peer);
    fields.readWord(json, QLatin1String("state"), link.state, linkStates);
    fields.readCount(json, QLatin1String("since_ms"), link.sinceMs);
    fields.readCount(json, QLatin1String("lag_changes"), link.lagChanges);
    fields.readCount(json, QLatin1String("lag_ms"), link.lagMs);
    fields.readCount(json, QLatin1String("unsent_bytes"), link.unsentBytes);
    fields.readCount(json, QLatin1String("reconnects"), link.reconnects);
    fields.withField(json, QLatin1String("clock_difference_ns"), [&link](const QJsonValue& value) {
        return value.isNull() ||
               FieldReader::digitsFrom(value, link.clockDifferenceNs.emplace(), 10);
    });
    fields.readCount(json, QLatin1String("learnt"), link.learnt);
    fields.read(json, QLatin1String("last_end"), link.lastEnd);
    fields.read(json, QLatin1String("dials"), link.dials);
    return fields.error();
}

std::optional<Error> read(const QJsonObject& json, Alarm& alarm) {
    FieldReader fields(QStringLiteral("alarms."));
    fields.read(json, QLatin1String("name"), alarm.name);
    fields.read(json, QLatin1String("text"), alarm.text);
    fields.readCount(json, QLatin1String("since_ms"), alarm.sinceMs);
    return fields.error();
}

/// Fills `out` with the objects of an array.
template <typename Value>
std::optional<Error> readObjects(const QJsonObject& json, QLatin1String key,
                                 std::vector<Value>& out) {
    std::optional<Error> inner;
    FieldReader fields;
    fields.withElements(json, key, [&](const QJsonValue& value) {
        if (value.isObject() && !inner) {
            inner = read(value.toObject(), out.emplace_back());
        }
        return value.isObject();
    });
    return fields.error() ? fields.error() : inner;
}

std::optional<Error> readNode(const QJsonObject& json, NodeStatus& status) {
    FieldReader fields(QStringLiteral("node."));
    fields.read(json, QLatin1String("name"), status.name);
    fields.read(json, QLatin1String("herd"), status.herd);
    fields.read(json, QLatin1String("software"), status.software);
    fields.readDigits(json, QLatin1String("epoch"), status.epoch, 16);
    fields.readDigits(json, QLatin1String("seq"), status.seq);
    fields.readDigits(json, QLatin1String("wall_ns"), status.wallNs);
    fields.readCount(json, QLatin1String("uptime_ms"), status.uptimeMs);
    fields.read(json, QLatin1String("stopping"), status.stopping);
    return fields.error();
}

std::optional<Error> readTable(const QJsonObject& json, NodeStatus& status) {
    FieldReader fields(QStringLiteral("table."));
    fields.readCount(json, QLatin1String("clients"), status.clients);
    fields.readCount(json, QLatin1String("clients_max"), status.clientsMax);
    fields.readDigits(json, QLatin1String("root"), status.root, 16);
    return fields.error();
}

std::optional<Error> readConnections(const QJsonObject& json, NodeStatus& status) {
    FieldReader fields(QStringLiteral("connections."));
    fields.readCount(json, QLatin1String("clients"), status.clientConnections);
    fields.readCount(json, QLatin1String("clients_max"), status.clientConnectionsMax);
    fields.readCount(json, QLatin1String("peers"), status.peerConnections);
    fields.readCount(json, QLatin1String("admins"), status.adminConnections);
    return fields.error();
}

std::optional<Error> readDurability(const QJsonObject& json, NodeStatus& status) {
    FieldReader fields(QStringLiteral("durability."));
    fields.readWord(json, QLatin1String("mode"), status.journalMode, journalModes);
    fields.readWord(json, QLatin1String("state"), status.durability, durabilityStates);
    fields.readDigits(json, QLatin1String("synced_seq"), status.syncedSeq);
    fields.readCount(json, QLatin1String("bytes"), status.journalBytes);
    return fields.error();
}

std::optional<Error> readCounters(const QJsonObject& json, NodeStatus& status) {
    for (auto counter = json.begin(); counter != json.end(); ++counter) {
        std::uint64_t number = 0;
        if (!FieldReader::countFrom(counter.value(), number, 0, countMax)) {
            return Error{QStringLiteral("the counter \"%1\" is no count").arg(counter.key())};
        }
        status.counters[counter.key().toStdString()] = number;
    }
    return std::nullopt;
}

}  // namespace

Result<AdminHello> adminHelloFrom(const QJsonObject& json) {
    AdminHello hello;
    FieldReader fields;
    fields.readCount(json, QLatin1String("version"), hello.version, 1,
                     std::numeric_limits<int>::max());
    fields.read(json, QLatin1String("herd"), hello.herd);
    fields.read(json, QLatin1String("node"), hello.node);
    fields.read(json, QLatin1String("software"), hello.software);
    fields.readDigits(json, QLatin1String("epoch"), hello.epoch, 16);
    fields.readCount(json, QLatin1String("client_port"), hello.clientPort, 0, portMax);
    fields.readCount(json, QLatin1String("peer_port"), hello.peerPort, 0, portMax);
    fields.readCount(json, QLatin1String("admin_port"), hello.adminPort, 0, portMax);
    fields.readWord(json, QLatin1String("access"), hello.fullAccess, accesses);
    fields.withElements(json, QLatin1String("nodes"), [&hello](const QJsonValue& value) {
        return textFrom(value, hello.nodes.emplace_back());
    });
    fields.withElements(json, QLatin1String("links"), [&hello](const QJsonValue& value) {
        const QJsonArray ends = value.toArray();
        auto& [a, b] = hello.links.emplace_back();
        return ends.size() == 2 && textFrom(ends.at(0), a) && textFrom(ends.at(1), b);
    });
    if (fields.error()) {
        return *fields.error();
    }
    return hello;
}

Result<NodeStatus> nodeStatusFrom(const QJsonObject& json) {
    NodeStatus status;
    FieldReader fields;
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
    if (std::string bytes; textFrom(value, bytes)) {
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
