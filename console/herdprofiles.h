// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QList>
#include <QString>
#include <optional>
#include <vector>

#include "console/nodeclient.h"

class QSettings;

namespace herd {

/// A herd that the user wants to find again: by its configuration, or by its admin ports.
struct HerdProfile {
    QString name;
    QString configPath;                   ///< empty: the addresses count
    std::vector<AdminAddress> addresses;  ///< without names
    QString tokenPath = {};               ///< of the file with the admin ports' token; empty: none

    bool operator==(const HerdProfile&) const = default;
};

/// Saved herds, by name. What is damaged in the settings is left out. Holds nothing itself.
class HerdProfiles {
  public:
    static constexpr int profilesMax = 100;
    static constexpr int addressesMax = 1'000;

    [[nodiscard]] static QList<HerdProfile> load(const QSettings& settings);
    /// Replaces the one of that name; false when it has no name, neither path nor addresses, too
    /// many of them, or there are too many profiles.
    [[nodiscard]] static bool save(QSettings& settings, const HerdProfile& profile);
    static void remove(QSettings& settings, const QString& name);
};

/// "host:port" or "[host]:port"; nothing for any other text.
[[nodiscard]] std::optional<AdminAddress> adminAddressFrom(const QString& text);
[[nodiscard]] QString adminAddressText(const AdminAddress& address);

}  // namespace herd
