// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include <QtTest>
#include <limits>

#include "common/configfile.h"
#include "tests/unit/bytes.h"
#include "tests/unit/configtexts.h"
#include "tests/unit/dice.h"

using namespace herd;

namespace {

QByteArray mistakeIn(const QByteArray& text) {
    const Result<HerdConfig> result = parsed(text);
    return result.ok() ? QByteArray("no mistake") : result.error().message.toUtf8();
}

}  // namespace

/// Each mistake in herd.toml and the one line that tells it.
class ConfigMistakesTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void mistake_data();
    void mistake();
    void firstMistakeIsTold();
    void range_data();
    void range();
    void choice_data();
    void choice();
    void numberWrongKind_data();
    void numberWrongKind();
    void sharedPorts_data();
    void sharedPorts();
    void baseUrl_data();
    void baseUrl();
    void everyMessageIsOneLine();
    void points();
    void letters_data();
    void letters();
    void lettersAnywhere();
};

void ConfigMistakesTest::mistake_data() {
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("message");
    const auto row = [](const char* title, const QByteArray& text, const QByteArray& message) {
        QTest::newRow(title) << text << message;
    };
    const QByteArray two = smallest + "[node.Bee]\nclient = 3\npeer = 4\n";

    row("unknown key in a table", smallest + "[limits]\nline_byte_max = 1\n",
        ":5: unknown key \"line_byte_max\" in [limits]; did you mean \"line_bytes_max\"?");
    row("unknown key at the top", "herds = \"x\"\n" + smallest,
        ":1: unknown key \"herds\" at the top level; did you mean \"herd\"?");
    row("unknown table", smallest + "[limit]\n",
        ":4: unknown key \"limit\" at the top level; did you mean \"limits\"?");
    row("unknown number at the top", "future_skew_max = 1\n" + smallest,
        ":1: unknown key \"future_skew_max\" at the top level; did you mean "
        "\"future_skew_max_s\"?");
    row("unknown key of server", smallest + "[server]\nspin_ms = 1\n",
        ":5: unknown key \"spin_ms\" in [server]; did you mean \"spin_us\"?");
    row("unknown key of a node", smallest + "pear = 3\n",
        ":4: unknown key \"pear\" in [node.A]; did you mean \"peer\"?");
    row("unknown key of places", smallest + "[places]\nprovider_ = \"offline\"\n",
        ":5: unknown key \"provider_\" in [places]; did you mean \"provider\"?");
    row("unknown key of journal", smallest + "[journal]\nsink = \"off\"\n",
        ":5: unknown key \"sink\" in [journal]; did you mean \"sync\"?");
    row("unknown key of log", smallest + "[log]\nfile_max = 1\n",
        ":5: unknown key \"file_max\" in [log]; did you mean \"files_max\"?");
    row("unknown key of security", smallest + "[security]\nsecret_fil = \"x\"\n",
        ":5: unknown key \"secret_fil\" in [security]; did you mean \"secret_file\"?");
    row("security, another kind", smallest + "[security]\nadmin_token_file = 3\n",
        ":5: \"admin_token_file\" in [security] must be a string, not a whole number");
    row("unknown key, case", smallest + "[limits]\nLine_Bytes_Max = 64\n",
        ":5: unknown key \"Line_Bytes_Max\" in [limits]; did you mean \"line_bytes_max\"?");
    row("unknown key, escaped", smallest + "[limits]\n\"a\\n\\u00e9\" = 64\n",
        ":5: unknown key \"a\\x0a\\xc3\\xa9\" in [limits]; did you mean \"clients_max\"?");
    row("unknown key, long", smallest + QByteArray(70, 'x') + " = 1\n",
        ":4: unknown key \"" + QByteArray(64, 'x') + "...\" in [node.A]; did you mean \"host\"?");

    row("limits is no table", "limits = 1\n" + smallest,
        ":1: \"limits\" must be a table, not a whole number");
    row("places is an array", smallest + "[[places]]\n",
        ":4: \"places\" must be a table, not an array");
    row("herd is no string", "herd = 1\n" + smallest,
        ":1: \"herd\" at the top level must be a string, not a whole number");
    row("herd name", "herd = \"my herd\"\n" + smallest,
        ":1: the herd name \"my herd\" must be 1 to 64 of A-Z a-z 0-9 . _ -");
    row("herd name, empty", "herd = \"\"\n" + smallest,
        ":1: the herd name \"\" must be 1 to 64 of A-Z a-z 0-9 . _ -");
    row("herd name, 65", "herd = \"" + QByteArray(65, 'h') + "\"\n" + smallest,
        ":1: the herd name \"" + QByteArray(64, 'h') +
            "...\" must be 1 to 64 of A-Z a-z 0-9 . _ -");

    row("empty text", "", ": no node: a herd needs at least one [node.NAME]");
    row("no node", "herd = \"x\"\n", ": no node: a herd needs at least one [node.NAME]");
    row("empty node table", "\n[node]\n", ":2: no node: a herd needs at least one [node.NAME]");
    row("node is no table", "node = 1\n", ":1: \"node\" must be a table, not a whole number");
    row("a node is no table", "[node]\nA = 1\n",
        ":2: \"A\" in [node] must be a table, not a whole number");
    row("nodes as arrays", "[[node.A]]\n", ":1: \"A\" in [node] must be a table, not an array");
    row("node name", "[node.\"a b\"]\nclient = 1\npeer = 2\n",
        ":1: the node name \"a b\" must be 1 to 64 of A-Z a-z 0-9 . _ -");
    row("node name, empty", "[node.\"\"]\nclient = 1\npeer = 2\n",
        ":1: the node name \"\" must be 1 to 64 of A-Z a-z 0-9 . _ -");
    row("node name, 65", "[node." + QByteArray(65, 'n') + "]\nclient = 1\npeer = 2\n",
        ":1: the node name \"" + QByteArray(64, 'n') +
            "...\" must be 1 to 64 of A-Z a-z 0-9 . _ -");
    row("node name with points", "[node.a.b]\nclient = 1\npeer = 2\n",
        ":1: a table in [node.a]; a node name with points is written [node.\"a.b\"]");
    row("missing client", "[node.A]\npeer = 2\n", ":1: missing key \"client\" in [node.A]");
    row("missing peer", "\n[node.\"A.b\"]\nclient = 2\n",
        ":2: missing key \"peer\" in [node.\"A.b\"]");
    row("node given twice", smallest + smallest,
        ":4: error while parsing table header: cannot redefine existing table 'node.A'");
    row("host is no string", smallest + "host = 127\n",
        ":4: \"host\" in [node.A] must be a string, not a whole number");
    row("host, empty", smallest + "host = \"\"\n",
        ":4: \"host\" in [node.A] is \"\"; it must be an IP address or a host name");
    row("host with port", smallest + "host = \"127.0.0.1:80\"\n",
        ":4: \"host\" in [node.A] is \"127.0.0.1:80\"; it must be an IP address or a host name");
    row("client is no number", "[node.A]\nclient = \"1\"\npeer = 2\n",
        ":2: \"client\" in [node.A] must be a whole number, not a string");
    row("client -1", "[node.A]\nclient = -1\npeer = 2\n",
        ":2: \"client\" in [node.A] is -1, outside 0 to 65535");
    row("peer 65536", "[node.A]\nclient = 1\npeer = 65536\n",
        ":3: \"peer\" in [node.A] is 65536, outside 0 to 65535");
    row("admin 65536", smallest + "admin = 65536\n",
        ":4: \"admin\" in [node.A] is 65536, outside 0 to 65535");

    row("links is no array", "links = \"A\"\n" + two,
        ":1: \"links\" must be an array of links, not a string");
    row("link is no array", "links = [\n\"A\"]\n" + two,
        ":2: a link must be an array of two node names");
    row("link of one", "links = [\n[\"A\"]]\n" + two,
        ":2: a link must be an array of two node names");
    row("link of three", "links = [\n[\"A\", \"Bee\", \"A\"]]\n" + two,
        ":2: a link must be an array of two node names");
    row("link to a number", "links = [\n[\"A\", 1]]\n" + two,
        ":2: a link ends at a whole number, which is no node of this herd");
    row("link to an unknown node", "links = [\n[\"A\", \"Bea\"]]\n" + two,
        ":2: a link ends at \"Bea\", which is no node of this herd; did you mean \"Bee\"?");
    row("link from an unknown node", "links = [\n[\n\"Ab\",\n\"Bee\"]]\n" + two,
        ":3: a link ends at \"Ab\", which is no node of this herd; did you mean \"A\"?");
    row("link with itself", "links = [\n[\"A\", \"A\"]]\n" + two,
        ":2: a link of \"A\" with itself");
    row("link given twice", "links = [[\"A\", \"Bee\"],\n[\"A\", \"Bee\"]]\n" + two,
        ":2: the link of \"A\" and \"Bee\" is given twice, first in line 1");
    row("link given both ways", "links = [[\"A\", \"Bee\"],\n\n[\"Bee\", \"A\"]]\n" + two,
        ":3: the link of \"Bee\" and \"A\" is given twice, first in line 1");

    row("line_bytes_max 63", smallest + "[limits]\nline_bytes_max = 63\n",
        ":5: \"line_bytes_max\" in [limits] is 63, outside 64 to 32768");
    row("line_bytes_max 32769", smallest + "[limits]\nline_bytes_max = 32769\n",
        ":5: \"line_bytes_max\" in [limits] is 32769, outside 64 to 32768");
    row("future_skew_max_s -1", "future_skew_max_s = -1\n" + smallest,
        ":1: \"future_skew_max_s\" at the top level is -1, outside 0 to 31536000");

    row("files is no array", smallest + "[places]\nfiles = \"a.csv\"\n",
        ":5: \"files\" in [places] must be an array of file names, not a string");
    row("files holds a number", smallest + "[places]\nfiles = [\"a.csv\",\n1]\n",
        ":6: \"files\" in [places] must hold file names only");
    row("files holds nothing", smallest + "[places]\nfiles = [\"\"]\n",
        ":5: \"files\" in [places] must hold file names only");
    row("key_file is no string", smallest + "[places]\nkey_file = true\n",
        ":5: \"key_file\" in [places] must be a string, not true or false");

    row("syntax", smallest + "\nx = \n",
        ":5: error while parsing key-value pair: expected value, saw '\\n'");
    row("three brackets", "[[[node.A]]]\n",
        ":1: error while parsing key: expected bare key starting character or string delimiter, "
        "saw '['");
    row("key given twice", "herd = \"a\"\nherd = \"b\"\n" + smallest,
        ":2: error while parsing key-value pair: cannot redefine existing string 'herd'");
    row("no UTF-8", "herd = \"a\"\n# \xff\n" + smallest, ":2: Encountered invalid utf-8 sequence");
}

