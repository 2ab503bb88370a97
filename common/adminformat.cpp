// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include <QJsonArray>
#include <QString>
#include <algorithm>

#include "common/adminwords.h"
#include "common/jsontext.h"
#include "common/utf8.h"

namespace herd {

using namespace admin;

namespace {

constexpr std::string_view byteOrderMark = "\xEF\xBB\xBF";

template <typename Choice, std::size_t count>
std::string_view wordIn(const std::array<Word<Choice>, count>& words, Choice choice) {
    const auto found = std::ranges::find(words, choice, &Word<Choice>::first);
    HERD_CHECK(found != words.end());
    return found->second;
}

QString text(std::string_view utf8) {
    return QString::fromUtf8(utf8.data(), static_cast<qsizetype>(utf8.size()));
}

QString hex(std::uint64_t number) {
    return QStringLiteral("%1").arg(number, json::hexDigitsOf64Bits, 16, QLatin1Char('0'));
}

QJsonValue count(std::uint64_t number) {
    return static_cast<qint64>(std::min(number, static_cast<std::uint64_t>(json::countMax)));
}

QJsonValue count(std::int64_t number) {
    return static_cast<qint64>(std::clamp(number, std::int64_t{0}, json::countMax));
}

/// Whether the bytes are a JSON string as they are, which nearly all of the protocol's are. Every
/// byte is looked at, without a branch: the compiler takes sixteen at once.
bool needsNoEscape(std::string_view bytes) {
    unsigned char special = 0;
    for (const char byte : bytes) {
        // Negative outside ASCII, also where a plain char is not.
        special |= static_cast<unsigned char>(static_cast<signed char>(byte) < ' ');
        special |= static_cast<unsigned char>(byte == '\x7F');
        special |= static_cast<unsigned char>(byte == '"');
        special |= static_cast<unsigned char>(byte == '\\');
    }
    return special == 0;
}

bool isUtf8(std::string_view bytes) {
    const auto special = std::ranges::find_if(bytes, [](char byte) { return byte < 0; });
    bytes.remove_prefix(static_cast<std::size_t>(special - bytes.begin()));
    return utf8ValidPrefix(bytes) == bytes.size();
}

/// Qt's reader of UTF-8 takes a byte-order mark off the front, so bytes with one are no text.
bool isText(std::string_view bytes) {
    return isUtf8(bytes) && !bytes.starts_with(byteOrderMark);
}

QByteArray base64(std::string_view bytes) {
    return QByteArray::fromRawData(bytes.data(), static_cast<qsizetype>(bytes.size())).toBase64();
}

QJsonObject toJson(const LinkStatus& link) {
    return {
        {QStringLiteral("peer"), text(link.peer)},
        {QStringLiteral("state"), text(wordOf(link.state))},
        {QStringLiteral("since_ms"), count(link.sinceMs)},
        {QStringLiteral("lag_changes"), count(link.lagChanges)},
        {QStringLiteral("lag_ms"), count(link.lagMs)},
        {QStringLiteral("unsent_bytes"), count(link.unsentBytes)},
        {QStringLiteral("reconnects"), count(link.reconnects)},
        {QStringLiteral("clock_difference_ns"),
         link.clockDifferenceNs ? QJsonValue(QString::number(*link.clockDifferenceNs))
                                : QJsonValue(QJsonValue::Null)},
        {QStringLiteral("learnt"), count(link.learnt)},
        {QStringLiteral("last_end"), text(link.lastEnd)},
        {QStringLiteral("dials"), link.dials},
    };
}

}  // namespace

std::string_view wordOf(LinkState state) {
    return wordIn(linkStates, state);
}

std::string_view wordOf(JournalMode mode) {
    return wordIn(journalModes, mode);
}

std::string_view wordOf(DurabilityState state) {
    return wordIn(durabilityStates, state);
}

QJsonObject toJson(const AdminHello& hello) {
    QJsonArray nodes;
    for (const std::string& name : hello.nodes) {
        nodes.append(text(name));
    }
    QJsonArray links;
    for (const auto& [a, b] : hello.links) {
        links.append(QJsonArray{text(a), text(b)});
    }
    return {
        {QStringLiteral("version"), hello.version},
        {QStringLiteral("herd"), text(hello.herd)},
        {QStringLiteral("node"), text(hello.node)},
        {QStringLiteral("software"), text(hello.software)},
        {QStringLiteral("epoch"), hex(hello.epoch)},
        {QStringLiteral("client_port"), hello.clientPort},
        {QStringLiteral("peer_port"), hello.peerPort},
        {QStringLiteral("admin_port"), hello.adminPort},
        {QStringLiteral("access"), text(wordIn(accesses, hello.fullAccess))},
        {QStringLiteral("nodes"), nodes},
        {QStringLiteral("links"), links},
    };
}

QJsonObject toJson(const NodeStatus& status) {
    QJsonObject counters;
    for (const auto& [name, number] : status.counters) {
        counters.insert(text(name), count(number));
    }
    QJsonArray links;
    for (const LinkStatus& link : status.links) {
        links.append(toJson(link));
    }
    QJsonArray alarms;
    for (const Alarm& alarm : status.alarms) {
        alarms.append(QJsonObject{{QStringLiteral("name"), text(alarm.name)},
                                  {QStringLiteral("text"), text(alarm.text)},
                                  {QStringLiteral("since_ms"), count(alarm.sinceMs)}});
    }
    const QJsonObject node{
        {QStringLiteral("name"), text(status.name)},
        {QStringLiteral("herd"), text(status.herd)},
        {QStringLiteral("software"), text(status.software)},
        {QStringLiteral("epoch"), hex(status.epoch)},
        {QStringLiteral("seq"), QString::number(status.seq)},
        {QStringLiteral("wall_ns"), QString::number(status.wallNs)},
        {QStringLiteral("uptime_ms"), count(status.uptimeMs)},
        {QStringLiteral("stopping"), status.stopping},
    };
    const QJsonObject table{
        {QStringLiteral("clients"), count(status.clients)},
        {QStringLiteral("clients_max"), count(status.clientsMax)},
        {QStringLiteral("tombstones"), count(status.tombstones)},
        {QStringLiteral("root"), hex(status.root)},
    };
    const QJsonObject connections{
        {QStringLiteral("clients"), count(status.clientConnections)},
        {QStringLiteral("clients_max"), count(status.clientConnectionsMax)},
        {QStringLiteral("peers"), count(status.peerConnections)},
        {QStringLiteral("admins"), count(status.adminConnections)},
    };
    const QJsonObject durability{
        {QStringLiteral("mode"), text(wordOf(status.journalMode))},
        {QStringLiteral("state"), text(wordOf(status.durability))},
        {QStringLiteral("synced_seq"), QString::number(status.syncedSeq)},
        {QStringLiteral("bytes"), count(status.journalBytes)},
    };
    return {
        {QStringLiteral("node"), node},
        {QStringLiteral("table"), table},
        {QStringLiteral("connections"), connections},
        {QStringLiteral("counters"), counters},
        {QStringLiteral("durability"), durability},
        {QStringLiteral("links"), links},
        {QStringLiteral("alarms"), alarms},
    };
}

QJsonValue bytesToJson(std::string_view bytes) {
    if (isText(bytes)) {
        return text(bytes);
    }
    return QJsonObject{{base64Key, QString::fromLatin1(base64(bytes))}};
}

void appendJsonBytes(std::string& out, std::string_view bytes) {
    if (needsNoEscape(bytes)) {
        out.append(1, '"').append(bytes).append(1, '"');
        return;
    }
    if (isText(bytes)) {
        appendJsonString(out, bytes);
        return;
    }
    const QByteArray encoded = base64(bytes);
    out.append(R"({"base64":")").append(encoded.constData(), encoded.size()).append(R"("})");
}

}  // namespace herd
