// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include <sys/stat.h>

#include <QDir>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include "server/journal/journal.h"
#include "server/journal/systemdisk.h"
#include "tests/support/memorytable.h"

using namespace herd;

namespace {

mode_t modeOf(const QString& path) {
    struct stat status {};
    return ::stat(QFile::encodeName(path).constData(), &status) == 0 ? status.st_mode & 07777 : 0;
}

}  // namespace

/// The directory of a journal on a real disk.
class SystemDiskTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void livesOfAJournal();
    void oneProcessADirectory();
    void directoryThatCannotBe();
};

void SystemDiskTest::livesOfAJournal() {
    const QTemporaryDir directory;
    const QString path = directory.filePath(QStringLiteral("journal"));
    Journal::Settings settings;
    settings.identity = {"test", "beta", HerdRules{300, 0}};
    std::map<std::string, std::string> before;
    for (int life = 0; life < 3; ++life) {
        Result<std::unique_ptr<SystemDisk>> disk = SystemDisk::open(path);
        QVERIFY(disk.ok());
        MemoryTable table;
        Journal journal(std::move(disk).value(), settings, table);
        const Result<Recovered> recovered = journal.recover(false);
        QVERIFY(recovered.ok());
        QVERIFY(table.times() == before);
        table.position = {0xaa, recovered.value().log.seq + 1'000};
        QVERIFY(!journal.start(recovered.value()));
        for (const std::string& client : {std::string("kiwi"), std::to_string(life)}) {
            const MemoryTable::Entry entry = table.change(client, life + 1);
            journal.appendChange(entry.seq, MemoryTable::stampOf(entry));
            journal.commit();
        }
        if (life == 1) {
            QSignalSpy finished(&journal, &Journal::snapshotFinished);
            journal.beginSnapshot();
            QTRY_COMPARE_WITH_TIMEOUT(finished.count(), 1, 20'000);
        }
        before = table.times();
    }
    QCOMPARE(modeOf(path), mode_t{0700});
    const QDir files(path);
    QCOMPARE(files.entryList(QDir::Files),
             (QStringList{QStringLiteral("journal.2"), QStringLiteral("lock")}));
    for (const QString& file : files.entryList(QDir::Files)) {
        QCOMPARE(modeOf(files.filePath(file)), mode_t{0600});
    }
}

void SystemDiskTest::oneProcessADirectory() {
    const QTemporaryDir directory;
    const QString path = directory.filePath(QStringLiteral("journal"));
    Result<std::unique_ptr<SystemDisk>> first = SystemDisk::open(path);
    QVERIFY(first.ok());
    const Result<std::unique_ptr<SystemDisk>> second = SystemDisk::open(path);
    QVERIFY(!second.ok());
    QVERIFY(second.error().message.contains(QStringLiteral("in use by another process")));
    first = Error{};
    QVERIFY(SystemDisk::open(path).ok());
}

void SystemDiskTest::directoryThatCannotBe() {
    const QTemporaryDir directory;
    QVERIFY(!SystemDisk::open(directory.filePath(QStringLiteral("none/journal"))).ok());
    QFile file(directory.filePath(QStringLiteral("file")));
    QVERIFY(file.open(QIODevice::WriteOnly));
    QVERIFY(!SystemDisk::open(file.fileName()).ok());
}

QTEST_GUILESS_MAIN(SystemDiskTest)
#include "tst_systemdisk.moc"
