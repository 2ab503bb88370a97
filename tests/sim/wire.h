// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tests/sim/prng.h"

namespace herd::sim {

/// How bytes travel on an edge.
struct Pace {
    std::int64_t latencyUs = 0;
    std::int64_t bytesPerSecond = 1;
    int cutPercent = 0;  ///< how often one send arrives in pieces, cut anywhere
};

/// One direction of a connection: the bytes that were sent and have not arrived, cut into pieces
/// that each have their time. Owned by a Wire.
class Stream {
  public:
    void send(std::string_view bytes, std::int64_t nowUs, const Pace& pace, Prng& prng);

    /// Bytes on their way.
    [[nodiscard]] std::size_t waiting() const { return bytes_.size() - taken_; }
    [[nodiscard]] bool empty() const { return pieces_.size() == piecesTaken_; }

    /// The piece that arrives next, and when. There must be one.
    [[nodiscard]] std::int64_t nextArrivalUs() const { return pieces_[piecesTaken_].arrivalUs; }
    [[nodiscard]] std::string_view next() const;
    void takeNext();

    /// Everything on its way is lost.
    void lose();

    bool finishing = false;  ///< the sender has closed; the end follows the last piece
    bool queued = false;     ///< an arrival event is under way

  private:
    struct Piece {
        std::int64_t arrivalUs = 0;
        std::size_t bytes = 0;
    };

    void addPiece(std::size_t bytes, std::int64_t nowUs, const Pace& pace);

    std::string bytes_;
    std::size_t taken_ = 0;
    std::vector<Piece> pieces_;
    std::size_t piecesTaken_ = 0;
    std::int64_t departedUs_ = 0;  ///< when the last byte left the sender
    std::int64_t arrivedUs_ = 0;   ///< when the last piece will arrive; none overtakes it
};

/// The two ends of a connection.
enum class Side : std::uint8_t { dialer, acceptor };

constexpr Side otherSide(Side side) {
    return side == Side::dialer ? Side::acceptor : Side::dialer;
}

/// One connection. An end is attached until its node closed it or was told of the end.
struct Wire {
    Stream streams[2];  ///< by the side that sends
    bool attached[2] = {true, true};
    bool dead = false;  ///< cut: what is sent goes nowhere
    std::uint32_t edge = 0;
    std::uint32_t ticket = 0;  ///< tells the wires apart that used this place

    Stream& from(Side side) { return streams[static_cast<int>(side)]; }
    [[nodiscard]] bool open(Side side) const { return attached[static_cast<int>(side)]; }
    [[nodiscard]] bool free() const { return !attached[0] && !attached[1]; }
};

}  // namespace herd::sim
