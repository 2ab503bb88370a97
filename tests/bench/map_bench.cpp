// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT

// map-bench [CLIENTS]: processor time of a frame of the console's map, with all clients (50,000
// unless told otherwise) in view. Needs no display: run it with QT_QPA_PLATFORM=offscreen. Fails if
// a frame in which every client is placed anew takes longer than a thirtieth of a second.

#include <QApplication>
#include <QImage>
#include <algorithm>
#include <array>
#include <cstdio>
#include <ctime>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "console/clientselection.h"
#include "console/mapview.h"
#include "console/stampstore.h"

namespace {

constexpr int clientsUsual = 50'000;
constexpr int frames = 60;
constexpr std::uint32_t seed = 20'260'101;
constexpr double frameMsMax = 33;

struct Scene {
    const char* name;
    herd::GeoPoint centre;
    double spreadDegrees;  ///< of the clients around the centre
    int zoom;
};

constexpr std::array<Scene, 4> scenes{{
    {"the world", {0, 0}, 170, 8},
    {"a continent", {50, 10}, 41, 20},
    {"a region", {51.5, -0.1}, 3.6, 34},
    {"a town", {35.7, 139.7}, 0.32, 48},
}};

/// Clients around the scene's centre, each at most so far from it that the view holds it.
std::vector<std::string> clients(const Scene& scene, int count, int turn) {
    std::mt19937 dice(seed);
    std::uniform_real_distribution<double> offset(-scene.spreadDegrees, scene.spreadDegrees);
    std::vector<std::string> lines;
    lines.reserve(static_cast<std::size_t>(count));
    for (int number = 0; number < count; ++number) {
        const double latitude = scene.centre.latitude + offset(dice) * 0.4;
        const double longitude = scene.centre.longitude + offset(dice) + turn * 1e-5;
        lines.push_back(QString::asprintf("AT Hands +0.000000000 client-%d %+.6f%+.6f %d", number,
                                          latitude, longitude, 1'700'000'000 + turn)
                            .toStdString());
    }
    return lines;
}

/// Time of this process alone, so that others on the machine do not count.
double cpuMs() {
    return static_cast<double>(std::clock()) * 1e3 / CLOCKS_PER_SEC;
}

double medianMs(const std::function<void()>& work) {
    std::vector<double> times;
    for (int frame = 0; frame < frames; ++frame) {
        const double begin = cpuMs();
        work();
        times.push_back(cpuMs() - begin);
    }
    std::nth_element(times.begin(), times.begin() + frames / 2, times.end());
    return times[frames / 2];
}

/// Prints the times of a scene; whether a frame with all clients placed anew is quick enough.
bool measure(const Scene& scene, int count) {
    herd::StampStore stamps;
    herd::ClientSelection selection;
    herd::MapView map(stamps, selection);
    map.resize(1'920, 1'080);
    map.zoomBy(scene.zoom - map.camera().zoom());
    map.centreOn(scene.centre);
    QImage screen(map.size(), QImage::Format_RGB32);
    double begin = cpuMs();
    map.render(&screen);
    const double firstMs = cpuMs() - begin;
    stamps.apply(clients(scene, count, 0));
    map.render(&screen);
    const double stillMs = medianMs([&] { map.render(&screen); });
    // As after a batch of changes, or a move of the map: every client is placed anew.
    int step = 0;
    const double movedMs = medianMs([&] {
        const double degrees = (step++ % 2 == 0 ? 1 : -1) * 1e-9;
        map.centreOn({scene.centre.latitude, scene.centre.longitude + degrees});
        map.render(&screen);
    });
    const std::vector<std::string> changes = clients(scene, count, 1);
    begin = cpuMs();
    stamps.apply(changes);
    const double applyMs = cpuMs() - begin;
    std::printf(
        "%-12s first %6.1f ms  still %5.1f ms  all placed anew %5.1f ms  "
        "taking %d changes %6.1f ms\n",
        scene.name, firstMs, stillMs, movedMs, count, applyMs);
    return movedMs < frameMsMax;
}

}  // namespace

int main(int argc, char** argv) {
    const QApplication application(argc, argv);
    const int count = argc > 1 ? QByteArray(argv[1]).toInt() : clientsUsual;
    std::printf("%d clients, 1,920 x 1,080, medians of %d frames\n", count, frames);
    bool quick = true;
    for (const Scene& scene : scenes) {
        quick = measure(scene, count) && quick;
    }
    return quick ? 0 : 1;
}
