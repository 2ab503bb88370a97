// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include <QTest>
#include <string>

#include "server/places/placesjson.h"
#include "server/places/placestranslate.h"

using namespace herd;

namespace {
const QByteArray secretKey = "AIzaSy-Secret_0123456789abcdefghijklmno";
}

class TestPlacesTranslate : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void translates_data();
    void translates();
    void refuses_data();
    void refuses();
    void fieldMaskHasNoSpace();
    void cutsSurplus();
    void takesAsManyAsTheServiceGives();
};

void TestPlacesTranslate::translates_data() {
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QByteArray>("expected");

    const auto row = [](const char* name, const char* body, const char* expected) {
        QTest::newRow(name) << QByteArray(body) << QByteArray(expected);
    };
    const auto place = [](const char* name, const QByteArray& newPlace,
                          const QByteArray& legacyResult) {
        QTest::newRow(name) << "{\"places\":[" + newPlace + "]}"
                            << "{\"html_attributions\":[],\"results\":[" + legacyResult +
                                   "],\"status\":\"OK\"}";
    };
    const char* const nothing = R"({"html_attributions":[],"results":[],"status":"ZERO_RESULTS"})";
    row("empty object", "{}", nothing);
    row("empty places", R"({"places":[]})", nothing);
    row("other members only", R"({"routingSummaries":[]})", nothing);
    row("with newlines", "\n{\n\n}\n", nothing);
    place(
        "all fields, in the legacy order",
        R"({"id":"ID","types":["airport","x"],"location":{"latitude":34.0,)"
        R"("longitude":-118.445127},)"
        R"("viewport":{"low":{"latitude":33.5,"longitude":-119},"high":{"latitude":35,)"
        R"("longitude":-117.25}},"rating":4.5,"iconMaskBaseUri":"https://i",)"
        R"("userRatingCount":1203,)"
        R"("displayName":{"text":"Zw\u00f6lf","languageCode":"de"},"shortFormattedAddress":"A St",)"
        R"("businessStatus":"OPERATIONAL","websiteUri":"https://w"})",
        R"({"business_status":"OPERATIONAL","geometry":{"location":{"lat":34,"lng":-118.445127},)"
        R"("viewport":{"northeast":{"lat":35,"lng":-117.25},"southwest":{"lat":33.5,"lng":-119}}},)"
        R"("icon_mask_base_uri":"https://i","name":"Zwölf","place_id":"ID","rating":4.5,)"
        R"("types":["airport","x"],"user_ratings_total":1203,"vicinity":"A St"})");
    place("no field", "{}", "{}");
    place("wrong types are left out",
          R"({"id":1,"types":"x","location":[],"viewport":7,"rating":"4","displayName":"n",)"
          R"("userRatingCount":null,"shortFormattedAddress":{},"businessStatus":[]})",
          "{}");
    place("half a location is none", R"({"id":"a","location":{"latitude":1}})",
          R"({"place_id":"a"})");
    place("half a viewport is none",
          R"({"location":{"latitude":1,"longitude":2},)"
          R"("viewport":{"low":{"latitude":1,"longitude":2}}})",
          R"({"geometry":{"location":{"lat":1,"lng":2}}})");
    place("only strings are types", R"({"types":["a",1,null,"b"]})", R"({"types":["a","b"]})");
    place("no type is no types", R"({"types":[1]})", "{}");
    row("attributions once each, as HTML",
        R"({"places":[)"
        R"({"attributions":[{"provider":"A & <B>","providerUri":"https://a/?x=\"1\""}]},)"
        R"({"attributions":[{"provider":"A & <B>","providerUri":"https://a/?x=\"1\""},)"
        R"({"provider":"C","providerUri":"javascript:x"},{"providerUri":"https://d"}]}]})",
        R"({"html_attributions":[)"
        R"("<a href=\"https://a/?x=&quot;1&quot;\">A &amp; &lt;B&gt;</a>","C"],)"
        R"("results":[{},{}],"status":"OK"})");
}

void TestPlacesTranslate::translates() {
    QFETCH(QByteArray, body);
    QFETCH(QByteArray, expected);
    const auto answer = readNewAnswer(body.toStdString(), secretKey);
    QVERIFY(answer);
    QCOMPARE(QByteArray::fromStdString(answer->json), expected);
}

void TestPlacesTranslate::refuses_data() {
    QTest::addColumn<QByteArray>("body");
    const auto row = [](const QByteArray& body) { QTest::addRow("%s", body.constData()) << body; };
    row("");
    row("[]");
    row("null");
    row("<html>");
    row(R"({"places":[{}])");
    row(R"({"places":{}})");
    row(R"({"places":null})");
    row(R"({"places":[1]})");
    row(R"({"places":[{},"x"]})");
    row(R"({"error":{"code":500,"message":"m","status":"INTERNAL"}})");
    row(R"({"places":[{"displayName":{"text":")" + secretKey + R"("}}]})");
    row(R"({"places":[{"id":"AIzaSy\u002dSecret_0123456789abcdefghijklmno"}]})");
}

void TestPlacesTranslate::refuses() {
    QFETCH(QByteArray, body);
    QVERIFY(!readNewAnswer(body.toStdString(), secretKey));
}

void TestPlacesTranslate::fieldMaskHasNoSpace() {
    const QByteArray mask = newFieldMask;
    QVERIFY(!mask.contains(' '));
    for (const QByteArray& field : mask.split(',')) {
        QVERIFY(field.startsWith("places."));
    }
}

void TestPlacesTranslate::cutsSurplus() {
    const auto answer =
        readNewAnswer(R"({"places":[{"id":"a"},{"id":"b"},{"id":"c"}]})", secretKey);
    QVERIFY(answer);
    QCOMPARE(answer->cutTo(2), std::string(R"({"html_attributions":[],"results":[{"place_id":"a"},)"
                                           R"({"place_id":"b"}],"status":"OK"})"));
}

void TestPlacesTranslate::takesAsManyAsTheServiceGives() {
    const auto count = [](qsizetype places) {
        QJsonArray array;
        for (qsizetype place = 0; place < places; ++place) {
            array.append(QJsonObject());
        }
        return legacyFromNew(array).value(QLatin1String("results")).toArray().size();
    };
    QCOMPARE(count(newResultsMax), newResultsMax);
    QCOMPARE(count(newResultsMax + 1), newResultsMax);
}

QTEST_GUILESS_MAIN(TestPlacesTranslate)
#include "tst_placestranslate.moc"
