// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include <QElapsedTimer>
#include <QTest>
#include <memory>

#include "server/places/googlelegacy.h"
#include "server/places/googlenew.h"
#include "tests/support/httpstub.h"
#include "tests/support/placesanswers.h"

using namespace herd;
using namespace std::chrono_literals;
using End = StubReply::End;

namespace {

constexpr char fewPlaces[] =
    R"({"html_attributions":[],"results":[{"n":1},{"n":2},{"n":3}],"status":"OK"})";

}  // namespace

/// What stands between many askers and one service, tried with the legacy provider: how many
/// requests go out, which of them wait, share or are refused, and who is answered when.
class TestPlacesGuard : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void sixRunAndHundredWait();
    void waitingOnesGoInOrder();
    void askersAreLimited();
    void equalQuestionsShare();
    void differentQuestionsDoNotShare_data();
    void differentQuestionsDoNotShare();
    void nothingIsRemembered();
    void failureIsShared();
    void deadlineCoversWaiting();
    void cancelAnswersAll();
    void goneProviderIsSilent();
    void askersMayAskAgain();
    void askersMayCancel();
    void askersMayDelete();
};

void TestPlacesGuard::sixRunAndHundredWait() {
    HttpStub stub;
    stub.setReply(StubReply::whole(200, emptyLegacy));
    stub.hold();
    GoogleLegacyPlaces places(googleSettings(stub.baseUrl()));
    PlacesAnswers answers;
    for (int question = 0; question < 106; ++question) {
        places.find(nthQuery(question), answers.next());
    }
    QCOMPARE(answers.arrived(), 0);
    places.find(nthQuery(106), answers.next());
    QCOMPARE(answers.arrived(), 1);
    QCOMPARE(answers.status(106), QByteArray("OVER_QUERY_LIMIT"));
    places.find(nthQuery(105), answers.next());
    QVERIFY2(answers.arrived() == 1, "one that shares needs no place");
    QTRY_COMPARE(stub.requests().size(), std::size_t{6});
    QCOMPARE(places.counters().sent, std::uint64_t{6});
    stub.release();
    QVERIFY(answers.wait(108));
    QCOMPARE(answers.countOf("ZERO_RESULTS"), 107);
    QCOMPARE(stub.requests().size(), std::size_t{106});
    QCOMPARE(places.counters().queueFull, std::uint64_t{1});
    QCOMPARE(places.counters().answered, std::uint64_t{106});
    QVERIFY(isBalanced(places.counters()));
    places.find(nthQuery(107), answers.next());
    QVERIFY(answers.wait(109));
    QCOMPARE(answers.status(108), QByteArray("ZERO_RESULTS"));
}

void TestPlacesGuard::waitingOnesGoInOrder() {
    HttpStub stub;
    stub.setReply(StubReply::whole(200, emptyLegacy));
    GooglePlacesSettings settings = googleSettings(stub.baseUrl());
    settings.limits.runningMax = 1;
    GoogleLegacyPlaces places(settings);
    PlacesAnswers answers;
    for (int question = 0; question < 5; ++question) {
        places.find({question * 1'000'000'000LL, 0, 1'000, 1}, answers.next());
    }
    QVERIFY(answers.wait(5));
    for (int question = 0; question < 5; ++question) {
        const QByteArray location = "location=" + QByteArray::number(question) + ",0&";
        QVERIFY(stub.requests()[static_cast<std::size_t>(question)].target.contains(location));
    }
}

void TestPlacesGuard::askersAreLimited() {
    HttpStub stub;
    stub.hold();
    GooglePlacesSettings settings = googleSettings(stub.baseUrl());
    settings.limits.askersMax = 3;
    GoogleLegacyPlaces places(settings);
    PlacesAnswers answers;
    for (int question = 0; question < 3; ++question) {
        places.find(nthQuery(0), answers.next());
    }
    QCOMPARE(answers.arrived(), 0);
    places.find(nthQuery(0), answers.next());
    QCOMPARE(answers.arrived(), 1);
    QCOMPARE(answers.status(3), QByteArray("OVER_QUERY_LIMIT"));
    places.cancelAll();
    places.find(nthQuery(0), answers.next());
    QCOMPARE(answers.arrived(), 4);
    QVERIFY(answers.text(4).isNull());
}

