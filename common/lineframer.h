// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

namespace herd {

/// Cuts a byte stream into lines at LF, whatever the pieces it arrives in, and looks at each byte
/// once. A chunk is read in place: its lines are views into it, and only what is left of it at the
/// end is copied. Owned by one connection.
///
/// feed(chunk), then next() until it says something other than `line`, or as often as the caller's
/// budget allows, then keepRest() before the chunk's memory is used again.
class LineFramer {
  public:
    enum class Status {
        line,        ///< `line` is the next one, without its LF
        incomplete,  ///< no LF yet
        tooLong,     ///< the next line is longer than the limit; the stream cannot go on
    };

    /// `lineBytesMax`: bytes allowed before an LF, at least 1.
    explicit LineFramer(std::size_t lineBytesMax);
    LineFramer(const LineFramer&) = delete;
    LineFramer& operator=(const LineFramer&) = delete;

    /// Adds bytes. The chunk of an earlier call must have been given up with keepRest().
    void feed(std::string_view chunk);

    /// The next line; valid until keepRest() or feed().
    [[nodiscard]] Status next(std::string_view& line);

    /// The bytes after the last LF, which are the last line when the stream ends here.
    [[nodiscard]] std::string_view rest() const { return input_; }

    /// Copies what no next() has taken yet, so that the chunk may go.
    void keepRest();

    /// Memory held from one chunk to the next; none that counts after a chunk that ended with an
    /// LF.
    [[nodiscard]] std::size_t heldBytes() const { return kept_.capacity(); }

    /// Whether next() would give a line or `tooLong` without more input.
    [[nodiscard]] bool ready() const;

  private:
    std::size_t lineBytesMax_;
    std::string kept_;         ///< bytes of earlier chunks, when there are any
    std::string_view input_;   ///< what is not taken yet: in the chunk or in kept_
    std::size_t scanned_ = 0;  ///< bytes of input_ known to hold no LF
    bool borrowed_ = false;    ///< input_ lies in the caller's chunk
};

}  // namespace herd
