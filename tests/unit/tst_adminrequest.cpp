// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include <QtTest>

#include <string>

#include "server/admin/adminrequest.h"
#include "tests/unit/bytes.h"

using namespace herd;

namespace {

using Body = decltype(AdminRequest::body);

AdminRequest parsed(const QByteArray& line) {
    return parseAdminRequest(viewOf(line));
}

/// What a refused request was refused for; empty when it was not.
QByteArray refusalOf(const AdminRequest& request) {
    const auto* const refused = std::get_if<RefusedRequest>(&request.body);
    return refused != nullptr ? bytesOf(refused->error) : QByteArray();
}

}  // namespace

class AdminRequestTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void requests();
    void ids_data();
    void ids();
    void kinds_data();
    void kinds();
    void refused_data();
    void refused();
    void limits_data();
    void limits();
    void noRequests_data();
    void noRequests();
    void nestedTooDeep();
};

void AdminRequestTest::requests() {
    struct Row {
        const char* line;
        Body body;
    };
    const Row rows[] = {
        {R"({"id":1,"kind":"hello"})", HelloRequest{}},
        {R"({"id":1,"kind":"hello","version":7,"token":"sesame"})", HelloRequest{"sesame"}},
        {R"({"kind":"status"})", StatusRequest{}},
        {R"({"kind":"status","every_ms":0})", StatusRequest{0}},
        {R"({"kind":"status","every_ms":250})", StatusRequest{250}},
        {R"({"kind":"stamps"})", StampsRequest{true}},
        {R"({"kind":"stamps","follow":false})", StampsRequest{false}},
        {R"({"kind":"find","client":"a"})", FindRequest{"a"}},
        {R"({"kind":"find","client":""})", FindRequest{""}},
        {R"({"kind":"find","client":{"base64":"/w=="}})", FindRequest{"\xFF"}},
        {R"({"kind":"log"})", LogRequest{100, true, LogLevel::debug}},
        {R"({"kind":"log","tail":0,"follow":false,"level":"warning"})",
         LogRequest{0, false, LogLevel::warning}},
        {R"({"kind":"run","line":"WHATSAT a 1 1"})", RunRequest{"WHATSAT a 1 1"}},
        {R"({"kind":"run","line":"a\n"})", RunRequest{"a"}},
        {R"({"kind":"run","line":"a\r\n"})", RunRequest{"a\r"}},
        {R"({"kind":"run","line":""})", RunRequest{""}},
        {R"({"kind":"forget","client":"a"})", ForgetRequest{"a"}},
        {R"({"kind":"forget","client":{"base64":"/w=="}})", ForgetRequest{"\xFF"}},
        {R"({"kind":"link","peer":"B","action":"pause"})", LinkRequest{"B", true}},
        {R"({"kind":"link","peer":"B","action":"resume"})", LinkRequest{"B", false}},
        {R"({"kind":"stop"})", StopRequest{}},
        {"  {\"kind\" : \"stop\"}\r", StopRequest{}},
        {R"({"kind":"stop","later":[{"a":null}],"every_ms":"x"})", StopRequest{}},
    };
    for (const Row& row : rows) {
        QVERIFY2(parsed(row.line).body == row.body, row.line);
    }
}

void AdminRequestTest::ids_data() {
    QTest::addColumn<QByteArray>("id");
    QTest::addColumn<QByteArray>("repeated");  // empty: refused
    QTest::newRow("number") << QByteArray("7") << QByteArray("7");
    QTest::newRow("negative") << QByteArray("-7") << QByteArray("-7");
    QTest::newRow("greatest") << QByteArray("9007199254740992") << QByteArray("9007199254740992");
    QTest::newRow("too great") << QByteArray("9007199254740994") << QByteArray();
    QTest::newRow("whole as a decimal") << QByteArray("2.0") << QByteArray("2");
    QTest::newRow("fraction") << QByteArray("0.5") << QByteArray();
    QTest::newRow("text") << QByteArray(R"("a\"b")") << QByteArray(R"("a\"b")");
    QTest::newRow("no text") << QByteArray(R"("")") << QByteArray(R"("")");
    QTest::newRow("64 bytes") << '"' + QByteArray(64, 'i') + '"' << '"' + QByteArray(64, 'i') + '"';
    QTest::newRow("65 bytes") << '"' + QByteArray(65, 'i') + '"' << QByteArray();
    QTest::newRow("null") << QByteArray("null") << QByteArray();
    QTest::newRow("list") << QByteArray("[1]") << QByteArray();
    QTest::newRow("half a surrogate pair") << QByteArray(R"("\ud800")") << QByteArray();
}

void AdminRequestTest::ids() {
    QFETCH(QByteArray, id);
    QFETCH(QByteArray, repeated);
    const AdminRequest request = parsed(R"({"kind":"stop","id":)" + id + "}");
    QCOMPARE(bytesOf(request.id), repeated);
    QCOMPARE(bytesOf(request.kind), QByteArray("stop"));
    QCOMPARE(std::holds_alternative<StopRequest>(request.body), !repeated.isEmpty());
    QVERIFY(repeated.isEmpty() ? refusalOf(request).contains("id") : true);
}

