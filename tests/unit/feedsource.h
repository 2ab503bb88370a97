// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArrayList>
#include <string>
#include <string_view>

#include "server/herd/linkfeed.h"
#include "tests/unit/bytes.h"
#include "tests/unit/coreparts.h"

namespace herd {

inline constexpr SessionNumber ownSession = 4;
inline constexpr SessionNumber otherSession = 9;
inline constexpr std::size_t plenty = 1 << 20;
inline constexpr std::size_t scanSlots = 3;

inline std::string clientName(int number) {
    return QByteArray("c").append(QByteArray::number(number)).toStdString();
}

/// A table with its ring and digest, and one feed that is told of every change as HerdCore would
/// tell it, once the link stands.
struct Source {
    StampTable table{testIndexKey};
    ChangeRing ring{8};
    Digest digest{8, 8};
    LinkFeed feed{table, ring, digest, ownSession, scanSlots};
    int changes = 0;
    bool linked = false;

    void resumeAfter(std::uint64_t seq) {
        linked = true;
        feed.resumeAfter(seq);
    }

    void awaitComparison() {
        linked = true;
        feed.awaitComparison();
    }

    void change(int client, SessionNumber session = 0) {
        const std::string name = clientName(client);
        const std::string time = QByteArray::number(++changes).toStdString();
        const Stamp stamp = stampOf(name, time);
        const StampTable::Place place = table.locate(name);
        SlotNumber slot = place.slot;
        if (place.found) {
            digest.remove(table.slot(slot).sum, table.slot(slot).bucket);
            table.overwrite(slot, stamp);
        } else {
            slot = table.insert(place, stamp, digest.bucketOf(name));
        }
        table.setSum(slot, Digest::sumOf(stamp));
        digest.add(table.slot(slot).sum, table.slot(slot).bucket);
        table.setChange(slot, ring.record(slot), session);
        if (linked && feed.lagging() && session != ownSession) {
            feed.noteChange(slot);
        }
    }

    void changeEach(int clients) {
        for (int client = 0; client < clients; ++client) {
            change(client);
        }
    }

    /// What one fill says: a client for each AT, `=seq` for a MARK.
    QByteArrayList fill(std::size_t bytesMax = plenty) {
        std::string out;
        feed.fill(out, bytesMax);
        return wordsOf(out);
    }

    /// Fills until a search is over.
    QByteArrayList fillAll() {
        std::string out;
        do {
            feed.fill(out, plenty);
        } while (feed.searching());
        return wordsOf(out);
    }

    static QByteArrayList wordsOf(std::string_view out) {
        QByteArrayList words;
        for (const QByteArray& line : bytesOf(out).split('\n')) {
            if (line.startsWith("AT ")) {
                words.append(line.split(' ').at(3));
            } else if (line.startsWith("MARK ")) {
                words.append("=" + line.mid(5));
            } else if (!line.isEmpty()) {
                words.append("unexpected: " + line);
            }
        }
        return words;
    }
};

inline QByteArrayList listOf(const QByteArray& words) {
    return words.split(' ');
}

inline QByteArray markOf(int seq) {
    return QByteArray("=").append(QByteArray::number(seq));
}

inline QByteArrayList clients(int first, int last) {
    QByteArrayList names;
    for (int client = first; client <= last; ++client) {
        names.append(bytesOf(clientName(client)));
    }
    return names;
}

}  // namespace herd
