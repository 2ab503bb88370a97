// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include <QDir>
#include <QFile>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>

#include "tests/support/herdfixture.h"
#include "tests/support/lineacceptor.h"

using namespace std::string_literals;

namespace herd {

namespace {

// Exit codes of sysexits.h.
constexpr int usage = 64;
constexpr int dataError = 65;
constexpr int noInput = 66;
constexpr int unavailable = 69;
constexpr int cannotCreate = 73;
constexpr int configError = 78;

/// A herd of one that listens on whatever is free; rows put something wrong in place of `%`.
QByteArray configWith(const QByteArray& tables) {
    return "herd = \"alone\"\nlinks = []\n\n[node.Solo]\nhost = \"127.0.0.1\"\nclient = 0\n"
           "peer = 0\nadmin = 0\n\n" +
           tables;
}

QString text(const QByteArray& bytes) {
    return QString::fromUtf8(bytes);
}

}  // namespace

/// The program as its administrator meets it: what it refuses, with which exit code and which one
/// line of reason, and what it prints. DESIGN.md section 8.
class TestCommandLine : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void init();

    void refusedArguments_data();
    void refusedArguments();
    void refusedConfig_data();
    void refusedConfig();
    void refusedSurroundings_data();
    void refusedSurroundings();
    void busyPort_data();
    void busyPort();
    void hashSeedIsRefused();
    void printsAndEnds_data();
    void printsAndEnds();
    void printedConfigIsAccepted_data();
    void printedConfigIsAccepted();
    void readyLine_data();
    void readyLine();
    void stateDirectory();

  private:
    /// Writes a file into the row's directory; its path.
    QString write(const QString& name, const QByteArray& content);
    /// `{dir}` in an argument stands for the row's directory.
    QStringList inPlace(const QStringList& arguments) const;
    /// Runs the server to its end; says what is wrong with a refusal, or nothing.
    QString checkRefusal(const QStringList& arguments, const QList<int>& codes,
                         const QStringList& mentioned, const QStringList& environment = {});

    std::unique_ptr<QTemporaryDir> directory_;
};

void TestCommandLine::init() {
    directory_ = std::make_unique<QTemporaryDir>();
    QVERIFY(directory_->isValid());
    write(QStringLiteral("good.toml"), configWith(""));
}

QString TestCommandLine::write(const QString& name, const QByteArray& content) {
    QFile file(directory_->filePath(name));
    if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size()) {
        qFatal("cannot write %s", qPrintable(file.fileName()));
    }
    return file.fileName();
}

QStringList TestCommandLine::inPlace(const QStringList& arguments) const {
    QStringList replaced = arguments;
    return replaced.replaceInStrings(QStringLiteral("{dir}"), directory_->path());
}

QString TestCommandLine::checkRefusal(const QStringList& arguments, const QList<int>& codes,
                                      const QStringList& mentioned,
                                      const QStringList& environment) {
    ServerProcess server;
    server.start(inPlace(arguments), environment);
    if (!server.waitUntilEnded()) {
        return QStringLiteral("still running");
    }
    const QString reason = text(server.standardError());
    if (!codes.contains(server.exitCode())) {
        return QStringLiteral("exit code %1: %2").arg(server.exitCode()).arg(reason);
    }
    if (!server.standardOutput().isEmpty()) {
        return QStringLiteral("on standard output: ") + text(server.standardOutput());
    }
    if (reason.count(QLatin1Char('\n')) != 1 || !reason.endsWith(QLatin1Char('\n'))) {
        return QStringLiteral("not one line: ") + reason;
    }
    for (const QString& word : inPlace(mentioned)) {
        if (!reason.contains(word)) {
            return QStringLiteral("\"%1\" is not in: %2").arg(word, reason);
        }
    }
    return QString();
}

void TestCommandLine::refusedArguments_data() {
    QTest::addColumn<QString>("arguments");
    QTest::addColumn<QList<int>>("codes");
    QTest::addColumn<QString>("mentioned");
    const auto row = [](const char* name, const char* arguments, const QList<int>& codes,
                        const char* mentioned) {
        QTest::newRow(name) << QString::fromLatin1(arguments) << codes
                            << QString::fromLatin1(mentioned);
    };
    const QList<int> wrongUse = {usage};
    row("none", "", wrongUse, "--name");
    row("no name", "--config {dir}/good.toml", wrongUse, "--name");
    row("name without a value", "--config {dir}/good.toml --name", wrongUse, "name");
    row("unknown option", "--name Solo --config {dir}/good.toml --nmae", wrongUse, "nmae");
    row("unknown short option", "-x", wrongUse, "x");
    row("stray word", "--name Solo --config {dir}/good.toml Welsh", wrongUse, "Welsh");
    row("value for a switch", "--name Solo --check-config=yes", wrongUse, "check-config");
    row("unknown node", "--name Solow --config {dir}/good.toml --data {dir}/data",
        {usage, configError}, "Solow");
    row("unknown node of the sample herd", "--name wilkes --data {dir}/data", {usage, configError},
        "wilkes");
    row("name that cannot be one", "--name So/lo --config {dir}/good.toml --data {dir}/data",
        {usage, configError}, "So/lo");
    row("no such config", "--name Solo --config {dir}/none.toml", {noInput}, "{dir}/none.toml");
    row("no such config to check", "--check-config --config {dir}/none.toml", {noInput},
        "{dir}/none.toml");
    row("config is a directory", "--name Solo --config {dir}", {noInput, configError}, "{dir}");
}

