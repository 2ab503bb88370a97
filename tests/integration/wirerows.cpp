// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "tests/integration/wirerows.h"

#include <QTest>

#include "tests/support/answers.h"

namespace herd {

namespace {

std::string replaced(std::string text, std::string_view from, const std::string& to) {
    for (std::size_t found = text.find(from); found != std::string::npos;
         found = text.find(from, found + to.size())) {
        text.replace(found, from.size(), to);
    }
    return text;
}

}  // namespace

std::string answered(const std::string& rest) {
    return "AT Solo {diff} " + rest + '\n';
}

std::string refused(const std::string& line) {
    return "? " + line + '\n';
}

bool WireRows::start() {
    if (!herd_.start()) {
        return false;
    }
    LineClient client = connect();
    return client.ask("IAMAT known +0.5-30.5 1479413884.392014450").starts_with("AT Solo +") &&
           client.ask("IAMAT angeleno +34.068930-118.445127 1").starts_with("AT Solo +");
}

bool WireRows::stop() {
    ServerProcess& node = herd_.node(QStringLiteral("Solo"));
    const bool lived = node.isRunning();
    node.terminate();
    return lived && node.waitUntilEnded() && node.exitCode() == 0;
}

void WireRows::columns() {
    QTest::addColumn<std::string>("sent");
    QTest::addColumn<std::string>("expected");
}

void WireRows::row(const QString& name, const std::string& sent, const std::string& expected) {
    QTest::newRow(qPrintable(name)) << sent << expected;
}

QString WireRows::check() {
    QFETCH(const std::string, sent);
    QFETCH(const std::string, expected);
    const QString whole = checkOnce(sent, expected, false);
    const QString pieces = whole.isEmpty() ? checkOnce(sent, expected, true) : QString();
    return pieces.isEmpty() ? whole : QStringLiteral("in single bytes: ") + pieces;
}

QString WireRows::checkOnce(const std::string& sent, const std::string& expected,
                            bool singleBytes) {
    const std::string id = newId();
    const std::string bytes = replaced(sent, "{id}", id);
    LineClient client = connect();
    const std::int64_t before = wallClockNs();
    // The server may stop listening after a line that is too long: only the answer counts.
    static_cast<void>(singleBytes ? client.sendInSingleBytes(bytes) : client.send(bytes));
    client.halfClose();
    const LineClient::Rest answer = client.readToEnd();
    const std::int64_t after = wallClockNs();

    const QString wrong = compareAnswer(replaced(expected, "{id}", id), answer.bytes);
    if (!wrong.isEmpty()) {
        return wrong;
    }
    if (answer.end != LineClient::End::closed) {
        return answer.end == LineClient::End::reset ? QStringLiteral("the stream ended in a reset")
                                                    : QStringLiteral("the stream did not end");
    }
    // The stamps of the clients that all rows share are older.
    const bool own = answer.bytes.find(" known ") == std::string::npos &&
                     answer.bytes.find(" angeleno ") == std::string::npos;
    return own ? checkReceiveTimes(answer.bytes, before, after) : QString();
}

}  // namespace herd
