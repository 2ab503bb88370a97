// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "server/net/clientservice.h"

#include "common/check.h"

namespace herd {

std::string_view wordOf(ClientEnd end) {
    switch (end) {
        case ClientEnd::closedByClient:
            return "closed by the client";
        case ClientEnd::lost:
            return "connection lost";
        case ClientEnd::lineTooLong:
            return "line too long";
        case ClientEnd::firstLineLate:
            return "no line in time";
        case ClientEnd::idle:
            return "idle";
        case ClientEnd::unsentStalled:
            return "answers not read in time";
        case ClientEnd::unsentTooMuch:
            return "too many answers unread";
        case ClientEnd::stopping:
            return "node stops";
    }
    HERD_CHECK(false);
}

std::string_view wordOf(ClientRefusal refusal) {
    switch (refusal) {
        case ClientRefusal::connectionsMax:
            return "connections_max";
        case ClientRefusal::connectionsPerAddressMax:
            return "connections_per_address_max";
        case ClientRefusal::descriptors:
            return "no descriptor left";
    }
    HERD_CHECK(false);
}

}  // namespace herd
