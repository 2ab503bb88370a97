// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/check.h"
#include "server/net/clientlistener.h"
#include "tests/component/recordingclients.h"
#include "tests/component/serve.h"
#include "tests/support/lineclient.h"

namespace herd {

/// A client port of its own for each test.
struct Port {
    explicit Port(const Limits& limits = {}, const QString& host = QStringLiteral("127.0.0.1"))
        : listener(service, limits) {
        const Result<quint16> listening = listener.listen(host, 0);
        HERD_CHECK(listening.ok());
        port = listening.value();
    }

    LineClient connect(int receiveBytes = 0) {
        LineClient client(port, receiveBytes);
        HERD_CHECK(client.isOpen());
        return client;
    }

    RecordingClients service;
    ClientListener listener;
    quint16 port = 0;
};

/// Everything up to the end of the stream, the event loop being served meanwhile.
inline LineClient::Rest readToEnd(LineClient& client) {
    LineClient::Rest whole;
    const bool ended = serveUntil([&] {
        LineClient::Rest some = client.readToEnd(std::chrono::milliseconds(0));
        whole.bytes += some.bytes;
        whole.end = some.end;
        return whole.end != LineClient::End::open;
    });
    return ended ? whole : LineClient::Rest{"the stream did not end", LineClient::End::open};
}

/// Sends all of it, whatever the server reads when, and closes the sending side.
inline bool sendAndHalfClose(LineClient& client, std::string_view bytes) {
    const bool sent = serveUntil([&] {
        bytes.remove_prefix(client.sendWhatFits(bytes));
        return bytes.empty();
    });
    client.halfClose();
    return sent;
}

inline std::string numberedLines(int count) {
    std::string text;
    for (int i = 0; i < count; ++i) {
        text += std::to_string(i) + "\n";
    }
    return text;
}

inline std::string numberedAnswers(int count) {
    std::string text;
    for (int i = 0; i < count; ++i) {
        text.append("<").append(std::to_string(i)).append(">\n");
    }
    return text;
}

/// Places that a test fills when it likes.
struct Tickets {
    std::vector<ReplyTicket> waiting;

    auto answer() {
        return
            [this](std::string_view, ReplyQueue& replies) { waiting.push_back(replies.reserve()); };
    }
};

}  // namespace herd
