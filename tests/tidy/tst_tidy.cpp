// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include <QDir>
#include <QFileInfo>
#include <QTest>

#include "tests/tidy/finding.h"
#include "tests/tidy/includerules.h"
#include "tests/tidy/sourcetree.h"
#include "tests/tidy/textrules.h"
#include "tests/tidy/treerules.h"

using namespace herd::tidy;

namespace {

using Rule = Findings (*)(const SourceFile&);

bool isCoreHeader(const QString& name) {
    return QFileInfo::exists(QStringLiteral(HERD_QTCORE_INCLUDE "/") + name);
}

Findings checkIncludesOfProject(const SourceFile& file) {
    return checkIncludes(file, isCoreHeader);
}

QString print(const Findings& findings) {
    QString text;
    for (const Finding& finding : findings) {
        text += QLatin1Char('\n') + finding.print();
    }
    return text;
}

/// Text that no rule may find in this file itself is put together from pieces.
QString joined(const char* first, const char* second) {
    return QString::fromUtf8(first) + QString::fromUtf8(second);
}

}  // namespace

/// The rules of the source tree: the functions without rows read the project, the others show that
/// each rule catches an offence and leaves its lawful neighbour alone.
class TidyTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase();

    void includes() { verify(checkIncludesOfProject); }
    void licenceLines() { verify(checkLicenceLines); }
    void layout() { verify(checkLayout); }
    void bannedCalls() { verify(checkBannedCalls); }
    void output() { verify(checkOutput); }
    void openTasks() { verify(checkOpenTasks); }
    void machinePaths() { verify(checkMachinePaths); }
    void listedSources() { verifyTree(checkListedSources(files_)); }
    void codeTour() { verifyTree(checkCodeTour(files_)); }
    void explainedKeys() { verifyTree(checkExplainedKeys(files_)); }
    void promises() { verifyTree(checkPromises(files_)); }
    void longFiles();

    void includesOffence_data();
    void includesOffence() { verifyRow(checkIncludesOfProject); }
    void licenceLinesOffence_data();
    void licenceLinesOffence() { verifyRow(checkLicenceLines); }
    void layoutOffence_data();
    void layoutOffence() { verifyRow(checkLayout); }
    void bannedCallsOffence_data();
    void bannedCallsOffence() { verifyRow(checkBannedCalls); }
    void outputOffence_data();
    void outputOffence() { verifyRow(checkOutput); }
    void openTasksOffence_data();
    void openTasksOffence() { verifyRow(checkOpenTasks); }
    void machinePathsOffence_data();
    void machinePathsOffence() { verifyRow(checkMachinePaths); }
    void listedSourcesOffence();
    void codeTourOffence();
    void explainedKeysOffence();
    void promisesOffence();

  private:
    static void addColumns();
    static void addRow(const char* name, const char* path, const QString& text, int findings);
    static void verifyRow(Rule rule);
    void verify(Rule rule) const;
    static void verifyTree(const Findings& findings);

    QList<SourceFile> files_;
};

void TidyTest::initTestCase() {
    files_ = readSourceTree(QStringLiteral(HERD_SOURCE_DIR));
    QVERIFY(files_.size() > 50);
}

void TidyTest::verifyTree(const Findings& findings) {
    QVERIFY2(findings.isEmpty(), qPrintable(print(findings)));
}

void TidyTest::verify(Rule rule) const {
    Findings findings;
    for (const SourceFile& file : files_) {
        findings += rule(file);
    }
    verifyTree(findings);
}

void TidyTest::longFiles() {
    for (const SourceFile& file : files_) {
        const qsizetype lines = file.lines().size() - 1;
        if (isCode(file) && lines > fileLinesWanted) {
            qInfo("%s: %lld lines; does it hold one idea?", qPrintable(file.path),
                  static_cast<long long>(lines));
        }
    }
}

void TidyTest::addColumns() {
    QTest::addColumn<QString>("path");
    QTest::addColumn<QString>("text");
    QTest::addColumn<int>("findings");
}

