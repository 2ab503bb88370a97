// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <memory>

#include "server/places/placesprovider.h"
#include "server/tcp/mailbox.h"

namespace herd {

/// Lets every thread ask a provider that lives on one: questions from others come to it through
/// that thread's mailbox, and are answered from its event loop. Made and destroyed on the
/// provider's thread; owned by App, as the provider is, which must outlive it.
class OneThreadPlaces : public PlacesProvider {
  public:
    explicit OneThreadPlaces(PlacesProvider& provider)
        : provider_(provider), mailbox_(Mailbox::ofThread()) {}
    ~OneThreadPlaces() override { mailbox_->close(); }

    void find(const PlacesQuery& query, Done done) override;
    void cancelAll() override;

  private:
    PlacesProvider& provider_;
    std::shared_ptr<Mailbox> mailbox_;
};

}  // namespace herd
