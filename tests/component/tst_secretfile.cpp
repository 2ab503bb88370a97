// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include <sys/stat.h>

#include <QTemporaryDir>
#include <QtTest>

#include "server/secretfile.h"

using namespace herd;

namespace {

const QByteArray shortest(secretBytesMin, 's');
const QByteArray longest(secretBytesMax, 'l');

}  // namespace

class SecretFileTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void contents_data();
    void contents();
    void modes_data();
    void modes();
    void whatIsNoFile();

  private:
    QString write(const QByteArray& text, mode_t mode = 0600) {
        const QString path = directory_.filePath(QStringLiteral("secret"));
        QFile file(path);
        if (!file.open(QIODevice::WriteOnly) || file.write(text) != text.size()) {
            qFatal("cannot write the secret");
        }
        file.close();
        ::chmod(QFile::encodeName(path).constData(), mode);
        return path;
    }

    QTemporaryDir directory_;
};

void SecretFileTest::contents_data() {
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArrayList>("secrets");
    const auto good = [](const char* name, const QByteArray& text, const QByteArrayList& secrets) {
        QTest::newRow(name) << text << secrets;
    };
    const auto bad = [&good](const char* name, const QByteArray& text) { good(name, text, {}); };
    good("one", shortest, {shortest});
    good("one with its line end", shortest + "\n", {shortest});
    good("white space around it", "\n  " + shortest + "\t\r\n\n", {shortest});
    good("white space inside", "correct horse battery", {"correct horse battery"});
    good("two", longest + "\n" + shortest + "\n", {longest, shortest});
    bad("none", "");
    bad("blank lines", "\n \n\n");
    bad("three", shortest + "\n" + shortest + "\n" + shortest);
    bad("too short", shortest.chopped(1));
    bad("the second too short", shortest + "\nx");
    bad("too long", longest + "l");
    bad("not ASCII", shortest + "\xc3\xa9");
    bad("a control character", shortest + "\x01" + shortest);
    bad("NUL", shortest + QByteArray(1, '\0') + shortest);
    bad("a larger file", shortest + QByteArray(4 * 1024, '\n'));
}

void SecretFileTest::contents() {
    QFETCH(QByteArray, text);
    QFETCH(QByteArrayList, secrets);
    const QString path = write(text);
    const Result<std::vector<std::string>> read = readSecretFile(path);
    QCOMPARE(read.ok(), !secrets.isEmpty());
    if (!read.ok()) {
        QVERIFY2(read.error().message.startsWith(path + QLatin1String(": ")),
                 qPrintable(read.error().message));
        QVERIFY(!read.error().message.contains(QString::fromLatin1(shortest.left(4))));
        return;
    }
    QByteArrayList found;
    for (const std::string& secret : read.value()) {
        found += QByteArray::fromStdString(secret);
    }
    QCOMPARE(found, secrets);
}

void SecretFileTest::modes_data() {
    QTest::addColumn<int>("mode");
    QTest::addColumn<bool>("accepted");
    for (const int mode : {0600, 0400, 0700}) {
        QTest::addRow("%o", static_cast<unsigned>(mode)) << mode << true;
    }
    for (const int mode : {0640, 0604, 0620, 0602, 0610, 0601, 0666}) {
        QTest::addRow("%o", static_cast<unsigned>(mode)) << mode << false;
    }
}

void SecretFileTest::modes() {
    QFETCH(int, mode);
    QFETCH(bool, accepted);
    const Result<std::vector<std::string>> read =
        readSecretFile(write(shortest, static_cast<mode_t>(mode)));
    QCOMPARE(read.ok(), accepted);
    QVERIFY(accepted || read.error().message.contains(QLatin1String("chmod 600")));
}

void SecretFileTest::whatIsNoFile() {
    const QString pipe = directory_.filePath(QStringLiteral("pipe"));
    QCOMPARE(::mkfifo(QFile::encodeName(pipe).constData(), 0600), 0);
    for (const QString& path :
         {directory_.path(), pipe, directory_.filePath(QStringLiteral("missing"))}) {
        const Result<std::vector<std::string>> read = readSecretFile(path);
        QVERIFY2(!read.ok(), qPrintable(path));
        QVERIFY(read.error().message.startsWith(path + QLatin1String(": ")));
    }
}

QTEST_GUILESS_MAIN(SecretFileTest)
#include "tst_secretfile.moc"
