// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QObject>
#include <QSaveFile>
#include <QString>
#include <QTimer>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "console/stampstore.h"

namespace herd {

enum class ExportFormat {
    csv,      ///< RFC 4180, UTF-8, with a header line
    geoJson,  ///< RFC 7946
    gpx,      ///< GPX 1.1, a waypoint for each client
};

/// One stamp as it goes into a file.
struct ExportStamp {
    std::string_view client;
    std::string_view node;
    double latitude = 0;
    double longitude = 0;
    qint64 timeNs = 0;
    qint64 rxNs = 0;
    float movedMetres = 0;  ///< NaN: not known
};

// A file is its head, its stamps in order and its tail. A client that is no plain text stands in
// base64 in a place of its own.
void appendExportHead(std::string& out, ExportFormat format);
void appendExportStamp(std::string& out, ExportFormat format, const ExportStamp& stamp,
                       bool isFirst);
void appendExportTail(std::string& out, ExportFormat format);

/// Writes rows of a store to a file, a little in each turn of the event loop; the file is there
/// whole or not at all. Owned by whoever shows its progress.
class StampExport : public QObject {
    Q_OBJECT

  public:
    static constexpr int turnMsMax = 8;

    StampExport(const StampStore& store, std::vector<std::uint32_t> rows, ExportFormat format,
                const QString& path, QObject* parent = nullptr);

    void start();
    /// Nothing is written; finished() comes before this returns.
    void cancel();
    int size() const { return static_cast<int>(rows_.size()); }
    QString path() const { return file_.fileName(); }

  Q_SIGNALS:
    void progressed(int done);
    /// Empty: all is written. Comes once.
    void finished(const QString& error);

  private:
    void onTurn();
    void finish(const QString& error);

    const StampStore& store_;
    std::vector<std::uint32_t> rows_;
    ExportFormat format_;
    QSaveFile file_;
    QTimer turn_;
    std::string text_;
    std::size_t done_ = 0;
    bool isFinished_ = false;
};

}  // namespace herd