void AdminRequestTest::kinds_data() {
    QTest::addColumn<QByteArray>("line");
    QTest::addColumn<QByteArray>("kind");
    QTest::newRow("none") << QByteArray(R"({"id":1})") << QByteArray("error");
    QTest::newRow("a number") << QByteArray(R"({"kind":5,"id":1})") << QByteArray("error");
    QTest::newRow("unknown") << QByteArray(R"({"kind":"later","id":1})") << QByteArray("later");
    QTest::newRow("case matters") << QByteArray(R"({"kind":"Stop","id":1})") << QByteArray("Stop");
    QTest::newRow("unknown, 64 bytes")
        << R"({"id":1,"kind":")" + QByteArray(64, 'k') + "\"}" << QByteArray(64, 'k');
    QTest::newRow("unknown, 65 bytes")
        << R"({"id":1,"kind":")" + QByteArray(65, 'k') + "\"}" << QByteArray("error");
}

void AdminRequestTest::kinds() {
    QFETCH(QByteArray, line);
    QFETCH(QByteArray, kind);
    const AdminRequest request = parsed(line);
    QVERIFY(refusalOf(request).contains("kind"));
    QCOMPARE(bytesOf(request.kind), kind);
    QCOMPARE(bytesOf(request.id), QByteArray("1"));
}

void AdminRequestTest::refused_data() {
    QTest::addColumn<QByteArray>("line");
    QTest::addColumn<QByteArray>("field");
    const auto row = [](const char* name, const char* line, const char* field) {
        QTest::newRow(name) << QByteArray(line) << QByteArray(field);
    };
    row("version 0", R"({"kind":"hello","version":0})", "version");
    row("token a number", R"({"kind":"hello","token":1})", "token");
    row("every of text", R"({"kind":"status","every_ms":"100"})", "every_ms");
    row("every negative", R"({"kind":"status","every_ms":-100})", "every_ms");
    row("every null", R"({"kind":"status","every_ms":null})", "every_ms");
    row("follow a number", R"({"kind":"stamps","follow":1})", "follow");
    row("find nobody", R"({"kind":"find"})", "client");
    row("find a number", R"({"kind":"find","client":5})", "client");
    row("find bad base64", R"({"kind":"find","client":{"base64":"%"}})", "client");
    row("level unknown", R"({"kind":"log","level":"all"})", "level");
    row("tail a fraction", R"({"kind":"log","tail":1.5})", "tail");
    row("run nothing", R"({"kind":"run"})", "line");
    row("run two lines", R"({"kind":"run","line":"a\nb"})", "line");
    row("run a line and a blank one", R"({"kind":"run","line":"a\n\n"})", "line");
    row("link with nobody", R"({"kind":"link","action":"pause"})", "peer");
    row("link without action", R"({"kind":"link","peer":"B"})", "action");
    row("link with another action", R"({"kind":"link","peer":"B","action":"cut"})", "action");
}

void AdminRequestTest::refused() {
    QFETCH(QByteArray, line);
    QFETCH(QByteArray, field);
    const AdminRequest request = parsed(line);
    QVERIFY2(refusalOf(request).contains('"' + field + '"'), refusalOf(request).constData());
}

void AdminRequestTest::limits_data() {
    QTest::addColumn<QByteArray>("line");
    QTest::addColumn<bool>("good");
    QTest::newRow("99 ms") << QByteArray(R"({"kind":"status","every_ms":99})") << false;
    QTest::newRow("100 ms") << QByteArray(R"({"kind":"status","every_ms":100})") << true;
    QTest::newRow("60000 ms") << QByteArray(R"({"kind":"status","every_ms":60000})") << true;
    QTest::newRow("60001 ms") << QByteArray(R"({"kind":"status","every_ms":60001})") << false;
    QTest::newRow("tail 1000") << QByteArray(R"({"kind":"log","tail":1000})") << true;
    QTest::newRow("tail 1001") << QByteArray(R"({"kind":"log","tail":1001})") << false;
    QTest::newRow("tail -1") << QByteArray(R"({"kind":"log","tail":-1})") << false;
}

void AdminRequestTest::limits() {
    QFETCH(QByteArray, line);
    QFETCH(bool, good);
    QCOMPARE(refusalOf(parsed(line)).isEmpty(), good);
}

void AdminRequestTest::noRequests_data() {
    QTest::addColumn<QByteArray>("line");
    QTest::newRow("empty") << QByteArray();
    QTest::newRow("blank") << QByteArray(" \t\r");
    QTest::newRow("HTTP") << QByteArray("GET / HTTP/1.1\r");
    QTest::newRow("client's line") << QByteArray("WHATSAT a 1 1");
    QTest::newRow("list") << QByteArray(R"([{"kind":"stop"}])");
    QTest::newRow("text") << QByteArray(R"("stop")");
    QTest::newRow("cut") << QByteArray(R"({"kind":"stop")");
    QTest::newRow("two objects") << QByteArray(R"({"kind":"stop"}{"kind":"stop"})");
    QTest::newRow("garbage behind") << QByteArray(R"({"kind":"stop"} x)");
    QTest::newRow("NUL") << QByteArray("\0", 1);
    QTest::newRow("no UTF-8") << QByteArray("{\"kind\":\"\xFF\"}");
    QTest::newRow("binary") << QByteArray("\x16\x03\x01\x02\x00\x01", 6);
}

void AdminRequestTest::noRequests() {
    QFETCH(QByteArray, line);
    const AdminRequest request = parsed(line);
    QVERIFY(std::holds_alternative<NoRequest>(request.body));
    QCOMPARE(bytesOf(request.kind), QByteArray("error"));
    QVERIFY(request.id.empty());
}

void AdminRequestTest::nestedTooDeep() {
    const QByteArray line =
        R"({"kind":"stop","x":)" + QByteArray(30'000, '[') + QByteArray(30'000, ']') + "}";
    QVERIFY(std::holds_alternative<NoRequest>(parsed(line).body));
}

QTEST_APPLESS_MAIN(AdminRequestTest)

#include "tst_adminrequest.moc"
