// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace herd {

class PeerConnection;

/// What peer connections ask of the node. Implemented by the node, which outlives the listener and
/// the dialers; called on their thread. The node may call any function of the connection within
/// these calls. A connection lives until onPeerClosed() returned.
class PeerService {
  public:
    PeerService() = default;
    PeerService(const PeerService&) = delete;
    PeerService& operator=(const PeerService&) = delete;
    virtual ~PeerService() = default;

    /// TCP is up, nothing was sent or read yet.
    virtual void onPeerOpened(PeerConnection& connection) = 0;

    /// Lines in order, each without its LF, valid during the call. When the node closes the
    /// connection within it, the lines left in `lines` are the node's to ignore; no more come.
    virtual void onPeerLines(PeerConnection& connection,
                             std::span<const std::string_view> lines) = 0;

    /// Something was written and there is room: pump.
    virtual void onPeerWritable(PeerConnection& connection) = 0;

    /// Exactly once for each opened one, from the event loop and never from within another call of
    /// the connection; not when the listener or dialer is destroyed before.
    virtual void onPeerClosed(PeerConnection& connection, const std::string& reason) = 0;

    /// A dialler could not reach `peer`, which is told once per attempt.
    virtual void onPeerUnreachable(const std::string& peer, const std::string& reason) = 0;

    /// A connection was closed at once: too many that are not proven.
    virtual void onPeerRefused(const std::string& address) = 0;
};

}  // namespace herd
