// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include <QtTest>

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <string>

#include "tests/component/admintalk.h"

using namespace herd;

class AdminConversationTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void answers_data();
    void answers();
    void idsAreRepeated();
    void noRequestEnds();
    void tooLongALine();
    void statusCounts();
    void statusRepeats();
    void statusSkipsWhatIsLate();
    void stampsBeginAndFollow();
    void stampsOfNewClientsComeAfterTheTable();
    void stampsOfWhoIsGone();
    void stampsBeginAnew();
    void forgets();
    void forgetsLater();
    void stampsOnce();
    void stampsAreReplaced();
    void stampLinesAreShort_data();
    void stampLinesAreShort();
    void stampsComeInBatches();
    void stampsAreCoalescedAndBounded();
    void logTail_data();
    void logTail();
    void logLevels();
    void logFollows();
    void logLeavesOut();
    void logLinesAreShort();
    void inputEnds();
    void runsAnswerLater();
    void runsMayBeRefused();
    void runsAreBounded();
    void runOutlivesConversation();
    void access_data();
    void access();
    void wrongToken();
    void helloNeverTakesAccessAway();
};

void AdminConversationTest::answers_data() {
    QTest::addColumn<QByteArray>("request");
    QTest::addColumn<QByteArray>("answer");
    const auto row = [](const char* name, const QByteArray& request, const QByteArray& answer) {
        QTest::newRow(name) << request << answer;
    };
    row("find", q("{'id':1,'kind':'find','client':'a'}"),
        q("{'kind':'find','id':1,'at':'AT of a'}"));
    row("find odd bytes", q("{'id':1,'kind':'find','client':{'base64':'/w=='}}"),
        q("{'kind':'find','id':1,'at':{'base64':'QVQg/w=='}}"));
    row("find nobody", q("{'id':1,'kind':'find','client':'b'}"),
        q("{'kind':'find','id':1,'at':null}"));
    row("pause", q("{'id':1,'kind':'link','peer':'B','action':'pause'}"),
        q("{'kind':'link','id':1,'state':'paused'}"));
    row("resume", q("{'id':1,'kind':'link','peer':'B','action':'resume'}"),
        q("{'kind':'link','id':1,'state':'down'}"));
    row("link with a stranger", q("{'id':1,'kind':'link','peer':'C','action':'pause'}"),
        q("{'kind':'link','id':1,'error':'no such neighbour'}"));
    row("stop", q("{'id':1,'kind':'stop'}"), q("{'kind':'stop','id':1,'stopping':true}"));
    row("unknown", q("{'id':1,'kind':'what'}"),
        q("{'kind':'what','id':1,'error':'this node knows no request of that kind'}"));
    row("wrong field", q("{'id':1,'kind':'log','tail':-1}"),
        q("{'kind':'log','id':1,'error':'the field \\'tail\\' is of a wrong type or out of "
          "range'}"));
}

void AdminConversationTest::answers() {
    QFETCH(QByteArray, request);
    QFETCH(QByteArray, answer);
    Talk talk;
    talk.node.clients = {{"a", "AT of a"}, {"\xFF", "AT \xFF"}};
    QVERIFY(talk.ask(request));
    QCOMPARE(talk.said(), QByteArrayList{answer});
    QVERIFY(!talk.conversation->owesAnswers());
    const bool refused = answer.contains("error");
    QCOMPARE(talk.counters.requestsRefused, std::uint64_t(refused ? 1 : 0));
    QCOMPARE(talk.counters.requests, std::uint64_t(refused ? 0 : 1));
}

void AdminConversationTest::idsAreRepeated() {
    Talk talk;
    QCOMPARE(talk.asked(q("{'id':'a\\'b','kind':'stop'}"))[0],
             (q("{'kind':'stop','id':'a\\'b','stopping':true}")));
    QCOMPARE(talk.asked(q("{'kind':'stop'}"))[0], (q("{'kind':'stop','stopping':true}")));
    QCOMPARE(talk.asked(q("{'kind':'a\\'b','id':2}"))[0].left(22), (q("{'kind':'a\\'b','id':2,")));
}