void ConfigMistakesTest::mistake() {
    QFETCH(QByteArray, text);
    QFETCH(QByteArray, message);
    QCOMPARE(mistakeIn(text), configName.toUtf8() + message);
}

void ConfigMistakesTest::firstMistakeIsTold() {
    const QByteArray text = "links = [[\"A\", \"B\"]]\nherds = 1\n" + smallest +
                            "[journal]\nsync = 1\n[limits]\nclients_max = 0\n";
    QVERIFY(mistakeIn(text).contains(":1: a link ends at"));
    QVERIFY(mistakeIn(QByteArray(text).replace("\"A\", \"B\"", "").replace("[[]]", "[]"))
                .contains(":2: unknown key"));
    QVERIFY(mistakeIn(QByteArray(text).replace("[[\"A\", \"B\"]]", "[]").replace("herds = 1", ""))
                .contains(":7: \"sync\""));
    // What is missing comes last.
    QVERIFY(mistakeIn("[nodes.A]\nclient = 1\n").contains(":1: unknown key \"nodes\""));
}

void ConfigMistakesTest::range_data() {
    QTest::addColumn<int>("index");
    QTest::addColumn<qint64>("value");
    QTest::addColumn<bool>("valid");
    int index = 0;
    for (const NumberKey& number : numberKeys()) {
        const auto row = [&](const char* title, qint64 value, bool valid) {
            QTest::addRow("%s, %s", number.key.data(), title) << index << value << valid;
        };
        row("least", number.min, true);
        row("below least", number.min - 1, false);
        row("most", number.max, true);
        row("above most", number.max + 1, false);
        row("largest number", std::numeric_limits<qint64>::max(), false);
        row("smallest number", std::numeric_limits<qint64>::min(), false);
        ++index;
    }
}