void TidyTest::addRow(const char* name, const char* path, const QString& text, int findings) {
    QTest::newRow(name) << QString::fromUtf8(path) << text << findings;
}

void TidyTest::verifyRow(Rule rule) {
    QFETCH(QString, path);
    QFETCH(QString, text);
    QFETCH(int, findings);
    const Findings found = rule({path, text});
    QVERIFY2(found.size() == findings, qPrintable(print(found)));
}

void TidyTest::includesOffence_data() {
    struct Row {
        const char* path;
        const char* line;
        int findings;
    };
    static constexpr Row rows[] = {
        {"common/a.h", "#include \"common/b.h\"", 0},
        {"common/a.h", "#include <QString>", 0},
        {"common/a.h", "#include \"server/herd/digest.h\"", 1},
        {"common/a.h", "#include <QTcpSocket>", 1},
        {"common/a.h", "#include <QWidget>", 1},
        {"common/a.h", "#include <QtNetwork/QTcpSocket>", 1},
        {"common/a.cpp", "#include <toml++/toml.h>", 1},
        {"common/configfile.cpp", "#include <toml++/toml.h>", 0},
        {"common/a.cpp", "#include \"resources/gazetteer/b.h\"", 1},
        {"server/herd/a.cpp", "#include \"common/b.h\"", 0},
        {"server/herd/a.cpp", "#include \"server/herd/b.h\"", 0},
        {"server/herd/a.cpp", "#include \"server/clock.h\"", 1},
        {"server/herd/a.cpp", "#include \"server/net/replyqueue.h\"", 1},
        {"server/herd/a.cpp", "#  include <QTimer>", 1},
        {"server/herd/a.cpp", "#include <random>", 1},
        {"server/herd/a.cpp", "#include <QTcpSocket>", 1},
        {"server/herd/a.cpp", "#include <algorithm>", 0},
        {"server/net/a.cpp", "#include \"server/net/b.h\"", 0},
        {"server/net/a.cpp", "#include <QTcpSocket>", 0},
        {"server/net/a.cpp", "#include \"server/places/placesprovider.h\"", 1},
        {"server/net/a.cpp", "#include \"server/herd/herdcore.h\"", 1},
        {"server/net/a.cpp", "#include \"server/log.h\"", 1},
        {"server/net/a.cpp", "#include \"server/tcp/acceptor.h\"", 0},
        {"server/admin/a.cpp", "#include \"server/tcp/acceptor.h\"", 0},
        {"server/admin/a.cpp", "#include \"server/net/replyqueue.h\"", 1},
        {"server/places/a.cpp", "#include \"server/tcp/acceptor.h\"", 1},
        {"server/tcp/a.cpp", "#include \"server/net/replyqueue.h\"", 1},
        {"server/places/a.cpp", "#include \"server/net/replyqueue.h\"", 1},
        {"server/places/a.cpp", "#include \"resources/gazetteer/b.h\"", 0},
        {"server/herd/a.cpp", "#include \"resources/gazetteer/b.h\"", 1},
        {"server/systemdice.h", "#include \"server/herd/dice.h\"", 0},
        {"server/journal/a.cpp", "#include \"server/herd/stamptable.h\"", 1},
        {"server/admin/a.cpp", "#include \"server/node.h\"", 1},
        {"server/node.cpp", "#include \"server/herd/herdcore.h\"", 0},
        {"server/node.cpp", "#include \"server/net/clientservice.h\"", 0},
        {"server/node.cpp", "#include \"server/net/clientlistener.h\"", 1},
        {"server/node.cpp", "#include \"server/places/offline.h\"", 1},
        {"server/log.cpp", "#include \"server/herd/herdcore.h\"", 1},
        {"server/app.cpp", "#include \"server/places/offline.h\"", 0},
        {"server/app.cpp", "#include \"server/herd/herdcore.h\"", 1},
        {"server/main.cpp", "#include \"server/net/clientlistener.h\"", 1},
        {"server/main.cpp", "#include \"tests/support/until.h\"", 1},
        {"console/a.cpp", "#include \"console/b.h\"", 0},
        {"console/a.cpp", "#include \"server/clock.h\"", 1},
        {"tests/unit/a.cpp", "#include \"server/herd/herdcore.h\"", 0},
        {"README.md", "#include \"server/herd/herdcore.h\"", 0},
    };
    addColumns();
    for (const Row& row : rows) {
        QTest::addRow("%s: %s", row.path, row.line)
            << QString::fromUtf8(row.path) << QString::fromUtf8(row.line) << row.findings;
    }
}

