// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <utility>

#include "server/places/placesprovider.h"
#include "server/tcp/mailbox.h"

namespace herd {

/// Lets every thread ask a provider that lives on one: questions from others come to it through
/// that thread's mailbox, and are answered from its event loop. Made and destroyed on the
/// provider's thread. Owns the provider; owned by App.
class OneThreadPlaces : public PlacesProvider {
  public:
    explicit OneThreadPlaces(std::unique_ptr<PlacesProvider> provider)
        : provider_(std::move(provider)), mailbox_(Mailbox::ofThread()) {}
    ~OneThreadPlaces() override { mailbox_->close(); }

    void find(const PlacesQuery& query, Done done) override;
    void cancelAll() override;

  private:
    std::unique_ptr<PlacesProvider> provider_;
    std::shared_ptr<Mailbox> mailbox_;
};

}  // namespace herd
