// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include <QDateTime>
#include <QTest>

#include "common/position.h"
#include "common/timestamp.h"
#include "common/wire.h"
#include "console/checkedfield.h"
#include "console/clientline.h"

namespace herd {

namespace {

std::string_view view(const QByteArray& bytes) {
    return {bytes.constData(), static_cast<std::size_t>(bytes.size())};
}

bool isTaken(const QByteArray& line) {
    const ClientMessage message = wire::parseClientLine(view(line));
    return std::holds_alternative<Iamat>(message) || std::holds_alternative<Whatsat>(message);
}

}  // namespace

/// Whatever the console says of a field, nodes must agree: a fault exactly where they refuse.
class TestClientLine : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void fields_data();
    void fields();
    void lines_data();
    void lines();
    void writesTheTimeAsClientsDo();
    void writesPositionsAsClientsDo_data();
    void writesPositionsAsClientsDo();
    void aFieldTellsWhileItIsTyped();
};

void TestClientLine::fields_data() {
    QTest::addColumn<QString>("field");
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QString>("says");  // a part of the sentence; empty: no fault
    struct Row {
        const char* field;
        QByteArray text;
        const char* says;
    };
    const Row rows[] = {
        {"client", "kiwi", ""},
        {"client", "\xff\x01", ""},
        {"client", "", "needs a name"},
        {"client", "a b", "white space"},
        {"client", QByteArray(1'024, 'x'), ""},
        {"client", QByteArray(1'025, 'x'), "at most 1024"},
        {"position", "+34.068930-118.445127", ""},
        {"position", "-0.0+0.0", ""},
        {"position", "+90-180", ""},
        {"position", "+90.000000000000000000001-180", "latitude lies"},
        {"position", "-90.1+0", "latitude lies"},
        {"position", "+0-180.1", "longitude lies"},
        {"position", "", "missing"},
        {"position", "34.0-118.0", "latitude needs its sign"},
        {"position", "+34.0,-118.0", "comma"},
        {"position", "+34.0 -118.0", "white space"},
        {"position", "+34.0", "longitude is missing"},
        {"position", "+34.-118", "Latitude: a point"},
        {"position", "+.5-118", "Latitude: a point"},
        {"position", "+34-118.", "Longitude: a point"},
        {"position", "+34-", "Longitude: digits"},
        {"position", "+34N-118W", "Latitude: only digits"},
        {"position", "+34-1.1.8", "Longitude: one point"},
        {"position", "+34-118+0", "Longitude: only digits"},
        {"position", "+" + QByteArray(62, '0') + "+", "Longitude: digits"},
        {"position", "+" + QByteArray(60, '0') + "1+0", ""},
        {"position", "+" + QByteArray(61, '0') + "1+0", "at most 64"},
        {"time", "1520023934.918963997", ""},
        {"time", "0", ""},
        {"time", "", "missing"},
        {"time", "-1", "no sign"},
        {"time", "1e9", "only digits"},
        {"time", ".5", "a point has digits"},
        {"time", "5.", "a point has digits"},
        {"time", "1.2.3", "one point"},
        {"time", "1.1234567890", "At most nine digits"},
        {"time", "9223372036.854775807", ""},
        {"time", "9223372036.854775808", "2262"},
        {"time", QByteArray(32, '0'), ""},
        {"time", QByteArray(33, '0'), "at most 32"},
        {"radius", "10", ""},
        {"radius", "0.5", ""},
        {"radius", "50", ""},
        {"radius", "50.0000001", "at most 50"},
        {"radius", "0", "above 0"},
        {"radius", "", "digits"},
        {"radius", "-1", "only digits"},
        {"radius", "1 1", "only digits"},
        {"bound", "1", ""},
        {"bound", "20", ""},
        {"bound", "0", "between 1 and 20"},
        {"bound", "21", "between 1 and 20"},
        {"bound", "3.0", "without a point"},
        {"bound", " 3", "only digits"},
        {"bound", "", "digits"},
    };
    int number = 0;
    for (const Row& row : rows) {
        QTest::addRow("%d %s: %s", number++, row.field, row.text.left(30).constData())
            << QString::fromLatin1(row.field) << row.text << QString::fromLatin1(row.says);
    }
}

void TestClientLine::fields() {
    QFETCH(QString, field);
    QFETCH(QByteArray, text);
    QFETCH(QString, says);
    QString fault;
    QByteArray line;
    if (field == u"client") {
        fault = ClientLine::faultOfClient(text);
        line = ClientLine::whatsat(text, "1", "1");
    } else if (field == u"position") {
        fault = ClientLine::faultOfPosition(text);
        line = ClientLine::iamat("x", text, "1");
    } else if (field == u"time") {
        fault = ClientLine::faultOfTime(text);
        line = ClientLine::iamat("x", "+1+1", text);
    } else if (field == u"radius") {
        fault = ClientLine::faultOfRadius(text);
        line = ClientLine::whatsat("x", text, "1");
    } else {
        fault = ClientLine::faultOfBound(text);
        line = ClientLine::whatsat("x", "1", text);
    }
    if (says.isEmpty()) {
        QCOMPARE(fault, QString());
        QVERIFY(isTaken(line));
    } else {
        QVERIFY2(fault.contains(says), qPrintable(fault));
    }
    QCOMPARE(ClientLine::faultOfLine(line).isEmpty(), isTaken(line));
}

void TestClientLine::lines_data() {
    QTest::addColumn<QByteArray>("line");
    QTest::addColumn<QString>("says");
    struct Row {
        const char* name;
        QByteArray line;
        const char* says;
    };
    const Row rows[] = {
        {"iamat", "IAMAT kiwi +34-118 1", ""},
        {"wide", "  IAMAT \t kiwi  +34-118\v1\f\r", ""},
        {"whatsat", "WHATSAT kiwi 10 5", ""},
        {"empty", "", "empty"},
        {"blank", " \t ", "empty"},
        {"lower case", "iamat kiwi +34-118 1", "upper case: IAMAT"},
        {"another word", "HELLO", "begins with"},
        {"a peer's word", "AT Hands +0.1 kiwi +34-118 1", "begins with"},
        {"few fields", "IAMAT kiwi +34-118", "here are 2"},
        {"many fields", "WHATSAT kiwi 10 5 6", "here are 4"},
        {"bad position", "IAMAT kiwi 34-118 1", "sign"},
        {"bad bound", "WHATSAT kiwi 10 0", "between 1"},
        {"longest", "WHATSAT kiwi 10 5" + QByteArray(32'768 - 17, ' '), ""},
        {"longer", "WHATSAT kiwi 10 5" + QByteArray(32'768 - 16, ' '), "32769 bytes"},
    };
    for (const Row& row : rows) {
        QTest::newRow(row.name) << row.line << QString::fromLatin1(row.says);
    }
}

void TestClientLine::lines() {
    QFETCH(QByteArray, line);
    QFETCH(QString, says);
    const QString fault = ClientLine::faultOfLine(line);
    QVERIFY2(says.isEmpty() ? fault.isEmpty() : fault.contains(says), qPrintable(fault));
}

void TestClientLine::writesTheTimeAsClientsDo() {
    const QByteArray time = ClientLine::timeNow();
    const std::optional<std::int64_t> ns = parseTime(view(time));
    QVERIFY2(ns.has_value(), time.constData());
    QCOMPARE(time.size() - time.indexOf('.') - 1, 9);
    QVERIFY(qAbs(*ns / 1'000'000 - QDateTime::currentMSecsSinceEpoch()) < 60'000);
}

void TestClientLine::writesPositionsAsClientsDo_data() {
    QTest::addColumn<double>("latitude");
    QTest::addColumn<double>("longitude");
    QTest::addColumn<QByteArray>("text");
    QTest::newRow("west") << 34.06893 << -118.445127 << QByteArray("+34.068930-118.445127");
    QTest::newRow("south") << -33.8688 << 151.2093 << QByteArray("-33.868800+151.209300");
    QTest::newRow("origin") << 0.0 << 0.0 << QByteArray("+0.000000+0.000000");
    QTest::newRow("pole") << 90.0 << -180.0 << QByteArray("+90.000000-180.000000");
}

void TestClientLine::writesPositionsAsClientsDo() {
    QFETCH(double, latitude);
    QFETCH(double, longitude);
    QFETCH(QByteArray, text);
    QCOMPARE(ClientLine::position(latitude, longitude), text);
    QVERIFY(parsePosition(view(text)).has_value());
}

void TestClientLine::aFieldTellsWhileItIsTyped() {
    CheckedField field(&ClientLine::faultOfBound);
    QVERIFY(!field.fault().isEmpty());
    QCOMPARE(field.toolTip(), QString());  // an empty field is not wrong yet
    QTest::keyClicks(&field, QStringLiteral("2"));
    QCOMPARE(field.fault(), QString());
    QTest::keyClicks(&field, QStringLiteral("1"));
    QVERIFY(field.fault().contains(QStringLiteral("between 1 and 20")));
    QCOMPARE(field.toolTip(), field.fault());
    QCOMPARE(field.accessibleDescription(), field.fault());
    QTest::keyClick(&field, Qt::Key_Backspace);
    QCOMPARE(field.toolTip(), QString());
}

}  // namespace herd

QTEST_MAIN(herd::TestClientLine)
#include "tst_clientline.moc"
