// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include <QtTest>

#include <sys/resource.h>
#include <sys/stat.h>

#include <algorithm>
#include <csignal>
#include <memory>
#include <set>
#include <string>

#include "common/check.h"
#include "common/escaped.h"
#include "common/timestamp.h"
#include "server/log.h"
#include "tests/component/manualclock.h"
#include "tests/support/until.h"

using namespace herd;

namespace {

constexpr std::string_view client = "127.0.0.1:5000";

/// A log in a folder of its own.
struct Fixture {
    explicit Fixture(const LogConfig& logConfig = {}, bool isFull = false) : config(logConfig) {
        HERD_CHECK(folder.isValid());
        path = folder.filePath(QStringLiteral("node.log"));
        if (isFull) {
            HERD_CHECK(QFile::link(QStringLiteral("/dev/full"), path));
        }
        clock.wall = 1'700'000'000 * nanosecondsPerSecond + 123'456'789;
        Result<std::unique_ptr<Log>> opened = Log::open(path, config, clock);
        HERD_CHECK(opened.ok());
        log = std::move(opened).value();
    }

    QByteArrayList records(const QString& suffix = {}) const {
        QFile file(path + suffix);
        HERD_CHECK(file.open(QIODevice::ReadOnly));
        QByteArrayList lines = file.readAll().split('\n');
        HERD_CHECK(lines.takeLast().isEmpty());
        return lines;
    }
    QByteArrayList writtenRecords() const {
        log->writeOut();
        return records();
    }
    /// How many records of the file have that in them.
    qsizetype count(const char* text) const {
        const QByteArrayList lines = records();
        return std::count_if(lines.begin(), lines.end(),
                             [text](const QByteArray& line) { return line.contains(text); });
    }

    /// Whether the log has looked after itself once more, which it does within half a second.
    bool hasTicked() {
        const std::string text = "tick " + std::to_string(++ticks);
        log->notice(LogLevel::info, "node", text);
        return until(patience, [&] { return count(text.c_str()) == 1; });
    }

    QTemporaryDir folder;
    int ticks = 0;
    QString path;
    LogConfig config;
    ManualClock clock;
    std::unique_ptr<Log> log;
};

LogConfig small(std::int64_t fileBytesMax, std::int64_t filesMax) {
    LogConfig config;
    config.fileBytesMax = fileBytesMax;
    config.filesMax = filesMax;
    return config;
}

}  // namespace

class LogTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void records();
    void escapes_data();
    void escapes();
    void everyByte();
    void whoIsEscaped();
    void levels_data();
    void levels();
    void linesPerSecond();
    void noLinesAtAll();
    void leftOutIsToldAtTheEnd();
    void isWrittenSoon();
    void muchIsWrittenAtOnce();
    void openFailures_data();
    void openFailures();
    void appendsToAnOldFile();
    void rotation_data();
    void rotation();
    void longRecordHasItsOwnFile();
    void tornRecordIsFinished();
    void rotationFails();
    void reopens();
    void reopenIsTriedAgain();
    void fullDisk();
    void fullDiskLosesRecordsInTheEnd();
};

void LogTest::records() {
    Fixture fixture;
    fixture.log->notice(LogLevel::warning, "link", "link dropped Hands: reset");
    fixture.log->line(LogDirection::received, client, "IAMAT kiwi +34-118 1.5");
    fixture.log->line(LogDirection::sent, client, "AT Wilkes +0.1 kiwi +34-118 1.5\n");
    const QByteArrayList expected = {
        "2023-11-14T22:13:20.123456Z warning link link dropped Hands: reset",
        "2023-11-14T22:13:20.123456Z info 127.0.0.1:5000 received IAMAT kiwi +34-118 1.5",
        "2023-11-14T22:13:20.123456Z info 127.0.0.1:5000 sent AT Wilkes +0.1 kiwi +34-118 1.5",
    };
    QCOMPARE(fixture.writtenRecords(), expected);
    struct stat status {};
    QCOMPARE(::stat(QFile::encodeName(fixture.path).constData(), &status), 0);
    QCOMPARE(status.st_mode & 07777, mode_t{0640});
}

