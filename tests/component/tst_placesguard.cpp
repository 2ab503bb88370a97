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
using std::chrono::milliseconds;
using End = StubReply::End;

namespace {

constexpr char emptyLegacy[] = R"({"html_attributions":[],"results":[],"status":"ZERO_RESULTS"})";
constexpr char fewPlaces[] =
    R"({"html_attributions":[],"results":[{"n":1},{"n":2},{"n":3}],"status":"OK"})";

/// A question that no other one equals.
PlacesQuery nth(int number) {
    return {number, 0, 1'000, 1};
}

GooglePlacesSettings settingsFor(const HttpStub& stub) {
    GooglePlacesSettings settings;
    settings.baseUrl = stub.baseUrl();
    settings.key = "key";
    settings.limits.retryDelay = 2ms;
    settings.limits.failuresMax = 1000;
    return settings;
}

/// Nothing is on its way, so every question is accounted for.
bool isBalanced(const PlacesCounters& counters) {
    return counters.asked - counters.shared == outcomesOf(counters);
}

}  // namespace

/// What stands between many askers and one service, tried with the legacy provider: how many
/// requests go out, which of them wait, share or are refused, and who is answered when.
class TestPlacesGuard : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void init();
    void sixRunAndHundredWait();
    void waitingOnesGoInOrder();
    void askersAreLimited();
    void equalQuestionsShare();
    void differentQuestionsDoNotShare_data();
    void differentQuestionsDoNotShare();
    void nothingIsRemembered();
    void failureIsShared();
    void deadlineCoversWaiting();
    void deadlineCoversTries();
    void retryWaitsLonger();
    void budgetPerMinute();
    void budgetCountsTries();
    void breakerPausesAndRecovers();
    void breakerStopsRetries();
    void refusedRequestsDoNotPause();
    void slowServicePauses();
    void cancelAnswersAll();
    void cancelGivesTheTrialBack();
    void goneProviderIsSilent();
    void askersMayAskAgain();
    void askersMayCancel();
    void askersMayDelete();

  private:
    PlacesSurroundings surroundings();

    milliseconds now_{0};
    double dice_ = 0.5;
    QStringList notices_;
};

void TestPlacesGuard::init() {
    now_ = 0ms;
    dice_ = 0.5;
    notices_.clear();
}

PlacesSurroundings TestPlacesGuard::surroundings() {
    PlacesSurroundings around;
    around.clock = [this] { return now_; };
    around.dice = [this] { return dice_; };
    around.notice = [this](const QString& text) { notices_.append(text); };
    return around;
}

void TestPlacesGuard::sixRunAndHundredWait() {
    HttpStub stub;
    stub.setReply(StubReply::whole(200, emptyLegacy));
    stub.hold();
    GoogleLegacyPlaces places(settingsFor(stub));
    PlacesAnswers answers;
    for (int question = 0; question < 106; ++question) {
        places.find(nth(question), answers.next());
    }
    QCOMPARE(answers.arrived(), 0);
    places.find(nth(106), answers.next());
    QCOMPARE(answers.arrived(), 1);
    QCOMPARE(answers.status(106), QByteArray("OVER_QUERY_LIMIT"));
    places.find(nth(105), answers.next());
    QVERIFY2(answers.arrived() == 1, "one that shares needs no place");
    QTRY_COMPARE(stub.requests().size(), std::size_t{6});
    QTest::qWait(30);
    QCOMPARE(stub.requests().size(), std::size_t{6});
    QCOMPARE(places.counters().sent, std::uint64_t{6});
    stub.release();
    QVERIFY(answers.wait(108));
    QCOMPARE(answers.countOf("ZERO_RESULTS"), 107);
    QCOMPARE(stub.requests().size(), std::size_t{106});
    QCOMPARE(places.counters().queueFull, std::uint64_t{1});
    QCOMPARE(places.counters().answered, std::uint64_t{106});
    QVERIFY(isBalanced(places.counters()));
    places.find(nth(107), answers.next());
    QVERIFY(answers.wait(109));
    QCOMPARE(answers.status(108), QByteArray("ZERO_RESULTS"));
}

