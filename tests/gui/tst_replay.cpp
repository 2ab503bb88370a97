// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include <QFile>
#include <QLabel>
#include <QLineEdit>
#include <QProgressBar>
#include <QPushButton>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include "console/linefile.h"
#include "console/replay.h"
#include "console/replaypanel.h"
#include "tests/support/until.h"

namespace herd {

namespace {

/// A file of lines and a node that answers at once or when it is told to.
struct Scene {
    QTemporaryDir directory;
    QString path = directory.filePath(QStringLiteral("lines"));
    QList<QPair<int, QByteArray>> sent;
    bool answers = true;
    std::vector<std::function<void(Replay::Outcome)>> waiting;
    Replay replay{
        [this](int target, const QByteArray& line, std::function<void(Replay::Outcome)> done) {
            sent.append({target, line});
            waiting.push_back(std::move(done));
            if (answers) {
                answerAll();
            }
        }};

    bool write(const QByteArray& bytes) const {
        QFile file(path);
        return file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size();
    }
    void answerAll() {
        for (const auto& done : std::exchange(waiting, {})) {
            done(Replay::Outcome::answered);
        }
    }
    bool start(int linesPerS, std::vector<int> targets,
               Replay::Spread spread = Replay::Spread::roundRobin) {
        return !replay.start({path, linesPerS, std::move(targets), spread}).has_value();
    }
    bool waitFor(Replay::State state) {
        return until(patience, [this, state] { return replay.state() == state; });
    }
};

}  // namespace

class TestReplay : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void readsLines();
    void skipsLinesThatAreTooLong();
    void readsBigFilesInSteps();
    void refusesWhatIsNoFile();
    void sendsInTurn();
    void sendsToAll();
    void keepsThePace();
    void waitsForSlowNodes();
    void pausesAndGoesOn();
    void cancels();
    void panelShowsHowItGoes();
};

void TestReplay::readsLines() {
    const Scene scene;
    QVERIFY(scene.write("one\n\n  # comment\n two \r\n\t\nlast"));
    LineFile file;
    QVERIFY(!file.open(scene.path));
    for (const char* const expected : {"one", " two ", "last"}) {
        const LineFile::Step step = file.next();
        QVERIFY(step.kind == LineFile::Step::Kind::line);
        QCOMPARE(step.line, QByteArray(expected));
    }
    QVERIFY(file.next().kind == LineFile::Step::Kind::end);
    QCOMPARE(file.bytesRead(), file.bytesTotal());
}

void TestReplay::skipsLinesThatAreTooLong() {
    const Scene scene;
    const QByteArray longest(LineFile::lineBytesMax, 'x');
    QVERIFY(scene.write(longest + "\r\n" + longest + "y\n" + longest.repeated(3) + "\nlast\n"));
    LineFile file;
    QVERIFY(!file.open(scene.path));
    QCOMPARE(file.next().line, longest);
    QCOMPARE(file.next().line, QByteArray("last"));
    QCOMPARE(file.tooLongCount(), 2);
}