void TidyTest::licenceLinesOffence_data() {
    const QString copyright = joined("SPDX-", "FileCopyrightText: The Herd developers\n");
    const QString licence = joined("SPDX-", "License-Identifier: MIT\n");
    const QString slashes = QStringLiteral("// ");
    const QString hash = QStringLiteral("# ");
    const QString bang = QStringLiteral("#!/bin/sh\n");
    addColumns();
    addRow("source", "common/a.cpp", slashes + copyright + slashes + licence, 0);
    addRow("source without", "common/a.cpp", QStringLiteral("int a;\n"), 1);
    addRow("source, one line", "common/a.h", slashes + copyright, 1);
    addRow("source, other licence", "common/a.h",
           slashes + copyright + slashes + joined("SPDX-", "License-Identifier: GPL-3.0\n"), 1);
    addRow("source, late", "common/a.h",
           QStringLiteral("\n") + slashes + copyright + slashes + licence, 1);
    addRow("script", "resources/a", bang + hash + copyright + hash + licence, 0);
    addRow("script without", "resources/a", bang, 1);
    addRow("sourced script", "resources/a.sh", hash + copyright + hash + licence, 0);
    addRow("CMake", "common/CMakeLists.txt", hash + copyright + hash + licence, 0);
    addRow("CMake without", "common/CMakeLists.txt", QStringLiteral("project(a)\n"), 1);
    addRow("CMake module without", "tests/a.cmake", QStringLiteral("project(a)\n"), 1);
    addRow("JavaScript", "resources/a.mjs", slashes + copyright + slashes + licence, 0);
    addRow("JavaScript without", "resources/a.mjs", QStringLiteral("let a;\n"), 1);
    addRow("prose", "README.md", QStringLiteral("Herd\n"), 0);
}

void TidyTest::layoutOffence_data() {
    const QString newline = QStringLiteral("\n");
    const QString full(lineColumnsMax, QLatin1Char('a'));
    const QString accented = QString(lineColumnsMax - 1, QLatin1Char('a'));
    addColumns();
    addRow("nothing", "common/a.cpp", QString(), 0);
    addRow("plain", "common/a.cpp", QStringLiteral("int a;\n"), 0);
    addRow("full line", "common/a.cpp", full + newline, 0);
    addRow("one column more", "common/a.cpp", full + QStringLiteral("a\n"), 1);
    addRow("full line, one character of two halves", "common/a.cpp",
           accented + QString::fromUtf8("\xF0\x9F\x90\x91\n"), 0);
    addRow("long line of prose", "README.md", full + full + newline, 0);
    addRow("full file", "common/a.cpp", newline.repeated(fileLinesMax - 1) + QStringLiteral("a\n"),
           0);
    addRow("one line more", "common/a.cpp", newline.repeated(fileLinesMax) + QStringLiteral("a\n"),
           1);
    addRow("tab", "common/a.cpp", QStringLiteral("\tint a;\n"), 1);
    addRow("tab in prose", "README.md", QStringLiteral("a\tb\n"), 1);
    addRow("space at the end", "common/a.cpp", QStringLiteral("int a; \nint b;\n"), 1);
    addRow("carriage return", "common/a.cpp", QStringLiteral("int a;\r\nint b;\n"), 1);
    addRow("no newline", "common/a.cpp", QStringLiteral("int a;"), 1);
    addRow("empty last line", "common/a.cpp", QStringLiteral("int a;\n\n"), 1);
}

