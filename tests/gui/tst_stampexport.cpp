// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "console/stampexport.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSettings>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QXmlStreamReader>
#include <limits>
#include <numeric>

#include "common/jsontext.h"
#include "console/herdprofiles.h"

namespace herd {

class StampExportTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void writesStamps_data();
    void writesStamps();
    void framesThem_data();
    void framesThem();
    void writesFilesThatOthersRead();
    void writesLittleAtATime();
    void leavesNoHalfFiles();
    void tellsWhyItCannotWrite();
    void readsAddresses_data();
    void readsAddresses();
    void savesHerds();
};

namespace {

constexpr float unknown = std::numeric_limits<float>::quiet_NaN();
constexpr qint64 timeNs = 1'520'023'934'918'963'997;

ExportStamp stampOf(std::string_view client, float moved = unknown) {
    return {client, "Hands", 34.06893, -118.445127, timeNs, timeNs + 263'873'386, moved};
}

void fill(StampStore& store, int count) {
    std::vector<std::string> lines;
    for (int i = 0; i < count; ++i) {
        lines.push_back("AT Hands +0.000000001 \"client,<" + std::to_string(i) +
                        "&> +1.5-180 1000.5");
    }
    store.apply(lines);
}

std::vector<std::uint32_t> allRows(const StampStore& store) {
    std::vector<std::uint32_t> rows(static_cast<std::size_t>(store.size()));
    std::iota(rows.begin(), rows.end(), 0U);
    return rows;
}

QByteArray contentOf(const QString& path) {
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

}  // namespace

void StampExportTest::writesStamps_data() {
    QTest::addColumn<ExportFormat>("format");
    QTest::addColumn<QByteArray>("client");
    QTest::addColumn<float>("moved");
    QTest::addColumn<QByteArray>("text");
    const auto csv = [](const char* name, const QByteArray& client, float moved,
                        const QByteArray& begin, const QByteArray& end) {
        QTest::newRow(name) << ExportFormat::csv << client << moved
                            << begin +
                                   ",34.068930000,-118.445127000,"
                                   "2018-03-02T20:52:14.918963997Z,"
                                   "2018-03-02T20:52:15.182837383Z,Hands,0.263873386," +
                                   end + "\r\n";
    };
    csv("CSV", "kiwi", unknown, "kiwi,", "");
    csv("CSV, moved", "kiwi", 12.34F, "kiwi,", "12.3");
    csv("CSV, comma", "a,b", unknown, "\"a,b\",", "");
    csv("CSV, quotes", "a\"b\"", unknown, "\"a\"\"b\"\"\",", "");
    csv("CSV, UTF-8", "caf\xC3\xA9", unknown, "caf\xC3\xA9,", "");
    csv("CSV, bytes", "\xff\xfe", unknown, ",//4=", "");
    csv("CSV, NUL", QByteArray("a\0b", 3), unknown, ",YQBi", "");

    const auto geo = [](const char* name, const QByteArray& client, float moved,
                        const QByteArray& begin, const QByteArray& end) {
        QTest::newRow(name) << ExportFormat::geoJson << client << moved
                            << R"({"type":"Feature","geometry":{"type":"Point","coordinates":)"
                               R"([-118.445127000,34.068930000]},"properties":{)" +
                                   begin +
                                   R"(,"time":"2018-03-02T20:52:14.918963997Z",)"
                                   R"("heard_at":"2018-03-02T20:52:15.182837383Z",)"
                                   R"("node":"Hands","difference_s":0.263873386)" +
                                   end + "}}";
    };
    geo("GeoJSON", "kiwi", unknown, R"("client":"kiwi")", "");
    geo("GeoJSON, moved", "kiwi", 0, R"("client":"kiwi")", R"(,"moved_m":0.0)");
    geo("GeoJSON, quotes", "a\"\\", unknown, R"("client":"a\"\\")", "");
    geo("GeoJSON, bytes", "\xff\xfe", unknown, R"("client_base64":"//4=")", "");

    const auto gpx = [](const char* name, const QByteArray& client, const QByteArray& inner) {
        QTest::newRow(name) << ExportFormat::gpx << client << unknown
                            << R"(<wpt lat="34.068930000" lon="-118.445127000">)"
                               "<time>2018-03-02T20:52:14.918963997Z</time>" +
                                   inner + "<src>Hands</src></wpt>\n";
    };
    gpx("GPX", "kiwi", "<name>kiwi</name>");
    gpx("GPX, markup", "<a>&\"]]>", "<name>&lt;a&gt;&amp;\"]]&gt;</name>");
    gpx("GPX, bytes", "<\xff\xfe", "<name>&lt;\\xff\\xfe</name><desc>base64 PP/+</desc>");
    gpx("GPX, control", "\x01", "<name>\\x01</name><desc>base64 AQ==</desc>");
    gpx("GPX, no character", "\xEF\xBF\xBF",
        "<name>\\xef\\xbf\\xbf</name><desc>base64 77+/</desc>");
}

void StampExportTest::writesStamps() {
    QFETCH(ExportFormat, format);
    QFETCH(QByteArray, client);
    QFETCH(float, moved);
    QFETCH(QByteArray, text);
    std::string out;
    const std::string bytes = client.toStdString();
    appendExportStamp(out, format, stampOf(bytes, moved), true);
    QCOMPARE(QByteArray::fromStdString(out), text);
}

void StampExportTest::framesThem_data() {
    QTest::addColumn<ExportFormat>("format");
    QTest::addColumn<int>("count");
    const auto row = [](const char* name, ExportFormat format, int count) {
        QTest::newRow(name) << format << count;
    };
    row("no CSV", ExportFormat::csv, 0);
    row("three CSV", ExportFormat::csv, 3);
    row("no GeoJSON", ExportFormat::geoJson, 0);
    row("three GeoJSON", ExportFormat::geoJson, 3);
    row("no GPX", ExportFormat::gpx, 0);
    row("three GPX", ExportFormat::gpx, 3);
}

void StampExportTest::framesThem() {
    QFETCH(ExportFormat, format);
    QFETCH(int, count);
    std::string out;
    appendExportHead(out, format);
    for (int i = 0; i < count; ++i) {
        ExportStamp stamp = stampOf("kiwi");
        stamp.longitude = 180;
        stamp.latitude = -0.0;
        appendExportStamp(out, format, stamp, i == 0);
    }
    appendExportTail(out, format);
    const QByteArray text = QByteArray::fromStdString(out);
    if (format == ExportFormat::csv) {
        QCOMPARE(text.count("\r\n"), count + 1);
        QCOMPARE(text.count('\n'), count + 1);
        QCOMPARE(text.left(text.indexOf('\r')).count(','), 8);
        QCOMPARE(text.count(",0.000000000,180.000000000,"), count);
    } else if (format == ExportFormat::geoJson) {
        const QJsonObject json = QJsonDocument::fromJson(text).object();
        QCOMPARE(json.value(u"type").toString(), QStringLiteral("FeatureCollection"));
        QVERIFY(json.value(u"features").isArray());
        QCOMPARE(json.value(u"features").toArray().size(), count);
    } else {
        QXmlStreamReader xml(text);
        int found = 0;
        while (!xml.atEnd()) {
            xml.readNext();
            if (xml.isStartElement() && xml.name() == u"wpt") {
                ++found;
                QCOMPARE(xml.namespaceUri(), u"http://www.topografix.com/GPX/1/1");
                // The schema's longitude is below 180.
                QCOMPARE(xml.attributes().value(QLatin1String("lon")), u"-180.000000000");
            }
        }
        QVERIFY2(!xml.hasError(), qPrintable(xml.errorString()));
        QCOMPARE(found, count);
    }
}

void StampExportTest::writesFilesThatOthersRead() {
    QTemporaryDir directory;
    StampStore store;
    fill(store, 2'000);
    const QString path = directory.filePath(QStringLiteral("stamps.geojson"));
    StampExport writer(store, {3, 1}, ExportFormat::geoJson, path);
    QSignalSpy finished(&writer, &StampExport::finished);
    writer.start();
    QTRY_COMPARE(finished.size(), 1);
    QCOMPARE(finished.first().first().toString(), QString());
    const QJsonArray features =
        QJsonDocument::fromJson(contentOf(path)).object().value(u"features").toArray();
    QCOMPARE(features.size(), 2);
    QCOMPARE(features.first()[u"properties"][u"client"].toString(),
             QStringLiteral("\"client,<3&>"));
    QCOMPARE(features.first()[u"geometry"][u"coordinates"][0].toDouble(), -180.0);
}

void StampExportTest::writesLittleAtATime() {
    QTemporaryDir directory;
    StampStore store;
    fill(store, 60'000);
    const QString path = directory.filePath(QStringLiteral("stamps.csv"));
    StampExport writer(store, allRows(store), ExportFormat::csv, path);
    QSignalSpy progressed(&writer, &StampExport::progressed);
    QSignalSpy finished(&writer, &StampExport::finished);
    writer.start();
    QTRY_COMPARE(finished.size(), 1);
    QVERIFY(progressed.size() > 2);
    QCOMPARE(progressed.last().first().toInt(), 60'000);
    QCOMPARE(contentOf(path).count("\r\n"), 60'001);
}

void StampExportTest::leavesNoHalfFiles() {
    QTemporaryDir directory;
    const QString path = directory.filePath(QStringLiteral("stamps.csv"));
    for (const bool replaced : {false, true}) {
        StampStore store;
        fill(store, 60'000);
        StampExport writer(store, allRows(store), ExportFormat::csv, path);
        QSignalSpy progressed(&writer, &StampExport::progressed);
        QSignalSpy finished(&writer, &StampExport::finished);
        writer.start();
        QTRY_VERIFY(!progressed.isEmpty());
        if (replaced) {
            store.clear();
        } else {
            writer.cancel();
        }
        QCOMPARE(finished.size(), 1);
        QVERIFY(!finished.first().first().toString().isEmpty());
        writer.cancel();
        QCOMPARE(finished.size(), 1);
        QVERIFY(QDir(directory.path()).isEmpty());
    }
}

void StampExportTest::tellsWhyItCannotWrite() {
    QTemporaryDir directory;
    StampStore store;
    fill(store, 10);
    StampExport writer(store, allRows(store), ExportFormat::csv,
                       directory.filePath(QStringLiteral("no/such/folder.csv")));
    QSignalSpy finished(&writer, &StampExport::finished);
    writer.start();
    QTRY_COMPARE(finished.size(), 1);
    QVERIFY(!finished.first().first().toString().isEmpty());
}

void StampExportTest::readsAddresses_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("host");
    QTest::addColumn<int>("port");
    QTest::newRow("name") << "example.org:12201"
                          << "example.org" << 12'201;
    QTest::newRow("IPv4 and white space") << " 127.0.0.1:1 "
                                          << "127.0.0.1" << 1;
    QTest::newRow("IPv6") << "[::1]:65535"
                          << "::1" << 65'535;
    QTest::newRow("no port") << "127.0.0.1"
                             << "" << 0;
    QTest::newRow("port 0") << "127.0.0.1:0"
                            << "" << 0;
    QTest::newRow("no such port") << "127.0.0.1:65536"
                                  << "" << 0;
    QTest::newRow("no host") << ":12201"
                             << "" << 0;
    QTest::newRow("IPv6 without brackets") << "::1:12201"
                                           << "" << 0;
    QTest::newRow("nothing") << ""
                             << "" << 0;
}

void StampExportTest::readsAddresses() {
    QFETCH(QString, text);
    QFETCH(QString, host);
    QFETCH(int, port);
    const std::optional<AdminAddress> address = adminAddressFrom(text);
    QCOMPARE(address.has_value(), port != 0);
    if (address) {
        QCOMPARE(address->host, host);
        QCOMPARE(address->port, port);
        QCOMPARE(adminAddressText(*address), text.trimmed());
    }
}

void StampExportTest::savesHerds() {
    QTemporaryDir directory;
    QSettings settings(directory.filePath(QStringLiteral("settings.ini")), QSettings::IniFormat);
    QVERIFY(HerdProfiles::load(settings).isEmpty());
    const HerdProfile file{QStringLiteral("by file"), QStringLiteral("herd.toml"), {}};
    const HerdProfile ports{QStringLiteral("all"),
                            {},
                            {*adminAddressFrom(QStringLiteral("127.0.0.1:12201")),
                             *adminAddressFrom(QStringLiteral("[::1]:12202"))}};
    QVERIFY(HerdProfiles::save(settings, file));
    QVERIFY(HerdProfiles::save(settings, ports));
    QCOMPARE(HerdProfiles::load(settings), (QList<HerdProfile>{ports, file}));
    HerdProfile moved = file;
    moved.configPath = QStringLiteral("other.toml");
    QVERIFY(HerdProfiles::save(settings, moved));
    QCOMPARE(HerdProfiles::load(settings), (QList<HerdProfile>{ports, moved}));
    QVERIFY(!HerdProfiles::save(settings, {{}, QStringLiteral("x"), {}}));
    QVERIFY(!HerdProfiles::save(settings, {QStringLiteral("empty"), {}, {}}));
    HerdProfiles::remove(settings, ports.name);
    QCOMPARE(HerdProfiles::load(settings), QList<HerdProfile>{moved});
    for (int i = 1; i < HerdProfiles::profilesMax; ++i) {
        QVERIFY(HerdProfiles::save(settings,
                                   {QStringLiteral("herd %1").arg(i), QStringLiteral("x"), {}}));
    }
    QVERIFY(!HerdProfiles::save(settings, {QStringLiteral("too many"), QStringLiteral("x"), {}}));
    QVERIFY(HerdProfiles::save(settings, file));  // replaces
    settings.setValue(QStringLiteral("herds"), 17);
    QVERIFY(HerdProfiles::load(settings).isEmpty());
}

}  // namespace herd

QTEST_GUILESS_MAIN(herd::StampExportTest)
#include "tst_stampexport.moc"