void TestPlacesGuard::waitingOnesGoInOrder() {
    HttpStub stub;
    stub.setReply(StubReply::whole(200, emptyLegacy));
    GooglePlacesSettings settings = settingsFor(stub);
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
    GooglePlacesSettings settings = settingsFor(stub);
    settings.limits.askersMax = 3;
    GoogleLegacyPlaces places(settings);
    PlacesAnswers answers;
    for (int question = 0; question < 3; ++question) {
        places.find(nth(0), answers.next());
    }
    QCOMPARE(answers.arrived(), 0);
    places.find(nth(0), answers.next());
    QCOMPARE(answers.arrived(), 1);
    QCOMPARE(answers.status(3), QByteArray("OVER_QUERY_LIMIT"));
    places.cancelAll();
    places.find(nth(0), answers.next());
    QCOMPARE(answers.arrived(), 4);
    QVERIFY(answers.text(4).isNull());
}

void TestPlacesGuard::equalQuestionsShare() {
    HttpStub stub;
    stub.setReply(StubReply::whole(200, fewPlaces));
    stub.hold();
    GoogleLegacyPlaces places(settingsFor(stub));
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
    GoogleLegacyPlaces legacy(settingsFor(stub));
    GoogleNewPlaces places(settingsFor(stub));
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
    GoogleLegacyPlaces places(settingsFor(stub));
    PlacesAnswers answers;
    for (int question = 1; question <= 3; ++question) {
        places.find(nth(0), answers.next());
        QVERIFY(answers.wait(question));
    }
    QCOMPARE(stub.requests().size(), std::size_t{3});
}

void TestPlacesGuard::failureIsShared() {
    HttpStub stub;
    stub.setReply(StubReply::whole(403, ""));
    GoogleLegacyPlaces places(settingsFor(stub));
    PlacesAnswers answers;
    places.find(nth(0), answers.next());
    places.find(nth(0), answers.next());
    QVERIFY(answers.wait(2));
    QCOMPARE(answers.countOf("REQUEST_DENIED"), 2);
    QCOMPARE(places.counters().denied, std::uint64_t{1});
    QVERIFY(isBalanced(places.counters()));
}

void TestPlacesGuard::deadlineCoversWaiting() {
    HttpStub stub;
    stub.hold();
    GooglePlacesSettings settings = settingsFor(stub);
    settings.deadline = 150ms;
    GoogleLegacyPlaces places(settings);
    PlacesAnswers answers;
    QElapsedTimer timer;
    timer.start();
    for (int question = 0; question < 20; ++question) {
        places.find(nth(question), answers.next());
    }
    QVERIFY(answers.wait(20));
    QVERIFY(timer.elapsed() >= 149);
    QCOMPARE(answers.countOf("UNKNOWN_ERROR"), 20);
    QCOMPARE(places.counters().timedOut, std::uint64_t{20});
    QVERIFY2(places.counters().sent < 20, "those that waited were not sent");
    QVERIFY(isBalanced(places.counters()));
}