void AdminConversationTest::noRequestEnds() {
    Talk talk;
    QVERIFY(!talk.ask("GET / HTTP/1.1\r"));
    QCOMPARE(talk.said(),
             QByteArrayList({q("{'kind':'error','error':'the line is no JSON object'}")}));
    QCOMPARE(talk.counters.linesInvalid, std::uint64_t{1});
}

void AdminConversationTest::tooLongALine() {
    Talk talk;
    talk.conversation->onLineTooLong();
    QCOMPARE(talk.said(), QByteArrayList({q("{'kind':'error','error':"
                                            "'the line is longer than 65536 bytes'}")}));
    QCOMPARE(talk.counters.linesInvalid, std::uint64_t{1});
}

void AdminConversationTest::statusCounts() {
    Talk talk;
    talk.counters.connections = 3;
    talk.counters.connectionsStalled = 5;
    talk.ask("{");
    talk.ask(q("{'kind':'later'}"));
    talk.said();
    const QByteArrayList lines = talk.asked(q("{'id':1,'kind':'status'}"));
    const Result<NodeStatus> status = nodeStatusFrom(objectOf(lines.at(0)));
    QVERIFY(status.ok());
    QCOMPARE(status.value().adminConnections, 3);
    QCOMPARE(status.value().counters.at("admin_requests"), std::uint64_t{1});
    QCOMPARE(status.value().counters.at("admin_requests_refused"), std::uint64_t{1});
    QCOMPARE(status.value().counters.at("admin_lines_invalid"), std::uint64_t{1});
    QCOMPARE(status.value().counters.at("admin_connections_stalled"), std::uint64_t{5});
}

