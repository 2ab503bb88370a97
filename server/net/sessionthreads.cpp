// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "server/net/sessionthreads.h"

#include <algorithm>
#include <string>
#include <utility>

namespace herd {

SessionThreads::SessionThreads(ClientService& service, const Limits& limits,
                               const Settings& settings,
                               std::function<void(const QHostAddress&)> onEnded)
    : service_(service, settings.turns),
      turns_(settings.turns),
      onEnded_(std::move(onEnded)),
      mailbox_(Mailbox::ofThread()) {
    for (std::int64_t number = 1; number <= settings.count; ++number) {
        Member& member = *members_.emplace_back(std::make_unique<Member>());
        member.thread =
            std::make_unique<EventLoopThread>("clients-" + std::to_string(number), settings.spin);
        member.thread->mailbox()->post([this, &member, limits] { makeGroup(member, limits); });
    }
}

SessionThreads::~SessionThreads() {
    {
        const TurnLock::Pause pause(&turns_);
        for (const std::unique_ptr<Member>& member : members_) {
            member->thread->finish([&group = member->group] { group.reset(); });
        }
    }
    mailbox_->close();
}

void SessionThreads::makeGroup(Member& member, const Limits& limits) {
    const std::shared_ptr<Mailbox>& calls = member.thread->mailbox();
    member.group = std::make_unique<SessionGroup>(service_, limits, calls);
    SessionGroup* const group = member.group.get();
    QObject::connect(group, &SessionGroup::ended, group,
                     [this, &member](const QHostAddress& address) {
                         mailbox_->post([this, &member, address] { onEnded(member, address); });
                     });
}

void SessionThreads::open(const ClientConnection& connection) {
    Member& member = **std::ranges::min_element(
        members_, {}, [](const std::unique_ptr<Member>& candidate) { return candidate->sessions; });
    ++member.sessions;
    member.thread->mailbox()->post(
        [&group = member.group, connection] { group->open(connection); });
}

void SessionThreads::finish() {
    for (const std::unique_ptr<Member>& member : members_) {
        member->thread->mailbox()->post([&group = member->group] { group->finish(); });
    }
}

void SessionThreads::onEnded(Member& member, const QHostAddress& address) {
    --member.sessions;
    onEnded_(address);
}

}  // namespace herd
