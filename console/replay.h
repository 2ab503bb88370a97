// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QElapsedTimer>
#include <QObject>
#include <QTimer>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "common/result.h"

class QByteArray;

namespace herd {

class LineFile;

/// Sends the lines of a file at a chosen pace and counts what comes back. How a line reaches a node
/// is the business of the function it is given. Nodes that do not keep up slow it down. Owned by
/// the replay panel.
class Replay : public QObject {
    Q_OBJECT

  public:
    enum class State { idle, running, paused, finished, cancelled, failed };
    enum class Spread { roundRobin, all };
    enum class Outcome { answered, refused, failed };
    using Send =
        std::function<void(int target, const QByteArray& line, std::function<void(Outcome)> done)>;

    static constexpr int linesPerSMax = 10'000;
    /// Lines without an answer yet, for each target; then it waits.
    static constexpr int waitingMax = 32;
    static constexpr int tickMs = 20;

    struct Plan {
        QString path;
        int linesPerS = 10;
        std::vector<int> targets;
        Spread spread = Spread::roundRobin;
    };
    struct Counts {
        qint64 lines = 0;  ///< read from the file
        qint64 sent = 0;   ///< a line to two nodes counts twice
        qint64 answered = 0;
        qint64 refused = 0;
        qint64 failed = 0;   ///< no answer
        qint64 tooLong = 0;  ///< skipped
        qint64 bytesRead = 0;
        qint64 bytesTotal = 0;

        [[nodiscard]] qint64 waiting() const { return sent - answered - refused - failed; }
    };

    explicit Replay(Send send, QObject* parent = nullptr);
    ~Replay() override;

    /// Ends what runs and begins anew; the reason when the file cannot be read.
    [[nodiscard]] std::optional<Error> start(const Plan& plan);
    void pause();
    void resume();
    void cancel();

    [[nodiscard]] State state() const { return state_; }
    [[nodiscard]] bool isActive() const {
        return state_ == State::running || state_ == State::paused;
    }
    [[nodiscard]] const Counts& counts() const { return counts_; }

  Q_SIGNALS:
    /// State or counts; at most once a tick.
    void changed();

  private:
    void onTick();
    bool sendNext();
    void sendTo(int target, const QByteArray& line);
    void enter(State state);

    Send send_;
    Plan plan_;
    std::unique_ptr<LineFile> file_;
    State state_ = State::idle;
    Counts counts_;
    QTimer tick_;
    QElapsedTimer sinceTick_;
    double credit_ = 0;  ///< lines that may be sent now
    std::size_t turn_ = 0;
    bool ended_ = false;     ///< nothing is left to read
    qint64 generation_ = 0;  ///< answers to an earlier run are not counted
};

}  // namespace herd
