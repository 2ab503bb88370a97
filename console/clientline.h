// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>
#include <QCoreApplication>
#include <QList>
#include <QString>

namespace herd {

/// Lines of the client port as a person fills them in: why a field is wrong, in words, and the line
/// that the fields make. What is right is decided by the nodes' own grammar (common/wire); the
/// sentences only explain it. Each function returns an empty sentence when there is no fault.
class ClientLine {
    Q_DECLARE_TR_FUNCTIONS(ClientLine)

  public:
    /// A longer line is refused before it is sent; no node takes one (PROTOCOL: at most 32,768).
    static constexpr qsizetype lineBytesMax = 32'768;

    [[nodiscard]] static QString faultOfClient(const QByteArray& client);
    [[nodiscard]] static QString faultOfPosition(const QByteArray& position);
    [[nodiscard]] static QString faultOfTime(const QByteArray& time);
    [[nodiscard]] static QString faultOfRadius(const QByteArray& radius);
    [[nodiscard]] static QString faultOfBound(const QByteArray& bound);

    /// Why nodes would answer a whole line with `?`, or not at all.
    [[nodiscard]] static QString faultOfLine(const QByteArray& line);

    [[nodiscard]] static QByteArray iamat(const QByteArray& client, const QByteArray& position,
                                          const QByteArray& time);
    [[nodiscard]] static QByteArray whatsat(const QByteArray& client, const QByteArray& radius,
                                            const QByteArray& bound);

    /// This machine's clock as a client writes it, nine digits behind the point.
    [[nodiscard]] static QByteArray timeNow();
    /// Degrees as a client writes them, six digits behind the point (about 0.1 m).
    [[nodiscard]] static QByteArray position(double latitude, double longitude);

  private:
    [[nodiscard]] static QString faultOfDecimal(const QByteArray& text, bool pointAllowed);
    [[nodiscard]] static QString faultOfFields(const QList<QByteArray>& fields);
};

}  // namespace herd
