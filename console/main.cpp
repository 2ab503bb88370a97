// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include <QApplication>
#include <QIcon>
#include <QSettings>
#include <cstdio>

#include "common/configfile.h"
#include "console/consoleoptions.h"
#include "console/mainwindow.h"
#include "console/screenshot.h"
#include "console/terminationwatch.h"

namespace {

struct Texts {
    Q_DECLARE_TR_FUNCTIONS(herd::Console)
};

using herd::ConsoleExit;
using herd::ConsoleOptions;

int fail(const herd::ConsoleFailure& failure) {
    std::fprintf(stderr, "herd-console: %s\n", qPrintable(failure.message));
    return static_cast<int>(failure.code);
}

void describe() {
    QCoreApplication::setOrganizationName(QStringLiteral("Herd"));
    QCoreApplication::setApplicationName(QStringLiteral("herd-console"));
    QCoreApplication::setApplicationVersion(QStringLiteral(HERD_VERSION));
}

QIcon windowIcon() {
    QIcon icon;
    for (const int size : {16, 24, 32, 48, 64, 128, 256}) {
        icon.addFile(QStringLiteral(":/icons/herd-console-%1.png").arg(size), QSize(size, size));
    }
    return icon;
}

/// Whether Qt would find a screen, or was told to do without.
bool hasDisplay(int argc, char** argv) {
    for (const char* const variable : {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"}) {
        if (!qEnvironmentVariableIsEmpty(variable)) {
            return true;
        }
    }
    for (int i = 1; i < argc; ++i) {
        if (QByteArray(argv[i]).contains("-platform")) {
            return true;
        }
    }
    return false;
}

herd::Result<herd::HerdSource> nodesOf(const ConsoleOptions& options) {
    if (!options.connects.empty()) {
        return herd::HerdSource::fromAddresses(options.connects);
    }
    if (options.configPath.isEmpty()) {
        return herd::HerdSource::fromConfig(herd::sampleConfig());
    }
    return herd::HerdSource::fromConfigFile(options.configPath);
}

herd::Result<herd::HerdSource> sourceOf(const ConsoleOptions& options) {
    herd::Result<herd::HerdSource> source = nodesOf(options);
    return source ? source.value().withTokenFile(options.tokenPath) : source;
}

int run(QApplication& application, const ConsoleOptions& options, const herd::HerdSource& source) {
    const bool isShot = !options.screenshotPath.isEmpty();
    herd::Appearance appearance;
    appearance.apply(options.appearance.value_or(
        isShot ? herd::Appearance::Choice::system
               : herd::Appearance::choiceOf(
                     QSettings().value(QStringLiteral("window/appearance")).toString())));
    // A picture shows what everybody would see, not what this user has changed.
    herd::MainWindow window(
        appearance, isShot ? herd::MainWindow::Memory::none : herd::MainWindow::Memory::settings);
    if (options.size) {
        window.resize(*options.size);
    }
    window.show();
    if (options.part) {
        window.bringUp(*options.part);
    }
    window.openHerd(source);
    if (!isShot) {
        // The layout is saved when the window closes.
        const herd::TerminationWatch watch;
        QObject::connect(&watch, &herd::TerminationWatch::terminated, &window, [&window] {
            window.close();
            QCoreApplication::quit();
        });
        return application.exec();
    }
    herd::Screenshot shot(window, window.herd(), options.screenshotPath);
    QObject::connect(
        &shot, &herd::Screenshot::finished, &application, [&options](const QString& reason) {
            QCoreApplication::exit(
                reason.isEmpty()
                    ? 0
                    : fail({ConsoleExit::cannotCreate, Texts::tr("%1 cannot be written: %2")
                                                           .arg(options.screenshotPath, reason)}));
        });
    return application.exec();
}

}  // namespace

int main(int argc, char** argv) {
    describe();
    std::variant<ConsoleOptions, herd::ConsoleText, herd::ConsoleFailure> parsed;
    {
        // Wrong arguments and --help need no display.
        const QCoreApplication core(argc, argv);
        parsed = herd::parseConsoleOptions(QCoreApplication::arguments());
    }
    if (const auto* const failure = std::get_if<herd::ConsoleFailure>(&parsed)) {
        return fail(*failure);
    }
    if (const auto* const text = std::get_if<herd::ConsoleText>(&parsed)) {
        std::fputs(qPrintable(text->text), stdout);
        return static_cast<int>(ConsoleExit::ok);
    }
    const auto& options = std::get<ConsoleOptions>(parsed);
    const herd::Result<herd::HerdSource> source = sourceOf(options);
    if (!source) {
        return fail({ConsoleExit::config, source.error().message});
    }
    if (!hasDisplay(argc, argv)) {
        if (options.screenshotPath.isEmpty()) {
            return fail({ConsoleExit::unavailable,
                         Texts::tr("no display: DISPLAY and WAYLAND_DISPLAY are not set")});
        }
        qputenv("QT_QPA_PLATFORM", "offscreen");
    }
    if (options.screenshotPath.isEmpty()) {
        herd::TerminationWatch::blockSignals();
    }
    QApplication application(argc, argv);
    QGuiApplication::setApplicationDisplayName(Texts::tr("Herd console"));
    QGuiApplication::setWindowIcon(windowIcon());
    QGuiApplication::setDesktopFileName(QStringLiteral("herd-console"));
    return run(application, options, source.value());
}
