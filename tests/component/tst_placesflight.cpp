// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include <QElapsedTimer>
#include <QTest>

#include "server/places/googlelegacy.h"
#include "tests/support/httpstub.h"
#include "tests/support/placesanswers.h"

using namespace herd;
using namespace std::chrono_literals;
using std::chrono::milliseconds;
using End = StubReply::End;

/// One request and the service's protection, tried with the legacy provider: tries and the time
/// between them, deadline, budget and breaker. Clock and dice are the test's.
class TestPlacesFlight : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void init();
    void deadlineCoversTries();
    void retryWaitsLonger();
    void budgetPerMinute();
    void budgetCountsTries();
    void breakerPausesAndRecovers();
    void breakerStopsRetries();
    void refusedRequestsDoNotPause();
    void slowServicePauses();
    void cancelGivesTheTrialBack();

  private:
    PlacesSurroundings surroundings();

    milliseconds now_{0};
    double dice_ = 0.5;
    QStringList notices_;
};

void TestPlacesFlight::init() {
    now_ = 0ms;
    dice_ = 0.5;
    notices_.clear();
}

PlacesSurroundings TestPlacesFlight::surroundings() {
    PlacesSurroundings around;
    around.clock = [this] { return now_; };
    around.dice = [this] { return dice_; };
    around.notice = [this](const QString& text) { notices_.append(text); };
    return around;
}