void TestPlacesGuard::equalQuestionsShare() {
    HttpStub stub;
    stub.setReply(StubReply::whole(200, fewPlaces));
    stub.hold();
    GoogleLegacyPlaces places(googleSettings(stub.baseUrl()));
    PlacesAnswers answers;
    for (const int bound : {1, 2, 3, 20, 1}) {
        places.find({1, 2, 3, bound}, answers.next());
    }
    QTRY_COMPARE(stub.requests().size(), std::size_t{1});
    stub.release();
    QVERIFY(answers.wait(5));
    QCOMPARE(stub.requests().size(), std::size_t{1});
    const QByteArray all = fewPlaces;
    const QByteArray one = R"({"html_attributions":[],"results":[{"n":1}],"status":"OK"})";
    QCOMPARE(answers.text(0), one);
    QCOMPARE(answers.text(1),
             QByteArray(R"({"html_attributions":[],"results":[{"n":1},{"n":2}],"status":"OK"})"));
    QCOMPARE(answers.text(2), all);
    QCOMPARE(answers.text(3), all);
    QCOMPARE(answers.text(4), one);
    QCOMPARE(places.counters().shared, std::uint64_t{4});
    QVERIFY(isBalanced(places.counters()));
}

void TestPlacesGuard::differentQuestionsDoNotShare_data() {
    QTest::addColumn<PlacesQuery>("other");
    QTest::addColumn<bool>("legacyShares");
    QTest::newRow("latitude") << PlacesQuery{2, 2, 3, 4} << false;
    QTest::newRow("longitude") << PlacesQuery{1, 3, 3, 4} << false;
    QTest::newRow("radius") << PlacesQuery{1, 2, 4, 4} << false;
    QTest::newRow("bound") << PlacesQuery{1, 2, 3, 5} << true;
}

void TestPlacesGuard::differentQuestionsDoNotShare() {
    QFETCH(PlacesQuery, other);
    QFETCH(bool, legacyShares);
    HttpStub stub;
    stub.hold();
    GoogleLegacyPlaces legacy(googleSettings(stub.baseUrl()));
    GoogleNewPlaces places(googleSettings(stub.baseUrl()));
    PlacesAnswers answers;
    for (const PlacesQuery& query : {PlacesQuery{1, 2, 3, 4}, PlacesQuery{1, 2, 3, 4}, other}) {
        legacy.find(query, answers.next());
        places.find(query, answers.next());
    }
    QCOMPARE(places.counters().shared, std::uint64_t{1});
    QCOMPARE(legacy.counters().shared, std::uint64_t{legacyShares ? 2U : 1U});
}

void TestPlacesGuard::nothingIsRemembered() {
    HttpStub stub;
    stub.setReply(StubReply::whole(200, fewPlaces));
    GoogleLegacyPlaces places(googleSettings(stub.baseUrl()));
    PlacesAnswers answers;
    for (int question = 1; question <= 3; ++question) {
        places.find(nthQuery(0), answers.next());
        QVERIFY(answers.wait(question));
    }
    QCOMPARE(stub.requests().size(), std::size_t{3});
}

void TestPlacesGuard::failureIsShared() {
    HttpStub stub;
    stub.setReply(StubReply::whole(403, ""));
    GoogleLegacyPlaces places(googleSettings(stub.baseUrl()));
    PlacesAnswers answers;
    places.find(nthQuery(0), answers.next());
    places.find(nthQuery(0), answers.next());
    QVERIFY(answers.wait(2));
    QCOMPARE(answers.countOf("REQUEST_DENIED"), 2);
    QCOMPARE(places.counters().denied, std::uint64_t{1});
    QVERIFY(isBalanced(places.counters()));
}

void TestPlacesGuard::deadlineCoversWaiting() {
    HttpStub stub;
    stub.hold();
    GooglePlacesSettings settings = googleSettings(stub.baseUrl());
    settings.deadline = 150ms;
    GoogleLegacyPlaces places(settings);
    PlacesAnswers answers;
    QElapsedTimer timer;
    timer.start();
    for (int question = 0; question < 20; ++question) {
        places.find(nthQuery(question), answers.next());
    }
    QVERIFY(answers.wait(20));
    QVERIFY(timer.elapsed() >= 149);
    QCOMPARE(answers.countOf("UNKNOWN_ERROR"), 20);
    QCOMPARE(places.counters().timedOut, std::uint64_t{20});
    QVERIFY2(places.counters().sent < 20, "those that waited were not sent");
    QVERIFY(isBalanced(places.counters()));
}

