// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include <QDir>
#include <QImage>
#include <QProcess>
#include <QStandardPaths>
#include <QTest>

namespace herd {

/// What a desktop reads: the validators that Debian has must accept it.
class TestDesktopFiles : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void validates_data();
    void validates();
    void iconsHaveTheirSizes_data();
    void iconsHaveTheirSizes();
};

void TestDesktopFiles::validates_data() {
    QTest::addColumn<QString>("program");
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<QString>("file");
    QTest::newRow("desktop file") << QStringLiteral("desktop-file-validate") << QStringList()
                                  << QStringLiteral("herd-console.desktop");
    QTest::newRow("metainfo") << QStringLiteral("appstreamcli")
                              << QStringList(
                                     {QStringLiteral("validate"), QStringLiteral("--no-net")})
                              << QStringLiteral("local.herd.console.metainfo.xml");
}

void TestDesktopFiles::validates() {
    QFETCH(QString, program);
    QFETCH(QStringList, arguments);
    QFETCH(QString, file);
    if (QStandardPaths::findExecutable(program).isEmpty()) {
        QSKIP(qPrintable(program + QStringLiteral(" is not installed")));
    }
    QProcess process;
    process.setProcessChannelMode(QProcess::MergedChannels);
    process.start(program,
                  arguments + QStringList(QStringLiteral(HERD_RESOURCES_DIR "/desktop/") + file));
    QVERIFY(process.waitForFinished());
    QVERIFY2(process.exitCode() == 0, process.readAll().constData());
}

void TestDesktopFiles::iconsHaveTheirSizes_data() {
    QTest::addColumn<int>("size");
    for (const int size : {16, 24, 32, 48, 64, 128, 256}) {
        QTest::addRow("%d", size) << size;
    }
}

void TestDesktopFiles::iconsHaveTheirSizes() {
    QFETCH(int, size);
    const QImage icon(QStringLiteral(HERD_RESOURCES_DIR "/icons/herd-console-%1.png").arg(size));
    QCOMPARE(icon.size(), QSize(size, size));
    QCOMPARE(icon.pixelColor(0, 0).alpha(), 0);
}

}  // namespace herd

QTEST_GUILESS_MAIN(herd::TestDesktopFiles)
#include "tst_desktopfiles.moc"
