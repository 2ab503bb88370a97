// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include <QLabel>
#include <QMainWindow>
#include <QTest>
#include <algorithm>
#include <memory>

#include "console/elidedparagraph.h"
#include "console/headline.h"
#include "console/herdstate.h"
#include "tests/gui/scriptedadmin.h"

namespace herd {

namespace {

/// A herd of nodes with long names, none of which has a link that is up.
struct Scene {
    std::vector<std::unique_ptr<ScriptedAdmin>> nodes;
    HerdState herd;

    explicit Scene(int count) {
        std::vector<std::string> names;
        for (int node = 0; node < count; ++node) {
            names.push_back("location-server-of-quarter-" + std::to_string(100 + node));
        }
        std::vector<AdminAddress> addresses;
        Topology topology;
        topology.herd = "herd";
        for (const std::string& name : names) {
            if (name != names.front()) {
                topology.links.emplace_back(names.front(), name);
            }
            topology.nodes.push_back({name, QStringLiteral("127.0.0.1"), 0, 0, std::nullopt});
        }
        for (const std::string& name : names) {
            nodes.push_back(std::make_unique<ScriptedAdmin>(name));
            nodes.back()->hello.nodes = names;
            nodes.back()->hello.links = topology.links;
            for (const std::string& peer : names) {
                LinkStatus link;
                link.peer = peer;
                link.state = LinkState::down;
                nodes.back()->status.links.push_back(link);
            }
            addresses.push_back(nodes.back()->address());
        }
        herd.open(QStringLiteral("herd"), addresses, topology);
    }
};

/// Whether every line of it is in sight whole.
bool isUncut(const QLabel& label) {
    const QStringList lines = label.text().split(QLatin1Char('\n'));
    const bool areNarrow = std::all_of(lines.begin(), lines.end(), [&label](const QString& line) {
        return label.fontMetrics().horizontalAdvance(line) <= label.contentsRect().width();
    });
    return areNarrow &&
           label.contentsRect().height() >= label.fontMetrics().lineSpacing() * lines.size() &&
           label.parentWidget()->rect().contains(label.geometry());
}

}  // namespace

/// The strip with what the nodes agree on, where there is little room for it.
class TestHeadline : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void cutsNothingInANarrowWindow();
    void growsBackWithTheWindow();
    void wrapsALongWord();
};

void TestHeadline::cutsNothingInANarrowWindow() {
    constexpr int count = 40;
    Scene scene(count);
    QMainWindow window;
    auto* const headline = new Headline(scene.herd);
    window.setMenuWidget(headline);
    window.setCentralWidget(new QWidget);
    window.resize(640, 480);
    window.show();
    QTRY_COMPARE_WITH_TIMEOUT(scene.herd.verdict().groups.size(), std::size_t(count), 20'000);
    const auto* const words = headline->findChild<ElidedParagraph*>(QStringLiteral("headlineText"));
    const auto* const details =
        headline->findChild<ElidedParagraph*>(QStringLiteral("headlineDetails"));
    QTRY_VERIFY(words->text().startsWith(QStringLiteral("Partitioned: location-server")));
    QTRY_COMPARE(headline->height(), headline->heightForWidth(640));
    QCOMPARE(window.width(), 640);
    for (const ElidedParagraph* const part : {words, details}) {
        QVERIFY2(isUncut(*part), qPrintable(part->text()));
        QCOMPARE(part->text().count(QLatin1Char('\n')), 1);
        QVERIFY(part->text().endsWith(QChar(0x2026)));
    }
    // What did not fit is told to those who ask, by mouse or by ear.
    QCOMPARE(words->toolTip(), scene.herd.verdict().headline);
    QCOMPARE(words->accessibleDescription(), scene.herd.verdict().headline);
    QVERIFY(words->toolTip().endsWith(QStringLiteral("-139")));
    QCOMPARE(details->accessibleDescription(), scene.herd.verdict().details);
    QVERIFY(!details->geometry().intersects(words->geometry()));
    QVERIFY(headline->height() < 480 / 4);
}

void TestHeadline::growsBackWithTheWindow() {
    Scene scene(3);
    QMainWindow window;
    auto* const headline = new Headline(scene.herd);
    window.setMenuWidget(headline);
    window.setCentralWidget(new QWidget);
    window.resize(1'400, 480);
    window.show();
    const auto* const words = headline->findChild<ElidedParagraph*>(QStringLiteral("headlineText"));
    QTRY_VERIFY(words->whole().startsWith(QStringLiteral("Partitioned")));
    QTRY_COMPARE(words->text(), words->whole());
    QCOMPARE(words->toolTip(), QString());
    const int before = headline->height();
    window.resize(640, 480);
    QTRY_VERIFY(words->text().contains(QLatin1Char('\n')));
    QVERIFY(isUncut(*words));
    QVERIFY(headline->height() > before);
    window.resize(1'400, 480);
    QTRY_COMPARE(words->text(), words->whole());
    QCOMPARE(headline->height(), before);
}

void TestHeadline::wrapsALongWord() {
    ElidedParagraph paragraph(2);
    const QString word(300, QLatin1Char('w'));
    paragraph.setWhole(word);
    paragraph.resize(200, paragraph.heightForWidth(200));
    paragraph.show();
    QTRY_COMPARE(paragraph.text().count(QLatin1Char('\n')), 1);
    for (const QString& line : paragraph.text().split(QLatin1Char('\n'))) {
        QVERIFY(paragraph.fontMetrics().horizontalAdvance(line) <= 200);
    }
    QCOMPARE(paragraph.toolTip(), word);
    QCOMPARE(paragraph.minimumSizeHint().width(), 0);
}

}  // namespace herd

QTEST_MAIN(herd::TestHeadline)
#include "tst_headline.moc"
