// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include <sys/stat.h>

#include <QFile>
#include <QTest>

#include "tests/integration/herdstamps.h"

using namespace std::chrono_literals;

namespace herd {

namespace {

const QString anna = QStringLiteral("Anna");
const QString mary = QStringLiteral("Mary");
const QByteArray oldSecret = "the old secret of the herd";
const QByteArray newSecret = "the new secret of the herd";
constexpr int exitConfig = 78;  // EX_CONFIG of sysexits.h
/// A refused node waits 10 s before it dials again.
constexpr auto againMax = 20s;

HerdLayout layout() {
    HerdLayout herd;
    herd.herd = QStringLiteral("guarded");
    herd.nodes = {anna, mary};
    herd.links = {{anna, mary}};
    herd.tables =
        QStringLiteral("[security]\nsecret_file = \"secret\"\n[log]\nlevel = \"debug\"\n");
    return herd;
}

}  // namespace

/// Who is let in between nodes: real processes that read their secret from files.
class TestSecurity : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void init() { herd_ = std::make_unique<HerdFixture>(layout()); }
    void cleanup();

    void sameSecret();
    void otherSecretUntilItIsMended();
    void secretChangesWithoutAPause();
    void badFileLeavesTheSecret();
    void refusedStart_data();
    void refusedStart();
    void openToTheWorld();

  private:
    HerdFixture& herd() { return *herd_; }
    void writeSecret(const QByteArray& text, mode_t mode = 0600) {
        QFile file(herd().filePath(QStringLiteral("secret")));
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write(text) == text.size());
        file.close();
        QCOMPARE(::chmod(QFile::encodeName(file.fileName()).constData(), mode), 0);
    }
    bool floods();
    bool renew(const QByteArray& text);

    std::unique_ptr<HerdFixture> herd_;
    int clients_ = 0;
};

/// No secret may be found where others can read.
void TestSecurity::cleanup() {
    for (const QString& name : {anna, mary}) {
        for (const QByteArray& secret : {oldSecret, newSecret}) {
            QVERIFY(!herd().log(name).contains(secret));
            QVERIFY(!herd().node(name).standardError().contains(secret));
        }
    }
    herd_.reset();
}

/// Whether a new report at one node gets to the other, both ways.
bool TestSecurity::floods() {
    for (const QString& from : {anna, mary}) {
        const std::string id = "client" + std::to_string(++clients_);
        const std::string at = report(herd(), from, id + " +1-1 5");
        const QString to = from == anna ? mary : anna;
        if (at.empty() || !waitUntilStored(herd(), {to}, {{id, at}}).isEmpty()) {
            return false;
        }
    }
    return true;
}

/// Both nodes read the file again while they run, then Mary restarts and must be let in.
bool TestSecurity::renew(const QByteArray& text) {
    writeSecret(text);
    for (const QString& name : {anna, mary}) {
        herd().node(name).hangUp();
    }
    if (!floods()) {
        return false;
    }
    herd().node(mary).kill();
    return herd().startNode(mary) && herd().waitUntilLinked() && floods();
}

void TestSecurity::sameSecret() {
    writeSecret(oldSecret);
    QVERIFY2(herd().start(), qPrintable(herd().error()));
    QVERIFY(herd().waitUntilLinked());
    QVERIFY(floods());
}

void TestSecurity::otherSecretUntilItIsMended() {
    writeSecret(oldSecret);
    QVERIFY2(herd().start({anna}), qPrintable(herd().error()));
    writeSecret(newSecret);
    QVERIFY2(herd().startNode(mary), qPrintable(herd().error()));
    QTRY_VERIFY(herd().log(anna).contains("Mary: proof") ||
                herd().log(anna).contains("Mary: bye-proof"));
    const std::string at = report(herd(), anna, "kiwi +1-1 5");
    QVERIFY(!at.empty());
    QCOMPARE(stored(herd(), mary, "kiwi"), std::string());
    QCOMPARE(herd().notices(anna, QStringLiteral("link opened")), 0);
    herd().node(anna).hangUp();
    QVERIFY(herd().waitUntilLinked(againMax));
    QCOMPARE(waitUntilStored(herd(), {mary}, {{"kiwi", at}}), QString());
}

void TestSecurity::secretChangesWithoutAPause() {
    writeSecret(oldSecret);
    QVERIFY2(herd().start(), qPrintable(herd().error()));
    QVERIFY(herd().waitUntilLinked());
    QVERIFY(renew(oldSecret + '\n' + newSecret));
    // Between two steps the nodes differ in which secret they use.
    writeSecret(newSecret + '\n' + oldSecret);
    herd().node(mary).kill();
    QVERIFY(herd().startNode(mary) && herd().waitUntilLinked());
    QVERIFY(renew(newSecret + '\n' + oldSecret));
    QVERIFY(renew(newSecret));
    QCOMPARE(herd().notices(anna, QStringLiteral("proof")), 0);
}

void TestSecurity::badFileLeavesTheSecret() {
    writeSecret(oldSecret);
    QVERIFY2(herd().start(), qPrintable(herd().error()));
    QVERIFY(herd().waitUntilLinked());
    writeSecret(newSecret, 0644);
    herd().node(anna).hangUp();
    QTRY_VERIFY(herd().log(anna).contains("the secrets stay as they were"));
    writeSecret(oldSecret);
    herd().node(mary).kill();
    QVERIFY(herd().startNode(mary));
    QVERIFY(herd().waitUntilLinked());
}

void TestSecurity::refusedStart_data() {
    QTest::addColumn<QByteArray>("secret");
    QTest::addColumn<int>("mode");
    QTest::addColumn<QByteArray>("mentioned");
    QTest::newRow("others may read it") << oldSecret << 0644 << QByteArray("chmod 600");
    QTest::newRow("too short") << QByteArray("sesame") << 0600 << QByteArray("16 to 1024 bytes");
    QTest::newRow("empty") << QByteArray() << 0600 << QByteArray("must hold one secret");
    QTest::newRow("missing") << QByteArray() << -1 << QByteArray("No such file");
}

void TestSecurity::refusedStart() {
    QFETCH(QByteArray, secret);
    QFETCH(int, mode);
    QFETCH(QByteArray, mentioned);
    if (mode >= 0) {
        writeSecret(secret, static_cast<mode_t>(mode));
    }
    QVERIFY(!herd().start({anna}));
    QCOMPARE(herd().node(anna).exitCode(), exitConfig);
    const QByteArray said = herd().node(anna).standardError();
    QVERIFY2(said.contains(mentioned) && said.contains("/secret: "), said.constData());
    QCOMPARE(said.count('\n'), 1);
}

/// With a secret, and a token for its admin port, a node may listen on every address.
void TestSecurity::openToTheWorld() {
    writeSecret(oldSecret);
    const auto start = [this](const QByteArray& node, const QByteArray& security) {
        QFile file(herd().configPath());
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("[node.Anna]\nhost = \"0.0.0.0\"\nclient = 0\npeer = 0\n" + node +
                   "[security]\nsecret_file = \"secret\"\n" + security);
        file.close();
        herd().node(anna).start(herd().arguments(anna));
    };
    start("admin = 0\n", "");
    QVERIFY(!herd().node(anna).waitUntilReady());
    QCOMPARE(herd().node(anna).exitCode(), exitConfig);
    QVERIFY(herd().node(anna).standardError().contains("admin_token_file"));
    start("", "");
    QVERIFY(herd().node(anna).waitUntilReady());
}

}  // namespace herd

QTEST_GUILESS_MAIN(herd::TestSecurity)
#include "tst_security.moc"
