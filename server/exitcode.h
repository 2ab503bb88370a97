// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QString>

namespace herd {

/// How the program ends, in the numbers of sysexits(3).
enum class ExitCode : int {
    ok = 0,
    interrupted = 1,    ///< a second signal cut the orderly end short
    usage = 64,         ///< the command line
    dataError = 65,     ///< a data file's content
    noInput = 66,       ///< a file that cannot be read
    unavailable = 69,   ///< a port that cannot be had
    osError = 71,       ///< the system refused something basic
    cannotCreate = 73,  ///< a directory or file that cannot be written
    ioError = 74,       ///< what was to be kept at the end could not be written
    config = 78,        ///< the configuration file or the environment
};

/// Why a start ends: one line for a person, and the code for a service manager.
struct StartFailure {
    ExitCode code = ExitCode::ok;
    QString message;
};

}  // namespace herd