namespace {

/// The smallest herd with one key more.
QByteArray textWith(const NumberKey& number, const QByteArray& value) {
    const QByteArray line = bytesOf(number.key) + " = " + value + '\n';
    return number.table.empty() ? line + smallest
                                : smallest + '[' + bytesOf(number.table) + "]\n" + line;
}

}  // namespace

void ConfigMistakesTest::range() {
    QFETCH(int, index);
    QFETCH(qint64, value);
    QFETCH(bool, valid);
    const NumberKey& number = numberKeys()[static_cast<std::size_t>(index)];
    const Result<HerdConfig> result = parsed(textWith(number, QByteArray::number(value)));
    QCOMPARE(result.ok(), valid);
    if (valid) {
        HerdConfig config = result.value();
        QCOMPARE(qint64{number.field(config)}, value);
        // Nothing else has changed.
        HerdConfig plain = parsed(smallest).value();
        number.field(config) = number.field(plain);
        QCOMPARE(config, plain);
    } else {
        const QString place = number.table.empty()
                                  ? QStringLiteral("at the top level")
                                  : QStringLiteral("in [%1]").arg(QString::fromLatin1(
                                        number.table.data(), qsizetype(number.table.size())));
        const QString line = number.table.empty() ? QStringLiteral("1") : QStringLiteral("5");
        QCOMPARE(result.error().message,
                 QStringLiteral("%1:%2: \"%3\" %4 is %5, outside %6 to %7")
                     .arg(configName, line, QString::fromLatin1(number.key.data()), place,
                          QString::number(value), QString::number(number.min),
                          QString::number(number.max)));
    }
}

