// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "common/config.h"

#include <arpa/inet.h>

#include <algorithm>
#include <numeric>
#include <vector>

#include "common/ascii.h"

namespace herd {

namespace {

constexpr std::int64_t dayMs = 86'400'000;
constexpr std::int64_t yearS = 31'536'000;
constexpr std::size_t hostBytesMax = 253;
constexpr std::size_t hostLabelBytesMax = 63;

constexpr NumberKey keys[] = {
    {"", "future_skew_max_s", 0, yearS,
     [](HerdConfig& config) -> std::int64_t& { return config.futureSkewMaxS; }},
    {"", "ttl_s", 0, 10 * yearS, [](HerdConfig& config) -> std::int64_t& { return config.ttlS; }},
    {"server", "io_threads", 1, 64,
     [](HerdConfig& config) -> std::int64_t& { return config.server.ioThreads; }},
    {"server", "spin_us", 0, 1'000'000,
     [](HerdConfig& config) -> std::int64_t& { return config.server.spinUs; }},
    {"limits", "line_bytes_max", 64, 32'768,
     [](HerdConfig& config) -> std::int64_t& { return config.limits.lineBytesMax; }},
    {"limits", "clients_max", 1, 1'000'000'000,
     [](HerdConfig& config) -> std::int64_t& { return config.limits.clientsMax; }},
    {"limits", "connections_max", 0, 10'000'000,
     [](HerdConfig& config) -> std::int64_t& { return config.limits.connectionsMax; }},
    {"limits", "connections_per_address_max", 0, 10'000'000,
     [](HerdConfig& config) -> std::int64_t& { return config.limits.connectionsPerAddressMax; }},
    {"limits", "first_line_ms_max", 1, dayMs,
     [](HerdConfig& config) -> std::int64_t& { return config.limits.firstLineMsMax; }},
    {"limits", "idle_ms_max", 0, dayMs,
     [](HerdConfig& config) -> std::int64_t& { return config.limits.idleMsMax; }},
    {"limits", "unsent_bytes_max", 1'024, 16'777'216,
     [](HerdConfig& config) -> std::int64_t& { return config.limits.unsentBytesMax; }},
    {"limits", "unsent_stall_ms_max", 1, dayMs,
     [](HerdConfig& config) -> std::int64_t& { return config.limits.unsentStallMsMax; }},
    {"limits", "lines_per_turn_max", 1, 65'536,
     [](HerdConfig& config) -> std::int64_t& { return config.limits.linesPerTurnMax; }},
    {"limits", "pending_answers_max", 1, 65'536,
     [](HerdConfig& config) -> std::int64_t& { return config.limits.pendingAnswersMax; }},
    {"places", "deadline_ms", 10, 60'000,
     [](HerdConfig& config) -> std::int64_t& { return config.places.deadlineMs; }},
    {"places", "requests_per_minute", 0, 1'000'000,
     [](HerdConfig& config) -> std::int64_t& { return config.places.requestsPerMinute; }},
    {"places", "requests_per_day", 0, 1'000'000'000,
     [](HerdConfig& config) -> std::int64_t& { return config.places.requestsPerDay; }},
    {"log", "lines_per_s_max", 0, 10'000'000,
     [](HerdConfig& config) -> std::int64_t& { return config.log.linesPerSMax; }},
    {"log", "file_bytes_max", 4'096, 1'099'511'627'776,
     [](HerdConfig& config) -> std::int64_t& { return config.log.fileBytesMax; }},
    {"log", "files_max", 1, 1'000,
     [](HerdConfig& config) -> std::int64_t& { return config.log.filesMax; }},
};

/// Levenshtein's distance, one row of his matrix at a time.
std::size_t editDistance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 0; i < a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i + 1;
        for (std::size_t j = 0; j < b.size(); ++j) {
            const std::size_t replaced = diagonal + (a[i] == b[j] ? 0 : 1);
            diagonal = row[j + 1];
            row[j + 1] = std::min({replaced, row[j] + 1, row[j + 1] + 1});
        }
    }
    return row.back();
}