void TidyTest::bannedCallsOffence_data() {
    addColumns();
    addRow("waits", "server/a.cpp", QStringLiteral("socket.waitForReadyRead(100);\n"), 1);
    addRow("waits in net", "server/net/a.cpp", QStringLiteral("socket->waitForConnected ();\n"), 1);
    addRow("waits in console", "console/a.cpp", QStringLiteral("s.waitForDisconnected();\n"), 1);
    addRow("waits in a test", "tests/a.cpp", QStringLiteral("s.waitForReadyRead(100);\n"), 0);
    addRow("processes events", "server/a.cpp",
           QStringLiteral("QCoreApplication::processEvents();\n"), 1);
    addRow("nested loop", "server/a.h", QStringLiteral("#include <QEventLoop>\n"), 1);
    addRow("dispatcher", "server/a.h", QStringLiteral("#include <QAbstractEventDispatcher>\n"), 0);
    addRow("sender", "server/a.cpp", QStringLiteral("auto* from = sender();\n"), 1);
    addRow("another name", "server/a.cpp", QStringLiteral("auto* from = mySender();\n"), 0);
    addRow("named slot", "server/a.cpp",
           QStringLiteral("connect(a, SIGNAL(b()), c,\n SLOT(d()));\n"), 2);
    addRow("declared slot", "server/a.h", QStringLiteral("public Q_SLOTS:\nQ_SLOT(a)\n"), 0);
    addRow("in a comment", "server/a.cpp",
           QStringLiteral("// not waitForReadyRead()\n/* nor\n QEventLoop */\n"), 0);
    addRow("in a text", "server/a.cpp", QStringLiteral("log(\"no \\\"QEventLoop\\\" here\");\n"),
           0);
    addRow("after a comment and a text", "server/a.cpp",
           QStringLiteral("/* a */ f(\"//\"); x.waitForReadyRead();\n"), 1);
}

void TidyTest::outputOffence_data() {
    addColumns();
    addRow("cout", "server/a.cpp", QStringLiteral("std::cout << 1;\n"), 1);
    addRow("fprintf", "server/net/a.cpp", QStringLiteral("std::fprintf(stderr, \"\");\n"), 1);
    addRow("printf", "common/a.cpp", QStringLiteral("printf(\"\");\n"), 1);
    addRow("snprintf", "common/a.cpp", QStringLiteral("std::snprintf(a, 1, \"\");\n"), 0);
    addRow("Qt's log", "server/herd/a.cpp", QStringLiteral("qWarning() << a;\n"), 1);
    addRow("text stream", "server/a.cpp", QStringLiteral("QTextStream out(stdout);\n"), 1);
    addRow("who may", "server/main.cpp", QStringLiteral("std::fputs(a, stdout);\n"), 0);
    addRow("a test", "tests/a.cpp", QStringLiteral("std::cout << 1;\n"), 0);
}

void TidyTest::openTasksOffence_data() {
    addColumns();
    addRow("later", "common/a.cpp", QStringLiteral("// ") + joined("TO", "DO: check\n"), 1);
    addRow("broken", "README.md", joined("FIX", "ME\n"), 1);
    addRow("crossed", "resources/a.sh", QStringLiteral("# ") + joined("XX", "X\n"), 1);
    addRow("mktemp", "resources/a.sh", QStringLiteral("mktemp a.XXXXXX\n"), 0);
    addRow("a word", "README.md", QStringLiteral("mastodons\n"), 0);
}

void TidyTest::machinePathsOffence_data() {
    addColumns();
    addRow("home", "common/a.cpp", QStringLiteral("open(\"") + joined("/ho", "me/ann/a\");\n"), 1);
    addRow("scratch", "tests/a.cpp", QStringLiteral("dir = ") + joined("/tm", "p/a;\n"), 1);
    addRow("root", "README.md", QStringLiteral("see ") + joined("/ro", "ot/a\n"), 1);
    addRow("scratch by default", "resources/a.sh", QStringLiteral("${TMPDIR:-/tmp}/a\n"), 0);
    addRow("inside a path", "README.md", QStringLiteral("see docs/home/a and $X/tmp/a\n"), 0);
    addRow("configuration", "README.md", QStringLiteral("see /etc/herd/herd.toml\n"), 0);
}

