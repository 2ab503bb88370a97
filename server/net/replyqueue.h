// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "server/net/answerrooms.h"

namespace herd {

class Mailbox;
class ReplyQueue;

/// The place of one answer that comes later. Copies stand for the same place, so that it can wait
/// in a std::function. complete() is called exactly once, whenever the answer is there; from any
/// thread, if the queue has a mailbox, but then what it does may come later. When the session is
/// gone by then, the answer is dropped. To let the last copy go without complete() while the
/// session waits is a defect of ours and ends the process.
class ReplyTicket {
  public:
    /// `answer`: one whole answer with its line ends.
    void complete(std::string answer) const;

    /// The same, with the answer that the place was reserved with.
    void release() const;

    /// The session is gone: nobody waits for the answer.
    [[nodiscard]] bool expired() const;

  private:
    friend class ReplyQueue;
    struct Place;
    explicit ReplyTicket(std::shared_ptr<Place> place) : place_(std::move(place)) {}

    std::shared_ptr<Place> place_;
};

/// The answers of one session, which leave in the order of its lines although some come later.
/// While none is awaited, answers go straight into one buffer and cost no allocation. Owned by the
/// session, on whose thread it is used, which moves the bytes to its socket; knows neither sockets
/// nor lines.
class ReplyQueue {
  public:
    /// `onReady` is called when a ticket's completion made bytes ready to leave; it must not take
    /// them within the call, because that call may come from within the node.
    /// `mailbox`: of the thread that the queue lives on, when tickets may be completed on others.
    explicit ReplyQueue(std::function<void()> onReady, Mailbox* mailbox = nullptr);
    ReplyQueue(const ReplyQueue&) = delete;
    ReplyQueue& operator=(const ReplyQueue&) = delete;
    ~ReplyQueue();

    /// Where the answer of the current line is appended, whole, when it is known at once. Valid
    /// until the next call of anything here.
    [[nodiscard]] std::string& immediate() {
        return places_.empty() ? ready_ : places_.back().after;
    }

    void append(std::string_view answer) { immediate().append(answer); }

    /// Takes a place for the answer of the current line, to be filled later; or for one that is
    /// known, counts as unsent from now on and may not leave yet.
    [[nodiscard]] ReplyTicket reserve(std::string answer = {});

    /// Takes memory for the next answers, unless some wait already.
    void useRoom(AnswerRooms& rooms);

    /// The bytes whose turn it is, and how the owner says that it took them, which gives their
    /// memory back.
    [[nodiscard]] std::string_view ready() const { return ready_; }
    void clearReady(AnswerRooms& rooms) { rooms.give(ready_); }

    /// Bytes of answers that did not leave yet, those behind a place that waits included.
    [[nodiscard]] std::size_t unsentBytes() const;

    /// For another session, when nothing waits: whoever still has a ticket finds it expired.
    void restart();

    /// Reserved places that have not left: awaited, or completed behind one that is.
    [[nodiscard]] std::size_t pendingCount() const { return places_.size(); }

  private:
    friend class ReplyTicket;
    static constexpr std::size_t keptPlaces = 8;  ///< of which a quiet session keeps the memory

    struct Waiting {
        std::string answer;
        std::string after;  ///< immediate answers behind it
        bool completed = false;
    };

    void complete(std::uint64_t number, std::string answer);
    void release(std::uint64_t number);

    std::function<void()> onReady_;
    Mailbox* mailbox_;
    std::string ready_;
    std::vector<Waiting> places_;        ///< the first one is not completed
    std::uint64_t firstNumber_ = 0;      ///< of places_.front()
    std::shared_ptr<ReplyQueue*> self_;  ///< made with the first place
};

}  // namespace herd