constexpr bool isLetterOrDigit(char byte) {
    return (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z') || isDigit(byte);
}

bool isHostLabel(std::string_view label) {
    const bool sized = !label.empty() && label.size() <= hostLabelBytesMax;
    return sized && label.front() != '-' && label.back() != '-' &&
           std::ranges::all_of(label, [](char b) { return b == '-' || isLetterOrDigit(b); });
}

bool isHostName(std::string_view text) {
    if (text.size() > hostBytesMax) {
        return false;
    }
    std::string_view label;
    for (;;) {
        const std::size_t length = std::min(text.find('.'), text.size());
        label = text.substr(0, length);
        if (!isHostLabel(label)) {
            return false;
        }
        if (length == text.size()) {
            break;
        }
        text.remove_prefix(length + 1);
    }
    // A name that ends in a number is an IPv4 address that somebody misspelled.
    return !std::ranges::all_of(label, isDigit);
}

}  // namespace

std::span<const NumberKey> numberKeys() {
    return keys;
}

std::string_view wordOf(PlacesProviderKind provider) {
    constexpr std::string_view words[] = {"offline", "google", "google-legacy"};
    return words[static_cast<std::size_t>(provider)];
}

std::string_view wordOf(JournalSync sync) {
    constexpr std::string_view words[] = {"everysec", "always", "off"};
    return words[static_cast<std::size_t>(sync)];
}

std::string_view wordOf(LogLevel level) {
    constexpr std::string_view words[] = {"error", "warning", "info", "debug"};
    return words[static_cast<std::size_t>(level)];
}

std::string_view nearestOf(std::string_view text, std::span<const std::string_view> known) {
    std::string_view nearest;
    std::size_t least = std::string_view::npos;
    for (const std::string_view candidate : known) {
        const std::size_t distance = editDistance(text, candidate);
        if (distance < least) {
            least = distance;
            nearest = candidate;
        }
    }
    return nearest;
}

std::string addressBytes(const QString& host) {
    const std::string text = host.toStdString();
    // inet_pton stops at a NUL, so a text behind one would pass unseen.
    if (text.find('\0') != std::string::npos) {
        return {};
    }
    char bytes[sizeof(in6_addr)];
    if (inet_pton(AF_INET, text.c_str(), bytes) == 1) {
        return std::string(bytes, sizeof(in_addr));
    }
    if (inet_pton(AF_INET6, text.c_str(), bytes) == 1) {
        return std::string(bytes, sizeof(in6_addr));
    }
    return {};
}

bool isHost(const QString& host) {
    return !addressBytes(host).empty() || isHostName(host.toStdString());
}

bool isLoopbackHost(const QString& host) {
    const std::string address = addressBytes(host);
    if (address.size() == sizeof(in_addr)) {
        return address.front() == 127;
    }
    if (address.size() == sizeof(in6_addr)) {
        return address == std::string(sizeof(in6_addr) - 1, '\0') + '\1';
    }
    return host.compare(QLatin1String("localhost"), Qt::CaseInsensitive) == 0;
}

Result<NodeAddress> checkNodeMayBind(const HerdConfig& config, std::string_view nodeName) {
    const Topology& topology = config.topology;
    const auto text = [](std::string_view bytes) {
        return QString::fromUtf8(bytes.data(), static_cast<qsizetype>(bytes.size()));
    };
    const NodeAddress* const node = topology.find(nodeName);
    if (node == nullptr) {
        std::vector<std::string_view> names;
        for (const NodeAddress& known : topology.nodes) {
            names.emplace_back(known.name);
        }
        QString message = QStringLiteral("herd \"%1\" has no node \"%2\"")
                              .arg(text(topology.herd), text(nodeName));
        if (!names.empty()) {
            message +=
                QStringLiteral("; did you mean \"%1\"?").arg(text(nearestOf(nodeName, names)));
        }
        return Error{message};
    }
    if (isLoopbackHost(node->host)) {
        return *node;
    }
    const QString refusal = QStringLiteral(
        "node %1 would listen on %2: binding outside loopback "
        "needs \"%3\" in [security]");
    if (config.security.secretFile.isEmpty()) {
        return Error{refusal.arg(text(nodeName), node->host, QStringLiteral("secret_file"))};
    }
    if (node->adminPort && config.security.adminTokenFile.isEmpty()) {
        return Error{refusal.arg(text(nodeName), node->host, QStringLiteral("admin_token_file"))};
    }
    return *node;
}

}  // namespace herd