void ConfigMistakesTest::numberWrongKind_data() {
    QTest::addColumn<QByteArray>("value");
    QTest::addColumn<QByteArray>("kind");
    const auto row = [](const char* value, const char* kind) {
        QTest::newRow(value) << QByteArray(value) << QByteArray(kind);
    };
    row("\"300\"", "a string");
    row("300.0", "a number with a fraction");
    row("3e2", "a number with a fraction");
    row("nan", "a number with a fraction");
    row("true", "true or false");
    row("[300]", "an array");
    row("{}", "a table");
    row("1979-05-27", "a date or time");
    row("07:32:00", "a date or time");
    row("1979-05-27T07:32:00Z", "a date or time");
}

void ConfigMistakesTest::numberWrongKind() {
    QFETCH(QByteArray, value);
    QFETCH(QByteArray, kind);
    for (const NumberKey& number : numberKeys()) {
        const QByteArray message = mistakeIn(textWith(number, value));
        QVERIFY2(message.endsWith(" must be a whole number, not " + kind), message.constData());
        QVERIFY2(message.contains('"' + bytesOf(number.key) + '"'), message.constData());
    }
}

void ConfigMistakesTest::choice_data() {
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("message");
    const auto row = [](const QByteArray& table, const QByteArray& key, const QByteArray& value,
                        const QByteArray& message) {
        QTest::newRow((key + " " + value).constData())
            << smallest + "[" + table + "]\n" + key + " = " + value + "\n"
            << message;
    };
    for (const char* word : {"\"offline\"", "\"google\"", "\"google-legacy\""}) {
        row("places", "provider", word, "no mistake");
    }
    for (const char* word : {"\"everysec\"", "\"always\"", "\"off\""}) {
        row("journal", "sync", word, "no mistake");
    }
    for (const char* word : {"\"error\"", "\"warning\"", "\"info\"", "\"debug\""}) {
        row("log", "level", word, "no mistake");
    }
    const QByteArray start = configName.toUtf8() + ":5: ";
    row("places", "provider", "\"Google\"",
        start +
            "\"provider\" in [places] is \"Google\"; it must be one of \"offline\", "
            "\"google\", \"google-legacy\"");
    row("places", "provider", "\"\"",
        start +
            "\"provider\" in [places] is \"\"; it must be one of \"offline\", \"google\", "
            "\"google-legacy\"");
    row("journal", "sync", "\"every\"",
        start +
            "\"sync\" in [journal] is \"every\"; it must be one of \"everysec\", \"always\", "
            "\"off\"");
    row("journal", "sync", "false",
        start + "\"sync\" in [journal] must be a string, not true or false");
    row("log", "level", "\"warn\"",
        start +
            "\"level\" in [log] is \"warn\"; it must be one of \"error\", \"warning\", "
            "\"info\", \"debug\"");
    row("log", "level", "3", start + "\"level\" in [log] must be a string, not a whole number");
}

void ConfigMistakesTest::choice() {
    QFETCH(QByteArray, text);
    QFETCH(QByteArray, message);
    QCOMPARE(mistakeIn(text), message);
}

