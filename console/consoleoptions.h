// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QSize>
#include <QString>
#include <QStringList>
#include <optional>
#include <variant>
#include <vector>

#include "console/appearance.h"
#include "console/dockset.h"
#include "console/nodeclient.h"

namespace herd {

/// How the console ends, in the numbers of sysexits(3).
enum class ConsoleExit : int {
    ok = 0,
    usage = 64,         ///< the command line
    unavailable = 69,   ///< there is no display
    cannotCreate = 73,  ///< the screenshot cannot be written
    config = 78,        ///< the herd's configuration
};

/// What the command line asks for.
struct ConsoleOptions {
    QString configPath;                  ///< empty: the sample herd, or `connects`
    std::vector<AdminAddress> connects;  ///< admin ports to open instead of a configuration
    QString tokenPath;                   ///< of the admin ports' token; empty: the configuration's
    QString screenshotPath;              ///< empty: none
    std::optional<QSize> size;           ///< of the window
    std::optional<Part> part;            ///< to bring to the front
    std::optional<Appearance::Choice> appearance;
};

/// To be printed on standard output; the console then ends well.
struct ConsoleText {
    QString text;
};

/// Why the console does not start: one line for a person.
struct ConsoleFailure {
    ConsoleExit code = ConsoleExit::usage;
    QString message;
};

inline constexpr QSize windowSizeMin{320, 240};
inline constexpr QSize windowSizeMax{7'680, 4'320};

/// `arguments`: with the program's name in front. Qt's own options are left to Qt. Needs a
/// QCoreApplication, but no display.
[[nodiscard]] std::variant<ConsoleOptions, ConsoleText, ConsoleFailure> parseConsoleOptions(
    const QStringList& arguments);

}  // namespace herd
