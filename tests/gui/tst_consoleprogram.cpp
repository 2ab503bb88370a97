// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include <QImage>
#include <QProcess>
#include <QSettings>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTemporaryDir>
#include <QTest>
#include <csignal>

#include "console/consoleoptions.h"
#include "tests/support/herdfixture.h"

namespace herd {

namespace {

struct Run {
    int code = -1;
    QString output;
    QString errors;
};

QProcessEnvironment environmentWith(const QString& home) {
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(QStringLiteral("XDG_CONFIG_HOME"), home);
    environment.insert(QStringLiteral("QT_QPA_PLATFORM"), QStringLiteral("offscreen"));
    return environment;
}

Run runConsole(const QStringList& arguments, const QString& home) {
    QProcess process;
    process.setProcessEnvironment(environmentWith(home));
    process.start(QStringLiteral(HERD_CONSOLE_PATH), arguments);
    if (!process.waitForFinished(60'000)) {
        process.kill();
        process.waitForFinished();
        return {};
    }
    return {process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1,
            QString::fromUtf8(process.readAllStandardOutput()),
            QString::fromUtf8(process.readAllStandardError())};
}

}  // namespace

/// The console's program: its command line, how it ends, and its screenshots.
class TestConsoleProgram : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void ends_data();
    void ends();
    void leavesQtItsOptions();
    void takesAScreenshot();
    void takesAScreenshotOfAHerdThatIsNotThere();
    void savesTheLayoutWhenTerminated_data();
    void savesTheLayoutWhenTerminated();

  private:
    QTemporaryDir directory_;
};

void TestConsoleProgram::ends_data() {
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<int>("code");
    QTest::addColumn<QString>("says");
    const auto row = [](const char* name, const QString& arguments, int code, const char* says) {
        QTest::newRow(name) << arguments.split(QLatin1Char(' ')) << code << QString::fromUtf8(says);
    };
    row("help", QStringLiteral("--help"), 0, "--screenshot <FILE>");
    row("version", QStringLiteral("--version"), 0, "herd-console " HERD_VERSION);
    row("unknown", QStringLiteral("--nonsense"), 64, "nonsense");
    row("extra", QStringLiteral("here"), 64, "unexpected argument \"here\"");
    row("twice", QStringLiteral("--config a --config b"), 64, "--config is given twice");
    row("both", QStringLiteral("--config a --connect h:1"), 64, "exclude each other");
    row("no port", QStringLiteral("--connect localhost"), 64, "HOST:PORT");
    row("port too great", QStringLiteral("--connect localhost:65536"), 64, "HOST:PORT");
    row("size", QStringLiteral("--size 12"), 64, "--size takes WxH");
    row("too small", QStringLiteral("--size 319x240"), 64, "--size takes WxH");
    row("too great", QStringLiteral("--size 7680x4321"), 64, "--size takes WxH");
    row("dock", QStringLiteral("--dock Nowhere"), 64, "no part \"Nowhere\"");
    row("appearance", QStringLiteral("--appearance pink"), 64, "not \"pink\"");
    row("no token", QStringLiteral("--connect h:1 --token-file nowhere.token"), 78,
        "nowhere.token");
    row("no such file", QStringLiteral("--config nowhere.toml"), 78, "nowhere.toml");
    row("unwritable", QStringLiteral("--connect 127.0.0.1:1 --screenshot nowhere/shot.png"), 73,
        "cannot be written");
}

void TestConsoleProgram::ends() {
    QFETCH(QStringList, arguments);
    QFETCH(int, code);
    QFETCH(QString, says);
    const Run run = runConsole(arguments, directory_.path());
    QVERIFY2(run.code == code, qPrintable(run.errors));
    const QString& told = code == 0 ? run.output : run.errors;
    QVERIFY2(told.contains(says), qPrintable(told));
}

void TestConsoleProgram::leavesQtItsOptions() {
    const QStringList arguments =
        QStringLiteral("herd-console -platform offscreen --style=fusion --dock log -style fusion")
            .split(QLatin1Char(' '));
    const auto parsed = parseConsoleOptions(arguments);
    const auto* const options = std::get_if<ConsoleOptions>(&parsed);
    QVERIFY(options != nullptr);
    QVERIFY(options->part == Part::log);
}

void TestConsoleProgram::takesAScreenshot() {
    HerdFixture herd(HerdLayout::sample());
    QVERIFY2(herd.start() && herd.waitUntilLinked(), qPrintable(herd.error()));
    const QString path = directory_.filePath(QStringLiteral("shot.png"));
    QStringList arguments = {QStringLiteral("--screenshot"), path,
                             QStringLiteral("--size"),       QStringLiteral("1000x700"),
                             QStringLiteral("--appearance"), QStringLiteral("dark")};
    for (const QString& node : herd.layout().nodes) {
        arguments +=
            {QStringLiteral("--connect"), QStringLiteral("127.0.0.1:%1").arg(herd.adminPort(node))};
    }
    const Run run = runConsole(arguments, directory_.path());
    QVERIFY2(run.code == 0, qPrintable(run.errors));
    const QImage shot(path);
    QCOMPARE(shot.size(), QSize(1000, 700));
    // The strip under the menu is green where nodes agree: more green than red in a dark window.
    int green = 0;
    for (int x = shot.width() / 2; x < shot.width(); ++x) {
        const QColor colour = shot.pixelColor(x, 32);
        green += colour.green() > colour.red() + 16 ? 1 : 0;
    }
    QVERIFY2(green > shot.width() / 4, qPrintable(QString::number(green)));
}

void TestConsoleProgram::takesAScreenshotOfAHerdThatIsNotThere() {
    const QString path = directory_.filePath(QStringLiteral("nobody.png"));
    const Run run = runConsole({QStringLiteral("--connect"), QStringLiteral("127.0.0.1:1"),
                                QStringLiteral("--screenshot"), path},
                               directory_.path());
    QVERIFY2(run.code == 0, qPrintable(run.errors));
    QVERIFY(!QImage(path).isNull());
}

void TestConsoleProgram::savesTheLayoutWhenTerminated_data() {
    QTest::addColumn<int>("number");
    QTest::newRow("SIGTERM") << SIGTERM;
    QTest::newRow("SIGINT") << SIGINT;
}

void TestConsoleProgram::savesTheLayoutWhenTerminated() {
    QFETCH(int, number);
    const QTemporaryDir home;
    // Listens to the console, so that the test knows when its event loop runs.
    QTcpServer node;
    QVERIFY(node.listen(QHostAddress::LocalHost));
    QProcess process;
    process.setProcessEnvironment(environmentWith(home.path()));
    process.start(
        QStringLiteral(HERD_CONSOLE_PATH),
        {QStringLiteral("--connect"), QStringLiteral("127.0.0.1:%1").arg(node.serverPort())});
    QVERIFY(node.waitForNewConnection(60'000));
    QVERIFY(node.nextPendingConnection()->waitForReadyRead(60'000));
    QCOMPARE(::kill(static_cast<pid_t>(process.processId()), number), 0);
    QVERIFY(process.waitForFinished(60'000));
    QCOMPARE(process.exitStatus(), QProcess::NormalExit);
    QCOMPARE(process.exitCode(), 0);
    const QSettings settings(home.filePath(QStringLiteral("Herd/herd-console.conf")),
                             QSettings::IniFormat);
    QVERIFY(settings.contains(QStringLiteral("window/state")));
}

}  // namespace herd

QTEST_GUILESS_MAIN(herd::TestConsoleProgram)
#include "tst_consoleprogram.moc"