void TestCommandLine::refusedArguments() {
    QFETCH(const QString, arguments);
    QFETCH(const QList<int>, codes);
    QFETCH(const QString, mentioned);
    const QString wrong =
        checkRefusal(arguments.split(QLatin1Char(' '), Qt::SkipEmptyParts), codes, {mentioned});
    QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
}

void TestCommandLine::refusedConfig_data() {
    QTest::addColumn<QByteArray>("content");
    QTest::addColumn<int>("line");
    QTest::addColumn<QString>("mentioned");
    const auto row = [](const char* name, const QByteArray& content, int line,
                        const char* mentioned) {
        QTest::newRow(name) << content << line << QString::fromLatin1(mentioned);
    };
    row("misspelt key", configWith("[limits]\nline_byte_max = 4096\n"), 11, "line_bytes_max");
    row("misspelt table", configWith("[limit]\nline_bytes_max = 4096\n"), 10, "limits");
    row("misspelt key at the top", "herb = \"alone\"\n" + configWith(""), 1, "herd");
    row("misspelt key of a node", QByteArray(configWith("")).replace("client = 0", "clients = 0"),
        6, "client");
    row("misspelt provider", configWith("[places]\nprovider = \"gogle\"\n"), 11, "google");
    row("misspelt sync", configWith("[journal]\nsync = \"everysecond\"\n"), 11, "everysec");
    row("not TOML", configWith("[limits]\nline_bytes_max 4096\n"), 11, "");
    row("key twice", configWith("[log]\nlines_per_s_max = 1\nlines_per_s_max = 2\n"), 12, "");
    row("text for a number", configWith("[limits]\nline_bytes_max = \"4096\"\n"), 11,
        "line_bytes_max");
    row("line limit too high", configWith("[limits]\nline_bytes_max = 32769\n"), 11, "32768");
    row("negative limit", configWith("[log]\nlines_per_s_max = -1\n"), 11, "lines_per_s_max");
    row("no such port", QByteArray(configWith("")).replace("peer = 0", "peer = 65536"), 7, "65535");
    row("link to nobody", QByteArray(configWith("")).replace("[]", "[[\"Solo\", \"Sola\"]]"), 2,
        "Sola");
    row("link to itself", QByteArray(configWith("")).replace("[]", "[[\"Solo\", \"Solo\"]]"), 2,
        "Solo");
    row("name with a slash", configWith("[node.\"a/b\"]\nclient = 0\npeer = 0\n"), 10, "a/b");
    row("base address of no kind", configWith("[places]\nbase_url = \"ftp://example\"\n"), 11,
        "base_url");
    row("not UTF-8", configWith("# \xff\xfe\n"), 10, "");
}

void TestCommandLine::refusedConfig() {
    QFETCH(const QByteArray, content);
    QFETCH(const int, line);
    QFETCH(const QString, mentioned);
    write(QStringLiteral("bad.toml"), content);
    const QStringList mention = {QStringLiteral("bad.toml:%1").arg(line), mentioned};
    const QString file = QStringLiteral("{dir}/bad.toml");
    const QString data = QStringLiteral("{dir}/data");
    QString wrong = checkRefusal({QStringLiteral("--config"), file, QStringLiteral("--name"),
                                  QStringLiteral("Solo"), QStringLiteral("--data"), data},
                                 {configError}, mention);
    QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
    wrong = checkRefusal({QStringLiteral("--config"), file, QStringLiteral("--check-config")},
                         {configError}, mention);
    QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
}

