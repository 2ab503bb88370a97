// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "server/onethreadplaces.h"

namespace herd {

void OneThreadPlaces::find(const PlacesQuery& query, Done done) {
    if (mailbox_->isOwnThread()) {
        provider_->find(query, std::move(done));
        return;
    }
    mailbox_->post([this, query, answered = std::move(done)]() mutable {
        provider_->find(query, std::move(answered));
    });
}

void OneThreadPlaces::cancelAll() {
    mailbox_->serve();  // what is on its way waits, too
    provider_->cancelAll();
}

}  // namespace herd
