// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <optional>
#include <string>

#include "common/check.h"
#include "server/places/placesjson.h"
#include "tests/fuzz/fuzzinput.h"

using namespace herd;

namespace {

constexpr char key[] = "AIzaSyThisIsAKeyOfTheLengthThatTheyHave";

void checkAnswer(const std::optional<PlacesAnswer>& answer, int bound) {
    if (!answer) {
        return;
    }
    const std::string cut = answer->cutTo(bound);
    HERD_CHECK(cut.find("\n\n") == std::string::npos && !cut.ends_with('\n'));
    HERD_CHECK(cut.find(key) == std::string::npos);
    const QJsonDocument json = QJsonDocument::fromJson(QByteArray::fromStdString(cut));
    HERD_CHECK(json.isObject());
    HERD_CHECK(json.object()[QStringLiteral("results")].toArray().size() <= bound);
}

}  // namespace

/// Whatever a places service says, a client gets a JSON object of at most so many results, without
/// an empty line and without the key, or the answer is refused.
int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    FuzzInput input(data, size);
    const int bound = 1 + static_cast<int>(input.takeByte() % 20);
    const bool legacy = input.takeByte() % 2 == 0;
    checkAnswer(legacy ? readLegacyAnswer(input.rest(), key) : readNewAnswer(input.rest(), key),
                bound);
    return 0;
}
