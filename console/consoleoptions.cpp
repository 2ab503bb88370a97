// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include "console/consoleoptions.h"

#include <QCommandLineParser>
#include <QCoreApplication>
#include <QRegularExpression>

#include "console/herdprofiles.h"

namespace herd {

namespace {

struct Texts {
    Q_DECLARE_TR_FUNCTIONS(herd::ConsoleOptions)
};

/// Options of QGuiApplication and QApplication with a value behind them.
const QStringList qtOptions = {
    QStringLiteral("platform"),        QStringLiteral("platformpluginpath"),
    QStringLiteral("platformtheme"),   QStringLiteral("plugin"),
    QStringLiteral("style"),           QStringLiteral("stylesheet"),
    QStringLiteral("qwindowgeometry"), QStringLiteral("geometry"),
    QStringLiteral("display"),         QStringLiteral("session"),
};

QStringList withoutQtOptions(const QStringList& arguments) {
    QStringList own;
    for (qsizetype i = 0; i < arguments.size(); ++i) {
        QString word = arguments.at(i);
        const bool isOption = word.startsWith(QLatin1Char('-'));
        word.remove(0, word.startsWith(QLatin1String("--")) ? 2 : 1);
        if (isOption && qtOptions.contains(word)) {
            ++i;
        } else if (!isOption || !qtOptions.contains(word.section(QLatin1Char('='), 0, 0))) {
            own.append(arguments.at(i));
        }
    }
    return own;
}

struct Options {
    QCommandLineOption config{
        QStringLiteral("config"),
        Texts::tr("The herd's configuration; without it, the built-in sample herd."),
        QStringLiteral("FILE")};
    QCommandLineOption connect{
        QStringLiteral("connect"),
        Texts::tr("Open the node with this admin port; may be given repeatedly."),
        QStringLiteral("HOST:PORT")};
    QCommandLineOption tokenFile{
        QStringLiteral("token-file"),
        Texts::tr("The token for the admin ports, instead of the configuration's."),
        QStringLiteral("FILE")};
    QCommandLineOption screenshot{
        QStringLiteral("screenshot"),
        Texts::tr("Save a picture of the window once the first data is there, end."),
        QStringLiteral("FILE")};
    QCommandLineOption size{QStringLiteral("size"), Texts::tr("The window's size, as in 1280x800."),
                            QStringLiteral("WxH")};
    QCommandLineOption dock{QStringLiteral("dock"),
                            Texts::tr("Bring this part of the window to the front; may be "
                                      "Nodes, Stamps, Map, Topology, Command, Log, Charts "
                                      "or Messages."),
                            QStringLiteral("NAME")};
    QCommandLineOption appearance{QStringLiteral("appearance"), Texts::tr("system, light or dark."),
                                  QStringLiteral("WORD")};
    QCommandLineOption version{{QStringLiteral("v"), QStringLiteral("version")},
                               Texts::tr("Print the version, end.")};
    QCommandLineOption help{{QStringLiteral("h"), QStringLiteral("help")},
                            Texts::tr("Print this, end.")};

    [[nodiscard]] QList<QCommandLineOption> withValue() const {
        return {config, connect, tokenFile, screenshot, size, dock, appearance};
    }
};

ConsoleFailure usageFailure(const QString& message) {
    return {ConsoleExit::usage, Texts::tr("%1 (see herd-console --help)").arg(message)};
}

QString faultOf(const QCommandLineParser& parser, const Options& options) {
    for (const QCommandLineOption& option : options.withValue()) {
        const QString word = option.names().constFirst();
        if (parser.isSet(option) && parser.values(option).contains(QString())) {
            return Texts::tr("--%1 needs a value").arg(word);
        }
        if (parser.values(option).size() > 1 && word != u"connect") {
            return Texts::tr("--%1 is given twice").arg(word);
        }
    }
    if (const QStringList extra = parser.positionalArguments(); !extra.isEmpty()) {
        return Texts::tr("unexpected argument \"%1\"").arg(extra.constFirst());
    }
    if (parser.isSet(options.config) && parser.isSet(options.connect)) {
        return Texts::tr("--config and --connect exclude each other");
    }
    return {};
}

std::optional<QSize> parseSize(const QString& text) {
    static const QRegularExpression form(QStringLiteral("^([0-9]{1,5})x([0-9]{1,5})$"));
    const QRegularExpressionMatch match = form.match(text);
    const QSize size(match.captured(1).toInt(), match.captured(2).toInt());
    const bool fits = match.hasMatch() && size.expandedTo(windowSizeMin) == size &&
                      size.boundedTo(windowSizeMax) == size;
    return fits ? std::optional(size) : std::nullopt;
}

/// Reads the values into `read`; the fault of the first that is wrong.
QString readValues(const QCommandLineParser& parser, const Options& options, ConsoleOptions& read) {
    read.configPath = parser.value(options.config);
    read.tokenPath = parser.value(options.tokenFile);
    read.screenshotPath = parser.value(options.screenshot);
    for (const QString& text : parser.values(options.connect)) {
        const std::optional<AdminAddress> address = adminAddressFrom(text);
        if (!address) {
            return Texts::tr("--connect takes HOST:PORT, not \"%1\"").arg(text);
        }
        read.connects.push_back(*address);
    }
    if (parser.isSet(options.size)) {
        read.size = parseSize(parser.value(options.size));
        if (!read.size) {
            return Texts::tr("--size takes WxH between %1x%2 and %3x%4, not \"%5\"")
                .arg(windowSizeMin.width())
                .arg(windowSizeMin.height())
                .arg(windowSizeMax.width())
                .arg(windowSizeMax.height())
                .arg(parser.value(options.size));
        }
    }
    if (parser.isSet(options.dock)) {
        read.part = DockSet::partOf(parser.value(options.dock));
        if (!read.part) {
            return Texts::tr("there is no part \"%1\" of the window")
                .arg(parser.value(options.dock));
        }
    }
    if (parser.isSet(options.appearance)) {
        read.appearance = Appearance::choiceOf(parser.value(options.appearance));
        if (Appearance::wordOf(*read.appearance) != parser.value(options.appearance)) {
            return Texts::tr("--appearance takes system, light or dark, not \"%1\"")
                .arg(parser.value(options.appearance));
        }
    }
    return {};
}

}  // namespace

std::variant<ConsoleOptions, ConsoleText, ConsoleFailure> parseConsoleOptions(
    const QStringList& arguments) {
    const Options options;
    QCommandLineParser parser;
    parser.setApplicationDescription(
        Texts::tr("Shows a whole herd live: nodes, clients, map, links and logs; and sends test\n"
                  "commands to any of its nodes."));
    parser.addOptions(options.withValue());
    parser.addOptions({options.version, options.help});
    if (!parser.parse(withoutQtOptions(arguments))) {
        QString message = parser.errorText();
        message.chop(message.endsWith(QLatin1Char('.')) ? 1 : 0);
        return usageFailure(message);
    }
    if (parser.isSet(options.help)) {
        return ConsoleText{parser.helpText()};
    }
    if (parser.isSet(options.version)) {
        return ConsoleText{QStringLiteral("herd-console " HERD_VERSION "\n")};
    }
    if (const QString fault = faultOf(parser, options); !fault.isEmpty()) {
        return usageFailure(fault);
    }
    ConsoleOptions read;
    if (const QString fault = readValues(parser, options, read); !fault.isEmpty()) {
        return usageFailure(fault);
    }
    return read;
}

}  // namespace herd
