// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <functional>

#include "tests/tidy/finding.h"

namespace herd::tidy {

/// Tells whether `<name>` is a header of QtCore.
using IsCoreHeader = std::function<bool(const QString& name)>;

/// The dependency rule, read off the #include lines of one file:
/// - everything may include common/, which includes nothing but itself, QtCore and the language;
/// - server/herd includes common/ and itself, and no clock, dice, socket, file, thread or QObject;
/// - server/net, places, journal, admin and tcp include common/ and themselves, net and admin tcp
///   as well;
/// - of the rest of server/, only node includes server/herd/, and only app includes more of the
///   folders above than the interfaces they declare;
/// - console/ never includes server/, and nothing that ships includes tests/.
Findings checkIncludes(const SourceFile& file, const IsCoreHeader& isCoreHeader);

}  // namespace herd::tidy
