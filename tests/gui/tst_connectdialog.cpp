// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include <QDataStream>
#include <QFile>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QSettings>
#include <QSignalSpy>
#include <QTest>

#include "console/connectdialog.h"
#include "console/mainwindow.h"
#include "tests/gui/consolescene.h"
#include "tests/gui/scriptedadmin.h"

namespace herd {

namespace {

const QByteArray secret = "a-token-that-nobody-may-see";

bool write(const QString& path, const QByteArray& bytes) {
    QFile file(path);
    return file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size();
}

/// Whether the settings hold that text, as bytes or as a string.
bool isKept(const QByteArray& text) {
    QByteArray all;
    QDataStream stream(&all, QIODevice::WriteOnly);
    const QSettings settings;
    for (const QString& key : settings.allKeys()) {
        stream << settings.value(key);
    }
    QByteArray wide;
    for (const char byte : text) {
        wide.append('\0');
        wide.append(byte);
    }
    return all.contains(text) || all.contains(wide);
}

QString sentToken(const ScriptedAdmin& node) {
    const QList<QJsonObject> greetings = node.requests(QStringLiteral("hello"));
    return greetings.isEmpty() ? QString() : greetings.constLast().value(u"token").toString();
}

/// The entry of "Open again" for the only herd that was opened.
QAction* openAgain(const MainWindow& window) {
    for (QMenu* const menu : window.findChildren<QMenu*>()) {
        if (menu->objectName() == u"herdAgain" && QMetaObject::invokeMethod(menu, "aboutToShow")) {
            return menu->actions().constFirst();
        }
    }
    return nullptr;
}

}  // namespace

/// Connecting to admin ports from the window, with and without a token.
class TestConnectDialog : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void saysWhatIsWrong_data();
    void saysWhatIsWrong();
    void takesSeveralPorts();
    void keepsThePathAndNotTheToken();

  private:
    QTemporaryDir directory_;
};

void TestConnectDialog::saysWhatIsWrong_data() {
    QTest::addColumn<QString>("addresses");
    QTest::addColumn<QString>("tokenFile");
    QTest::addColumn<QString>("says");
    const QString one = QStringLiteral("127.0.0.1:1");
    QTest::newRow("nothing") << QString() << QString() << QStringLiteral("is needed");
    QTest::newRow("no port") << QStringLiteral("127.0.0.1:1 here") << QString()
                             << QStringLiteral("\"here\" is no host and port");
    QTest::newRow("no file") << one << QStringLiteral("nowhere.token")
                             << QStringLiteral("nowhere.token");
    QTest::newRow("no token") << one << directory_.filePath(QStringLiteral("short"))
                              << QStringLiteral("must begin with a token");
    QTest::newRow("a directory") << one << directory_.path()
                                 << QStringLiteral("not a regular file");
}

void TestConnectDialog::saysWhatIsWrong() {
    QFETCH(QString, addresses);
    QFETCH(QString, tokenFile);
    QFETCH(QString, says);
    QVERIFY(write(directory_.filePath(QStringLiteral("short")), "too-short-xyz\n"));
    ConnectDialog dialog;
    const QSignalSpy chosen(&dialog, &ConnectDialog::chosen);
    dialog.show();
    const auto* const fault = dialog.findChild<QLabel*>(QStringLiteral("connectFault"));
    QVERIFY(!fault->isVisible());
    auto* const ports = dialog.findChild<QLineEdit*>(QStringLiteral("connectAddresses"));
    ports->clear();
    QTest::keyClicks(ports, addresses);
    auto* const path = dialog.findChild<QLineEdit*>(QStringLiteral("connectTokenFile"));
    QTest::keyClicks(path, tokenFile);
    QTest::keyClick(path, Qt::Key_Return);
    QVERIFY(dialog.isVisible());
    QVERIFY(fault->isVisible());
    QVERIFY2(fault->text().contains(says), qPrintable(fault->text()));
    QVERIFY(!fault->text().contains(QStringLiteral("too-short-xyz")));
    QVERIFY(chosen.isEmpty());
}

void TestConnectDialog::takesSeveralPorts() {
    ConnectDialog dialog;
    std::vector<AdminAddress> nodes;
    connect(&dialog, &ConnectDialog::chosen, this,
            [&nodes](const HerdSource& source) { nodes = source.nodes; });
    dialog.show();
    auto* const ports = dialog.findChild<QLineEdit*>(QStringLiteral("connectAddresses"));
    ports->clear();
    QTest::keyClicks(ports, QStringLiteral(" 127.0.0.1:1  [::1]:2 "));
    QTest::keyClick(ports, Qt::Key_Return);
    QVERIFY(!dialog.isVisible());
    QCOMPARE(nodes.size(), std::size_t(2));
    QCOMPARE(nodes[1].host, QStringLiteral("::1"));
    QVERIFY(nodes[0].token.isEmpty());
}

void TestConnectDialog::keepsThePathAndNotTheToken() {
    const OwnSettings settings;
    ScriptedAdmin node("Hands");
    const QString path = directory_.filePath(QStringLiteral("full.token"));
    QVERIFY(write(path, secret + '\n'));
    Appearance appearance;
    {
        MainWindow window(appearance, MainWindow::Memory::settings);
        window.show();
        window.findChild<QAction*>(QStringLiteral("herdConnect"))->trigger();
        auto* const dialog = window.findChild<ConnectDialog*>();
        QVERIFY(dialog != nullptr && dialog->isVisible());
        dialog->findChild<QLineEdit*>(QStringLiteral("connectAddresses"))
            ->setText(adminAddressText(node.address()));
        auto* const file = dialog->findChild<QLineEdit*>(QStringLiteral("connectTokenFile"));
        QTest::keyClicks(file, path);
        QTest::keyClick(file, Qt::Key_Return);
        QTRY_COMPARE(sentToken(node), QString::fromUtf8(secret));
        QTRY_VERIFY(window.herd().nodes().front().live);
        window.close();
    }
    QVERIFY(isKept("full.token"));
    QVERIFY(!isKept(secret));

    // Another token is in the file by now.
    QVERIFY(write(path, "the-token-of-another-day\n"));
    MainWindow window(appearance, MainWindow::Memory::settings);
    window.show();
    QAction* const again = openAgain(window);
    QVERIFY(again != nullptr);
    QVERIFY(again->toolTip().contains(path));
    again->trigger();
    QTRY_COMPARE(sentToken(node), QStringLiteral("the-token-of-another-day"));
    // Opened without it, the herd is still known to need one.
    window.openHerd(
        HerdSource::fromAddresses({*adminAddressFrom(adminAddressText(node.address()))}));
    QTRY_COMPARE(sentToken(node), QString());
    openAgain(window)->trigger();
    QTRY_COMPARE(sentToken(node), QStringLiteral("the-token-of-another-day"));
    // Without the file nothing is opened, and the reason is said.
    QVERIFY(QFile::remove(path));
    const NodeClient* const before = window.herd().nodes().front().client;
    openAgain(window)->trigger();
    QCOMPARE(window.herd().nodes().front().client, before);
    QVERIFY(window.findChild<QLabel*>(QStringLiteral("newestMessage"))->text().contains(path));
}

}  // namespace herd

QTEST_MAIN(herd::TestConnectDialog)
#include "tst_connectdialog.moc"
