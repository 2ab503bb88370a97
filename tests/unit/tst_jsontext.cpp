// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include <QtTest>

#include <QJsonArray>
#include <QJsonDocument>
#include <string>

#include "common/jsontext.h"
#include "common/utf8.h"
#include "tests/unit/bytes.h"

using namespace herd;

class JsonTextTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void strings_data();
    void strings();
    void everyCodePoint();
    void sequences_data();
    void sequences();
};

void JsonTextTest::strings_data() {
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("json");
    QTest::newRow("empty") << QByteArray() << QByteArray(R"("")");
    QTest::newRow("plain") << QByteArray("Beverly Hills/CA") << QByteArray(R"("Beverly Hills/CA")");
    QTest::newRow("quotes") << QByteArray(R"(a"b\c)") << QByteArray(R"("a\"b\\c")");
    QTest::newRow("line ends") << QByteArray("a\n\nb\r\tc") << QByteArray(R"("a\n\nb\r\tc")");
    QTest::newRow("NUL") << QByteArray("a\0b", 3) << QByteArray(R"("a\u0000b")");
    QTest::newRow("C0") << QByteArray("\x01\x1B\x1F ") << QByteArray(R"("\u0001\u001b\u001f ")");
    QTest::newRow("DEL") << QByteArray("\x7E\x7F") << QByteArray(R"("~\u007f")");
    QTest::newRow("C1") << QByteArray("\xC2\x80\xC2\x9F\xC2\xA0")
                        << QByteArray("\"\\u0080\\u009f\xC2\xA0\"");
    QTest::newRow("separators") << QByteArray("\xE2\x80\xA7\xE2\x80\xA8\xE2\x80\xA9\xE2\x80\xAA")
                                << QByteArray("\"\xE2\x80\xA7\\u2028\\u2029\xE2\x80\xAA\"");
    QTest::newRow("other scripts")
        << QByteArray("Zürich 東京 🐑") << QByteArray("\"Zürich 東京 🐑\"");
    QTest::newRow("lone continuation") << QByteArray("a\x80z") << QByteArray("\"a\xEF\xBF\xBDz\"");
    QTest::newRow("cut sequence") << QByteArray("a\xE6\x9D")
                                  << QByteArray("\"a\xEF\xBF\xBD\xEF\xBF\xBD\"");
    QTest::newRow("cut by a quote") << QByteArray("a\xC3\"") << QByteArray("\"a\xEF\xBF\xBD\\\"\"");
    QTest::newRow("never a byte") << QByteArray("\xFF") << QByteArray("\"\xEF\xBF\xBD\"");
}

void JsonTextTest::strings() {
    QFETCH(QByteArray, text);
    QFETCH(QByteArray, json);
    std::string out = "before";
    appendJsonString(out, viewOf(text));
    QCOMPARE(bytesOf(out), "before" + json);
}

void JsonTextTest::everyCodePoint() {
    for (char32_t code = 0; code <= 0x10FFFF; ++code) {
        if (code >= 0xD800 && code <= 0xDFFF) {
            continue;
        }
        const QString text = QString::fromUcs4(&code, 1);
        const QByteArray utf8 = text.toUtf8();
        QCOMPARE(utf8SequenceLength(viewOf(utf8)), static_cast<std::size_t>(utf8.size()));
        std::string out = "[";
        appendJsonString(out, viewOf(utf8));
        out += ']';
        // Reading each back takes long, and past the first planes there is nothing new.
        if (code < 0x3000 || code % 0x100 == 0) {
            QCOMPARE(QJsonDocument::fromJson(bytesOf(out)).array().at(0).toString(), text);
        }
    }
}

void JsonTextTest::sequences_data() {
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<int>("length");
    QTest::newRow("empty") << QByteArray() << 0;
    QTest::newRow("NUL") << QByteArray(1, '\0') << 1;
    QTest::newRow("two") << QByteArray("\xC2\x80z") << 2;
    QTest::newRow("two, too long a form") << QByteArray("\xC1\xBF") << 0;
    QTest::newRow("two, cut") << QByteArray("\xC2") << 0;
    QTest::newRow("three") << QByteArray("\xE0\xA0\x80") << 3;
    QTest::newRow("three, too long a form") << QByteArray("\xE0\x9F\xBF") << 0;
    QTest::newRow("three, cut") << QByteArray("\xE0\xA0") << 0;
    QTest::newRow("before the surrogates") << QByteArray("\xED\x9F\xBF") << 3;
    QTest::newRow("surrogate") << QByteArray("\xED\xA0\x80") << 0;
    QTest::newRow("four") << QByteArray("\xF0\x90\x80\x80") << 4;
    QTest::newRow("four, too long a form") << QByteArray("\xF0\x8F\xBF\xBF") << 0;
    QTest::newRow("last code point") << QByteArray("\xF4\x8F\xBF\xBF") << 4;
    QTest::newRow("past it") << QByteArray("\xF4\x90\x80\x80") << 0;
    QTest::newRow("far past it") << QByteArray("\xF5\x80\x80\x80") << 0;
    QTest::newRow("four, cut") << QByteArray("\xF0\x90\x80") << 0;
    QTest::newRow("third byte is none") << QByteArray("\xF0\x90z\x80") << 0;
    QTest::newRow("fourth byte is none") << QByteArray("\xF0\x90\x80z") << 0;
}

void JsonTextTest::sequences() {
    QFETCH(QByteArray, text);
    QFETCH(int, length);
    QCOMPARE(utf8SequenceLength(viewOf(text)), static_cast<std::size_t>(length));
    const QByteArray longer = "aé" + text;
    const std::size_t valid = utf8ValidPrefix(viewOf(longer));
    QCOMPARE(valid == static_cast<std::size_t>(longer.size()), length > 0 || text.isEmpty());
    QVERIFY(valid >= 3);
}

QTEST_GUILESS_MAIN(JsonTextTest)
#include "tst_jsontext.moc"
