// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QString>
#include <QStringList>
#include <map>
#include <string>
#include <vector>

#include "tests/support/herdfixture.h"

namespace herd {

/// The AT line that each client's newest stamp has, by id.
using Stamps = std::map<std::string, std::string>;

/// Sends an IAMAT to a node: its answer with the LF, or nothing.
std::string report(HerdFixture& herd, const QString& node, const std::string& rest);

/// What a node says of a client: its AT line with the LF, or nothing when it knows none.
std::string stored(HerdFixture& herd, const QString& node, const std::string& id);

/// The same for many clients over one connection; clients that are not known are left out.
Stamps storedOf(HerdFixture& herd, const QString& node, const std::vector<std::string>& ids);

/// Reports `count` clients `prefix`N at one node with the given time, in one go.
Stamps reportMany(HerdFixture& herd, const QString& node, const std::string& prefix, int count,
                  const std::string& time);

/// Waits until each of the nodes holds exactly these stamps; says what is missing, or nothing.
[[nodiscard]] QString waitUntilStored(HerdFixture& herd, const QStringList& nodes,
                                      const Stamps& expected,
                                      std::chrono::milliseconds deadline = patience);

/// Of AT lines of one client the one that wins by PROTOCOL.md "Order of stamps".
std::string winner(const std::vector<std::string>& atLines);

/// What of `nodes` can reach `from` without passing the ones that are down; `from` is in it.
QStringList reachable(const HerdLayout& layout, const QString& from, const QStringList& down);

}  // namespace herd
