// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "console/verdict.h"

#include <QTest>
#include <functional>

namespace herd {

namespace {

constexpr qint64 quietMs = settlingMsMax + 1;
const std::vector<std::string> names = {"Goloman", "Hands", "Holiday", "Welsh", "Wilkes"};

/// Five nodes in a ring, all reached, all the same.
struct Herd {
    Topology topology;
    std::vector<NodeStatus> statuses;
    std::vector<NodeSight> sights;

    Herd() {
        topology.links = {{"Goloman", "Hands"},
                          {"Hands", "Holiday"},
                          {"Holiday", "Welsh"},
                          {"Welsh", "Wilkes"},
                          {"Wilkes", "Goloman"}};
        for (const std::string& name : names) {
            NodeAddress address;
            address.name = name;
            topology.nodes.push_back(address);
        }
        for (const std::string& name : names) {
            NodeStatus status;
            status.name = name;
            status.clients = 1'204;
            status.root = 99;
            for (const std::string& peer : topology.neighbours(name)) {
                LinkStatus link;
                link.peer = peer;
                link.state = LinkState::flowing;
                status.links.push_back(link);
            }
            statuses.push_back(status);
        }
        for (const std::string& name : names) {
            sights.push_back({QString::fromStdString(name), true, {}, nullptr});
        }
    }

    static std::size_t indexOf(const std::string& name) {
        return static_cast<std::size_t>(std::find(names.begin(), names.end(), name) -
                                        names.begin());
    }
    NodeStatus& status(const std::string& name) { return statuses[indexOf(name)]; }
    /// What `name` says of its link with `peer`.
    LinkStatus& link(const std::string& name, const std::string& peer) {
        for (LinkStatus& link : status(name).links) {
            if (link.peer == peer) {
                return link;
            }
        }
        qFatal("no such link");
    }
    /// Both ends say so.
    void setLink(const std::string& a, const std::string& b, LinkState state) {
        link(a, b).state = state;
        link(b, a).state = state;
    }
    void lose(const std::string& name) {
        sights[indexOf(name)].live = false;
        sights[indexOf(name)].absence = QStringLiteral("refused");
    }
    void kill(const std::string& name) {
        lose(name);
        for (const std::string& peer : topology.neighbours(name)) {
            link(peer, name).state = LinkState::down;
        }
    }

    Verdict verdict(qint64 quiet = 0) {
        for (std::size_t i = 0; i < sights.size(); ++i) {
            sights[i].status = &statuses[i];
        }
        return judge(topology, sights, quiet);
    }
};

using Change = std::function<void(Herd& herd)>;
using Groups = std::vector<std::vector<int>>;

}  // namespace

class VerdictTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void judges_data();
    void judges();
    void measuresQuiet();
};

}  // namespace herd

Q_DECLARE_METATYPE(herd::Change)
Q_DECLARE_METATYPE(herd::Groups)