void TidyTest::listedSourcesOffence() {
    const QList<SourceFile> files = {
        {QStringLiteral("common/CMakeLists.txt"),
         QStringLiteral("add_library(a STATIC\n  one.cpp\n  # two.cpp\n)\n")},
        {QStringLiteral("common/one.cpp"), QString()},
        {QStringLiteral("common/two.cpp"), QString()},
        {QStringLiteral("server/one.cpp"), QString()},
        {QStringLiteral("tests/CMakeLists.txt"),
         QStringLiteral("f(unit/three.cpp \"${PROJECT_SOURCE_DIR}/server/four.cpp\" ../five.cpp)")},
        {QStringLiteral("tests/unit/three.cpp"), QString()},
        {QStringLiteral("server/four.cpp"), QString()},
        {QStringLiteral("five.cpp"), QString()},
    };
    QStringList paths;
    for (const Finding& finding : checkListedSources(files)) {
        paths.append(finding.path);
    }
    QCOMPARE(paths,
             QStringList({QStringLiteral("common/two.cpp"), QStringLiteral("server/one.cpp")}));
}

void TidyTest::codeTourOffence() {
    const QList<SourceFile> files = {
        {QStringLiteral("README.md"), QStringLiteral("see `common/` and\n`server/net/`\n")},
        {QStringLiteral("common/one.cpp"), QString()},
        {QStringLiteral("server/net/two.cpp"), QString()},
        {QStringLiteral("server/three.cpp"), QString()},
        {QStringLiteral("resources/four.sh"), QString()},
    };
    const Findings findings = checkCodeTour(files);
    QCOMPARE(findings.size(), 1);
    QCOMPARE(findings.first().path, QStringLiteral("server/"));
}

void TidyTest::explainedKeysOffence() {
    const QString sample =
        QStringLiteral("herd = \"a\"\n# of two words\n# idle = 0  # s\nhost = 1\n");
    const QList<SourceFile> files = {
        {QStringLiteral("README.md"), QStringLiteral("`herd`, host and `idle`\n")},
        {QStringLiteral("resources/herd.toml"), sample},
    };
    const Findings findings = checkExplainedKeys(files);
    QCOMPARE(findings.size(), 1);
    QCOMPARE(findings.first().line, qsizetype{4});
    QCOMPARE(checkExplainedKeys({}).size(), 1);
}

void TidyTest::promisesOffence() {
    const QString page = QStringLiteral("resources/PROMISES.md");
    QString text = QStringLiteral("`tst_one`, `tst_one::works` and `sim_quick`\n");
    for (int row = 1; row <= faultRows; ++row) {
        text += QStringLiteral("| %1 | fault | `tst_one` |\n").arg(row);
    }
    QList<SourceFile> files = {
        {QStringLiteral("tests/CMakeLists.txt"),
         QStringLiteral("herd_test(tst_one tst_one.cpp)\nadd_test(NAME sim_quick COMMAND sim)\n")},
        {QStringLiteral("tests/tst_one.cpp"), QStringLiteral("void works();\n")},
        {QStringLiteral("tests/tst_two.cpp"), QStringLiteral("void works();\n")},
        {page, text},
    };
    QCOMPARE(checkPromises(files).size(), 0);
    files.last().text = text + QStringLiteral("`tst_two`\n`tst_one::fails`\n`sim_slow`\n");
    QCOMPARE(checkPromises(files).size(), 3);
    files.last().text = text.replace(QStringLiteral("| 7 | fault | `tst_one`"),
                                     QStringLiteral("| 7 | fault | `sim`"));
    QCOMPARE(checkPromises(files).size(), 1);
    files.removeLast();
    QCOMPARE(checkPromises(files).size(), faultRows);
}

QTEST_GUILESS_MAIN(TidyTest)
#include "tst_tidy.moc"
