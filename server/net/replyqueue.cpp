// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "server/net/replyqueue.h"

#include <utility>

#include "common/check.h"
#include "server/tcp/mailbox.h"

namespace herd {

struct ReplyTicket::Place {
    Place(std::weak_ptr<ReplyQueue*> owner, std::uint64_t placeNumber,
          std::shared_ptr<Mailbox> ownersMailbox)
        : queue(std::move(owner)), number(placeNumber), mailbox(std::move(ownersMailbox)) {}
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;
    ~Place() { HERD_CHECK(completed || queue.expired()); }

    [[nodiscard]] bool isElsewhere() const { return mailbox && !mailbox->isOwnThread(); }

    /// On the queue's thread.
    void complete(std::string answer) const {
        if (const std::shared_ptr<ReplyQueue*> owner = queue.lock()) {
            (*owner)->complete(number, std::move(answer));
        }
    }
    void release() const {
        if (const std::shared_ptr<ReplyQueue*> owner = queue.lock()) {
            (*owner)->release(number);
        }
    }

    const std::weak_ptr<ReplyQueue*> queue;
    const std::uint64_t number;
    const std::shared_ptr<Mailbox> mailbox;
    bool completed = false;
};

void ReplyTicket::complete(std::string answer) const {
    HERD_CHECK(!place_->completed);
    place_->completed = true;
    if (place_->isElsewhere()) {
        place_->mailbox->post([place = place_, text = std::move(answer)]() mutable {
            place->complete(std::move(text));
        });
    } else {
        place_->complete(std::move(answer));
    }
}

void ReplyTicket::release() const {
    HERD_CHECK(!place_->completed);
    place_->completed = true;
    if (place_->isElsewhere()) {
        place_->mailbox->post([place = place_] { place->release(); });
    } else {
        place_->release();
    }
}

bool ReplyTicket::expired() const {
    return place_->queue.expired();
}

ReplyQueue::ReplyQueue(std::function<void()> onReady, Mailbox* mailbox)
    : onReady_(std::move(onReady)), mailbox_(mailbox) {}

ReplyQueue::~ReplyQueue() = default;

ReplyTicket ReplyQueue::reserve(std::string answer) {
    if (!self_) {
        self_ = std::make_shared<ReplyQueue*>(this);
    }
    const std::uint64_t number = firstNumber_ + places_.size();
    places_.emplace_back().answer = std::move(answer);
    return ReplyTicket(std::make_shared<ReplyTicket::Place>(
        self_, number, mailbox_ != nullptr ? mailbox_->shared_from_this() : nullptr));
}

void ReplyQueue::restart() {
    HERD_CHECK(unsentBytes() == 0 && places_.empty());
    self_.reset();
}

void ReplyQueue::useRoom(AnswerRooms& rooms) {
    if (ready_.empty()) {
        ready_ = rooms.take();
    }
}

std::size_t ReplyQueue::unsentBytes() const {
    std::size_t bytes = ready_.size();
    for (const Waiting& place : places_) {
        bytes += place.answer.size() + place.after.size();
    }
    return bytes;
}

void ReplyQueue::complete(std::uint64_t number, std::string answer) {
    places_.at(number - firstNumber_).answer = std::move(answer);
    release(number);
}

void ReplyQueue::release(std::uint64_t number) {
    places_.at(number - firstNumber_).completed = true;
    if (!places_.front().completed) {
        return;
    }
    std::size_t completed = 0;
    for (; completed < places_.size() && places_[completed].completed; ++completed) {
        ready_.append(places_[completed].answer);
        ready_.append(places_[completed].after);
    }
    places_.erase(places_.begin(), places_.begin() + static_cast<std::ptrdiff_t>(completed));
    firstNumber_ += completed;
    if (places_.empty() && places_.capacity() > keptPlaces) {
        std::vector<Waiting>().swap(places_);
    }
    onReady_();
}

}  // namespace herd
