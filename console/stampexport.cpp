// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "console/stampexport.h"

#include <QByteArray>
#include <QDeadlineTimer>
#include <cmath>
#include <utility>

#include "common/escaped.h"
#include "common/jsontext.h"
#include "common/timestamp.h"
#include "console/stamptexts.h"

namespace herd {

namespace {

constexpr std::string_view lineEnd = "\r\n";  // RFC 4180, 2.1
/// Stamps written between two looks at the clock.
constexpr int stride = 64;

std::string base64(std::string_view bytes) {
    return QByteArray::fromRawData(bytes.data(), static_cast<qsizetype>(bytes.size()))
        .toBase64()
        .toStdString();
}

/// Seconds without a plus.
void appendSeconds(std::string& out, qint64 ns) {
    std::string text;
    appendDiff(text, ns);
    out += text.front() == '+' ? std::string_view(text).substr(1) : std::string_view(text);
}

void appendMetres(std::string& out, float metres) {
    out += QByteArray::number(static_cast<double>(metres), 'f', 1).toStdString();
}

/// RFC 4180, 2.5 to 2.7.
void appendCsvField(std::string& out, std::string_view text) {
    if (text.find_first_of(",\"\r\n") == std::string_view::npos) {
        out += text;
        return;
    }
    out += '"';
    for (const char byte : text) {
        out.append(byte == '"' ? 2 : 1, byte);
    }
    out += '"';
}

void appendCsv(std::string& out, const ExportStamp& stamp) {
    const bool isText = isPlainText(stamp.client);
    appendCsvField(out, isText ? stamp.client : std::string_view());
    out += ',';
    out += isText ? std::string() : base64(stamp.client);
    out += ',';
    appendDegrees(out, stamp.latitude);
    out += ',';
    appendDegrees(out, stamp.longitude);
    out += ',';
    appendIsoTime(out, stamp.timeNs);
    out += ',';
    appendIsoTime(out, stamp.rxNs);
    out += ',';
    appendCsvField(out, stamp.node);
    out += ',';
    appendSeconds(out, stamp.rxNs - stamp.timeNs);
    out += ',';
    if (!std::isnan(stamp.movedMetres)) {
        appendMetres(out, stamp.movedMetres);
    }
    out += lineEnd;
}

void appendGeoJson(std::string& out, const ExportStamp& stamp) {
    out += R"({"type":"Feature","geometry":{"type":"Point","coordinates":[)";
    appendDegrees(out, stamp.longitude);  // RFC 7946, 3.1.1: longitude first
    out += ',';
    appendDegrees(out, stamp.latitude);
    out += R"(]},"properties":{)";
    if (isPlainText(stamp.client)) {
        out += R"("client":)";
        appendJsonString(out, stamp.client);
    } else {
        out += R"("client_base64":")" + base64(stamp.client) + '"';
    }
    out += R"(,"time":")";
    appendIsoTime(out, stamp.timeNs);
    out += R"(","heard_at":")";
    appendIsoTime(out, stamp.rxNs);
    out += R"(","node":)";
    appendJsonString(out, stamp.node);
    out += R"(,"difference_s":)";
    appendSeconds(out, stamp.rxNs - stamp.timeNs);
    if (!std::isnan(stamp.movedMetres)) {
        out += R"(,"moved_m":)";
        appendMetres(out, stamp.movedMetres);
    }
    out += "}}";
}

void appendXmlText(std::string& out, std::string_view text) {
    for (const char byte : text) {
        switch (byte) {
            case '&':
                out += "&amp;";
                break;
            case '<':
                out += "&lt;";
                break;
            case '>':
                out += "&gt;";
                break;
            default:
                out += byte;
        }
    }
}

/// XML 1.0 has no way to write U+FFFE and U+FFFF either.
bool isXmlText(std::string_view text) {
    return isPlainText(text) && text.find("\xEF\xBF\xBE") == std::string_view::npos &&
           text.find("\xEF\xBF\xBF") == std::string_view::npos;
}

