// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>
#include <QEventLoop>
#include <QJsonDocument>
#include <QTimer>
#include <chrono>
#include <cstdint>
#include <memory>
#include <vector>

#include "server/places/googlesettings.h"
#include "server/places/placesfailure.h"
#include "server/places/placesprovider.h"
#include "tests/support/until.h"

namespace herd {

inline constexpr PlacesQuery aQuery{34'068'930'000, -118'445'127'000, 10'000'000, 5};

/// What the legacy service answers when it finds nothing, and what everything else becomes then.
inline constexpr char emptyLegacy[] =
    R"({"html_attributions":[],"results":[],"status":"ZERO_RESULTS"})";

/// Settings for a stub: quick retries, no pause after failures.
inline GooglePlacesSettings googleSettings(const QString& baseUrl, const QByteArray& key = "key") {
    GooglePlacesSettings settings;
    settings.baseUrl = baseUrl;
    settings.key = key;
    settings.limits.retryDelay = std::chrono::milliseconds(2);
    settings.limits.failuresMax = 1000;
    return settings;
}

/// The `status` of an answer; empty for what is not JSON.
inline QByteArray statusOf(const QByteArray& json) {
    return QJsonDocument::fromJson(json)[QLatin1String("status")].toString().toLatin1();
}

/// Collects what a provider answers: one place for each question, in the order they were asked.
/// An answer that comes twice ends the test, one that comes after this went is not seen.
class PlacesAnswers {
  public:
    /// The `done` of one more question.
    PlacesProvider::Done next() {
        const std::size_t index = places_->size();
        places_->push_back({});
        return [places = places_, index](const std::string& json) {
            Place& place = places->at(index);
            if (++place.count != 1) {
                qFatal("a question was answered twice");
            }
            place.json = QByteArray::fromStdString(json);
        };
    }

    /// Serves the event loop until that many answers are there; false after `patience`.
    [[nodiscard]] bool wait(int count) const {
        QEventLoop loop;
        QTimer timer;
        timer.setSingleShot(true);
        QObject::connect(&timer, &QTimer::timeout, &loop, &QEventLoop::quit);
        timer.start(patience);
        while (arrived() < count && timer.isActive()) {
            loop.processEvents(QEventLoop::WaitForMoreEvents);
        }
        return arrived() >= count;
    }

    int arrived() const {
        int count = 0;
        for (const Place& place : *places_) {
            count += place.count;
        }
        return count;
    }

    /// The text of the answer to a question; null while it is not there.
    QByteArray text(std::size_t index) const { return places_->at(index).json; }

    QByteArray status(std::size_t index) const { return statusOf(text(index)); }

    /// How many answers have that status.
    int countOf(const QByteArray& status) const {
        int count = 0;
        for (const Place& place : *places_) {
            count += statusOf(place.json) == status ? 1 : 0;
        }
        return count;
    }

  private:
    struct Place {
        QByteArray json;
        int count = 0;
    };

    std::shared_ptr<std::vector<Place>> places_ = std::make_shared<std::vector<Place>>();
};

/// Asks one question and waits for the answer.
inline QByteArray ask(PlacesProvider& provider, const PlacesQuery& query = aQuery) {
    PlacesAnswers answers;
    provider.find(query, answers.next());
    return answers.wait(1) ? answers.text(0) : QByteArray("no answer");
}

/// The sum of the outcomes.
inline std::uint64_t outcomesOf(const PlacesCounters& counters) {
    return counters.answered + counters.keyMissing + counters.queueFull + counters.overBudget +
           counters.paused + counters.timedOut + counters.unreachable + counters.tooLarge +
           counters.malformed + counters.redirected + counters.invalidRequest + counters.denied +
           counters.quota + counters.serverError + counters.unexpectedStatus + counters.cancelled;
}

/// Nothing is on its way, so every question is accounted for.
inline bool isBalanced(const PlacesCounters& counters) {
    return counters.asked - counters.shared == outcomesOf(counters);
}

/// A question that no other one equals.
inline PlacesQuery nthQuery(int number) {
    return {number, 0, 1'000, 1};
}

}  // namespace herd
