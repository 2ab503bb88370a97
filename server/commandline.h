// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QString>
#include <QStringList>
#include <string>
#include <variant>

#include "server/exitcode.h"

namespace herd {

/// What the command line asks for.
struct CommandLine {
    enum class Task { serve, checkConfig, printConfig };

    Task task = Task::serve;
    std::string name;       ///< of the node; may be empty unless it is to serve
    QString configPath;     ///< empty: the built-in sample herd
    QString dataDirectory;  ///< empty: chosen by dataDirectoryFor()
    QString logPath;        ///< empty: `NAME.log` in the data directory
    bool salvage = false;
};

/// Text that was asked for and is all there is to do (--help, --version).
struct CommandLineText {
    QString text;
};

/// Reads the program's arguments, the first being its own name. A mistake is a StartFailure with
/// ExitCode::usage.
[[nodiscard]] std::variant<CommandLine, CommandLineText, StartFailure> parseCommandLine(
    const QStringList& arguments);

/// Where a node keeps its files: --data, else the first of $STATE_DIRECTORY (systemd.exec(5)), else
/// `herd/NAME` in the user's state directory ($XDG_STATE_HOME, ~/.local/state).
[[nodiscard]] QString dataDirectoryFor(const CommandLine& commandLine);

}  // namespace herd