void appendGpx(std::string& out, const ExportStamp& stamp) {
    out += "<wpt lat=\"";
    appendDegrees(out, stamp.latitude);
    out += "\" lon=\"";
    // The schema's longitudes end before 180.
    appendDegrees(out, stamp.longitude == 180 ? -180.0 : stamp.longitude);
    out += "\"><time>";
    appendIsoTime(out, stamp.timeNs);
    out += "</time><name>";
    if (isXmlText(stamp.client)) {
        appendXmlText(out, stamp.client);
    } else {
        std::string escaped;
        appendEscaped(escaped, stamp.client);
        appendXmlText(out, escaped);
        out += "</name><desc>base64 ";
        out += base64(stamp.client);
        out += "</desc><src>";
        appendXmlText(out, stamp.node);
        out += "</src></wpt>\n";
        return;
    }
    out += "</name><src>";
    appendXmlText(out, stamp.node);
    out += "</src></wpt>\n";
}

}  // namespace

void appendExportHead(std::string& out, ExportFormat format) {
    switch (format) {
        case ExportFormat::csv:
            out +=
                "client,client_base64,latitude,longitude,time,heard_at,node,difference_s,"
                "moved_m";
            out += lineEnd;
            break;
        case ExportFormat::geoJson:
            out += "{\"type\":\"FeatureCollection\",\"features\":[\n";
            break;
        case ExportFormat::gpx:
            out +=
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                "<gpx version=\"1.1\" creator=\"Herd console\" "
                "xmlns=\"http://www.topografix.com/GPX/1/1\" "
                "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" "
                "xsi:schemaLocation=\"http://www.topografix.com/GPX/1/1 "
                "http://www.topografix.com/GPX/1/1/gpx.xsd\">\n";
            break;
    }
}

void appendExportStamp(std::string& out, ExportFormat format, const ExportStamp& stamp,
                       bool isFirst) {
    switch (format) {
        case ExportFormat::csv:
            appendCsv(out, stamp);
            break;
        case ExportFormat::geoJson:
            out += isFirst ? "" : ",\n";
            appendGeoJson(out, stamp);
            break;
        case ExportFormat::gpx:
            appendGpx(out, stamp);
            break;
    }
}

void appendExportTail(std::string& out, ExportFormat format) {
    switch (format) {
        case ExportFormat::csv:
            break;
        case ExportFormat::geoJson:
            out += "\n]}\n";
            break;
        case ExportFormat::gpx:
            out += "</gpx>\n";
            break;
    }
}

StampExport::StampExport(const StampStore& store, std::vector<std::uint32_t> rows,
                         ExportFormat format, const QString& path, QObject* parent)
    : QObject(parent), store_(store), rows_(std::move(rows)), format_(format), file_(path) {
    connect(&turn_, &QTimer::timeout, this, &StampExport::onTurn);
    connect(&store_, &StampStore::cleared, this,
            [this] { finish(tr("the table was replaced meanwhile")); });
}

void StampExport::start() {
    if (!file_.open(QIODevice::WriteOnly)) {
        finish(file_.errorString());
        return;
    }
    appendExportHead(text_, format_);
    turn_.start(0);
}

void StampExport::cancel() {
    finish(tr("cancelled"));
}

void StampExport::onTurn() {
    const QDeadlineTimer deadline(turnMsMax);
    while (done_ < rows_.size() && !deadline.hasExpired()) {
        for (int i = 0; i < stride && done_ < rows_.size(); ++i, ++done_) {
            const int number = static_cast<int>(rows_[done_]);
            const StampStore::Row& row = store_.row(number);
            appendExportStamp(text_, format_,
                              {store_.client(number), store_.origin(number), row.latitude,
                               row.longitude, row.timeNs, row.rxNs, row.movedMetres},
                              done_ == 0);
        }
    }
    const bool isLast = done_ == rows_.size();
    if (isLast) {
        appendExportTail(text_, format_);
    }
    if (file_.write(text_.data(), static_cast<qint64>(text_.size())) < 0 ||
        (isLast && !file_.commit())) {
        finish(file_.errorString());
        return;
    }
    text_.clear();
    Q_EMIT progressed(static_cast<int>(done_));
    if (isLast) {
        finish({});
    }
}

void StampExport::finish(const QString& error) {
    if (std::exchange(isFinished_, true)) {
        return;
    }
    turn_.stop();
    if (!error.isEmpty()) {
        file_.cancelWriting();
        file_.commit();  // takes the temporary file away
    }
    Q_EMIT finished(error);
}

}  // namespace herd
