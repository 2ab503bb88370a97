// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include <unistd.h>

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QtTest>

#include "common/configfile.h"
#include "tests/unit/bytes.h"
#include "tests/unit/configtexts.h"
#include "tests/unit/dice.h"

using namespace herd;

class ConfigFileTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void sample();
    void sampleFile();
    void defaults();
    void everyKey();
    void nodes();
    void relativePaths();
    void printedSample();
    void printedEveryKey();
    void printedStrings();
    void printedAnything();
    void files();
    void unreadableFiles();
    void closedFile();
    void fileSize();
};

void ConfigFileTest::sample() {
    const HerdConfig config = sampleConfig();
    QCOMPARE(config.topology.herd, std::string("sample"));
    const char* const names[] = {"Goloman", "Hands", "Holiday", "Welsh", "Wilkes"};
    QCOMPARE(config.topology.nodes.size(), std::size(names));
    for (std::size_t index = 0; index < std::size(names); ++index) {
        const NodeAddress& node = config.topology.nodes[index];
        const auto port = static_cast<quint16>(12'001 + index);
        QCOMPARE(node.name, std::string(names[index]));
        QCOMPARE(node.host, QStringLiteral("127.0.0.1"));
        QCOMPARE(node.clientPort, port);
        QCOMPARE(node.peerPort, quint16(port + 100));
        QVERIFY(node.adminPort == quint16(port + 200));
    }
    const std::vector<std::pair<std::string, std::string>> links = {
        {"Goloman", "Hands"}, {"Goloman", "Holiday"}, {"Goloman", "Wilkes"},
        {"Hands", "Wilkes"},  {"Holiday", "Welsh"},   {"Holiday", "Wilkes"}};
    QVERIFY(config.topology.links == links);
    HerdConfig plain;
    plain.topology = config.topology;
    QCOMPARE(config, plain);
}

void ConfigFileTest::sampleFile() {
    const Result<HerdConfig> file = readConfigFile(QFINDTESTDATA("../../resources/herd.toml"));
    QVERIFY2(file.ok(), file.ok() ? "" : qPrintable(file.error().message));
    QCOMPARE(file.value(), sampleConfig());
}

void ConfigFileTest::defaults() {
    const Result<HerdConfig> result = parsed(smallest);
    QVERIFY(result.ok());
    const HerdConfig& config = result.value();
    QCOMPARE(config.topology.herd, std::string("herd"));
    QVERIFY(config.topology.links.empty());
    QCOMPARE(config.topology.nodes.size(), std::size_t{1});
    QCOMPARE(config.topology.nodes[0].host, QStringLiteral("127.0.0.1"));
    QVERIFY(!config.topology.nodes[0].adminPort);
    HerdConfig plain;
    plain.topology = config.topology;
    QCOMPARE(config, plain);
    QCOMPARE(config.futureSkewMaxS, 300);
    QCOMPARE(config.ttlS, 0);
    QCOMPARE(config.server.ioThreads, 1);
    QCOMPARE(config.server.spinUs, 0);
    QCOMPARE(config.limits.lineBytesMax, 4'096);
    QCOMPARE(config.limits.clientsMax, 10'000'000);
    QCOMPARE(config.limits.unsentBytesMax, 65'536);
    QCOMPARE(config.limits.unsentStallMsMax, 10'000);
    QCOMPARE(config.limits.linesPerTurnMax, 64);
    QCOMPARE(config.limits.firstLineMsMax, 60'000);
    QCOMPARE(config.limits.idleMsMax, 0);
    QCOMPARE(config.places.deadlineMs, 8'000);
    QCOMPARE(config.log.linesPerSMax, 2'000);
    QCOMPARE(config.log.fileBytesMax, 67'108'864);
    QCOMPARE(config.log.filesMax, 5);
}

void ConfigFileTest::everyKey() {
    const Result<HerdConfig> result = parsed(everyKeyText);
    QVERIFY2(result.ok(), result.ok() ? "" : qPrintable(result.error().message));
    HerdConfig expected;
    expected.topology.herd = "flock";
    expected.topology.links = {{"B", "A"}};
    expected.topology.nodes = {{"A", QStringLiteral("::1"), 1, 65'535, quint16{0}},
                               {"B", QStringLiteral("localhost"), 0, 0, std::nullopt}};
    expected.futureSkewMaxS = 1;
    expected.ttlS = 17;
    expected.server = {.ioThreads = 18, .spinUs = 16};
    expected.limits = {.lineBytesMax = 64,
                       .clientsMax = 2,
                       .connectionsMax = 3,
                       .connectionsPerAddressMax = 4,
                       .firstLineMsMax = 5,
                       .idleMsMax = 6,
                       .unsentBytesMax = 1'024,
                       .unsentStallMsMax = 8,
                       .linesPerTurnMax = 9,
                       .pendingAnswersMax = 10};
    expected.places = {.provider = PlacesProviderKind::googleLegacy,
                       .baseUrl = QStringLiteral("http://127.0.0.1:18080/prefix"),
                       .keyFile = QStringLiteral("/run/key"),
                       .deadlineMs = 11,
                       .requestsPerMinute = 12,
                       .requestsPerDay = 13,
                       .files = {QStringLiteral("/a.csv"), QStringLiteral("/b.geojson")}};
    expected.journal.sync = JournalSync::off;
    expected.log = {
        .linesPerSMax = 14, .fileBytesMax = 5'000, .filesMax = 15, .level = LogLevel::debug};
    expected.security = {.secretFile = QStringLiteral("/run/secret"),
                         .adminTokenFile = QStringLiteral("/run/token"),
                         .adminReadTokenFile = QStringLiteral("/run/read")};
    QCOMPARE(result.value(), expected);
}

void ConfigFileTest::nodes() {
    const QByteArray longName(64, 'n');
    const Result<HerdConfig> result =
        parsed("[node." + longName +
               "]\nclient = 0\npeer = 0\n[node.\"a.b\"]\nclient = 0\npeer = 0\n[node.Z_-9]\n"
               "client = 0\npeer = 0\n[node]\na = { client = 0, peer = 0 }\n");
    QVERIFY2(result.ok(), result.ok() ? "" : qPrintable(result.error().message));
    std::vector<std::string> names;
    for (const NodeAddress& node : result.value().topology.nodes) {
        names.push_back(node.name);
    }
    QVERIFY(names == std::vector<std::string>({"Z_-9", "a", "a.b", longName.toStdString()}));
}

void ConfigFileTest::relativePaths() {
    const Result<HerdConfig> result =
        parsed(smallest +
               "[places]\nkey_file = \"../places.key\"\n"
               "files = [\"depots.geojson\", \"./a/./b.csv\", \"/srv/c.csv\"]\n"
               "[security]\nsecret_file = \"herd.secret\"\n");
    QVERIFY(result.ok());
    QCOMPARE(result.value().security.secretFile, QStringLiteral("/etc/herd/herd.secret"));
    QVERIFY(result.value().security.adminTokenFile.isEmpty());
    QCOMPARE(result.value().places.keyFile, QStringLiteral("/etc/places.key"));
    QCOMPARE(result.value().places.files,
             QStringList({QStringLiteral("/etc/herd/depots.geojson"),
                          QStringLiteral("/etc/herd/a/b.csv"), QStringLiteral("/srv/c.csv")}));
    const Result<HerdConfig> here =
        parseConfig(viewOf(smallest + "[places]\nkey_file = \"k\"\n"), QStringLiteral("herd.toml"));
    QVERIFY(here.ok());
    QCOMPARE(here.value().places.keyFile, QDir::current().absoluteFilePath(QStringLiteral("k")));
}

void ConfigFileTest::printedSample() {
    const HerdConfig config = sampleConfig();
    const QString text = printConfig(config);
    const Result<HerdConfig> again = parseConfig(text.toStdString(), configName);
    QVERIFY2(again.ok(), qPrintable(text));
    QCOMPARE(again.value(), config);
    // Complete: every key is there, those at their default too.
    for (const NumberKey& number : numberKeys()) {
        QVERIFY(text.contains(QLatin1Char('\n') + QString::fromLatin1(number.key.data()) +
                              QLatin1String(" = ")));
    }
    for (const char* key :
         {"herd", "links", "host", "client", "peer", "admin", "provider", "base_url", "key_file",
          "files", "sync", "level", "secret_file", "admin_token_file", "admin_read_token_file"}) {
        QVERIFY2((QLatin1Char('\n') + text)
                     .contains(QLatin1Char('\n') + QLatin1String(key) + QLatin1String(" = ")),
                 key);
    }
}

void ConfigFileTest::printedEveryKey() {
    const HerdConfig config = parsed(everyKeyText).value();
    const QString text = printConfig(config);
    const Result<HerdConfig> again =
        parseConfig(text.toStdString(), QStringLiteral("/elsewhere/x"));
    QVERIFY2(again.ok(), qPrintable(text));
    QCOMPARE(again.value(), config);
    QCOMPARE(printConfig(again.value()), text);
}

void ConfigFileTest::printedStrings() {
    HerdConfig config = parsed(smallest).value();
    config.topology.nodes[0].name = "a.b";
    config.places.keyFile =
        QStringLiteral("/q\"b\\s'\t\n\r\u0001\u007f\u00e9\u2028 \U0001f42e#[x]=%1");
    config.places.files = {QStringLiteral("/a, b.csv"), QStringLiteral("/]\"")};
    const QString text = printConfig(config);
    const Result<HerdConfig> again = parseConfig(text.toStdString(), configName);
    QVERIFY2(again.ok(), qPrintable(text));
    QCOMPARE(again.value(), config);
}

void ConfigFileTest::printedAnything() {
    Dice dice(1);
    for (int round = 0; round < 300; ++round) {
        HerdConfig config = parsed(smallest).value();
        for (const NumberKey& number : numberKeys()) {
            const auto span = static_cast<std::size_t>(number.max - number.min) + 1;
            number.field(config) = number.min + static_cast<std::int64_t>(dice.below(span));
        }
        config.places.provider = static_cast<PlacesProviderKind>(dice.below(3));
        config.journal.sync = static_cast<JournalSync>(dice.below(3));
        config.log.level = static_cast<LogLevel>(dice.below(4));
        const Result<HerdConfig> again = parseConfig(printConfig(config).toStdString(), configName);
        QVERIFY(again.ok());
        QCOMPARE(again.value(), config);
    }
}

namespace {

QString fileWith(const QTemporaryDir& folder, const QByteArray& text) {
    QFile file(folder.filePath(QStringLiteral("herd.toml")));
    const bool written = file.open(QIODevice::WriteOnly) && file.write(text) == text.size();
    return written ? file.fileName() : QString();
}

}  // namespace

void ConfigFileTest::files() {
    QTemporaryDir folder;
    const QString path = fileWith(folder, smallest + "[places]\nfiles = [\"a.csv\"]\n");
    const Result<HerdConfig> result = readConfigFile(path);
    QVERIFY(result.ok());
    QCOMPARE(result.value().places.files, QStringList(folder.filePath(QStringLiteral("a.csv"))));
    QCOMPARE(readConfigFile(fileWith(folder, smallest + "x = 1\n")).error().message,
             path + QLatin1String(":4: unknown key \"x\" in [node.A]; did you mean \"host\"?"));
    // As editors on other systems write it.
    QVERIFY(readConfigFile(fileWith(folder, QByteArray("\xef\xbb\xbf") +
                                                QByteArray(smallest).replace("\n", "\r\n")))
                .ok());
}

void ConfigFileTest::unreadableFiles() {
    QTemporaryDir folder;
    const QString missing = folder.filePath(QStringLiteral("missing.toml"));
    QCOMPARE(readConfigFile(missing).error().message,
             missing + QLatin1String(": No such file or directory"));
    QCOMPARE(readConfigFile(folder.path()).error().message,
             folder.path() + QLatin1String(": is a directory"));
    // Opens, and cannot be read.
    const Result<HerdConfig> memory = readConfigFile(QStringLiteral("/proc/self/mem"));
    QVERIFY(!memory.ok());
    QVERIFY2(memory.error().message.contains(QLatin1String("Input/output error")),
             qPrintable(memory.error().message));
}

void ConfigFileTest::closedFile() {
    QTemporaryDir folder;
    const QString path = fileWith(folder, smallest);
    QVERIFY(QFile::setPermissions(path, {}));
    if (::geteuid() == 0) {
        QSKIP("no file is closed to root");
    }
    QCOMPARE(readConfigFile(path).error().message, path + QLatin1String(": Permission denied"));
}

void ConfigFileTest::fileSize() {
    QTemporaryDir folder;
    const QByteArray comment = '#' + QByteArray(configBytesMax - smallest.size() - 1, 'x');
    QVERIFY(readConfigFile(fileWith(folder, smallest + comment)).ok());
    const QString path = fileWith(folder, smallest + comment + 'x');
    QCOMPARE(readConfigFile(path).error().message,
             path + QLatin1String(": is larger than 1048576 bytes"));
    QCOMPARE(readConfigFile(QStringLiteral("/dev/zero")).error().message,
             QStringLiteral("/dev/zero: is larger than 1048576 bytes"));
}

QTEST_GUILESS_MAIN(ConfigFileTest)
#include "tst_configfile.moc"
