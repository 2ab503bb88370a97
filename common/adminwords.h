// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QLatin1String>
#include <array>
#include <string_view>

#include "common/adminmessage.h"
#include "common/jsonfields.h"

/// Spellings that the two halves of the admin messages, adminformat.cpp and adminparse.cpp, share.
namespace herd::admin {

inline constexpr QLatin1String base64Key("base64");

using json::Word;

inline constexpr std::array<Word<LinkState>, 7> linkStates{{
    {LinkState::connecting, "connecting"},
    {LinkState::handshaking, "handshaking"},
    {LinkState::comparing, "comparing"},
    {LinkState::lagging, "lagging"},
    {LinkState::flowing, "flowing"},
    {LinkState::paused, "paused"},
    {LinkState::down, "down"},
}};

inline constexpr std::array<Word<JournalMode>, 4> journalModes{{
    {JournalMode::memory, "memory"},
    {JournalMode::everySecond, "everysec"},
    {JournalMode::always, "always"},
    {JournalMode::off, "off"},
}};

inline constexpr std::array<Word<DurabilityState>, 4> durabilityStates{{
    {DurabilityState::memory, "memory"},
    {DurabilityState::ok, "ok"},
    {DurabilityState::degraded, "degraded"},
    {DurabilityState::lost, "lost"},
}};

inline constexpr std::array<Word<bool>, 2> accesses{{
    {true, "full"},
    {false, "read"},
}};

}  // namespace herd::admin