void TestReplay::readsBigFilesInSteps() {
    const Scene scene;
    QVERIFY(scene.write(QByteArray("# nothing\n").repeated(300'000) + "last\n"));
    LineFile file;
    QVERIFY(!file.open(scene.path));
    QVERIFY(file.next().kind == LineFile::Step::Kind::more);
    QVERIFY(file.bytesRead() < 2 * LineFile::readBytesMax);
    LineFile::Step step = file.next();
    while (step.kind == LineFile::Step::Kind::more) {
        step = file.next();
    }
    QCOMPARE(step.line, QByteArray("last"));
}

void TestReplay::refusesWhatIsNoFile() {
    Scene scene;
    QVERIFY(scene.replay.start({scene.path, 1, {0}, Replay::Spread::all})
                ->message.contains(QStringLiteral("cannot be read")));
    QVERIFY(scene.replay.start({scene.directory.path(), 1, {0}, Replay::Spread::all})
                ->message.contains(QStringLiteral("no ordinary file")));
    QVERIFY(!scene.replay.isActive());
}

void TestReplay::sendsInTurn() {
    Scene scene;
    QVERIFY(scene.write("a\nb\nc\n"));
    QVERIFY(scene.start(Replay::linesPerSMax, {4, 7}));
    QVERIFY(scene.waitFor(Replay::State::finished));
    const QList<QPair<int, QByteArray>> expected = {{4, "a"}, {7, "b"}, {4, "c"}};
    QCOMPARE(scene.sent, expected);
    QCOMPARE(scene.replay.counts().answered, 3);
}

void TestReplay::sendsToAll() {
    Scene scene;
    QVERIFY(scene.write("a\nb\n"));
    QVERIFY(scene.start(Replay::linesPerSMax, {4, 7}, Replay::Spread::all));
    QVERIFY(scene.waitFor(Replay::State::finished));
    const QList<QPair<int, QByteArray>> expected = {{4, "a"}, {7, "a"}, {4, "b"}, {7, "b"}};
    QCOMPARE(scene.sent, expected);
    QCOMPARE(scene.replay.counts().lines, 2);
    QCOMPARE(scene.replay.counts().sent, 4);
}

void TestReplay::keepsThePace() {
    Scene scene;
    QVERIFY(scene.write(QByteArray("a\n").repeated(26)));
    const Stopwatch since;
    QVERIFY(scene.start(50, {0}));
    QVERIFY(scene.waitFor(Replay::State::finished));
    // The first goes at once; the other 25 take half a second.
    QVERIFY2(since.elapsed().count() >= 480, qPrintable(QString::number(since.elapsed().count())));
}

void TestReplay::waitsForSlowNodes() {
    Scene scene;
    scene.answers = false;
    QVERIFY(scene.write(QByteArray("a\n").repeated(Replay::waitingMax + 1)));
    QVERIFY(scene.start(Replay::linesPerSMax, {0}));
    QVERIFY(until(patience, [&] { return scene.sent.size() == Replay::waitingMax; }));
    QSignalSpy ticks(&scene.replay, &Replay::changed);
    QVERIFY(until(patience, [&] { return ticks.size() >= 3; }));
    QCOMPARE(scene.sent.size(), Replay::waitingMax);
    QVERIFY(scene.replay.state() == Replay::State::running);
    scene.answers = true;
    scene.answerAll();
    QVERIFY(scene.waitFor(Replay::State::finished));
    QCOMPARE(scene.replay.counts().answered, Replay::waitingMax + 1);
}

void TestReplay::pausesAndGoesOn() {
    Scene scene;
    QVERIFY(scene.write(QByteArray("a\n").repeated(100)));
    QVERIFY(scene.start(100, {0}));
    QVERIFY(until(patience, [&] { return scene.sent.size() >= 3; }));
    scene.replay.pause();
    const qsizetype before = scene.sent.size();
    QVERIFY(scene.replay.state() == Replay::State::paused);
    // The other has many turns meanwhile.
    Scene running;
    QVERIFY(running.write(QByteArray("a\n").repeated(20)));
    QVERIFY(running.start(100, {0}));
    QVERIFY(running.waitFor(Replay::State::finished));
    QCOMPARE(scene.sent.size(), before);
    scene.replay.resume();
    QVERIFY(scene.waitFor(Replay::State::finished));
    QCOMPARE(scene.sent.size(), 100);
}

void TestReplay::cancels() {
    Scene scene;
    scene.answers = false;
    QVERIFY(scene.write("a\nb\n"));
    QVERIFY(scene.start(Replay::linesPerSMax, {0}));
    QVERIFY(until(patience, [&] { return scene.sent.size() == 2; }));
    scene.replay.cancel();
    QVERIFY(scene.replay.state() == Replay::State::cancelled);
    scene.answerAll();  // too late to count
    QCOMPARE(scene.replay.counts().answered, 0);
    QVERIFY(scene.start(Replay::linesPerSMax, {0}));
    QCOMPARE(scene.replay.counts().sent, 0);
}

void TestReplay::panelShowsHowItGoes() {
    Scene scene;
    QVERIFY(scene.write("IAMAT kiwi +1+1 1\nnonsense\n"));
    ReplayPanel panel([](int, const QByteArray& line, std::function<void(Replay::Outcome)> done) {
        done(line == "nonsense" ? Replay::Outcome::refused : Replay::Outcome::answered);
    });
    panel.show();
    QSignalSpy told(&panel, &ReplayPanel::told);
    auto* const start = panel.findChild<QPushButton*>(QStringLiteral("replayStart"));
    QVERIFY(!start->isEnabled());
    panel.setTargets({0});
    QTest::keyClicks(panel.findChild<QLineEdit*>(QStringLiteral("replayFile")), scene.path);
    QVERIFY(start->isEnabled());
    QTest::mouseClick(start, Qt::LeftButton);
    QVERIFY(panel.findChild<QPushButton*>(QStringLiteral("replayCancel"))->isEnabled());
    QVERIFY(until(patience, [&] { return !told.isEmpty(); }));
    const QString counts = panel.findChild<QLabel*>(QStringLiteral("replayCounts"))->text();
    QVERIFY2(counts.contains(QStringLiteral("2 sent, 1 answered, 1 refused")), qPrintable(counts));
    auto* const progress = panel.findChild<QProgressBar*>(QStringLiteral("replayProgress"));
    QCOMPARE(progress->value(), progress->maximum());
    QVERIFY(start->isEnabled());
}

}  // namespace herd

QTEST_MAIN(herd::TestReplay)
#include "tst_replay.moc"
