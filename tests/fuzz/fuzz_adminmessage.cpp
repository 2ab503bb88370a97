// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include "common/adminmessage.h"
#include "common/check.h"
#include "tests/fuzz/fuzzinput.h"

using namespace herd;

namespace {

template <typename Value>
void checkReading(const Result<Value>& read, Result<Value> (*readAgain)(const QJsonObject&)) {
    if (read) {
        const Result<Value> again = readAgain(toJson(read.value()));
        HERD_CHECK(again && again.value() == read.value());
    }
}

/// Bytes of the protocol come back from JSON as they were, however they got there.
void checkBytes(std::string_view bytes) {
    HERD_CHECK(bytesFrom(bytesToJson(bytes)) == bytes);
    std::string text = "[";
    appendJsonBytes(text, bytes);
    text += ']';
    HERD_CHECK(text.find('\n') == std::string::npos);
    const QJsonDocument json = QJsonDocument::fromJson(QByteArray::fromStdString(text));
    HERD_CHECK(json.isArray() && json.array().size() == 1);
    HERD_CHECK(bytesFrom(json.array().first()) == bytes);
}

}  // namespace

/// What a console or a node reads off the admin port is a value that can be said again, or refused.
int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text = FuzzInput(data, size).rest();
    checkBytes(text);
    const QJsonObject json =
        QJsonDocument::fromJson(QByteArray(text.data(), static_cast<qsizetype>(text.size())))
            .object();
    checkReading(adminHelloFrom(json), &adminHelloFrom);
    checkReading(nodeStatusFrom(json), &nodeStatusFrom);
    (void)bytesFrom(json.value(QStringLiteral("at")));
    return 0;
}
