// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "common/configfile.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QUrl>
#include <algorithm>
#include <map>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

#include "common/check.h"
#include "common/sampleherd.h"
#include "common/tomlparse.h"
#include "common/tomltable.h"
#include "common/wire.h"

namespace herd {

namespace {

constexpr std::int64_t portMax = 65'535;

/// The same for all spellings of one host.
std::string hostKey(const QString& host) {
    const QString name = host.toLower();
    const std::string address =
        addressBytes(name == QLatin1String("localhost") ? QStringLiteral("127.0.0.1") : name);
    return address.empty() ? name.toStdString() : address;
}

QString placeOf(std::string_view nodeName) {
    const QString name = nodeName.find('.') == std::string_view::npos
                             ? printable(nodeName, wire::nameBytesMax)
                             : inQuotes(nodeName);
    return QStringLiteral("in [node.%1]").arg(name);
}

/// Turns the parsed TOML of one text into a configuration. It reads on after a mistake, so that of
/// several the first in the text is told. Lives for one parseConfig().
class ConfigReader : private TableReader {
  public:
    explicit ConfigReader(const QString& sourceName)
        : folder_(QFileInfo(sourceName).absolutePath()) {}

    void read(const toml::table& root);

    using TableReader::problem;
    const HerdConfig& config() const { return config_; }

  private:
    void readHerd(const TomlTable& top);
    void readSections(const toml::table& root);
    void readPlaces(const TomlTable& places);
    void readBaseUrl(const TomlTable& places);
    void readFiles(const TomlTable& places);
    void readSecurity(const TomlTable& security);
    void readNodes(const toml::table& root);
    void readNode(const TomlTable& table, std::string_view name);
    std::optional<quint16> portAt(const TomlTable& node, std::string_view key);
    void refuseNestedName(const TomlTable& node, std::string_view name);
    void refuseSharedPorts(const toml::table& nodes);
    void readLinks(const toml::table& root);
    void readLink(const toml::node& link);
    bool isLinkEnd(const toml::node& end);
    QString absolutePath(const std::string& path) const;