void AdminConversationTest::statusRepeats() {
    Talk talk;
    QCOMPARE(talk.asked(q("{'id':1,'kind':'status','every_ms':300}")).size(), 1);
    QVERIFY(!talk.conversation->owesAnswers());
    talk.conversation->onTick(startMs + 299);
    QCOMPARE(talk.filled(), QByteArrayList());
    talk.conversation->onTick(startMs + 300);
    const QByteArrayList second = talk.filled();
    QCOMPARE(second.size(), 1);
    QVERIFY(second[0].startsWith(q("{'kind':'status','id':1,")));
    talk.conversation->onTick(startMs + 400);
    QCOMPARE(talk.filled(), QByteArrayList());
    talk.conversation->onTick(startMs + 600);
    QCOMPARE(talk.filled().size(), 1);
    // A new request replaces it, one without repetition ends it.
    QCOMPARE(talk.asked(q("{'id':2,'kind':'status'}")).size(), 1);
    talk.conversation->onTick(startMs + 100'000);
    QCOMPARE(talk.filled(), QByteArrayList());
}

void AdminConversationTest::statusSkipsWhatIsLate() {
    Talk talk;
    talk.asked(q("{'id':1,'kind':'status','every_ms':100}"));
    for (int i = 1; i <= 50; ++i) {
        talk.conversation->onTick(startMs + 100 * i);  // and the socket takes nothing
    }
    QCOMPARE(talk.filled().size(), 1);
    QCOMPARE(talk.node.statuses, 2);
}

void AdminConversationTest::stampsBeginAndFollow() {
    Talk talk;
    for (int i = 0; i < 3; ++i) {
        talk.node.stamps.change(numbered(i), "AT " + std::to_string(i));
    }
    QCOMPARE(talk.asked(q("{'id':5,'kind':'stamps'}")),
             QByteArrayList({q("{'kind':'stamps','id':5,'begin':true,'clients':3}")}));
    QCOMPARE(talk.filled(),
             (QByteArrayList{q("{'kind':'stamps','id':5,'at':['AT 0','AT 1','AT 2']}"),
                             q("{'kind':'stamps','id':5,'complete':true}")}));
    talk.node.stamps.change("b", "AT \"new\xFF\"");
    QCOMPARE(talk.filled(), QByteArrayList());
    talk.conversation->onTick(startMs);
    QCOMPARE(talk.filled(), QByteArrayList({q("{'kind':'stamps','id':5,'at':[{'base64':"
                                              "'QVQgIm5ld/8i'}]}")}));
}

void AdminConversationTest::stampsOfNewClientsComeAfterTheTable() {
    Talk talk;
    talk.node.stamps.change("a", "AT a");
    talk.asked(q("{'kind':'stamps'}"));
    talk.node.stamps.change("b", "AT b");
    QCOMPARE(talk.filled(), (QByteArrayList{q("{'kind':'stamps','at':['AT a']}"),
                                            q("{'kind':'stamps','complete':true}")}));
    talk.conversation->onTick(startMs);
    QCOMPARE(talk.filled(), QByteArrayList{q("{'kind':'stamps','at':['AT b']}")});
}

void AdminConversationTest::stampsOfWhoIsGone() {
    Talk talk;
    talk.node.stamps.change("a", "AT a");
    talk.asked(q("{'kind':'stamps'}"));
    talk.filled();
    talk.node.stamps.remove("a");
    talk.node.stamps.remove("\xFF");
    talk.node.stamps.change("a", "AT again");
    talk.conversation->onTick(startMs + 100);
    QCOMPARE(talk.filled(), (QByteArrayList{q("{'kind':'stamps','gone':['a',{'base64':'/w=='}]}"),
                                            q("{'kind':'stamps','at':['AT again']}")}));
}

void AdminConversationTest::stampsBeginAnew() {
    Talk talk;
    talk.node.stamps.change("a", "AT a");
    talk.asked(q("{'id':5,'kind':'stamps'}"));
    talk.filled();
    talk.node.stamps.restart();
    talk.conversation->onTick(startMs + 100);
    QCOMPARE(talk.filled(), (QByteArrayList{q("{'kind':'stamps','id':5,'begin':true,'clients':1}"),
                                            q("{'kind':'stamps','id':5,'at':['AT a']}"),
                                            q("{'kind':'stamps','id':5,'complete':true}")}));
}

void AdminConversationTest::forgets() {
    Talk talk;
    talk.node.clients["a"] = "AT a";
    QCOMPARE(talk.asked(q("{'id':5,'kind':'forget','client':'a'}")),
             QByteArrayList({q("{'kind':'forget','id':5,'known':true}")}));
    QCOMPARE(talk.asked(q("{'id':6,'kind':'forget','client':'a'}")),
             QByteArrayList({q("{'kind':'forget','id':6,'known':false}")}));
    talk.node.refusesRuns = true;
    QCOMPARE(talk.asked(q("{'kind':'forget','client':'a'}")),
             QByteArrayList({q("{'kind':'forget','error':'nothing more is erased'}")}));
    QVERIFY(!talk.conversation->owesAnswers());
}

void AdminConversationTest::forgetsLater() {
    Talk talk;
    talk.node.clients["a"] = "AT a";
    talk.node.answersRuns = false;
    QCOMPARE(talk.asked(q("{'id':5,'kind':'forget','client':'a'}")), QByteArrayList());
    QVERIFY(talk.conversation->owesAnswers());
    QCOMPARE(talk.asked(q("{'id':6,'kind':'find','client':'a'}")),
             QByteArrayList({q("{'kind':'find','id':6,'at':null}")}));
    talk.node.running.at(0)("");
    QCOMPARE(talk.said(), QByteArrayList({q("{'kind':'forget','id':5,'known':true}")}));
    QCOMPARE(talk.laterAnswers, 1);
    QVERIFY(!talk.conversation->owesAnswers());
}

void AdminConversationTest::stampsOnce() {
    Talk talk;
    talk.node.stamps.change("a", "AT a");
    talk.asked(q("{'id':5,'kind':'stamps','follow':false}"));
    QVERIFY(talk.conversation->owesAnswers());
    QCOMPARE(talk.filled().size(), 2);
    QVERIFY(!talk.conversation->owesAnswers());
    QCOMPARE(talk.node.stamps.followers(), std::size_t{0});
    // An empty table has a beginning and an end too.
    Talk empty;
    QCOMPARE(empty.asked(q("{'kind':'stamps','follow':false}")),
             QByteArrayList({q("{'kind':'stamps','begin':true,'clients':0}")}));
    QCOMPARE(empty.filled(), QByteArrayList({q("{'kind':'stamps','complete':true}")}));
}

void AdminConversationTest::stampsAreReplaced() {
    Talk talk;
    talk.node.stamps.change("a", "AT a");
    talk.asked(q("{'id':1,'kind':'stamps'}"));
    talk.asked(q("{'id':2,'kind':'stamps'}"));
    QCOMPARE(talk.node.stamps.followers(), std::size_t{1});
    for (const QByteArray& line : talk.filled()) {
        QVERIFY(line.contains(q("'id':2")));
    }
    talk.conversation.reset();
    QCOMPARE(talk.node.stamps.followers(), std::size_t{0});
}

void AdminConversationTest::stampLinesAreShort_data() {
    QTest::addColumn<QByteArray>("client");
    QTest::newRow("short ids") << QByteArray("c");
    QTest::newRow("longest ids") << QByteArray(1'024, 'c');
    QTest::newRow("ids that grow most") << QByteArray(1'024, '\x01');
    QTest::newRow("ids that are no text") << QByteArray(1'024, '\xFF');
}

void AdminConversationTest::stampLinesAreShort() {
    QFETCH(QByteArray, client);
    Talk talk;
    constexpr int count = 1'000;
    for (int i = 0; i < count; ++i) {
        talk.node.stamps.change(numbered(i), "AT " + std::string(64, 'N') + " +1.000000000 " +
                                                 client.toStdString() + " +1.0-1.0 " +
                                                 std::to_string(i));
    }
    talk.asked(q("{'id':'") + QByteArray(64, 'i') + q("','kind':'stamps'}"));
    int told = 0;
    const QByteArrayList lines = talk.filled();
    for (const QByteArray& line : lines) {
        QVERIFY2(line.size() < qsizetype{StampFollower::lineBytesMax},
                 qPrintable(QString::number(line.size())));
        told += static_cast<int>(objectOf(line)[QLatin1String("at")].toArray().size());
    }
    QCOMPARE(told, count);
    QVERIFY(lines.size() > 2);
}

/// A client that changes again while its batch is told waits for the next one.
void AdminConversationTest::stampsComeInBatches() {
    Talk talk;
    talk.asked(q("{'kind':'stamps'}"));
    talk.filled();
    talk.conversation->onTick(startMs);
    talk.node.stamps.change("a", "AT 1");
    QCOMPARE(talk.filled(), QByteArrayList());  // it came behind the batch
    talk.conversation->onTick(startMs + StampFollower::batchMs - 1);
    QCOMPARE(talk.filled(), QByteArrayList());
    talk.conversation->onTick(startMs + StampFollower::batchMs);
    QCOMPARE(talk.filled(), QByteArrayList{q("{'kind':'stamps','at':['AT 1']}")});
    talk.node.stamps.change("a", "AT 2");
    QCOMPARE(talk.filled(), QByteArrayList());
    // What was missed is not made up for.
    talk.conversation->onTick(startMs + 10 * StampFollower::batchMs);
    QCOMPARE(talk.filled(), QByteArrayList{q("{'kind':'stamps','at':['AT 2']}")});
    talk.node.stamps.change("a", "AT 3");
    talk.conversation->onTick(startMs + 11 * StampFollower::batchMs - 1);
    QCOMPARE(talk.filled(), QByteArrayList());
    talk.conversation->onTick(startMs + 11 * StampFollower::batchMs);
    QCOMPARE(talk.filled(), QByteArrayList{q("{'kind':'stamps','at':['AT 3']}")});
}

/// What a batch has no room for comes first in the next, and is counted there until all is told.
void AdminConversationTest::stampsAreCoalescedAndBounded() {
    Talk talk;
    talk.asked(q("{'kind':'stamps'}"));
    talk.filled();
    const std::string at(100, 'x');
    constexpr qsizetype mostBytesMax =
        qsizetype{StampFollower::batchBytesMax + StampFollower::lineBytesMax};
    QStringList told;
    qsizetype leftBefore = 0;
    for (int batch = 0; batch < 20; ++batch) {
        // Ten thousand clients that all change again and again are a megabyte for each round.
        for (int i = 0; i < 10'000 && batch < 10; ++i) {
            talk.node.stamps.change(numbered(i), at + std::to_string(batch) + numbered(i));
        }
        talk.conversation->onTick(startMs + StampFollower::batchMs * batch);
        const auto waiting = static_cast<qsizetype>(talk.node.stamps.waitingTotal());
        const QByteArrayList lines = talk.filled();
        QVERIFY(lines.join('\n').size() <= mostBytesMax);
        const QStringList stamps = allOf(lines, "at");
        told += stamps;
        if (batch < 10) {
            QVERIFY(lines.join('\n').size() > qsizetype{StampFollower::batchBytesMax});
            QCOMPARE(objectOf(lines.first())[QLatin1String("behind")].toInt(),
                     static_cast<int>(leftBefore));
        }
        leftBefore = waiting - stamps.size();
        if (leftBefore == 0 && !lines.isEmpty()) {
            QVERIFY(!lines.last().contains("behind"));
        }
    }
    // Everybody's newest one came in the end.
    QSet<QString> newest;
    for (const QString& line : std::as_const(told)) {
        if (line.startsWith(QString::fromStdString(at) + QLatin1Char('9'))) {
            newest.insert(line);
        }
    }
    QCOMPARE(newest.size(), 10'000);
}

void AdminConversationTest::logTail_data() {
    QTest::addColumn<QByteArray>("tail");
    QTest::addColumn<int>("first");
    QTest::newRow("none") << QByteArray("0") << 150;
    QTest::newRow("one") << QByteArray("1") << 149;
    QTest::newRow("all but one") << QByteArray("149") << 1;
    QTest::newRow("all") << QByteArray("150") << 0;
    QTest::newRow("more than there are") << QByteArray("151") << 0;
}

void AdminConversationTest::logTail() {
    QFETCH(QByteArray, tail);
    QFETCH(int, first);
    Talk talk;
    QStringList expected;
    for (int i = 0; i < 150; ++i) {
        talk.node.log.add(LogLevel::info, std::to_string(i));
        if (i >= first) {
            expected.append(QString::number(i));
        }
    }
    talk.asked(q("{'id':1,'kind':'log','follow':false,'tail':") + tail + "}");
    const QByteArrayList lines = talk.filled();
    QCOMPARE(allOf(lines, "records"), expected);
    QCOMPARE(objectOf(lines.last())[QLatin1String("complete")], QJsonValue(true));
    QVERIFY(!talk.conversation->owesAnswers());
}

void AdminConversationTest::logLevels() {
    Talk talk;
    for (int i = 0; i < 10; ++i) {
        talk.node.log.add(LogLevel::error, "error" + std::to_string(i));
        talk.node.log.add(LogLevel::debug, "debug" + std::to_string(i));
    }
    talk.asked(q("{'kind':'log','tail':2,'level':'warning'}"));
    QCOMPARE(allOf(talk.filled(), "records"),
             (QStringList{QStringLiteral("error8"), QStringLiteral("error9")}));
    talk.node.log.add(LogLevel::debug, "debug");
    talk.conversation->onTick(startMs);
    QCOMPARE(talk.filled(), QByteArrayList());
    talk.node.log.add(LogLevel::warning, "warning");
    talk.conversation->onTick(startMs);
    QCOMPARE(allOf(talk.filled(), "records"), QStringList(QStringLiteral("warning")));
}

void AdminConversationTest::logFollows() {
    Talk talk;
    talk.asked(q("{'id':1,'kind':'log'}"));
    QCOMPARE(talk.filled(),
             QByteArrayList({q("{'kind':'log','id':1,'records':[],'complete':true}")}));
    talk.node.log.add(LogLevel::info, "say \"hello\"\\n");
    QVERIFY(!talk.conversation->wantsFill());
    talk.conversation->onTick(startMs);
    QCOMPARE(talk.filled(),
             QByteArrayList({q("{'kind':'log','id':1,'records':['say \\'hello\\'\\\\n']}")}));
    talk.conversation->onTick(startMs);
    QCOMPARE(talk.filled(), QByteArrayList());
}

void AdminConversationTest::logLeavesOut() {
    Talk talk;
    talk.asked(q("{'id':1,'kind':'log'}"));
    talk.filled();
    for (int i = 0; i < 5; ++i) {
        talk.node.log.add(LogLevel::info, std::to_string(i));
    }
    talk.node.log.forget(3);
    talk.conversation->onTick(startMs);
    QCOMPARE(talk.filled(),
             QByteArrayList({q("{'kind':'log','id':1,'records':['3','4'],'left_out':3}")}));
    talk.node.log.add(LogLevel::info, "5");
    talk.conversation->onTick(startMs);
    QCOMPARE(talk.filled(), QByteArrayList({q("{'kind':'log','id':1,'records':['5']}")}));
}

void AdminConversationTest::logLinesAreShort() {
    Talk talk;
    for (int i = 0; i < 100; ++i) {
        talk.node.log.add(LogLevel::info, std::string(5'000, 'x'));
    }
    talk.asked(q("{'kind':'log'}"));
    const QByteArrayList lines = talk.filled();
    QCOMPARE(allOf(lines, "records").size(), 100);
    for (const QByteArray& line : lines) {
        QVERIFY(line.size() < qsizetype{LogFollower::lineBytesWanted} + 5'100);
    }
}

void AdminConversationTest::inputEnds() {
    Talk talk;
    talk.node.stamps.change("a", "AT a");
    talk.node.log.add(LogLevel::info, "record");
    talk.asked(q("{'kind':'stamps'}"));
    talk.asked(q("{'kind':'log'}"));
    talk.asked(q("{'kind':'status','every_ms':100}"));
    talk.conversation->onInputEnded();
    QVERIFY(talk.conversation->owesAnswers());
    const QByteArrayList lines = talk.filled();
    QCOMPARE(allOf(lines, "at"), QStringList(QStringLiteral("AT a")));
    QCOMPARE(allOf(lines, "records"), QStringList(QStringLiteral("record")));
    QVERIFY(!talk.conversation->owesAnswers());
    talk.conversation->onTick(startMs + 1'000);
    QVERIFY(!talk.conversation->wantsFill());
}

void AdminConversationTest::runsAnswerLater() {
    Talk talk;
    const QByteArrayList now = talk.asked(q("{'id':1,'kind':'run','line':'a'}"));
    QCOMPARE(objectOf(now.at(0))[QLatin1String("answer")], QJsonValue(QStringLiteral("<a>\n")));
    QVERIFY(objectOf(now.at(0))[QLatin1String("took_us")].isDouble());
    talk.node.answersRuns = false;
    talk.laterAnswers = 0;
    QCOMPARE(talk.asked(q("{'id':2,'kind':'run','line':'b'}")), QByteArrayList());
    QCOMPARE(talk.asked(q("{'id':3,'kind':'run','line':'c'}")), QByteArrayList());
    QVERIFY(talk.conversation->owesAnswers());
    talk.node.running.at(1)("second\n");
    talk.node.running.at(0)("first\xFF\n");
    const QByteArrayList later = talk.said();
    QCOMPARE(later.size(), 2);
    QVERIFY(later[0].startsWith(q("{'kind':'run','id':3,'answer':'second\\n','took_us':")));
    QVERIFY(later[1].startsWith(q("{'kind':'run','id':2,'answer':{'base64':'Zmlyc3T/Cg=='},")));
    QCOMPARE(talk.laterAnswers, 2);
    QVERIFY(!talk.conversation->owesAnswers());
}

void AdminConversationTest::runsMayBeRefused() {
    Talk talk;
    talk.node.refusesRuns = true;
    const QByteArrayList now = talk.asked(q("{'id':1,'kind':'run','line':'a'}"));
    QCOMPARE(objectOf(now.at(0))[QLatin1String("error")],
             QJsonValue(QStringLiteral("no more lines")));
    QVERIFY(!talk.conversation->owesAnswers());
}

void AdminConversationTest::runsAreBounded() {
    Talk talk;
    talk.node.answersRuns = false;
    for (std::size_t i = 0; i < AdminConversation::runsMax; ++i) {
        QVERIFY(talk.conversation->mayAsk());
        talk.ask(q("{'kind':'run','line':'a'}"));
    }
    QVERIFY(!talk.conversation->mayAsk());
    talk.node.running.at(7)("");
    QVERIFY(talk.conversation->mayAsk());
}

void AdminConversationTest::runOutlivesConversation() {
    Talk talk;
    talk.node.answersRuns = false;
    talk.ask(q("{'kind':'run','line':'a'}"));
    talk.conversation.reset();
    talk.node.running.at(0)("late\n");
    QCOMPARE(talk.laterAnswers, 0);
}

void AdminConversationTest::access_data() {
    QTest::addColumn<QByteArray>("request");
    QTest::addColumn<bool>("none");
    QTest::addColumn<bool>("read");
    const auto row = [](const QByteArray& request, bool read) {
        QTest::newRow(request.constData()) << request << false << read;
    };
    row(q("{'kind':'status'}"), true);
    row(q("{'kind':'stamps','follow':false}"), true);
    row(q("{'kind':'find','client':'a'}"), true);
    row(q("{'kind':'log'}"), true);
    row(q("{'kind':'run','line':'a'}"), false);
    row(q("{'kind':'link','peer':'B','action':'pause'}"), false);
    row(q("{'kind':'stop'}"), false);
    row(q("{'kind':'hello'}"), true);
}

void AdminConversationTest::access() {
    QFETCH(QByteArray, request);
    QFETCH(bool, none);
    QFETCH(bool, read);
    Talk talk;
    talk.node.tokens = {{"look", AdminAccess::read}, {"do", AdminAccess::full}};
    const auto isTaken = [&](const QByteArray& token) {
        talk.begin();
        if (!token.isEmpty()) {
            const QByteArrayList hello =
                talk.asked(q("{'kind':'hello','token':'") + token + q("'}"));
            const QString word = objectOf(hello.at(0))[QLatin1String("access")].toString();
            if (word != (token == "do" ? QLatin1String("full") : QLatin1String("read"))) {
                return false;
            }
        }
        talk.ask(request);
        QByteArrayList lines = talk.said();
        lines += talk.filled();
        return !lines.isEmpty() && refusal(lines).isEmpty();
    };
    QCOMPARE(isTaken(""), none);
    QVERIFY(!talk.counters.tokensWrong);
    QCOMPARE(isTaken("look"), read);
    QVERIFY(isTaken("do"));
}

void AdminConversationTest::wrongToken() {
    Talk talk;
    talk.node.tokens = {{"do", AdminAccess::full}};
    talk.begin();
    QVERIFY(!talk.ask(q("{'id':1,'kind':'hello','token':'guess'}")));
    QCOMPARE(talk.said(),
             QByteArrayList({q("{'kind':'hello','id':1,'error':'the token is wrong'}")}));
    QCOMPARE(talk.counters.tokensWrong, std::uint64_t{1});
}

void AdminConversationTest::helloNeverTakesAccessAway() {
    Talk talk;
    talk.node.tokens = {{"look", AdminAccess::read}, {"do", AdminAccess::full}};
    talk.begin();
    talk.asked(q("{'kind':'hello','token':'do'}"));
    const QByteArrayList again = talk.asked(q("{'kind':'hello'}"));
    QCOMPARE(objectOf(again.at(0))[QLatin1String("access")], QJsonValue(QStringLiteral("full")));
}

QTEST_APPLESS_MAIN(AdminConversationTest)

#include "tst_adminconversation.moc"
