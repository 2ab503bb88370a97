// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT

// What the console's table costs: loading, following, filtering and sorting many clients.

#include <QAbstractButton>
#include <QApplication>
#include <QCommandLineParser>
#include <QElapsedTimer>
#include <QFile>
#include <QHeaderView>
#include <QLineEdit>
#include <QTableView>
#include <QTest>
#include <QThread>
#include <QTimer>
#include <algorithm>
#include <cstdio>
#include <ctime>
#include <functional>

#include "console/clientselection.h"
#include "console/herdstate.h"
#include "console/stampsview.h"
#include "tests/bench/stampsnode.h"

namespace {

using namespace herd;

constexpr int patienceMs = 300'000;

/// Seconds that the calling thread, the one of the window, has computed.
double threadSeconds() {
    timespec spent{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &spent);
    return static_cast<double>(spent.tv_sec) + static_cast<double>(spent.tv_nsec) / 1e9;
}

/// A line of /proc/self/status in MiB.
double memoryMebibytes(const QByteArray& name) {
    QFile file(QStringLiteral("/proc/self/status"));
    if (file.open(QIODevice::ReadOnly)) {
        for (const QByteArray& line : file.readAll().split('\n')) {
            if (line.startsWith(name)) {
                return line.mid(name.size() + 1).trimmed().split(' ').first().toDouble() / 1'024;
            }
        }
    }
    return 0;
}

/// How long the event loop could not be entered at worst, in milliseconds.
class LongestTurn {
  public:
    LongestTurn() {
        timer_.setTimerType(Qt::PreciseTimer);
        timer_.setInterval(1);
        QObject::connect(&timer_, &QTimer::timeout, &timer_, [this] {
            longestMs_ = std::max(longestMs_, static_cast<double>(clock_.nsecsElapsed()) / 1e6);
            clock_.start();
        });
        clock_.start();
        timer_.start();
    }
    double milliseconds() const {
        return std::max(longestMs_, static_cast<double>(clock_.nsecsElapsed()) / 1e6);
    }

  private:
    QTimer timer_;
    QElapsedTimer clock_;
    double longestMs_ = 0;
};

/// Does something and waits for its end; prints what it took.
void measure(const char* what, const std::function<void()>& begin,
             const std::function<bool()>& isDone) {
    const LongestTurn longest;
    const double before = threadSeconds();
    QElapsedTimer elapsed;
    elapsed.start();
    begin();
    const bool done = QTest::qWaitFor(isDone, patienceMs);
    std::printf("%-34s %8.0f ms, window thread busy %6.0f ms, longest turn %5.0f ms%s\n", what,
                static_cast<double>(elapsed.nsecsElapsed()) / 1e6,
                (threadSeconds() - before) * 1'000, longest.milliseconds(),
                done ? "" : "  NOT FINISHED");
}

void follow(const char* what, int seconds) {
    const LongestTurn longest;
    const double before = threadSeconds();
    QElapsedTimer elapsed;
    elapsed.start();
    QTest::qWait(seconds * 1'000);
    std::printf(
        "%-34s window thread busy %.1f %%, longest turn %.0f ms\n", what,
        (threadSeconds() - before) * 100 / (static_cast<double>(elapsed.nsecsElapsed()) / 1e9),
        longest.milliseconds());
}

void run(int clients, int movesPerS, int seconds) {
    QThread nodeThread;
    nodeThread.start();
    auto* const node = new StampsNode(clients, movesPerS);
    node->moveToThread(&nodeThread);
    QObject::connect(&nodeThread, &QThread::finished, node, &QObject::deleteLater);
    QMetaObject::invokeMethod(
        node, [node] { node->listen(); }, Qt::BlockingQueuedConnection);

    HerdState state;
    ClientSelection selection;
    StampsView view(state, selection);
    view.resize(1'200, 800);
    view.show();
    auto* const table = view.findChild<QTableView*>(QStringLiteral("stamps"));
    auto* const filter = view.findChild<QLineEdit*>(QStringLiteral("stampsFilter"));
    const auto* const model = static_cast<const StampModel*>(table->model());
    const double emptyMebibytes = memoryMebibytes("VmRSS:");

    AdminAddress address;
    address.host = QStringLiteral("127.0.0.1");
    address.port = node->port();
    measure(
        "load, until all is shown", [&] { state.open({}, {address}, {}); },
        [&] { return state.stamps().complete() && model->rowCount() == clients; });
    std::printf("%-34s %.0f MiB, at most %.0f, %.0f without stamps\n", "memory of the process",
                memoryMebibytes("VmRSS:"), memoryMebibytes("VmHWM:"), emptyMebibytes);
    follow("follow, sorted by client", seconds);
    const auto isArranged = [model] { return !model->isArranging(); };
    measure(
        "sort by age", [&] { table->sortByColumn(3, Qt::AscendingOrder); }, isArranged);
    follow("follow, sorted by age", seconds);
    measure(
        "filter by text, many", [&] { filter->setText(QStringLiteral("7")); }, isArranged);
    measure(
        "filter by text, few", [&] { filter->setText(QStringLiteral("77777")); }, isArranged);
    measure(
        "no filter", [&] { filter->clear(); }, isArranged);
    auto* const expression = view.findChild<QAbstractButton*>(QStringLiteral("stampsExpression"));
    expression->click();
    measure(
        "filter by expression", [&] { filter->setText(QStringLiteral("-0*(12|34)5?.$")); },
        isArranged);
    measure(
        "no filter", [&] { filter->clear(); }, isArranged);
    measure(
        "sort by client", [&] { table->sortByColumn(0, Qt::AscendingOrder); }, isArranged);
    nodeThread.quit();
    nodeThread.wait();
}

}  // namespace

int main(int argc, char** argv) {
    qputenv("QT_QPA_PLATFORM", "offscreen");
    QApplication application(argc, argv);
    QCommandLineParser parser;
    parser.addHelpOption();
    const QCommandLineOption clients(QStringLiteral("clients"), QStringLiteral("In the table."),
                                     QStringLiteral("N"), QStringLiteral("100000"));
    const QCommandLineOption moves(QStringLiteral("moves"), QStringLiteral("Reports a second."),
                                   QStringLiteral("N"), QStringLiteral("10000"));
    const QCommandLineOption seconds(QStringLiteral("seconds"), QStringLiteral("To follow."),
                                     QStringLiteral("N"), QStringLiteral("10"));
    parser.addOptions({clients, moves, seconds});
    parser.process(application);
    run(std::max(1, parser.value(clients).toInt()), parser.value(moves).toInt(),
        parser.value(seconds).toInt());
    return 0;
}
