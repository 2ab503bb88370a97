// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include <QStringList>
#include <string_view>

#include "common/configfile.h"

namespace herd {

namespace {

QString toText(std::string_view bytes) {
    return QString::fromUtf8(bytes.data(), static_cast<qsizetype>(bytes.size()));
}

/// A TOML basic string.
QString tomlString(const QString& text) {
    QString quoted = QStringLiteral("\"");
    for (const QChar character : text) {
        if (character == QLatin1Char('"') || character == QLatin1Char('\\')) {
            quoted += QLatin1Char('\\');
            quoted += character;
        } else if (character.unicode() < 0x20 || character.unicode() == 0x7f) {
            quoted +=
                QStringLiteral("\\u%1").arg(uint{character.unicode()}, 4, 16, QLatin1Char('0'));
        } else {
            quoted += character;
        }
    }
    return quoted + QLatin1Char('"');
}

QString tomlString(std::string_view text) {
    return tomlString(toText(text));
}

/// Adds lines of `key = value` and `[table]`.
class TomlPrinter {
  public:
    explicit TomlPrinter(const HerdConfig& config) : config_(config) {}

    void value(std::string_view key, const QString& value) {
        text_ += toText(key) + QLatin1String(" = ") + value + QLatin1Char('\n');
    }

    void table(const QString& name) { text_ += QLatin1String("\n[") + name + QLatin1String("]\n"); }

    /// All number keys of that table.
    void numbers(std::string_view table) {
        for (const NumberKey& number : numberKeys()) {
            if (number.table == table) {
                value(number.key, QString::number(number.field(config_)));
            }
        }
    }

    void topLevel();
    void node(const NodeAddress& node);
    void places();

    const QString& text() const { return text_; }

  private:
    HerdConfig config_;  ///< a copy, because the number keys give writable fields
    QString text_;
};

void TomlPrinter::topLevel() {
    value("herd", tomlString(config_.topology.herd));
    QString links;
    for (const auto& [one, other] : config_.topology.links) {
        links += QStringLiteral("  [%1, %2],\n").arg(tomlString(one), tomlString(other));
    }
    value("links", links.isEmpty() ? QStringLiteral("[]") : QStringLiteral("[\n%1]").arg(links));
    numbers("");
}

void TomlPrinter::node(const NodeAddress& node) {
    table(QLatin1String("node.") + tomlString(node.name));
    value("host", tomlString(node.host));
    value("client", QString::number(node.clientPort));
    value("peer", QString::number(node.peerPort));
    if (node.adminPort) {
        value("admin", QString::number(*node.adminPort));
    }
}

void TomlPrinter::places() {
    table(QStringLiteral("places"));
    value("provider", tomlString(wordOf(config_.places.provider)));
    value("base_url", tomlString(config_.places.baseUrl));
    value("key_file", tomlString(config_.places.keyFile));
    QStringList files;
    for (const QString& file : config_.places.files) {
        files.append(tomlString(file));
    }
    value("files", QStringLiteral("[%1]").arg(files.join(QLatin1String(", "))));
    numbers("places");
}

}  // namespace

QString printConfig(const HerdConfig& config) {
    TomlPrinter printer(config);
    printer.topLevel();
    for (const NodeAddress& node : config.topology.nodes) {
        printer.node(node);
    }
    printer.table(QStringLiteral("server"));
    printer.numbers("server");
    printer.table(QStringLiteral("limits"));
    printer.numbers("limits");
    printer.places();
    printer.table(QStringLiteral("journal"));
    printer.value("sync", tomlString(wordOf(config.journal.sync)));
    printer.table(QStringLiteral("log"));
    printer.value("level", tomlString(wordOf(config.log.level)));
    printer.numbers("log");
    printer.table(QStringLiteral("security"));
    printer.value("secret_file", tomlString(config.security.secretFile));
    printer.value("admin_token_file", tomlString(config.security.adminTokenFile));
    printer.value("admin_read_token_file", tomlString(config.security.adminReadTokenFile));
    return printer.text();
}

}  // namespace herd
