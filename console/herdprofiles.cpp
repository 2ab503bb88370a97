// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "console/herdprofiles.h"

#include <QRegularExpression>
#include <QSettings>
#include <QStringList>
#include <QVariantMap>
#include <algorithm>

namespace herd {

namespace {

const QString settingsKey = QStringLiteral("herds");
const QString nameKey = QStringLiteral("name");
const QString configKey = QStringLiteral("config");
const QString addressesKey = QStringLiteral("addresses");
const QString tokenKey = QStringLiteral("token-file");

bool isUsable(const HerdProfile& profile) {
    return !profile.name.isEmpty() &&
           (!profile.configPath.isEmpty() || !profile.addresses.empty()) &&
           profile.addresses.size() <= static_cast<std::size_t>(HerdProfiles::addressesMax);
}

void store(QSettings& settings, const QList<HerdProfile>& profiles) {
    QVariantList list;
    for (const HerdProfile& profile : profiles) {
        QStringList addresses;
        for (const AdminAddress& address : profile.addresses) {
            addresses += adminAddressText(address);
        }
        list += QVariantMap{{nameKey, profile.name},
                            {configKey, profile.configPath},
                            {addressesKey, addresses},
                            {tokenKey, profile.tokenPath}};
    }
    settings.setValue(settingsKey, list);
}

}  // namespace

std::optional<AdminAddress> adminAddressFrom(const QString& text) {
    static const QRegularExpression form(
        QStringLiteral("\\A\\s*(?:\\[([^\\[\\]\\s]+)\\]|([^:\\[\\]\\s]+)):([0-9]{1,5})\\s*\\z"));
    const QRegularExpressionMatch match = form.match(text);
    const int port = match.captured(3).toInt();
    constexpr int portMax = 65'535;
    if (!match.hasMatch() || port < 1 || port > portMax) {
        return std::nullopt;
    }
    AdminAddress address;
    address.host = match.captured(1) + match.captured(2);
    address.port = static_cast<quint16>(port);
    return address;
}

QString adminAddressText(const AdminAddress& address) {
    const bool needsBrackets = address.host.contains(QLatin1Char(':'));
    return (needsBrackets ? QStringLiteral("[%1]:%2") : QStringLiteral("%1:%2"))
        .arg(address.host)
        .arg(address.port);
}

QList<HerdProfile> HerdProfiles::load(const QSettings& settings) {
    QList<HerdProfile> profiles;
    for (const QVariant& entry : settings.value(settingsKey).toList()) {
        const QVariantMap map = entry.toMap();
        HerdProfile profile{map.value(nameKey).toString(),
                            map.value(configKey).toString(),
                            {},
                            map.value(tokenKey).toString()};
        for (const QString& text : map.value(addressesKey).toStringList()) {
            if (const std::optional<AdminAddress> address = adminAddressFrom(text)) {
                profile.addresses.push_back(*address);
            }
        }
        if (isUsable(profile) && profiles.size() < profilesMax) {
            profiles.append(profile);
        }
    }
    return profiles;
}

bool HerdProfiles::save(QSettings& settings, const HerdProfile& profile) {
    QList<HerdProfile> profiles = load(settings);
    const auto at = std::lower_bound(
        profiles.begin(), profiles.end(), profile,
        [](const HerdProfile& a, const HerdProfile& b) { return a.name < b.name; });
    const bool replaces = at != profiles.end() && at->name == profile.name;
    if (!isUsable(profile) || (!replaces && profiles.size() >= profilesMax)) {
        return false;
    }
    if (replaces) {
        *at = profile;
    } else {
        profiles.insert(at, profile);
    }
    store(settings, profiles);
    return true;
}

void HerdProfiles::remove(QSettings& settings, const QString& name) {
    QList<HerdProfile> profiles = load(settings);
    profiles.removeIf([&name](const HerdProfile& profile) { return profile.name == name; });
    store(settings, profiles);
}

}  // namespace herd