void TestPlacesGuard::cancelAnswersAll() {
    HttpStub stub;
    stub.hold();
    GoogleLegacyPlaces places(googleSettings(stub.baseUrl()));
    PlacesAnswers answers;
    for (int question = 0; question < 10; ++question) {
        places.find(nthQuery(question), answers.next());
        places.find(nthQuery(question), answers.next());
    }
    QTRY_COMPARE(stub.requests().size(), std::size_t{6});
    places.cancelAll();
    QCOMPARE(answers.arrived(), 20);
    QCOMPARE(answers.countOf("UNKNOWN_ERROR"), 20);
    QCOMPARE(places.counters().cancelled, std::uint64_t{10});
    QVERIFY(isBalanced(places.counters()));
    stub.release();
    QTRY_COMPARE(stub.openCount(), 0);
    places.cancelAll();
    QCOMPARE(answers.arrived(), 20);
    stub.setReply(StubReply::whole(200, emptyLegacy));
    places.find(nthQuery(0), answers.next());
    QVERIFY(answers.wait(21));
    QCOMPARE(answers.status(20), QByteArray("ZERO_RESULTS"));
}

void TestPlacesGuard::goneProviderIsSilent() {
    HttpStub stub;
    stub.hold();
    GooglePlacesSettings settings = googleSettings(stub.baseUrl());
    settings.deadline = 100ms;
    PlacesAnswers answers;
    auto places = std::make_unique<GoogleLegacyPlaces>(settings);
    for (int question = 0; question < 10; ++question) {
        places->find(nthQuery(question), answers.next());
    }
    QTRY_COMPARE(stub.requests().size(), std::size_t{6});
    const int before = answers.arrived();  // none, unless the machine is slow
    QElapsedTimer timer;
    timer.start();
    places.reset();
    QVERIFY2(timer.elapsed() < 1'000, "it does not wait for the network");
    // Another one's deadline ends after the deadlines of the first would have.
    GoogleLegacyPlaces later(settings);
    QCOMPARE(statusOf(ask(later)), QByteArray("UNKNOWN_ERROR"));
    QTRY_COMPARE(stub.openCount(), 0);
    QCOMPARE(answers.arrived(), before);
}

void TestPlacesGuard::askersMayAskAgain() {
    HttpStub stub;
    stub.setReply(StubReply::whole(200, emptyLegacy));
    GooglePlacesSettings settings = googleSettings(stub.baseUrl());
    settings.limits.runningMax = 1;
    settings.limits.waitingMax = 1;
    GoogleLegacyPlaces places(settings);
    PlacesAnswers answers;
    int left = 5;
    PlacesProvider::Done again;
    again = [&](const std::string& json) {
        answers.next()(json);
        if (--left > 0) {
            places.find(nthQuery(left), again);
        }
    };
    places.find(nthQuery(5), again);
    QVERIFY(answers.wait(5) || answers.arrived() == 5);
    QCOMPARE(answers.countOf("ZERO_RESULTS"), 5);
    QVERIFY(isBalanced(places.counters()));
}

void TestPlacesGuard::askersMayCancel() {
    HttpStub stub;
    stub.setReply(StubReply::whole(200, fewPlaces));
    GooglePlacesSettings settings = googleSettings(stub.baseUrl());
    settings.limits.runningMax = 1;
    GoogleLegacyPlaces places(settings);
    PlacesAnswers answers;
    int arrivedAtCancel = 0;
    places.find(nthQuery(0), [&](const std::string& json) {
        answers.next()(json);
        places.cancelAll();
        arrivedAtCancel = answers.arrived();
    });
    places.find(nthQuery(0), answers.next());
    places.find(nthQuery(1), answers.next());
    QVERIFY(answers.wait(3));
    QCOMPARE(arrivedAtCancel, 3);
    QVERIFY2(answers.status(0) == "OK", "it shared what had arrived already");
    QCOMPARE(answers.status(1), QByteArray("UNKNOWN_ERROR"));
    QVERIFY(isBalanced(places.counters()));
}

void TestPlacesGuard::askersMayDelete() {
    HttpStub stub;
    const std::vector<StubReply> replies = {StubReply::whole(200, fewPlaces),
                                            StubReply::whole(200, QByteArray(2 << 20, ' ')),
                                            StubReply::raw("", End::keepOpen)};
    for (const StubReply& reply : replies) {
        stub.setReply(reply);
        GooglePlacesSettings settings = googleSettings(stub.baseUrl());
        settings.deadline = 100ms;
        auto places = std::make_unique<GoogleLegacyPlaces>(settings);
        PlacesAnswers answers;
        places->find(nthQuery(0), [&](const std::string&) { places.reset(); });
        places->find(nthQuery(0), answers.next());
        places->find(nthQuery(1), answers.next());
        QTRY_VERIFY(!places);
        QTRY_COMPARE(stub.openCount(), 0);
        QCOMPARE(answers.arrived(), 0);
    }
}

QTEST_GUILESS_MAIN(TestPlacesGuard)
#include "tst_placesguard.moc"