void TestCommandLine::refusedSurroundings_data() {
    QTest::addColumn<QByteArray>("content");
    QTest::addColumn<QString>("further");
    QTest::addColumn<QList<int>>("codes");
    QTest::addColumn<QString>("mentioned");
    const auto row = [](const char* name, const QByteArray& content, const char* further,
                        const QList<int>& codes, const char* mentioned) {
        QTest::newRow(name) << content << QString::fromLatin1(further) << codes
                            << QString::fromLatin1(mentioned);
    };
    row("data directory below a file", configWith(""), "--data {dir}/good.toml/data",
        {cannotCreate}, "{dir}/good.toml/data");
    row("data directory is a file", configWith(""), "--data {dir}/good.toml", {cannotCreate},
        "{dir}/good.toml");
    row("log in no directory", configWith(""), "--data {dir}/data --log-file {dir}/none/Solo.log",
        {cannotCreate}, "{dir}/none/Solo.log");
    row("log is a directory", configWith(""), "--data {dir}/data --log-file {dir}", {cannotCreate},
        "{dir}");
    row("no such places file", configWith("[places]\nfiles = [\"none.geojson\"]\n"),
        "--data {dir}/data", {noInput, configError}, "none.geojson");
    row("places file of no kind", configWith("[places]\nfiles = [\"good.toml\"]\n"),
        "--data {dir}/data", {dataError, configError}, "good.toml");
    row("places file with a mistake", configWith("[places]\nfiles = [\"bad.csv\"]\n"),
        "--data {dir}/data", {dataError, configError}, "bad.csv:3");
    row("no such key file",
        configWith("[places]\nprovider = \"google\"\nkey_file = \"none.key\"\n"),
        "--data {dir}/data", {noInput, configError}, "none.key");
    row("open to the world without a secret",
        QByteArray(configWith("")).replace("127.0.0.1", "0.0.0.0"), "--data {dir}/data",
        {configError}, "0.0.0.0");
}

void TestCommandLine::refusedSurroundings() {
    QFETCH(const QByteArray, content);
    QFETCH(const QString, further);
    QFETCH(const QList<int>, codes);
    QFETCH(const QString, mentioned);
    write(QStringLiteral("herd.toml"), content);
    write(QStringLiteral("bad.csv"), "name,latitude,longitude\nGood,1,2\nBad,91,2\n");
    const QStringList arguments = {QStringLiteral("--config"), QStringLiteral("{dir}/herd.toml"),
                                   QStringLiteral("--name"), QStringLiteral("Solo")};
    const QString wrong =
        checkRefusal(arguments + further.split(QLatin1Char(' ')), codes, {mentioned});
    QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
}

void TestCommandLine::busyPort_data() {
    QTest::addColumn<QByteArray>("key");
    QTest::newRow("client") << QByteArray("client = ");
    QTest::newRow("peer") << QByteArray("peer = ");
}

void TestCommandLine::busyPort() {
    QFETCH(const QByteArray, key);
    const LineAcceptor owner;
    QVERIFY(owner.isOpen());
    const QByteArray port = QByteArray::number(owner.port());
    write(QStringLiteral("herd.toml"),
          QByteArray(configWith("")).replace(key + "0\n", key + port + '\n'));
    const QString wrong = checkRefusal(
        {QStringLiteral("--config"), QStringLiteral("{dir}/herd.toml"), QStringLiteral("--name"),
         QStringLiteral("Solo"), QStringLiteral("--data"), QStringLiteral("{dir}/data")},
        {unavailable}, {QStringLiteral("127.0.0.1"), text(port)});
    QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
}

void TestCommandLine::hashSeedIsRefused() {
    const QString wrong = checkRefusal(
        {QStringLiteral("--config"), QStringLiteral("{dir}/good.toml"), QStringLiteral("--name"),
         QStringLiteral("Solo"), QStringLiteral("--data"), QStringLiteral("{dir}/data")},
        {configError}, {QStringLiteral("QT_HASH_SEED")}, {QStringLiteral("QT_HASH_SEED=0")});
    QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
}

void TestCommandLine::printsAndEnds_data() {
    QTest::addColumn<QString>("arguments");
    QTest::addColumn<QString>("spelling");
    const auto row = [](const char* arguments, const char* spelling) {
        QTest::newRow(arguments) << QString::fromLatin1(arguments) << QString::fromLatin1(spelling);
    };
    row("--version", "\\Aherd-server \\d+\\.\\d+\\.\\d+\n\\z");
    row("--help",
        "(?s)--name.*--config.*--data.*--log-file.*--salvage.*--check-config.*--print-config.*"
        "--version.*--help.*\n\\z");
    row("--check-config", "\n\\z");
    row("--check-config --config {dir}/good.toml", "good.toml.*\n\\z");
    row("--print-config", "(?s)\\A.*\\[node\\.\"?Wilkes\"?\\].*client = 12005\n.*\n\\z");
    row("--print-config --config {dir}/good.toml", "(?s)Solo.*line_bytes_max = 4096\n");
}

