// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "server/commandline.h"

#include <QCommandLineParser>
#include <QDir>

namespace herd {

namespace {

struct Options {
    QCommandLineOption name{QStringLiteral("name"), QStringLiteral("Which node of the herd to be."),
                            QStringLiteral("NAME")};
    QCommandLineOption config{
        QStringLiteral("config"),
        QStringLiteral("The herd's configuration; without it, the built-in sample herd."),
        QStringLiteral("FILE")};
    QCommandLineOption data{QStringLiteral("data"),
                            QStringLiteral("Where the node keeps its files."),
                            QStringLiteral("DIR")};
    QCommandLineOption logFile{QStringLiteral("log-file"),
                               QStringLiteral("The log; without it, NAME.log among its files."),
                               QStringLiteral("FILE")};
    QCommandLineOption salvage{QStringLiteral("salvage"),
                               QStringLiteral("Start with the sound part of a damaged journal.")};
    QCommandLineOption checkConfig{
        QStringLiteral("check-config"),
        QStringLiteral("Read the configuration, say what is wrong, end.")};
    QCommandLineOption printConfig{
        QStringLiteral("print-config"),
        QStringLiteral("Print the configuration with every default, end.")};
    QCommandLineOption version{{QStringLiteral("v"), QStringLiteral("version")},
                               QStringLiteral("Print the version, end.")};
    QCommandLineOption help{{QStringLiteral("h"), QStringLiteral("help")},
                            QStringLiteral("Print this, end.")};

    void addTo(QCommandLineParser& parser) const {
        parser.addOptions(
            {name, config, data, logFile, salvage, checkConfig, printConfig, version, help});
    }
};

StartFailure usageFailure(const QString& message) {
    return {ExitCode::usage, message + QStringLiteral(" (see herd-server --help)")};
}

QString faultOf(const QCommandLineParser& parser, const Options& options) {
    for (const QCommandLineOption& option :
         {options.name, options.config, options.data, options.logFile}) {
        const QString word = option.names().constFirst();
        if (parser.isSet(option) && parser.value(option).isEmpty()) {
            return QStringLiteral("--%1 needs a value").arg(word);
        }
        if (parser.values(option).size() > 1) {
            return QStringLiteral("--%1 is given twice").arg(word);
        }
    }
    const QStringList extra = parser.positionalArguments();
    if (!extra.isEmpty()) {
        return QStringLiteral("unexpected argument \"%1\"").arg(extra.constFirst());
    }
    if (parser.isSet(options.checkConfig) && parser.isSet(options.printConfig)) {
        return QStringLiteral("--check-config and --print-config exclude each other");
    }
    const bool serves = !parser.isSet(options.checkConfig) && !parser.isSet(options.printConfig);
    return serves && !parser.isSet(options.name) ? QStringLiteral("--name is missing") : QString();
}

}  // namespace

std::variant<CommandLine, CommandLineText, StartFailure> parseCommandLine(
    const QStringList& arguments) {
    const Options options;
    QCommandLineParser parser;
    parser.setApplicationDescription(QStringLiteral(
        "One node of a herd: takes clients' locations (IAMAT), passes them on to its "
        "neighbours,\nand answers where a client is and what is near (WHATSAT)."));
    options.addTo(parser);
    if (!parser.parse(arguments)) {
        QString message = parser.errorText();
        message.chop(message.endsWith(QLatin1Char('.')) ? 1 : 0);
        return usageFailure(message);
    }
    if (parser.isSet(options.help)) {
        return CommandLineText{parser.helpText()};
    }
    if (parser.isSet(options.version)) {
        return CommandLineText{QStringLiteral("herd-server " HERD_VERSION "\n")};
    }
    if (const QString fault = faultOf(parser, options); !fault.isEmpty()) {
        return usageFailure(fault);
    }
    CommandLine commandLine;
    if (parser.isSet(options.checkConfig)) {
        commandLine.task = CommandLine::Task::checkConfig;
    } else if (parser.isSet(options.printConfig)) {
        commandLine.task = CommandLine::Task::printConfig;
    }
    commandLine.name = parser.value(options.name).toStdString();
    commandLine.configPath = parser.value(options.config);
    commandLine.dataDirectory = parser.value(options.data);
    commandLine.logPath = parser.value(options.logFile);
    commandLine.salvage = parser.isSet(options.salvage);
    return commandLine;
}

QString dataDirectoryFor(const CommandLine& commandLine) {
    if (!commandLine.dataDirectory.isEmpty()) {
        return commandLine.dataDirectory;
    }
    const QString fromSystemd =
        qEnvironmentVariable("STATE_DIRECTORY").section(QLatin1Char(':'), 0, 0);
    if (!fromSystemd.isEmpty()) {
        return fromSystemd;
    }
    QString state = qEnvironmentVariable("XDG_STATE_HOME");
    if (!QDir::isAbsolutePath(state)) {
        state = QDir::homePath() + QStringLiteral("/.local/state");
    }
    return state + QStringLiteral("/herd/") + QString::fromStdString(commandLine.name);
}

}  // namespace herd
