// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>
#include <QString>

#include "common/configfile.h"
#include "tests/unit/bytes.h"

namespace herd {

inline const QString configName = QStringLiteral("/etc/herd/herd.toml");

inline Result<HerdConfig> parsed(const QByteArray& text) {
    return parseConfig(viewOf(text), configName);
}

/// The smallest herd, on three lines that end with [node.A], so that rows add to it.
inline const QByteArray smallest = "[node.A]\nclient = 1\npeer = 2\n";

/// A text with every key, none at its default.
inline const QByteArray everyKeyText = R"(
herd = "flock"
links = [["B", "A"]]
future_skew_max_s = 1
ttl_s = 17
[node.A]
host = "::1"
client = 1
peer = 65535
admin = 0
[node.B]
host = "localhost"
client = 0
peer = 0
[server]
io_threads = 18
spin_us = 16
[limits]
line_bytes_max = 64
clients_max = 2
connections_max = 3
connections_per_address_max = 4
first_line_ms_max = 5
idle_ms_max = 6
unsent_bytes_max = 1024
unsent_stall_ms_max = 8
lines_per_turn_max = 9
pending_answers_max = 10
[places]
provider = "google-legacy"
base_url = "http://127.0.0.1:18080/prefix"
key_file = "/run/key"
deadline_ms = 11
requests_per_minute = 12
requests_per_day = 13
files = ["/a.csv", "/b.geojson"]
[journal]
sync = "off"
[log]
level = "debug"
lines_per_s_max = 14
file_bytes_max = 5000
files_max = 15
[security]
secret_file = "/run/secret"
admin_token_file = "/run/token"
admin_read_token_file = "/run/read"
)";

}  // namespace herd