void LogTest::escapes_data() {
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QByteArray>("text");
    QTest::newRow("printable") << QByteArray(" !\"#$%&'()*+,-./09:;<=>?@AZ[]^_`az{|}~")
                               << QByteArray(" !\"#$%&'()*+,-./09:;<=>?@AZ[]^_`az{|}~");
    QTest::newRow("backslash") << QByteArray("\\n\\\\") << QByteArray("\\n\\\\");
    QTest::newRow("line ends") << QByteArray("a\r\nb\n\nc") << QByteArray("a\\r\\nb\\n\\nc");
    QTest::newRow("tab") << QByteArray("\t") << QByteArray("\\t");
    QTest::newRow("escape sequence") << QByteArray("\x1b[2J") << QByteArray("\\x1b[2J");
    QTest::newRow("NUL") << QByteArray("a\0b", 3) << QByteArray("a\\x00b");
    QTest::newRow("DEL and past ASCII")
        << QByteArray("\x7f\x80\xff") << QByteArray("\\x7f\\x80\\xff");
    QTest::newRow("UTF-8") << QByteArray("\xc3\xa9") << QByteArray("\\xc3\\xa9");
    QTest::newRow("nothing") << QByteArray() << QByteArray();
}

void LogTest::escapes() {
    QFETCH(QByteArray, bytes);
    QFETCH(QByteArray, text);
    Fixture fixture;
    fixture.log->line(LogDirection::received, "who", bytes.toStdString());
    QCOMPARE(fixture.writtenRecords(),
             QByteArrayList{"2023-11-14T22:13:20.123456Z info who received " + text});
}

void LogTest::everyByte() {
    std::set<std::string> seen;
    for (int value = 0; value < 256; ++value) {
        const std::string byte(1, static_cast<char>(value));
        std::string text;
        appendEscaped(text, byte);
        const bool printable = value >= 0x20 && value < 0x7f;
        QVERIFY(printable ? text == byte : text.size() > 1 && text[0] == '\\');
        QVERIFY(std::all_of(text.begin(), text.end(),
                            [](char one) { return one >= ' ' && one <= '~'; }));
        QVERIFY(seen.insert(text).second);
    }
}

void LogTest::whoIsEscaped() {
    Fixture fixture;
    fixture.log->notice(LogLevel::info, "a\nb", "c\nd");
    QCOMPARE(fixture.writtenRecords(),
             QByteArrayList{"2023-11-14T22:13:20.123456Z info a\\nb c\\nd"});
}

void LogTest::levels_data() {
    QTest::addColumn<int>("level");
    QTest::addColumn<QByteArrayList>("expected");
    const QByteArrayList all = {"error", "warning", "info", "debug"};
    for (int level = 0; level < 4; ++level) {
        QTest::addRow("%s", all[level].constData()) << level << all.mid(0, level + 1);
    }
}

void LogTest::levels() {
    QFETCH(int, level);
    QFETCH(QByteArrayList, expected);
    LogConfig config;
    config.level = static_cast<LogLevel>(level);
    Fixture fixture(config);
    QByteArrayList events;
    for (int of = 0; of < 4; ++of) {
        fixture.log->notice(static_cast<LogLevel>(of), "node", "text");
    }
    for (const QByteArray& record : fixture.writtenRecords()) {
        events.append(record.split(' ').at(1));
    }
    QCOMPARE(events, expected);
    // Lines are records of level info, those of level debug only when asked for.
    QCOMPARE(fixture.log->wantsLine(), level >= 2);
    QCOMPARE(fixture.log->wantsLine(LogLevel::debug), level >= 3);
    fixture.log->line(LogDirection::sent, "peer", "MARK 1", LogLevel::debug);
    QCOMPARE(fixture.writtenRecords().size(), expected.size() + (level >= 3 ? 1 : 0));
    QCOMPARE(fixture.log->linesLeftOutTotal(), std::uint64_t{0});
}