namespace herd {

void VerdictTest::judges_data() {
    QTest::addColumn<Change>("change");
    QTest::addColumn<qint64>("quiet");
    QTest::addColumn<Agreement>("agreement");
    QTest::addColumn<QString>("headline");
    QTest::addColumn<QString>("details");
    QTest::addColumn<Groups>("groups");
    const auto row = [](const char* name, Change change, qint64 quiet, Agreement agreement,
                        const char* headline, const char* details = "", Groups groups = {}) {
        QTest::newRow(name) << std::move(change) << quiet << agreement
                            << QString::fromUtf8(headline) << QString::fromUtf8(details)
                            << std::move(groups);
    };
    using enum LinkState;
    row(
        "all the same", [](Herd&) {}, 0, Agreement::converged, "Converged: 5 nodes, 1,204 clients");
    row(
        "one client",
        [](Herd& herd) {
            for (NodeStatus& status : herd.statuses) {
                status.clients = 1;
            }
        },
        0, Agreement::converged, "Converged: 5 nodes, 1 client");
    row(
        "one link down, all the same", [](Herd& herd) { herd.setLink("Holiday", "Welsh", down); },
        quietMs, Agreement::converged, "Converged: 5 nodes, 1,204 clients",
        "The link Holiday–Welsh is down");
    row(
        "one link paused by one end",
        [](Herd& herd) {
            herd.setLink("Holiday", "Welsh", down);
            herd.link("Welsh", "Holiday").state = paused;
        },
        0, Agreement::converged, "Converged: 5 nodes, 1,204 clients",
        "The link Holiday–Welsh is paused");
    row(
        "one end says it is down", [](Herd& herd) { herd.link("Welsh", "Holiday").state = down; },
        0, Agreement::converged, "Converged: 5 nodes, 1,204 clients",
        "The link Holiday–Welsh is down");
    row(
        "the same, but a link lags",
        [](Herd& herd) { herd.link("Welsh", "Holiday").lagChanges = 1; }, 0, Agreement::settling,
        "Settling: 5 nodes, about 1,204 clients");
    row(
        "the same, but a link compares",
        [](Herd& herd) { herd.setLink("Welsh", "Holiday", comparing); }, 0, Agreement::settling,
        "Settling: 5 nodes, about 1,204 clients");
    row(
        "differ for a moment", [](Herd& herd) { herd.status("Welsh").root = 1; }, settlingMsMax,
        Agreement::settling, "Settling: 5 nodes, about 1,204 clients",
        "Welsh has as many clients as the others, but other stamps");
    row(
        "differ for long", [](Herd& herd) { herd.status("Welsh").root = 1; }, quietMs,
        Agreement::differing,
        "Nodes differ: Welsh has as many clients as the others, but other stamps",
        "Welsh has as many clients as the others, but other stamps");
    row(
        "one has fewer",
        [](Herd& herd) {
            herd.status("Welsh").root = 1;
            herd.status("Welsh").clients = 1'180;
        },
        quietMs, Agreement::differing,
        "Nodes differ: Welsh has 1,180 clients, 24 fewer than the others",
        "Welsh has 1,180 clients, 24 fewer than the others");
    row(
        "two have more, and each other ones",
        [](Herd& herd) {
            herd.status("Hands").root = 1;
            herd.status("Hands").clients = 1'205;
            herd.status("Welsh").root = 2;
            herd.status("Welsh").clients = 1'206;
        },
        quietMs, Agreement::differing,
        "Nodes differ: Hands has 1,205 clients, 1 more than the others",
        "Hands has 1,205 clients, 1 more than the others\n"
        "Welsh has 1,206 clients, 2 more than the others");
    row(
        "equal digests of unequal counts are no agreement",
        [](Herd& herd) { herd.status("Welsh").clients = 1'203; }, quietMs, Agreement::differing,
        "Nodes differ: Welsh has 1,203 clients, 1 fewer than the others",
        "Welsh has 1,203 clients, 1 fewer than the others");
    row(
        "a link is far behind while changes flow",
        [](Herd& herd) {
            herd.status("Hands").root = 1;
            herd.link("Welsh", "Holiday").state = lagging;
            herd.link("Welsh", "Holiday").lagChanges = 1'200;
            herd.link("Welsh", "Holiday").lagMs = lagMsMax + 1'200;
        },
        0, Agreement::differing,
        "Nodes differ: Hands has as many clients as the others, but other stamps",
        "Hands has as many clients as the others, but other stamps\n"
        "Holiday is 1,200 changes and 6.2 s behind Welsh");
    row(
        "a lag at the limit",
        [](Herd& herd) {
            herd.link("Welsh", "Holiday").lagChanges = 1'200;
            herd.link("Welsh", "Holiday").lagMs = lagMsMax;
        },
        0, Agreement::settling, "Settling: 5 nodes, about 1,204 clients");
    row(
        "one dead", [](Herd& herd) { herd.kill("Welsh"); }, quietMs, Agreement::incomplete,
        "4 of 5 nodes reached, they agree: 1,204 clients",
        "Welsh is not reached: refused\nThe link Holiday–Welsh is down\n"
        "The link Welsh–Wilkes is down");
    row(
        "one dead, others settle",
        [](Herd& herd) {
            herd.kill("Welsh");
            herd.status("Hands").root = 1;
        },
        0, Agreement::incomplete, "4 of 5 nodes reached, settling at about 1,204 clients",
        "Welsh is not reached: refused\n"
        "Hands has as many clients as the others, but other stamps\n"
        "The link Holiday–Welsh is down\nThe link Welsh–Wilkes is down");
    row(
        "one alive but not reached", [](Herd& herd) { herd.lose("Welsh"); }, quietMs,
        Agreement::incomplete, "4 of 5 nodes reached, they agree: 1,204 clients",
        "Welsh is not reached: refused");
    row(
        "a bridge that is not reached is a bridge",
        [](Herd& herd) {
            herd.setLink("Goloman", "Hands", down);
            herd.lose("Wilkes");
        },
        quietMs, Agreement::incomplete, "4 of 5 nodes reached, they agree: 1,204 clients",
        "Wilkes is not reached: refused\nThe link Goloman–Hands is down");
    row("a dead bridge parts",
        [](Herd& herd) {
            herd.setLink("Goloman", "Hands", down);
            herd.kill("Wilkes");
        },
        0, Agreement::partitioned, "Partitioned: Goloman | Hands, Holiday, Welsh",
        "Wilkes is not reached: refused\nThe link Goloman–Hands is down\n"
        "The link Welsh–Wilkes is down\nThe link Wilkes–Goloman is down",
        {{0}, {1, 2, 3}});
    row("parted, and still the same",
        [](Herd& herd) {
            herd.setLink("Goloman", "Hands", paused);
            herd.setLink("Holiday", "Welsh", paused);
        },
        quietMs, Agreement::partitioned, "Partitioned: Goloman, Welsh, Wilkes | Hands, Holiday",
        "The link Goloman–Hands is paused\nThe link Holiday–Welsh is paused", {{0, 3, 4}, {1, 2}});
    row("one end is not enough for a path",
        [](Herd& herd) {
            herd.setLink("Goloman", "Hands", connecting);
            herd.link("Holiday", "Welsh").state = handshaking;
        },
        0, Agreement::partitioned, "Partitioned: Goloman, Welsh, Wilkes | Hands, Holiday",
        "The link Goloman–Hands is down\nThe link Holiday–Welsh is down", {{0, 3, 4}, {1, 2}});
    row(
        "nobody reached",
        [](Herd& herd) {
            for (const std::string& name : names) {
                herd.lose(name);
            }
        },
        0, Agreement::nothing, "No node is reached",
        "Goloman is not reached: refused\nHands is not reached: refused\n"
        "Holiday is not reached: refused\nWelsh is not reached: refused\n"
        "Wilkes is not reached: refused");
    row(
        "a node that only the topology knows",
        [](Herd& herd) {
            herd.statuses.pop_back();
            herd.sights.pop_back();
        },
        quietMs, Agreement::incomplete, "4 of 5 nodes reached, they agree: 1,204 clients",
        "Wilkes is not reached: its admin port is not known");
    row(
        "nothing at all",
        [](Herd& herd) {
            herd.statuses.clear();
            herd.sights.clear();
            herd.topology = {};
        },
        0, Agreement::nothing, "No node is reached");
    row(
        "links of unknown nodes",
        [](Herd& herd) {
            herd.topology.links.push_back({"X", "Hands"});
        },
        0, Agreement::converged, "Converged: 5 nodes, 1,204 clients");
}

void VerdictTest::judges() {
    QFETCH(Change, change);
    QFETCH(qint64, quiet);
    QFETCH(Agreement, agreement);
    QFETCH(QString, headline);
    QFETCH(QString, details);
    QFETCH(Groups, groups);
    QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates));
    Herd herd;
    change(herd);
    const Verdict verdict = herd.verdict(quiet);
    QCOMPARE(verdict.headline, headline);
    QCOMPARE(verdict.details, details);
    QCOMPARE(verdict.agreement, agreement);
    QCOMPARE(verdict.groups, groups);
}

void VerdictTest::measuresQuiet() {
    Herd herd;
    QuietWatch watch;
    static_cast<void>(herd.verdict());  // puts the statuses in their places
    QCOMPARE(watch.observe(herd.sights, 1'000), 0);
    QCOMPARE(watch.observe(herd.sights, 1'500), 500);
    herd.status("Welsh").clients = 7;  // no change without a number of the log, or another digest
    QCOMPARE(watch.observe(herd.sights, 2'000), 1'000);
    herd.status("Welsh").seq = 7;
    QCOMPARE(watch.observe(herd.sights, 2'500), 0);
    herd.status("Welsh").root = 7;
    QCOMPARE(watch.observe(herd.sights, 3'000), 0);
    herd.status("Welsh").epoch = 7;
    QCOMPARE(watch.observe(herd.sights, 3'500), 0);
    herd.lose("Welsh");
    QCOMPARE(watch.observe(herd.sights, 4'000), 0);
    QCOMPARE(watch.observe(herd.sights, 9'000), 5'000);
}

}  // namespace herd

QTEST_GUILESS_MAIN(herd::VerdictTest)
#include "tst_verdict.moc"
