// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include <QApplication>
#include <QCommandLineParser>
#include <cstdio>

#include "common/configfile.h"
#include "console/mainwindow.h"

int main(int argc, char** argv) {
    QApplication application(argc, argv);
    QApplication::setApplicationName(QStringLiteral("herd-console"));
    QApplication::setApplicationVersion(QStringLiteral(HERD_VERSION));
    QCommandLineParser parser;
    parser.setApplicationDescription(
        QApplication::translate("main", "Sends test commands to the nodes of a herd."));
    parser.addHelpOption();
    parser.addVersionOption();
    const QCommandLineOption configOption(
        QStringLiteral("config"),
        QApplication::translate("main",
                                "The herd's configuration; without it, the built-in sample herd."),
        QStringLiteral("FILE"));
    parser.addOption(configOption);
    parser.process(application);
    const herd::Result<herd::HerdConfig> config =
        parser.isSet(configOption) ? herd::readConfigFile(parser.value(configOption))
                                   : herd::Result<herd::HerdConfig>(herd::sampleConfig());
    if (!config) {
        std::fprintf(stderr, "herd-console: %s\n", qPrintable(config.error().message));
        constexpr int configError = 78;  // EX_CONFIG of sysexits(3)
        return configError;
    }
    herd::MainWindow window(config.value());
    window.show();
    return QApplication::exec();
}
