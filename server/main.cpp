// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include <malloc.h>

#include <QCoreApplication>
#include <QFile>
#include <cstdio>

#include "common/configfile.h"
#include "server/app.h"
#include "server/commandline.h"

namespace {

using namespace herd;

/// Otherwise the largest block that was ever freed says how much free memory the process keeps: a
/// node that once had much to buffer would never give it back.
void giveFreeMemoryBack() {
#ifdef __GLIBC__
    constexpr int bytes = 1024 * 1024;  // much less, and buffers in use would be had anew each time
    mallopt(M_MMAP_THRESHOLD, bytes);
    mallopt(M_TRIM_THRESHOLD, bytes);
#endif
}

int fail(const StartFailure& failure) {
    std::fprintf(stderr, "herd-server: %s\n", qPrintable(failure.message));
    return static_cast<int>(failure.code);
}

int print(const QString& text) {
    std::fputs(text.toUtf8().constData(), stdout);
    return static_cast<int>(ExitCode::ok);
}

/// A file that is not there is another failure than one with a mistake in it.
Result<HerdConfig> readConfig(const CommandLine& commandLine, ExitCode& code) {
    if (commandLine.configPath.isEmpty()) {
        return sampleConfig();
    }
    QFile file(commandLine.configPath);
    if (!file.open(QIODevice::ReadOnly)) {
        code = ExitCode::noInput;
        return Error{commandLine.configPath + QStringLiteral(": ") + file.errorString()};
    }
    code = ExitCode::config;
    return readConfigFile(commandLine.configPath);
}

std::optional<StartFailure> checkName(const CommandLine& commandLine, const HerdConfig& config) {
    if (commandLine.name.empty() || config.topology.find(commandLine.name) != nullptr) {
        return std::nullopt;
    }
    QStringList names;
    for (const NodeAddress& node : config.topology.nodes) {
        names.append(QString::fromStdString(node.name));
    }
    return StartFailure{ExitCode::usage, QStringLiteral("the herd has no node \"%1\"; it has %2")
                                             .arg(QString::fromStdString(commandLine.name),
                                                  names.join(QStringLiteral(", ")))};
}

int serve(const CommandLine& commandLine, const HerdConfig& config) {
    App app(commandLine, config);
    if (const std::optional<StartFailure> failure = app.start()) {
        return fail(*failure);
    }
    return QCoreApplication::exec();
}

}  // namespace

int main(int argc, char** argv) {
    giveFreeMemoryBack();
    const QByteArray hashSeed = qgetenv("QT_HASH_SEED");
    if (const std::optional<StartFailure> failure = App::setEventDispatcher()) {
        return fail(*failure);
    }
    QCoreApplication application(argc, argv);
    QCoreApplication::setApplicationName(QStringLiteral("herd-server"));
    const auto parsed = parseCommandLine(QCoreApplication::arguments());
    if (const auto* const text = std::get_if<CommandLineText>(&parsed)) {
        return print(text->text);
    }
    if (const auto* const failure = std::get_if<StartFailure>(&parsed)) {
        return fail(*failure);
    }
    if (!hashSeed.isEmpty()) {
        return fail({ExitCode::config,
                     QStringLiteral("QT_HASH_SEED is set: it would make hash tables predictable "
                                    "for whoever sends the keys; unset it")});
    }
    const CommandLine& commandLine = std::get<CommandLine>(parsed);
    ExitCode code = ExitCode::config;
    const Result<HerdConfig> config = readConfig(commandLine, code);
    if (!config) {
        return fail({code, config.error().message});
    }
    if (const std::optional<StartFailure> failure = checkName(commandLine, config.value())) {
        return fail(*failure);
    }
    switch (commandLine.task) {
        case CommandLine::Task::checkConfig:
            return print(QStringLiteral("%1: ok\n")
                             .arg(commandLine.configPath.isEmpty()
                                      ? QStringLiteral("built-in sample herd")
                                      : commandLine.configPath));
        case CommandLine::Task::printConfig:
            return print(printConfig(config.value()));
        case CommandLine::Task::serve:
            break;
    }
    return serve(commandLine, config.value());
}
