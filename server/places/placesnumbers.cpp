// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "server/places/placesnumbers.h"

namespace herd {

namespace {

/// `scaled` divided by 10^fractionDigits, exactly and without trailing zeros.
QByteArray decimalText(std::int64_t scaled, int fractionDigits) {
    QByteArray digits = QByteArray::number(static_cast<qint64>(scaled));
    const bool negative = digits.startsWith('-');
    if (negative) {
        digits.remove(0, 1);
    }
    digits = digits.rightJustified(fractionDigits + 1, '0');
    qsizetype fractionLength = fractionDigits;
    while (fractionLength > 0 && digits.endsWith('0')) {
        digits.chop(1);
        --fractionLength;
    }
    if (fractionLength > 0) {
        digits.insert(digits.size() - fractionLength, '.');
    }
    return negative ? '-' + digits : digits;
}

}  // namespace

QByteArray degreesText(std::int64_t nanodegrees) {
    return decimalText(nanodegrees, 9);
}

QByteArray metresText(std::int64_t millimetres) {
    return decimalText(millimetres, 3);
}

}  // namespace herd
