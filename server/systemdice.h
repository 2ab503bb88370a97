// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QRandomGenerator>

#include "server/herd/dice.h"

namespace herd {

/// The operating system's random numbers, fit for nonces.
class SystemDice : public Dice {
  public:
    std::uint64_t roll() override { return QRandomGenerator::system()->generate64(); }
};

}  // namespace herd
