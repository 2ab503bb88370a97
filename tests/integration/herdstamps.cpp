// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "tests/integration/herdstamps.h"

#include <algorithm>
#include <tuple>

#include "tests/support/answers.h"

namespace herd {

namespace {

constexpr std::int64_t futureSkewMaxNs = 300'000'000'000;

std::string clientOf(const std::string& atLine) {
    return AtLine::read(atLine).value_or(AtLine()).client;
}

/// Takes one answer to WHATSAT; gives its first line.
std::string takeAnswer(std::string_view& bytes) {
    const std::size_t line = std::min(bytes.find('\n'), bytes.size() - 1) + 1;
    std::string first(bytes.substr(0, line));
    const std::string_view delimiter = first.starts_with("AT ") ? "\n\n" : "\n";
    const std::size_t end = bytes.find(delimiter);
    bytes.remove_prefix(end == std::string_view::npos ? bytes.size() : end + delimiter.size());
    return first;
}

std::vector<std::string> idsOf(const Stamps& stamps) {
    std::vector<std::string> ids;
    for (const auto& entry : stamps) {
        ids.push_back(entry.first);
    }
    return ids;
}

QString difference(const QString& node, const Stamps& expected, const Stamps& found) {
    std::size_t unequal = 0;
    std::string example;
    for (const auto& [id, line] : expected) {
        const auto held = found.find(id);
        if (held == found.end() || held->second != line) {
            ++unequal;
            example = line + (held == found.end() ? "is unknown" : "is " + held->second);
        }
    }
    return unequal == 0 ? QString()
                        : QStringLiteral("%1 of %2 clients differ at %3, for example %4")
                              .arg(unequal)
                              .arg(expected.size())
                              .arg(node, readable(example));
}

}  // namespace

std::string report(HerdFixture& herd, const QString& node, const std::string& rest) {
    const std::string answer = herd.connectTo(node).ask("IAMAT " + rest);
    const QString wrong =
        compareAnswer("AT " + node.toStdString() + " {diff} " + rest + '\n', answer);
    return wrong.isEmpty() ? answer : std::string();
}

std::string stored(HerdFixture& herd, const QString& node, const std::string& id) {
    const Stamps stamps = storedOf(herd, node, {id});
    return stamps.empty() ? std::string() : stamps.begin()->second;
}

Stamps storedOf(HerdFixture& herd, const QString& node, const std::vector<std::string>& ids) {
    std::string questions;
    for (const std::string& id : ids) {
        questions += "WHATSAT " + id + " 0.001 1\n";
    }
    const LineClient::Rest rest = herd.connectTo(node).converse(questions);
    std::string_view bytes = rest.bytes;
    Stamps stamps;
    while (!bytes.empty()) {
        const std::string line = takeAnswer(bytes);
        if (line.starts_with("AT ")) {
            stamps[clientOf(line)] = line;
        }
    }
    return stamps;
}

Stamps reportMany(HerdFixture& herd, const QString& node, const std::string& prefix, int count,
                  const std::string& time) {
    std::string commands;
    for (int number = 0; number < count; ++number) {
        commands += "IAMAT " + prefix + std::to_string(number) + " +0.5-30.5 " + time + '\n';
    }
    const LineClient::Rest rest = herd.connectTo(node).converse(commands);
    Stamps stamps;
    for (const std::string& line : splitLines(rest.bytes)) {
        stamps[clientOf(line)] = line + '\n';
    }
    return stamps;
}

QString waitUntilStored(HerdFixture& herd, const QStringList& nodes, const Stamps& expected,
                        std::chrono::milliseconds deadline) {
    const std::vector<std::string> ids = idsOf(expected);
    QStringList waiting = nodes;
    QString wrong;
    const bool equal = until(deadline, [&] {
        while (!waiting.isEmpty()) {
            wrong = difference(waiting.front(), expected, storedOf(herd, waiting.front(), ids));
            if (!wrong.isEmpty()) {
                return false;
            }
            waiting.removeFirst();
        }
        return true;
    });
    return equal ? QString() : wrong;
}

std::string winner(const std::vector<std::string>& atLines) {
    const auto key = [](const std::string& line) {
        const AtLine at = AtLine::read(line).value_or(AtLine());
        const std::int64_t effective = at.timeNs > at.rxNs + futureSkewMaxNs ? at.rxNs : at.timeNs;
        return std::tuple(effective, at.rxNs, at.server, at.position, at.time);
    };
    return *std::max_element(
        atLines.begin(), atLines.end(),
        [&](const auto& one, const auto& other) { return key(one) < key(other); });
}

QStringList reachable(const HerdLayout& layout, const QString& from, const QStringList& down) {
    QStringList found = {from};
    for (qsizetype next = 0; next < found.size(); ++next) {
        for (const QString& neighbour : layout.neighbours(found.at(next))) {
            if (!down.contains(neighbour) && !found.contains(neighbour)) {
                found += neighbour;
            }
        }
    }
    return found;
}

}  // namespace herd