void LogTest::linesPerSecond() {
    LogConfig config;
    config.linesPerSMax = 3;
    Fixture fixture(config);
    for (int i = 0; i < 3; ++i) {
        QVERIFY(fixture.log->wantsLine());
        fixture.log->line(LogDirection::received, client, "taken");
    }
    QVERIFY(!fixture.log->wantsLine());
    fixture.log->line(LogDirection::received, client, "not taken");
    fixture.log->notice(LogLevel::info, "node", "notice");
    QCOMPARE(fixture.log->linesLeftOutTotal(), std::uint64_t{2});
    QCOMPARE(fixture.writtenRecords().size(), 4);
    // Just short of a second nothing changes, however often the log looks.
    fixture.clock.monotonic += nanosecondsPerSecond - 1;
    QVERIFY(fixture.hasTicked());
    QVERIFY(!fixture.log->wantsLine());
    QCOMPARE(fixture.count("left out"), 0);
    fixture.clock.monotonic += 1;
    QVERIFY(fixture.hasTicked());
    QCOMPARE(fixture.count(" info log left out 3 lines: more than lines_per_s_max = 3 in a second"),
             1);
    QVERIFY(fixture.log->wantsLine());
    QCOMPARE(fixture.log->linesLeftOutTotal(), std::uint64_t{3});
    // A second in which nothing is left out has no such record.
    fixture.log->line(LogDirection::received, client, "taken");
    fixture.clock.monotonic += nanosecondsPerSecond;
    QVERIFY(fixture.hasTicked());
    QCOMPARE(fixture.count("left out"), 1);
    QCOMPARE(fixture.count("received taken"), 4);
    QCOMPARE(fixture.count("not taken"), 0);
}

void LogTest::noLinesAtAll() {
    LogConfig config;
    config.linesPerSMax = 0;
    config.level = LogLevel::debug;
    Fixture fixture(config);
    QVERIFY(!fixture.log->wantsLine());
    fixture.log->line(LogDirection::received, client, "not taken");
    fixture.log->notice(LogLevel::info, "link", "link opened Hands");
    fixture.clock.monotonic += nanosecondsPerSecond;
    QVERIFY(fixture.hasTicked());
    QCOMPARE(fixture.records().size(), 2);
    QCOMPARE(fixture.log->linesLeftOutTotal(), std::uint64_t{0});
}

void LogTest::leftOutIsToldAtTheEnd() {
    LogConfig config;
    config.linesPerSMax = 1;
    Fixture fixture(config);
    fixture.log->line(LogDirection::received, client, "taken");
    fixture.log->line(LogDirection::received, client, "not taken");
    fixture.log.reset();
    QCOMPARE(fixture.records().size(), 2);
    QVERIFY(fixture.records()[1].contains("left out 1 lines"));
}

void LogTest::isWrittenSoon() {
    Fixture fixture;
    for (const char* text : {"first", "second"}) {
        fixture.log->notice(LogLevel::info, "node", text);
        QCOMPARE(fixture.count(text), 0);
        QTRY_COMPARE_WITH_TIMEOUT(fixture.count(text), 1, 500);
    }
}

