// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QString>
#include <string>

#include "tests/support/herdfixture.h"

namespace herd {

/// Rows of bytes that a client sends and of the whole stream that must come back. Each row is sent
/// twice, whole and byte by byte, on a connection of its own that is then half-closed. `{id}`
/// stands for a new client each time; `known` is a client at sea, `angeleno` one in a city. What is
/// expected is spelled as for compareAnswer(). Owned by a suite, which it serves with one real
/// node.
class WireRows {
  public:
    [[nodiscard]] bool start();
    /// Whether the node lives, and ends in order when asked to.
    [[nodiscard]] bool stop();
    QString error() const { return herd_.error(); }

    /// Declares the columns and adds a row, inside a _data function.
    static void columns();
    static void row(const QString& name, const std::string& sent, const std::string& expected);

    /// Runs the current row; says what is wrong, or nothing.
    [[nodiscard]] QString check();

    LineClient connect() { return herd_.connectTo(QStringLiteral("Solo")); }
    std::string newId() { return "client" + std::to_string(++clients_); }

  private:
    QString checkOnce(const std::string& sent, const std::string& expected, bool singleBytes);

    HerdFixture herd_{HerdLayout::single(QStringLiteral("Solo"))};
    int clients_ = 0;  ///< used up so far
};

/// The AT line of the node with `rest` = client, position, time.
std::string answered(const std::string& rest);
/// The answer to a line that is no command.
std::string refused(const std::string& line);

}  // namespace herd
