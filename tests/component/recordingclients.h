// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "server/net/clientservice.h"
#include "server/net/replyqueue.h"

namespace herd {

/// A node for tests of the client port: answers as it is told and remembers what happened.
class RecordingClients : public ClientService {
  public:
    struct Batch {
        std::uint64_t session = 0;
        std::size_t lines = 0;
    };

    /// What the answer to a line is; `<line>` LF unless a test says otherwise.
    std::function<void(std::string_view line, ReplyQueue& replies)> answer =
        [](std::string_view line, ReplyQueue& replies) {
            replies.immediate().append("<").append(line).append(">\n");
        };
    /// Called at the end of each batch.
    std::function<void()> afterBatch = [] {};

    std::vector<std::string> lines;
    std::vector<Batch> batches;
    std::vector<std::string> tooLong;
    std::map<std::uint64_t, std::string> opened;
    std::map<std::uint64_t, ClientEnd> ended;
    std::vector<std::pair<std::string, ClientRefusal>> refused;

    /// How the only session so far ended.
    ClientEnd onlyEnd() const { return ended.size() == 1 ? ended.begin()->second : ClientEnd{-1}; }

    void onClientLines(const ClientPeer& peer, std::span<const std::string_view> batch,
                       ReplyQueue& replies) override {
        batches.push_back({peer.number, batch.size()});
        for (const std::string_view line : batch) {
            lines.emplace_back(line);
            answer(line, replies);
        }
        afterBatch();
    }
    void onClientOpened(const ClientPeer& peer) override {
        HERD_CHECK(opened.emplace(peer.number, peer.name).second);
    }
    void onClientClosed(const ClientPeer& peer, ClientEnd end) override {
        HERD_CHECK(opened.contains(peer.number));
        HERD_CHECK(ended.emplace(peer.number, end).second);
    }
    void onClientLineTooLong(const ClientPeer&, std::string_view start) override {
        tooLong.emplace_back(start);
    }
    void onClientRefused(std::string_view address, ClientRefusal refusal) override {
        refused.emplace_back(address, refusal);
    }
};

}  // namespace herd
