// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "common/check.h"
#include "common/configfile.h"
#include "tests/fuzz/fuzzinput.h"

using namespace herd;

/// What the reader takes as a configuration is one, and printing it loses nothing.
int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const QString name = QStringLiteral("/etc/herd/herd.toml");
    const Result<HerdConfig> config = parseConfig(FuzzInput(data, size).rest(), name);
    if (!config) {
        HERD_CHECK(config.error().message.startsWith(name));
        HERD_CHECK(!config.error().message.contains(QLatin1Char('\n')));
        return 0;
    }
    HERD_CHECK(!config.value().topology.nodes.empty());
    const Result<HerdConfig> again = parseConfig(printConfig(config.value()).toStdString(), name);
    HERD_CHECK(again && again.value() == config.value());
    return 0;
}