void LogTest::muchIsWrittenAtOnce() {
    Fixture fixture;
    const std::string text(1'000, 'x');
    for (std::size_t bytes = 0; bytes < Log::writeOutBytes; bytes += text.size()) {
        fixture.log->notice(LogLevel::info, "node", text);
    }
    QVERIFY(fixture.records().size() >= 60);
}

void LogTest::openFailures_data() {
    QTest::addColumn<QString>("path");
    QTest::addColumn<QString>("reason");
    QTest::newRow("no folder") << "/no/such/folder/node.log"
                               << "No such file or directory";
    QTest::newRow("a folder") << "/tmp"
                              << "Is a directory";
    QTest::newRow("below a file") << "/dev/null/node.log"
                                  << "Not a directory";
}

void LogTest::openFailures() {
    QFETCH(QString, path);
    QFETCH(QString, reason);
    const ManualClock clock;
    const Result<std::unique_ptr<Log>> log = Log::open(path, LogConfig(), clock);
    QVERIFY(!log.ok());
    QCOMPARE(log.error().message, QStringLiteral("cannot open log file %1: %2").arg(path, reason));
}

void LogTest::appendsToAnOldFile() {
    Fixture fixture;
    fixture.log->notice(LogLevel::info, "node", "first run");
    fixture.log.reset();
    Result<std::unique_ptr<Log>> again = Log::open(fixture.path, fixture.config, fixture.clock);
    QVERIFY(again.ok());
    fixture.log = std::move(again).value();
    fixture.log->notice(LogLevel::info, "node", "second run");
    QCOMPARE(fixture.writtenRecords().size(), 2);
}

void LogTest::rotation_data() {
    QTest::addColumn<qint64>("filesMax");
    QTest::addColumn<int>("recordCount");
    QTest::addColumn<QList<int>>("recordsByAge");
    // Two records fill a file to the last byte.
    QTest::newRow("at the limit") << qint64{3} << 2 << QList<int>{2};
    QTest::newRow("one past it") << qint64{3} << 3 << QList<int>{1, 2};
    QTest::newRow("all kept") << qint64{3} << 6 << QList<int>{2, 2, 2};
    QTest::newRow("the oldest goes") << qint64{3} << 7 << QList<int>{1, 2, 2};
    QTest::newRow("much later") << qint64{3} << 100 << QList<int>{2, 2, 2};
    QTest::newRow("only one file") << qint64{1} << 5 << QList<int>{1};
}

void LogTest::rotation() {
    QFETCH(qint64, filesMax);
    QFETCH(int, recordCount);
    QFETCH(QList<int>, recordsByAge);
    const std::string text(100, 'x');
    const qint64 recordBytes =
        QByteArray("2023-11-14T22:13:20.123456Z info node 00000 \n").size() + 100;
    for (const bool together : {false, true}) {
        Fixture fixture(small(2 * recordBytes, filesMax));
        for (int i = 0; i < recordCount; ++i) {
            const QByteArray number = QByteArray::number(i).rightJustified(5, '0');
            fixture.log->notice(LogLevel::info, "node", number.toStdString() + " " + text);
            if (!together) {
                fixture.log->writeOut();
            }
        }
        fixture.log->writeOut();
        int number = recordCount;
        QStringList names;
        for (int age = 0; age < recordsByAge.size(); ++age) {
            const QString suffix = age == 0 ? QString() : QStringLiteral(".%1").arg(age);
            names.append(QStringLiteral("node.log") + suffix);
            const QByteArrayList records = fixture.records(suffix);
            QCOMPARE(records.size(), recordsByAge[age]);
            for (qsizetype i = records.size(); i-- > 0;) {
                QCOMPARE(records[i].mid(38, 5).toInt(), --number);
            }
        }
        QCOMPARE(QDir(fixture.folder.path()).entryList(QDir::Files, QDir::Name), names);
    }
}

void LogTest::longRecordHasItsOwnFile() {
    Fixture fixture(small(200, 3));
    fixture.log->notice(LogLevel::info, "node", "before");
    fixture.log->notice(LogLevel::info, "node", std::string(1'000, 'x'));
    fixture.log->notice(LogLevel::info, "node", "after");
    QCOMPARE(fixture.writtenRecords().size(), 1);
    QVERIFY(fixture.records()[0].endsWith("after"));
    QCOMPARE(fixture.records(QStringLiteral(".1")).size(), 1);
    QVERIFY(fixture.records(QStringLiteral(".1"))[0].size() > 1'000);
    QVERIFY(fixture.records(QStringLiteral(".2"))[0].endsWith("before"));
}

void LogTest::tornRecordIsFinished() {
    // The disk takes only a part of a record; the rest goes to the same file, rotation or not.
    const std::string text(100, 'x');
    Fixture fixture(small(180, 3));
    fixture.log->notice(LogLevel::info, "node", "1" + text);
    fixture.log->writeOut();
    rlimit before{};
    QCOMPARE(::getrlimit(RLIMIT_FSIZE, &before), 0);
    rlimit lower = before;
    lower.rlim_cur = 200;
    ::signal(SIGXFSZ, SIG_IGN);
    QCOMPARE(::setrlimit(RLIMIT_FSIZE, &lower), 0);
    fixture.log->notice(LogLevel::info, "node", "2" + std::string(300, 'y'));
    fixture.log->notice(LogLevel::info, "node", "3" + text);
    fixture.log->writeOut();
    QCOMPARE(::setrlimit(RLIMIT_FSIZE, &before), 0);
    QCOMPARE(QFileInfo(fixture.path).size(), 200);
    fixture.log->writeOut();
    QVERIFY(fixture.records(QStringLiteral(".2")).at(0).contains(" 1xx"));
    QVERIFY(fixture.records(QStringLiteral(".1")).at(0).contains(" 2yy"));
    QVERIFY(fixture.records(QStringLiteral(".1")).at(0).endsWith("yy"));
    QVERIFY(fixture.records().at(0).contains(" 3xx"));
}

void LogTest::rotationFails() {
    Fixture fixture(small(200, 2));
    QSignalSpy failed(fixture.log.get(), &Log::failed);
    // A folder in the way, with something in it.
    QVERIFY(QDir(fixture.folder.path()).mkpath(QStringLiteral("node.log.1/inside")));
    for (int i = 0; i < 20; ++i) {
        fixture.log->notice(LogLevel::info, "node", std::string(50, 'x'));
        fixture.log->writeOut();
    }
    QCOMPARE(failed.count(), 1);
    QVERIFY(failed[0][0].toString().startsWith(
        QStringLiteral("cannot rotate log file %1: ").arg(fixture.path)));
    QVERIFY(fixture.log->failuresTotal() > 1);
    QCOMPARE(fixture.records().size(), 20);
    QVERIFY(!QFile::exists(fixture.path + QStringLiteral(".new")));
    QSignalSpy mended(fixture.log.get(), &Log::mended);
    QVERIFY(QDir(fixture.path + QStringLiteral(".1")).removeRecursively());
    fixture.log->notice(LogLevel::info, "node", "now");
    fixture.log->writeOut();
    QCOMPARE(mended.count(), 1);
    QCOMPARE(fixture.records(QStringLiteral(".1")).size(), 20);
}

void LogTest::reopens() {
    Fixture fixture;
    fixture.log->notice(LogLevel::info, "node", "before");
    const QString moved = QStringLiteral(".moved");
    QVERIFY(QFile::rename(fixture.path, fixture.path + moved));
    fixture.log->reopen();
    fixture.log->notice(LogLevel::info, "node", "after");
    QVERIFY(fixture.writtenRecords().at(0).endsWith("after"));
    QVERIFY(fixture.records(moved).at(0).endsWith("before"));
}

void LogTest::reopenIsTriedAgain() {
    Fixture fixture;
    QSignalSpy failed(fixture.log.get(), &Log::failed);
    QSignalSpy mended(fixture.log.get(), &Log::mended);
    const QString moved = QStringLiteral(".moved");
    QVERIFY(QFile::rename(fixture.path, fixture.path + moved));
    QVERIFY(QDir().mkdir(fixture.path));
    fixture.log->reopen();
    QCOMPARE(failed.count(), 1);
    // Meanwhile the old file is still good for something.
    fixture.log->notice(LogLevel::info, "node", "between");
    QTRY_COMPARE(fixture.records(moved).size(), 1);
    QVERIFY(QDir().rmdir(fixture.path));
    QTRY_COMPARE(mended.count(), 1);
    QCOMPARE(failed.count(), 1);
    QTRY_COMPARE(fixture.count("the file can be written again; records lost: 0"), 1);
}

void LogTest::fullDisk() {
    Fixture fixture({}, true);
    QSignalSpy failed(fixture.log.get(), &Log::failed);
    QSignalSpy mended(fixture.log.get(), &Log::mended);
    fixture.log->notice(LogLevel::info, "node", "first");
    QTRY_COMPARE(failed.count(), 1);
    QCOMPARE(failed[0][0].toString(), QStringLiteral("cannot write log file %1: No space left on "
                                                     "device")
                                          .arg(fixture.path));
    QTRY_VERIFY(fixture.log->failuresTotal() >= 3);
    QCOMPARE(failed.count(), 1);
    fixture.log->notice(LogLevel::info, "node", "second");
    QVERIFY(QFile::remove(fixture.path));
    fixture.log->reopen();
    QTRY_COMPARE(mended.count(), 1);
    QTRY_COMPARE(fixture.count("records lost: 0"), 1);
    QCOMPARE(fixture.count("first") + fixture.count("second"), 2);
    QCOMPARE(fixture.log->recordsLostTotal(), std::uint64_t{0});
}

void LogTest::fullDiskLosesRecordsInTheEnd() {
    Fixture fixture({}, true);
    const std::string text(10'000, 'x');
    const std::string record = "2023-11-14T22:13:20.123456Z info node " + text + "\n";
    const std::size_t fit = LogFile::bufferBytesMax / record.size();
    for (std::size_t i = 0; i < fit + 5; ++i) {
        QCOMPARE(fixture.log->recordsLostTotal(), std::uint64_t(i <= fit ? 0 : i - fit));
        fixture.log->notice(LogLevel::info, "node", text);
    }
    QCOMPARE(fixture.log->recordsLostTotal(), std::uint64_t{5});
    QVERIFY(QFile::remove(fixture.path));
    fixture.log->reopen();
    fixture.log->writeOut();
    QCOMPARE(fixture.writtenRecords().size(), qsizetype(fit) + 1);
    QCOMPARE(fixture.count("records lost: 5"), 1);
}

QTEST_GUILESS_MAIN(LogTest)
#include "tst_log.moc"