void TestPlacesGuard::deadlineCoversTries() {
    HttpStub stub;
    StubReply late = StubReply::whole(500, "");
    late.pieces.front().delay = 60ms;
    stub.setReply(late);
    GooglePlacesSettings settings = settingsFor(stub);
    settings.deadline = 150ms;
    settings.limits.triesMax = 1000;
    GoogleLegacyPlaces places(settings);
    PlacesAnswers answers;
    QElapsedTimer timer;
    timer.start();
    places.find(nth(0), answers.next());
    QVERIFY(answers.wait(1));
    QVERIFY(timer.elapsed() >= 100);
    QCOMPARE(answers.status(0), QByteArray("UNKNOWN_ERROR"));
    QVERIFY(places.counters().sent <= 3);

    // A try that could not begin before the deadline is not waited for.
    settings.deadline = 10'000ms;
    settings.limits.retryDelay = 10'000ms;
    GoogleLegacyPlaces patient(settings, surroundings());
    timer.start();
    patient.find(nth(0), answers.next());
    QVERIFY(answers.wait(2));
    QVERIFY(timer.elapsed() < 5'000);
    QCOMPARE(patient.counters().sent, std::uint64_t{1});
    QCOMPARE(patient.counters().serverError, std::uint64_t{1});
}

void TestPlacesGuard::retryWaitsLonger() {
    HttpStub stub;
    stub.setReply(StubReply::whole(500, ""));
    GooglePlacesSettings settings = settingsFor(stub);
    settings.limits.retryDelay = 40ms;
    dice_ = 0;
    GoogleLegacyPlaces places(settings, surroundings());
    PlacesAnswers answers;
    QElapsedTimer timer;
    timer.start();
    places.find(nth(0), answers.next());
    QVERIFY(answers.wait(1));
    // 40 and 80 ms, times 0.75.
    QVERIFY(timer.elapsed() >= 89);
    QCOMPARE(places.counters().sent, std::uint64_t{3});
}

void TestPlacesGuard::budgetPerMinute() {
    HttpStub stub;
    stub.setReply(StubReply::whole(200, emptyLegacy));
    GooglePlacesSettings settings = settingsFor(stub);
    settings.requestsPerMinute = 3;
    settings.requestsPerDay = 4;
    GoogleLegacyPlaces places(settings, surroundings());
    PlacesAnswers answers;
    const auto ask = [&](int number) {
        places.find(nth(number), answers.next());
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

void TestPlacesGuard::budgetCountsTries() {
    HttpStub stub;
    stub.setReply(StubReply::raw("", End::close));
    GooglePlacesSettings settings = settingsFor(stub);
    settings.requestsPerDay = 5;
    GoogleLegacyPlaces places(settings, surroundings());
    PlacesAnswers answers;
    places.find(nth(0), answers.next());
    QVERIFY(answers.wait(1));
    QCOMPARE(answers.status(0), QByteArray("UNKNOWN_ERROR"));
    places.find(nth(1), answers.next());
    QVERIFY(answers.wait(2));
    QCOMPARE(answers.status(1), QByteArray("OVER_QUERY_LIMIT"));
    QCOMPARE(stub.requests().size(), std::size_t{5});
    QCOMPARE(places.counters().sent, std::uint64_t{5});
}

void TestPlacesGuard::breakerPausesAndRecovers() {
    HttpStub stub;
    stub.setReply(StubReply::whole(500, ""));
    GooglePlacesSettings settings = settingsFor(stub);
    settings.limits.failuresMax = 5;
    settings.limits.triesMax = 1;
    GoogleLegacyPlaces places(settings, surroundings());
    PlacesAnswers answers;
    const auto ask = [&](int number) {
        places.find(nth(number), answers.next());
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
    places.find(nth(9), answers.next());
    places.find(nth(10), answers.next());
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

void TestPlacesGuard::breakerStopsRetries() {
    HttpStub stub;
    stub.setReply(StubReply::whole(429, ""));
    GooglePlacesSettings settings = settingsFor(stub);
    settings.limits.failuresMax = 2;
    GoogleLegacyPlaces places(settings, surroundings());
    PlacesAnswers answers;
    places.find(nth(0), answers.next());
    QVERIFY(answers.wait(1));
    QVERIFY2(answers.status(0) == "OVER_QUERY_LIMIT", "what the service said last");
    QCOMPARE(stub.requests().size(), std::size_t{2});
    QCOMPARE(places.counters().quota, std::uint64_t{1});
}

void TestPlacesGuard::refusedRequestsDoNotPause() {
    HttpStub stub;
    GooglePlacesSettings settings = settingsFor(stub);
    settings.limits.failuresMax = 1;
    GoogleLegacyPlaces places(settings, surroundings());
    PlacesAnswers answers;
    int asked = 0;
    for (const int httpStatus : {400, 403, 404}) {
        stub.setReply(StubReply::whole(httpStatus, ""));
        places.find(nth(asked), answers.next());
        QVERIFY(answers.wait(++asked));
    }
    QCOMPARE(stub.requests().size(), std::size_t{3});
    stub.setReply(StubReply::whole(200, "no JSON"));
    places.find(nth(asked), answers.next());
    QVERIFY(answers.wait(++asked));
    QCOMPARE(places.counters().pauses, std::uint64_t{1});
}

void TestPlacesGuard::slowServicePauses() {
    HttpStub stub;
    stub.hold();
    GooglePlacesSettings settings = settingsFor(stub);
    settings.deadline = 60ms;
    settings.limits.failuresMax = 2;
    GoogleLegacyPlaces places(settings, surroundings());
    PlacesAnswers answers;
    places.find(nth(0), answers.next());
    places.find(nth(1), answers.next());
    QVERIFY(answers.wait(2));
    QCOMPARE(places.counters().timedOut, std::uint64_t{2});
    QCOMPARE(places.counters().pauses, std::uint64_t{1});
    places.find(nth(2), answers.next());
    QCOMPARE(answers.arrived(), 3);
}

void TestPlacesGuard::cancelAnswersAll() {
    HttpStub stub;
    stub.hold();
    GoogleLegacyPlaces places(settingsFor(stub));
    PlacesAnswers answers;
    for (int question = 0; question < 10; ++question) {
        places.find(nth(question), answers.next());
        places.find(nth(question), answers.next());
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
    places.find(nth(0), answers.next());
    QVERIFY(answers.wait(21));
    QCOMPARE(answers.status(20), QByteArray("ZERO_RESULTS"));
}

void TestPlacesGuard::cancelGivesTheTrialBack() {
    HttpStub stub;
    stub.setReply(StubReply::whole(500, ""));
    GooglePlacesSettings settings = settingsFor(stub);
    settings.limits.failuresMax = 1;
    GoogleLegacyPlaces places(settings, surroundings());
    PlacesAnswers answers;
    places.find(nth(0), answers.next());
    QVERIFY(answers.wait(1));
    now_ = 30s;
    stub.hold();
    places.find(nth(1), answers.next());
    places.cancelAll();
    stub.release();
    stub.setReply(StubReply::whole(200, emptyLegacy));
    places.find(nth(2), answers.next());
    QVERIFY(answers.wait(3));
    QCOMPARE(answers.status(2), QByteArray("ZERO_RESULTS"));
}

void TestPlacesGuard::goneProviderIsSilent() {
    HttpStub stub;
    stub.hold();
    PlacesAnswers answers;
    QElapsedTimer timer;
    {
        GooglePlacesSettings settings = settingsFor(stub);
        settings.deadline = 100ms;
        GoogleLegacyPlaces places(settings);
        for (int question = 0; question < 10; ++question) {
            places.find(nth(question), answers.next());
        }
        QTRY_COMPARE(stub.requests().size(), std::size_t{6});
        timer.start();
    }
    QVERIFY2(timer.elapsed() < 1'000, "it does not wait for the network");
    stub.release();
    QTRY_COMPARE(stub.openCount(), 0);
    QTest::qWait(120);
    QCOMPARE(answers.arrived(), 0);
}

void TestPlacesGuard::askersMayAskAgain() {
    HttpStub stub;
    stub.setReply(StubReply::whole(200, emptyLegacy));
    GooglePlacesSettings settings = settingsFor(stub);
    settings.limits.runningMax = 1;
    settings.limits.waitingMax = 1;
    GoogleLegacyPlaces places(settings);
    PlacesAnswers answers;
    int left = 5;
    PlacesProvider::Done again;
    again = [&](const std::string& json) {
        answers.next()(json);
        if (--left > 0) {
            places.find(nth(left), again);
        }
    };
    places.find(nth(5), again);
    QVERIFY(answers.wait(5) || answers.arrived() == 5);
    QCOMPARE(answers.countOf("ZERO_RESULTS"), 5);
    QVERIFY(isBalanced(places.counters()));
}

void TestPlacesGuard::askersMayCancel() {
    HttpStub stub;
    stub.setReply(StubReply::whole(200, fewPlaces));
    GooglePlacesSettings settings = settingsFor(stub);
    settings.limits.runningMax = 1;
    GoogleLegacyPlaces places(settings);
    PlacesAnswers answers;
    int arrivedAtCancel = 0;
    places.find(nth(0), [&](const std::string& json) {
        answers.next()(json);
        places.cancelAll();
        arrivedAtCancel = answers.arrived();
    });
    places.find(nth(0), answers.next());
    places.find(nth(1), answers.next());
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
        GooglePlacesSettings settings = settingsFor(stub);
        settings.deadline = 100ms;
        auto places = std::make_unique<GoogleLegacyPlaces>(settings);
        PlacesAnswers answers;
        places->find(nth(0), [&](const std::string&) { places.reset(); });
        places->find(nth(0), answers.next());
        places->find(nth(1), answers.next());
        QTRY_VERIFY(!places);
        QTRY_COMPARE(stub.openCount(), 0);
        QCOMPARE(answers.arrived(), 0);
    }
}

QTEST_GUILESS_MAIN(TestPlacesGuard)
#include "tst_placesguard.moc"
