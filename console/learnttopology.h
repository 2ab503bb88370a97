// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QString>
#include <QStringList>

#include "common/adminmessage.h"
#include "common/topology.h"
#include "console/nodeclient.h"

namespace herd {

/// The name of the herd on display and its nodes and links: as it was opened, or, opened by admin
/// ports only, as its nodes tell in their greetings. Owned by HerdState.
class LearntTopology {
  public:
    struct Lesson {
        bool isNews = false;      ///< the name, the topology or an address became another
        bool isStranger = false;  ///< this node was started with another topology; told once
    };

    LearntTopology() = default;
    /// `topology`: without nodes, it is learnt.
    LearntTopology(const QString& herdName, Topology topology);

    /// Empty until it is known.
    [[nodiscard]] const QString& herdName() const { return herdName_; }
    [[nodiscard]] const Topology& topology() const { return topology_; }

    /// `address`: of the admin port that sent the greeting.
    [[nodiscard]] Lesson learnFrom(const AdminHello& hello, const AdminAddress& address);

  private:
    [[nodiscard]] bool isStranger(const AdminHello& hello);
    void takeTopology(const AdminHello& hello);
    [[nodiscard]] bool takeAddress(const AdminHello& hello, const AdminAddress& address);

    QString herdName_;
    Topology topology_;
    bool learns_ = false;
    QStringList strangers_;  ///< nodes told to have another topology
};

}  // namespace herd