    QString folder_;
    HerdConfig config_;
    std::map<std::pair<std::string, std::string>, std::uint32_t> linkLines_;
};

QString ConfigReader::absolutePath(const std::string& path) const {
    return path.empty() ? QString() : QDir::cleanPath(QDir(folder_).filePath(toText(path)));
}

void ConfigReader::readBaseUrl(const TomlTable& places) {
    const std::string text = stringAt(places, "base_url").value_or(std::string());
    const QUrl url(toText(text), QUrl::StrictMode);
    const bool web =
        url.scheme() == QLatin1String("http") || url.scheme() == QLatin1String("https");
    const bool plain = url.userInfo().isEmpty() && !url.hasQuery() && !url.hasFragment();
    if (!text.empty() && (!web || !plain || url.host().isEmpty())) {
        // The value is not told: it may hold a secret.
        fail(places.table.get("base_url")->source(),
             QStringLiteral("\"base_url\" in [places] must be http:// or https:// with a host, "
                            "without user, query and fragment"));
    }
    config_.places.baseUrl = toText(text);
}

void ConfigReader::readFiles(const TomlTable& places) {
    const toml::node* const files = places.table.get("files");
    if (files == nullptr) {
        return;
    }
    if (!files->is_array()) {
        failKind(places, "files", QStringLiteral("an array of file names"));
        return;
    }
    for (const toml::node& file : *files->as_array()) {
        const std::optional<std::string> path = file.value_exact<std::string>();
        if (!path || path->empty()) {
            fail(file.source(), QStringLiteral("\"files\" in [places] must hold file names only"));
            continue;
        }
        config_.places.files.append(absolutePath(*path));
    }
}

void ConfigReader::readPlaces(const TomlTable& places) {
    refuseUnknown(places, {"provider", "base_url", "key_file", "files"});
    readNumbers(places, config_);
    readChoice(
        places, "provider",
        {PlacesProviderKind::offline, PlacesProviderKind::google, PlacesProviderKind::googleLegacy},
        config_.places.provider);
    config_.places.keyFile = absolutePath(stringAt(places, "key_file").value_or(std::string()));
    readBaseUrl(places);
    readFiles(places);
}

void ConfigReader::readSections(const toml::table& root) {
    for (const std::string_view name : {"server", "limits"}) {
        if (const auto numbers = tableAt(root, name)) {
            refuseUnknown(*numbers, {});
            readNumbers(*numbers, config_);
        }
    }
    if (const auto places = tableAt(root, "places")) {
        readPlaces(*places);
    }
    if (const auto journal = tableAt(root, "journal")) {
        refuseUnknown(*journal, {"sync"});
        readChoice(*journal, "sync",
                   {JournalSync::everySecond, JournalSync::always, JournalSync::off},
                   config_.journal.sync);
    }
    if (const auto log = tableAt(root, "log")) {
        refuseUnknown(*log, {"level"});
        readNumbers(*log, config_);
        readChoice(*log, "level",
                   {LogLevel::error, LogLevel::warning, LogLevel::info, LogLevel::debug},
                   config_.log.level);
    }
    if (const auto security = tableAt(root, "security")) {
        readSecurity(*security);
    }
}

void ConfigReader::readSecurity(const TomlTable& security) {
    refuseUnknown(security, {"secret_file", "admin_token_file", "admin_read_token_file"});
    const auto pathAt = [this, &security](std::string_view key) {
        return absolutePath(stringAt(security, key).value_or(std::string()));
    };
    config_.security.secretFile = pathAt("secret_file");
    config_.security.adminTokenFile = pathAt("admin_token_file");
    config_.security.adminReadTokenFile = pathAt("admin_read_token_file");
}

std::optional<quint16> ConfigReader::portAt(const TomlTable& node, std::string_view key) {
    const std::optional<std::int64_t> port = numberAt(node, key, 0, portMax);
    return port ? std::optional(static_cast<quint16>(*port)) : std::nullopt;
}

void ConfigReader::refuseNestedName(const TomlTable& node, std::string_view name) {
    for (const auto& [key, child] : node.table) {
        if (child.is_table()) {
            fail(key.source(),
                 QStringLiteral("a table %1; a node name with points is written [node.%2]")
                     .arg(node.place, inQuotes(std::string(name) + '.' + std::string(key.str()))));
        }
    }
}

void ConfigReader::readNode(const TomlTable& table, std::string_view name) {
    refuseNestedName(table, name);
    // A key that is misspelt says more than the one that is missing for it.
    const bool allKnown = refuseUnknown(table, {"host", "client", "peer", "admin"});
    NodeAddress node;
    node.name = name;
    for (const std::string_view key : {"client", "peer"}) {
        if (allKnown && table.table.get(key) == nullptr) {
            fail(table.table.source(),
                 QStringLiteral("missing key %1 %2").arg(inQuotes(key), table.place));
        }
    }
    node.clientPort = portAt(table, "client").value_or(0);
    node.peerPort = portAt(table, "peer").value_or(0);
    node.adminPort = portAt(table, "admin");
    if (const std::optional<std::string> host = stringAt(table, "host")) {
        node.host = toText(*host);
        if (!isHost(node.host)) {
            fail(table.table.get("host")->source(),
                 QStringLiteral("\"host\" %1 is %2; it must be an IP address or a host name")
                     .arg(table.place, inQuotes(*host)));
        }
    }
    config_.topology.nodes.push_back(std::move(node));
}

void ConfigReader::readNodes(const toml::table& root) {
    const auto nodes = tableAt(root, "node");
    if (!nodes || nodes->table.empty()) {
        fail(nodes ? nodes->table.source() : toml::source_region(),
             QStringLiteral("no node: a herd needs at least one [node.NAME]"));
        return;
    }
    for (const auto& [key, node] : nodes->table) {
        if (!wire::isName(key.str())) {
            fail(key.source(),
                 QStringLiteral("the node name %1 must be 1 to 64 of A-Z a-z 0-9 . _ -")
                     .arg(inQuotes(key.str())));
        }
        if (!node.is_table()) {
            fail(node.source(), QStringLiteral("%1 in [node] must be a table, not %2")
                                    .arg(inQuotes(key.str()), kindOf(node)));
            continue;
        }
        readNode(TomlTable{*node.as_table(), "node", placeOf(key.str())}, key.str());
    }
    refuseSharedPorts(nodes->table);
}

void ConfigReader::refuseSharedPorts(const toml::table& nodes) {
    struct Endpoint {
        const toml::value<std::int64_t>* port;
        const NodeAddress* node;
        std::string_view key;
    };
    std::vector<Endpoint> endpoints;
    for (const NodeAddress& node : config_.topology.nodes) {
        for (const std::string_view key : {"client", "peer", "admin"}) {
            const toml::value<std::int64_t>* const port = nodes[node.name][key].as_integer();
            if (port != nullptr && port->get() != 0) {
                endpoints.push_back({port, &node, key});
            }
        }
    }
    // In the order of the text, so that the second use is the mistake, not the first.
    std::ranges::stable_sort(endpoints, {}, [](const Endpoint& endpoint) {
        const toml::source_position& begin = endpoint.port->source().begin;
        return std::pair(begin.line, begin.column);
    });
    std::map<std::pair<std::string, std::int64_t>, const Endpoint*> taken;
    for (const Endpoint& endpoint : endpoints) {
        const auto [first, added] =
            taken.try_emplace({hostKey(endpoint.node->host), endpoint.port->get()}, &endpoint);
        if (!added) {
            fail(endpoint.port->source(),
                 QStringLiteral("%1 %2 is port %3 of %4, which is %5 %6")
                     .arg(inQuotes(endpoint.key), placeOf(endpoint.node->name),
                          QString::number(endpoint.port->get()), endpoint.node->host,
                          inQuotes(first->second->key), placeOf(first->second->node->name)));
        }
    }
}

bool ConfigReader::isLinkEnd(const toml::node& end) {
    const std::optional<std::string> name = end.value_exact<std::string>();
    std::vector<std::string_view> known;
    for (const NodeAddress& node : config_.topology.nodes) {
        if (name == node.name) {
            return true;
        }
        known.push_back(node.name);
    }
    QString message = QStringLiteral("a link ends at %1, which is no node of this herd")
                          .arg(name ? inQuotes(*name) : kindOf(end));
    if (name && !known.empty()) {
        message += QStringLiteral("; did you mean %1?").arg(inQuotes(nearestOf(*name, known)));
    }
    fail(end.source(), message);
    return false;
}

void ConfigReader::readLink(const toml::node& link) {
    const toml::array* const ends = link.as_array();
    if (ends == nullptr || ends->size() != 2) {
        fail(link.source(), QStringLiteral("a link must be an array of two node names"));
        return;
    }
    const bool known = isLinkEnd(*ends->get(0));
    if (!isLinkEnd(*ends->get(1)) || !known) {
        return;
    }
    const std::string one = ends->get(0)->value_or(std::string());
    const std::string other = ends->get(1)->value_or(std::string());
    if (one == other) {
        fail(link.source(), QStringLiteral("a link of %1 with itself").arg(inQuotes(one)));
        return;
    }
    const auto [first, added] =
        linkLines_.try_emplace(std::minmax(one, other), link.source().begin.line);
    if (!added) {
        fail(link.source(),
             QStringLiteral("the link of %1 and %2 is given twice, first in line %3")
                 .arg(inQuotes(one), inQuotes(other), QString::number(first->second)));
        return;
    }
    config_.topology.links.emplace_back(one, other);
}

void ConfigReader::readLinks(const toml::table& root) {
    const toml::node* const links = root.get("links");
    if (links == nullptr) {
        return;
    }
    if (!links->is_array()) {
        fail(links->source(),
             QStringLiteral("\"links\" must be an array of links, not %1").arg(kindOf(*links)));
        return;
    }
    for (const toml::node& link : *links->as_array()) {
        readLink(link);
    }
}

void ConfigReader::readHerd(const TomlTable& top) {
    const std::optional<std::string> herd = stringAt(top, "herd");
    if (!herd) {
        return;
    }
    config_.topology.herd = *herd;
    if (!wire::isName(*herd)) {
        fail(top.table.get("herd")->source(),
             QStringLiteral("the herd name %1 must be 1 to 64 of A-Z a-z 0-9 . _ -")
                 .arg(inQuotes(*herd)));
    }
}

void ConfigReader::read(const toml::table& root) {
    const TomlTable top{root, "", QStringLiteral("at the top level")};
    refuseUnknown(
        top, {"herd", "links", "node", "server", "limits", "places", "journal", "log", "security"});
    readHerd(top);
    readNumbers(top, config_);
    readSections(root);
    readNodes(root);
    readLinks(root);
}

Error errorIn(const QString& sourceName, std::uint32_t line, const QString& message) {
    const QString where =
        line == 0 ? sourceName : QStringLiteral("%1:%2").arg(sourceName).arg(line);
    return Error{where + QLatin1String(": ") + message};
}

}  // namespace

Result<HerdConfig> parseConfig(std::string_view text, const QString& sourceName) {
    if (std::ranges::count(text, '.') > configPointsMax) {
        return errorIn(sourceName, 0, QStringLiteral("more than %1 points").arg(configPointsMax));
    }
    const std::variant<toml::table, TableReader::Problem> parsed = parseToml(text);
    if (const auto* const problem = std::get_if<TableReader::Problem>(&parsed)) {
        return errorIn(sourceName, problem->line, problem->message);
    }
    ConfigReader reader(sourceName);
    reader.read(std::get<toml::table>(parsed));
    if (reader.problem()) {
        return errorIn(sourceName, reader.problem()->line, reader.problem()->message);
    }
    return reader.config();
}

Result<HerdConfig> readConfigFile(const QString& path) {
    if (QFileInfo(path).isDir()) {
        return errorIn(path, 0, QStringLiteral("is a directory"));
    }
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly | QIODevice::Unbuffered)) {
        return errorIn(path, 0, file.errorString());
    }
    QByteArray text;
    while (text.size() <= configBytesMax) {
        // In pieces, because a pipe gives what it has.
        const QByteArray piece = file.read(configBytesMax + 1 - text.size());
        if (piece.isEmpty()) {
            break;
        }
        text += piece;
    }
    if (file.error() != QFileDevice::NoError) {
        return errorIn(path, 0, file.errorString());
    }
    if (text.size() > configBytesMax) {
        return errorIn(path, 0, QStringLiteral("is larger than %1 bytes").arg(configBytesMax));
    }
    return parseConfig({text.constData(), static_cast<std::size_t>(text.size())}, path);
}

HerdConfig sampleConfig() {
    Result<HerdConfig> sample = parseConfig(sampleHerd, QStringLiteral("built-in sample herd"));
    HERD_CHECK(sample.ok());
    return std::move(sample).value();
}

}  // namespace herd