void ConfigMistakesTest::sharedPorts_data() {
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("message");
    const auto row = [](const char* title, const QByteArray& a, const QByteArray& b,
                        const QByteArray& message) {
        QTest::newRow(title) << "[node.A]\n" + a + "\n[node.B]\n" + b + "\n" << message;
    };
    const QByteArray hostA = "host = \"127.0.0.1\"\n";
    const QByteArray start = configName.toUtf8();
    row("apart", hostA + "client = 1\npeer = 2", hostA + "client = 3\npeer = 4", "no mistake");
    row("other host", hostA + "client = 1\npeer = 2", "host = \"127.0.0.2\"\nclient = 1\npeer = 2",
        "no mistake");
    row("zero", "client = 0\npeer = 0\nadmin = 0", "client = 0\npeer = 0\nadmin = 0", "no mistake");
    row("client", "client = 1\npeer = 2", "client = 1\npeer = 4",
        start +
            ":5: \"client\" in [node.B] is port 1 of 127.0.0.1, which is \"client\" in "
            "[node.A]");
    row("admin is a peer port", "client = 1\npeer = 2\nadmin = 3", "client = 4\npeer = 3",
        start + ":7: \"peer\" in [node.B] is port 3 of 127.0.0.1, which is \"admin\" in [node.A]");
    row("one node", "client = 1\npeer = 1", "client = 3\npeer = 4",
        start +
            ":3: \"peer\" in [node.A] is port 1 of 127.0.0.1, which is \"client\" in "
            "[node.A]");
    row("localhost", "client = 1\npeer = 2", "host = \"LocalHost\"\nclient = 1\npeer = 4",
        start +
            ":6: \"client\" in [node.B] is port 1 of LocalHost, which is \"client\" in "
            "[node.A]");
    row("two spellings of IPv6", "host = \"2001:db8::a\"\nclient = 1\npeer = 2",
        "host = \"2001:DB8:0:0::A\"\nclient = 3\npeer = 2",
        start +
            ":8: \"peer\" in [node.B] is port 2 of 2001:DB8:0:0::A, which is \"peer\" in "
            "[node.A]");
    row("two spellings of a name", "host = \"Example.org\"\nclient = 1\npeer = 2",
        "host = \"example.ORG\"\nclient = 3\npeer = 2",
        start +
            ":8: \"peer\" in [node.B] is port 2 of example.ORG, which is \"peer\" in "
            "[node.A]");
}

void ConfigMistakesTest::sharedPorts() {
    QFETCH(QByteArray, text);
    QFETCH(QByteArray, message);
    QCOMPARE(mistakeIn(text), message);
}

void ConfigMistakesTest::baseUrl_data() {
    QTest::addColumn<QByteArray>("url");
    QTest::addColumn<bool>("valid");
    for (const char* url : {"", "http://127.0.0.1:18080", "https://places.googleapis.com",
                            "https://proxy.example/google/", "http://[::1]:80"}) {
        QTest::newRow(url) << QByteArray(url) << true;
    }
    for (const char* url :
         {"127.0.0.1:18080", "ftp://example.org", "http://", "http:", "https:///path",
          "file:///etc", "http://user@example.org", "http://user:secret@example.org",
          "http://example.org?key=secret", "http://example.org#secret", "http://exa mple.org",
          "http://example.org:99999", "secret"}) {
        QTest::newRow(url) << QByteArray(url) << false;
    }
}

void ConfigMistakesTest::baseUrl() {
    QFETCH(QByteArray, url);
    QFETCH(bool, valid);
    const Result<HerdConfig> result = parsed(smallest + "[places]\nbase_url = \"" + url + "\"\n");
    QCOMPARE(result.ok(), valid);
    if (valid) {
        QCOMPARE(result.value().places.baseUrl.toUtf8(), url);
    } else {
        QVERIFY(!result.error().message.contains(QLatin1String("secret")));
    }
}

