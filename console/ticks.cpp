// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "console/ticks.h"

#include <QCoreApplication>
#include <QLocale>
#include <algorithm>
#include <array>
#include <cmath>

namespace herd {

namespace {

constexpr std::array<double, 4> roundSteps{1, 2, 5, 10};
/// Of degrees; below 1 the steps are round numbers.
constexpr std::array<double, 7> degreeSteps{1, 2, 5, 10, 15, 30, 45};
constexpr double tiny = 1e-9;
constexpr double metresPerKilometre = 1'000;

double decade(double value) {
    return std::pow(10, std::floor(std::log10(value) + tiny));
}

struct Texts {
    Q_DECLARE_TR_FUNCTIONS(herd::Ticks)
};

/// Without trailing zeros.
QString plainNumber(double value, int digitsMax) {
    QString text = QLocale().toString(value, 'f', digitsMax);
    const QString point = QLocale().decimalPoint();
    if (text.contains(point)) {
        while (text.endsWith(QLatin1Char('0'))) {
            text.chop(1);
        }
        if (text.endsWith(point)) {
            text.chop(point.size());
        }
    }
    return text;
}

QString degreesText(double degrees, double degreesPerPixel) {
    const int digits = std::clamp(static_cast<int>(std::ceil(-std::log10(degreesPerPixel))), 0, 6);
    return QLocale().toString(std::abs(degrees), 'f', digits);
}

/// Whether all of its digits are 0.
bool isZero(const QString& text) {
    return std::all_of(text.begin(), text.end(), [](QChar character) {
        return !character.isDigit() || character.digitValue() == 0;
    });
}

}  // namespace

double roundedDown(double value) {
    const double unit = decade(value);
    double best = unit;
    for (const double step : roundSteps) {
        if (step * unit <= value * (1 + tiny)) {
            best = step * unit;
        }
    }
    return best;
}

double roundedUp(double value) {
    const double unit = decade(value);
    for (const double step : roundSteps) {
        if (step * unit >= value * (1 - tiny)) {
            return step * unit;
        }
    }
    return 10 * unit;
}

std::vector<double> axisTicks(double greatest, int wanted) {
    if (!std::isfinite(greatest) || greatest <= 0) {
        greatest = 1;
    }
    const double step = roundedUp(greatest / std::max(wanted, 1));
    const int count = static_cast<int>(std::ceil(greatest / step - tiny));
    std::vector<double> ticks;
    for (int index = 0; index <= count; ++index) {
        ticks.push_back(index * step);
    }
    return ticks;
}

QString shortNumber(double value) {
    const double size = std::abs(value);
    if (size >= 999'500) {
        return Texts::tr("%1 M").arg(plainNumber(value / 1e6, size < 9'995'000 ? 2 : 1));
    }
    if (size >= 9'995 || (size >= 1'000 && std::fmod(size, 100) == 0)) {
        return Texts::tr("%1 k").arg(plainNumber(value / 1e3, size < 99'950 ? 1 : 0));
    }
    return plainNumber(value, size < 10 ? 2 : (size < 100 ? 1 : 0));
}

ScaleBar scaleBar(double metresPerPixel, double pixelsMax) {
    const double metres = roundedDown(metresPerPixel * pixelsMax);
    ScaleBar bar;
    bar.pixels = metres / metresPerPixel;
    bar.text = metres >= metresPerKilometre
                   ? Texts::tr("%1 km").arg(plainNumber(metres / metresPerKilometre, 0))
                   : Texts::tr("%1 m").arg(plainNumber(metres, 2));
    return bar;
}

double graticuleStep(double degreesPerPixel, double pixelsMin) {
    const double least = degreesPerPixel * pixelsMin;
    if (least <= 1) {
        return std::min(roundedUp(least), 1.0);
    }
    const auto* const step = std::find_if(degreeSteps.begin(), degreeSteps.end(),
                                          [least](double degrees) { return degrees >= least; });
    return step == degreeSteps.end() ? degreeSteps.back() : *step;
}

QString latitudeText(double degrees, double degreesPerPixel) {
    const QString text = degreesText(degrees, degreesPerPixel);
    if (isZero(text)) {
        return Texts::tr("0°");
    }
    return (degrees < 0 ? Texts::tr("%1° S") : Texts::tr("%1° N")).arg(text);
}

QString longitudeText(double degrees, double degreesPerPixel) {
    const QString text = degreesText(degrees, degreesPerPixel);
    if (isZero(text)) {
        return Texts::tr("0°");
    }
    if (std::abs(degrees) == 180) {
        return Texts::tr("180°");
    }
    return (degrees < 0 ? Texts::tr("%1° W") : Texts::tr("%1° E")).arg(text);
}

}  // namespace herd