void TestCommandLine::printsAndEnds() {
    QFETCH(const QString, arguments);
    QFETCH(const QString, spelling);
    ServerProcess server;
    server.start(inPlace(arguments.split(QLatin1Char(' '))));
    QVERIFY(server.waitUntilEnded());
    QCOMPARE(server.standardError(), QByteArray());
    QCOMPARE(server.exitCode(), 0);
    const QString output = text(server.standardOutput());
    QVERIFY2(QRegularExpression(spelling).match(output).hasMatch(), qPrintable(output));
}

void TestCommandLine::printedConfigIsAccepted_data() {
    QTest::addColumn<QStringList>("source");
    QTest::newRow("sample herd") << QStringList();
    QTest::newRow("file") << QStringList{QStringLiteral("--config"),
                                         QStringLiteral("{dir}/rich.toml")};
}

void TestCommandLine::printedConfigIsAccepted() {
    QFETCH(const QStringList, source);
    write(QStringLiteral("rich.toml"),
          configWith("[places]\nprovider = \"google-legacy\"\nkey_file = \"a \\\"key\\\".txt\"\n"
                     "base_url = \"http://127.0.0.1:18080\"\nfiles = [\"a.csv\", \"b.geojson\"]\n"
                     "[journal]\nsync = \"always\"\n[log]\nlines_per_s_max = 0\n"));
    ServerProcess printer;
    printer.start(inPlace(source) + QStringList{QStringLiteral("--print-config")});
    QVERIFY(printer.waitUntilEnded());
    QCOMPARE(printer.exitCode(), 0);
    const QByteArray printed = printer.standardOutput();
    const QString path = write(QStringLiteral("printed.toml"), printed);

    ServerProcess checker;
    checker.start({QStringLiteral("--check-config"), QStringLiteral("--config"), path});
    QVERIFY(checker.waitUntilEnded());
    QVERIFY2(checker.exitCode() == 0, checker.standardError().constData());

    ServerProcess again;
    again.start({QStringLiteral("--print-config"), QStringLiteral("--config"), path});
    QVERIFY(again.waitUntilEnded());
    QCOMPARE(again.standardOutput(), printed);
}

void TestCommandLine::readyLine_data() {
    QTest::addColumn<bool>("chosen");
    QTest::newRow("any ports") << false;
    QTest::newRow("ports of the configuration") << true;
}

void TestCommandLine::readyLine() {
    QFETCH(const bool, chosen);
    const PortLease ports(2);
    QByteArray config = configWith("");
    if (chosen) {
        config.replace("client = 0", "client = " + QByteArray::number(ports.port(0)));
        config.replace("peer = 0", "peer = " + QByteArray::number(ports.port(1)));
    }
    const QString path = write(QStringLiteral("herd.toml"), config);
    ServerProcess server;
    server.start({QStringLiteral("--name"), QStringLiteral("Solo"), QStringLiteral("--config"),
                  path, QStringLiteral("--data"), directory_->filePath(QStringLiteral("data"))});
    QVERIFY2(server.waitUntilReady(), server.standardError().constData());
    QCOMPARE(server.ready().name, QStringLiteral("Solo"));
    if (chosen) {
        QCOMPARE(server.clientPort(), ports.port(0));
        QCOMPARE(server.peerPort(), ports.port(1));
    }
    QCOMPARE(LineClient(server.clientPort()).ask("bogus"), "? bogus\n"s);
    QVERIFY(LineClient(server.peerPort()).isOpen());
    QVERIFY(QFile::exists(directory_->filePath(QStringLiteral("data/Solo.log"))));
    server.terminate();
    QVERIFY(server.waitUntilEnded());
    QCOMPARE(server.exitCode(), 0);
    QCOMPARE(server.standardOutput().count('\n'), qsizetype{1});
    QCOMPARE(server.standardError(), QByteArray());
}

void TestCommandLine::stateDirectory() {
    ServerProcess server;
    const QString state = directory_->filePath(QStringLiteral("state"));
    server.start(inPlace({QStringLiteral("--name"), QStringLiteral("Solo"),
                          QStringLiteral("--config"), QStringLiteral("{dir}/good.toml")}),
                 {QStringLiteral("STATE_DIRECTORY=") + state});
    QVERIFY2(server.waitUntilReady(), server.standardError().constData());
    QVERIFY(QFile::exists(state + QStringLiteral("/Solo.log")));
}

}  // namespace herd

QTEST_GUILESS_MAIN(herd::TestCommandLine)
#include "tst_commandline.moc"