void ConfigMistakesTest::everyMessageIsOneLine() {
    Dice dice(1);
    int mistakes = 0;
    for (int round = 0; round < 5'000; ++round) {
        QByteArray text = everyKeyText;
        const std::string noise = dice.word("\n\r\t \"'[]{}=.,#\\0aA\xff\x01\x7f", 1, 3);
        text.insert(static_cast<qsizetype>(dice.below(static_cast<std::size_t>(text.size()))),
                    noise.c_str());
        const Result<HerdConfig> result = parsed(text);
        if (!result.ok()) {
            ++mistakes;
            const QString& message = result.error().message;
            QVERIFY2(message.startsWith(configName + QLatin1Char(':')), qPrintable(message));
            QVERIFY2(message.size() < 500, qPrintable(message));
            for (const QChar character : message) {
                QVERIFY2(character.unicode() >= 0x20 && character.unicode() < 0x7f,
                         qPrintable(message));
            }
        }
    }
    QVERIFY(mistakes > 1'000);
}

void ConfigMistakesTest::points() {
    const auto points = smallest.count('.');
    const QByteArray comment = '#' + QByteArray(configPointsMax - points, '.');
    QVERIFY(parsed(smallest + comment).ok());
    QCOMPARE(mistakeIn(smallest + comment + '.'), configName.toUtf8() + ": more than 4096 points");
    // The deepest nest that gets through is a mistake like any other.
    const QByteArray deep = QByteArray("a.").repeated(configPointsMax - points) + "a = 1\n";
    QVERIFY(mistakeIn(deep + smallest).contains(":1: unknown key \"a\" at the top level"));
}

void ConfigMistakesTest::letters_data() {
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<int>("line");  // 0: no mistake
    const auto row = [](const char* title, const QByteArray& text, int line) {
        QTest::newRow(title) << text + smallest << line;
    };
    const QByteArray e = "\xc3\xa9";
    row("comment", "# caf" + e + "\n", 0);
    row("comment behind a backslash", "# \\" + e + " \\\n# " + e + "\n", 0);
    row("comment behind a value", "ttl_s = 1 # " + e + "\n", 0);
    row("byte order mark", "\xef\xbb\xbf# " + e + "\n", 0);
    row("string", "places.key_file = \"/" + e + " # '\"\n", 0);
    row("string behind an escape", "places.key_file = \"/\\\\" + e + "\\u00e9" + e + "\"\n", 0);
    row("literal string", "places.key_file = '/\"" + e + "\\" + e + "'\n", 0);
    row("long string", "places.key_file = \"\"\"/'\n" + e + "\n\\\n  a" + e + "\"\"\"\"\n", 0);
    row("long literal string", "places.key_file = '''/\"\n" + e + "\\" + e + "'''\n", 0);
    row("array of strings", "places.files = [ # " + e + "\n\"" + e + "\", '" + e + "']\n", 0);

    row("key", "\n" + e + " = 1\n", 2);
    row("within a key", "h" + e + "rd = 1\n", 1);
    row("table", "[n" + e + "]\n", 1);
    row("table of a table", "[node." + e + "]\n", 1);
    row("value", "herd = " + e + "\n", 1);
    row("within a value", "\n\nttl_s = 1" + e + "\n", 3);
    row("within a word", "ttl_s = tr" + e + "\n", 1);
    row("behind a value", "ttl_s = 1 " + e + "\n", 1);
    row("behind a string", "herd = \"a\"" + e + "\n", 1);
    row("in an array", "links = [\n" + e + "]\n", 2);
    row("in a table on one line", "places = {" + e + " = 1}\n", 1);
    row("no-break space", "herd\xc2\xa0= \"a\"\n", 1);
    row("a second byte order mark", "\xef\xbb\xbf\xef\xbb\xbf", 1);
    row("line separator", "\xe2\x80\xa8", 1);
    row("part of a letter", "\xc3 = 1\n", 1);
    row("escaped", "herd = \"\\" + e + "\"\n", 1);
    row("escaped, long string", "herd = \"\"\"\n\\" + e + "\"\"\"\n", 2);
    row("behind a joined line", "herd = \"\"\"a\\\n" + e + "\"\"\"\n", 2);
    row("behind joined lines", "herd = \"\"\"a\\ \r\n\n\t " + e + "\"\"\"\n", 3);
}

void ConfigMistakesTest::letters() {
    QFETCH(QByteArray, text);
    QFETCH(int, line);
    const QByteArray message =
        ": letters outside ASCII may stand in comments and strings only, and there not behind a "
        "backslash";
    QCOMPARE(mistakeIn(text), line == 0
                                  ? QByteArray("no mistake")
                                  : configName.toUtf8() + ':' + QByteArray::number(line) + message);
}

/// Whatever is wrong, what is told is about the text as it stands.
void ConfigMistakesTest::lettersAnywhere() {
    int mistakes = 0;
    for (qsizetype at = 0; at <= everyKeyText.size(); ++at) {
        const QByteArray mistake = mistakeIn(QByteArray(everyKeyText).insert(at, "\xc2\xa1"));
        QVERIFY2(!mistake.contains('!'), mistake.constData());
        mistakes += mistake.contains("letters outside ASCII") ? 1 : 0;
    }
    QVERIFY(mistakes > everyKeyText.size() / 2);
}

QTEST_GUILESS_MAIN(ConfigMistakesTest)
#include "tst_configmistakes.moc"
