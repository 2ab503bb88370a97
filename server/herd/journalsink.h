// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>

#include "common/message.h"
#include "common/stamp.h"

namespace herd {

/// Whom a core tells what must outlive the process, in the order in which it happens. Implemented
/// by the node over its journal and by the simulator; outlives the core's last change.
class JournalSink {
  public:
    JournalSink() = default;
    JournalSink(const JournalSink&) = delete;
    JournalSink& operator=(const JournalSink&) = delete;
    virtual ~JournalSink() = default;

    /// Change `seq` wrote `stamp`; its bytes are valid during the call.
    virtual void onChange(std::uint64_t seq, const Stamp& stamp) = 0;

    /// The neighbour's log is held so far; each stamp of it that was newer was told before.
    virtual void onGot(const std::string& neighbour, const LogPosition& position) = 0;

    /// The log goes on under another epoch. To be durable when this returns, where it can be.
    virtual void onEpoch(const LogPosition& log) = 0;

    /// Whether a neighbour may be told that the changes up to `seq` are held.
    [[nodiscard]] virtual bool mayConfirm(std::uint64_t seq) const = 0;
};

}  // namespace herd