void TestPlacesFlight::deadlineCoversTries() {
    HttpStub stub;
    StubReply late = StubReply::whole(500, "");
    late.pieces.front().delay = 60ms;
    stub.setReply(late);
    GooglePlacesSettings settings = googleSettings(stub.baseUrl());
    settings.deadline = 150ms;
    settings.limits.triesMax = 1000;
    GoogleLegacyPlaces places(settings);
    PlacesAnswers answers;
    QElapsedTimer timer;
    timer.start();
    places.find(nthQuery(0), answers.next());
    QVERIFY(answers.wait(1));
    QVERIFY(timer.elapsed() >= 100);
    QCOMPARE(answers.status(0), QByteArray("UNKNOWN_ERROR"));
    QVERIFY(places.counters().sent <= 3);

    // A try that could not begin before the deadline is not waited for.
    settings.deadline = 10'000ms;
    settings.limits.retryDelay = 10'000ms;
    GoogleLegacyPlaces patient(settings, surroundings());
    timer.start();
    patient.find(nthQuery(0), answers.next());
    QVERIFY(answers.wait(2));
    QVERIFY(timer.elapsed() < 5'000);
    QCOMPARE(patient.counters().sent, std::uint64_t{1});
    QCOMPARE(patient.counters().serverError, std::uint64_t{1});
}

void TestPlacesFlight::retryWaitsLonger() {
    HttpStub stub;
    stub.setReply(StubReply::whole(500, ""));
    GooglePlacesSettings settings = googleSettings(stub.baseUrl());
    settings.limits.retryDelay = 40ms;
    dice_ = 0;
    GoogleLegacyPlaces places(settings, surroundings());
    PlacesAnswers answers;
    QElapsedTimer timer;
    timer.start();
    places.find(nthQuery(0), answers.next());
    QVERIFY(answers.wait(1));
    // 40 and 80 ms, times 0.75.
    QVERIFY(timer.elapsed() >= 89);
    QCOMPARE(places.counters().sent, std::uint64_t{3});
}

void TestPlacesFlight::budgetPerMinute() {
    HttpStub stub;
    stub.setReply(StubReply::whole(200, emptyLegacy));
    GooglePlacesSettings settings = googleSettings(stub.baseUrl());
    settings.requestsPerMinute = 3;
    settings.requestsPerDay = 4;
    GoogleLegacyPlaces places(settings, surroundings());
    PlacesAnswers answers;
    const auto ask = [&](int number) {
        places.find(nthQuery(number), answers.next());
        return answers.wait(number + 1) ? answers.status(static_cast<std::size_t>(number))
                                        : QByteArray();
    };
    for (int question = 0; question < 3; ++question) {
        QCOMPARE(ask(question), QByteArray("ZERO_RESULTS"));
    }
    QCOMPARE(ask(3), QByteArray("OVER_QUERY_LIMIT"));
    now_ = 59'999ms;
    QCOMPARE(ask(4), QByteArray("OVER_QUERY_LIMIT"));
    now_ = 60'000ms;
    QCOMPARE(ask(5), QByteArray("ZERO_RESULTS"));
    QCOMPARE(ask(6), QByteArray("OVER_QUERY_LIMIT"));
    now_ = std::chrono::hours(24);
    QCOMPARE(ask(7), QByteArray("ZERO_RESULTS"));
    QCOMPARE(stub.requests().size(), std::size_t{5});
    QCOMPARE(places.counters().overBudget, std::uint64_t{3});
    QVERIFY(isBalanced(places.counters()));
}

void TestPlacesFlight::budgetCountsTries() {
    HttpStub stub;
    stub.setReply(StubReply::raw("", End::close));
    GooglePlacesSettings settings = googleSettings(stub.baseUrl());
    settings.requestsPerDay = 5;
    GoogleLegacyPlaces places(settings, surroundings());
    PlacesAnswers answers;
    places.find(nthQuery(0), answers.next());
    QVERIFY(answers.wait(1));
    QCOMPARE(answers.status(0), QByteArray("UNKNOWN_ERROR"));
    places.find(nthQuery(1), answers.next());
    QVERIFY(answers.wait(2));
    QCOMPARE(answers.status(1), QByteArray("OVER_QUERY_LIMIT"));
    QCOMPARE(stub.requests().size(), std::size_t{5});
    QCOMPARE(places.counters().sent, std::uint64_t{5});
}

void TestPlacesFlight::breakerPausesAndRecovers() {
    HttpStub stub;
    stub.setReply(StubReply::whole(500, ""));
    GooglePlacesSettings settings = googleSettings(stub.baseUrl());
    settings.limits.failuresMax = 5;
    settings.limits.triesMax = 1;
    GoogleLegacyPlaces places(settings, surroundings());
    PlacesAnswers answers;
    const auto ask = [&](int number) {
        places.find(nthQuery(number), answers.next());
        return answers.wait(number + 1) ? answers.text(static_cast<std::size_t>(number))
                                        : QByteArray();
    };
    for (int question = 0; question < 5; ++question) {
        QVERIFY(notices_.isEmpty());
        ask(question);
    }
    QCOMPARE(notices_.size(), 1);
    QCOMPARE(places.counters().pauses, std::uint64_t{1});
    QVERIFY(ask(5).contains("left alone"));
    now_ = 29'999ms;
    QVERIFY(ask(6).contains("left alone"));
    QCOMPARE(stub.requests().size(), std::size_t{5});
    now_ = 30'000ms;
    QVERIFY(!ask(7).contains("left alone"));
    QCOMPARE(stub.requests().size(), std::size_t{6});
    QVERIFY(ask(8).contains("left alone"));
    QVERIFY2(notices_.size() == 1, "a failed trial changes nothing");

    stub.setReply(StubReply::whole(200, emptyLegacy));
    now_ = 60'000ms;
    stub.hold();
    places.find(nthQuery(9), answers.next());
    places.find(nthQuery(10), answers.next());
    QVERIFY(answers.wait(10));
    QVERIFY2(answers.text(10).contains("left alone"), "one trial at a time");
    QTRY_COMPARE(stub.requests().size(), std::size_t{7});
    stub.release();
    QVERIFY(answers.wait(11));
    QCOMPARE(answers.status(9), QByteArray("ZERO_RESULTS"));
    QCOMPARE(notices_.size(), 2);
    QVERIFY(ask(11).contains("ZERO_RESULTS"));
    QCOMPARE(places.counters().paused, std::uint64_t{4});
    QVERIFY(isBalanced(places.counters()));
}

void TestPlacesFlight::breakerStopsRetries() {
    HttpStub stub;
    stub.setReply(StubReply::whole(429, ""));
    GooglePlacesSettings settings = googleSettings(stub.baseUrl());
    settings.limits.failuresMax = 2;
    GoogleLegacyPlaces places(settings, surroundings());
    PlacesAnswers answers;
    places.find(nthQuery(0), answers.next());
    QVERIFY(answers.wait(1));
    QVERIFY2(answers.status(0) == "OVER_QUERY_LIMIT", "what the service said last");
    QCOMPARE(stub.requests().size(), std::size_t{2});
    QCOMPARE(places.counters().quota, std::uint64_t{1});
}

void TestPlacesFlight::refusedRequestsDoNotPause() {
    HttpStub stub;
    GooglePlacesSettings settings = googleSettings(stub.baseUrl());
    settings.limits.failuresMax = 1;
    GoogleLegacyPlaces places(settings, surroundings());
    PlacesAnswers answers;
    int asked = 0;
    for (const int httpStatus : {400, 403, 404}) {
        stub.setReply(StubReply::whole(httpStatus, ""));
        places.find(nthQuery(asked), answers.next());
        QVERIFY(answers.wait(++asked));
    }
    QCOMPARE(stub.requests().size(), std::size_t{3});
    stub.setReply(StubReply::whole(200, "no JSON"));
    places.find(nthQuery(asked), answers.next());
    QVERIFY(answers.wait(++asked));
    QCOMPARE(places.counters().pauses, std::uint64_t{1});
}

void TestPlacesFlight::slowServicePauses() {
    HttpStub stub;
    stub.hold();
    GooglePlacesSettings settings = googleSettings(stub.baseUrl());
    settings.deadline = 60ms;
    settings.limits.failuresMax = 2;
    GoogleLegacyPlaces places(settings, surroundings());
    PlacesAnswers answers;
    places.find(nthQuery(0), answers.next());
    places.find(nthQuery(1), answers.next());
    QVERIFY(answers.wait(2));
    QCOMPARE(places.counters().timedOut, std::uint64_t{2});
    QCOMPARE(places.counters().pauses, std::uint64_t{1});
    places.find(nthQuery(2), answers.next());
    QCOMPARE(answers.arrived(), 3);
}

void TestPlacesFlight::cancelGivesTheTrialBack() {
    HttpStub stub;
    stub.setReply(StubReply::whole(500, ""));
    GooglePlacesSettings settings = googleSettings(stub.baseUrl());
    settings.limits.failuresMax = 1;
    GoogleLegacyPlaces places(settings, surroundings());
    PlacesAnswers answers;
    places.find(nthQuery(0), answers.next());
    QVERIFY(answers.wait(1));
    now_ = 30s;
    stub.hold();
    places.find(nthQuery(1), answers.next());
    places.cancelAll();
    stub.release();
    stub.setReply(StubReply::whole(200, emptyLegacy));
    places.find(nthQuery(2), answers.next());
    QVERIFY(answers.wait(3));
    QCOMPARE(answers.status(2), QByteArray("ZERO_RESULTS"));
}

QTEST_GUILESS_MAIN(TestPlacesFlight)
#include "tst_placesflight.moc"
