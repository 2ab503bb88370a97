// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>
#include <optional>
#include <string>
#include <string_view>

#include "server/places/jsonscan.h"

namespace herd {

/// What a Nearby Search answer says of itself (PLACES: legacy `status`).
enum class PlacesStatus {
    ok,
    zeroResults,
    invalidRequest,
    overQueryLimit,
    requestDenied,
    unknownError,
};

/// The status as it is spelt in an answer.
[[nodiscard]] std::string_view placesStatusText(PlacesStatus status);

/// The status of that spelling; nothing for any other text.
[[nodiscard]] std::optional<PlacesStatus> parsePlacesStatus(std::string_view text);

/// The newline rule of WHATSAT: a run of two or more line ends becomes its first one, line ends at
/// the front and at the back go. LF, CRLF and a lone CR each end a line, so that a client finds no
/// empty line whichever of them it splits on. In a valid JSON text all of them stand outside of
/// strings.
[[nodiscard]] std::string squeezeNewlines(std::string_view text);

/// An answer without results: `{"html_attributions":[],"results":[],"status":…,"error_message":…}`.
/// The message is for the client's people: never a key, an address or bytes of a foreign server.
[[nodiscard]] std::string placesFailureJson(PlacesStatus status, std::string_view message);

/// An answer that was checked and obeys the newline rule, ready to be cut for several askers.
struct PlacesAnswer {
    std::string json;
    JsonArrayPlace results;

    /// The answer with its first `bound` results, all other bytes as they are.
    [[nodiscard]] std::string cutTo(int bound) const;
};

/// Cuts the `results` of an answer to `bound` elements and keeps all other bytes; nothing when
/// the text is not a JSON object with one such array.
[[nodiscard]] std::optional<std::string> cutResults(std::string_view json, int bound);

/// Checks the body of a legacy answer and keeps its bytes but for the newline rule: an object with
/// an array of strings `html_attributions`, an array of objects `results`, a known `status` and,
/// if it is there, a string `error_message`. Nothing for any other body.
/// A body that gives `key` away, escaped or plain, is not passed on: a failure it reports keeps its
/// status and gets a message of ours, any other such body counts as malformed.
[[nodiscard]] std::optional<PlacesAnswer> readLegacyAnswer(std::string_view body,
                                                           const QByteArray& key);

/// Translates the body of a Places API (New) answer: an object with an array of objects `places`,
/// or without `places` and `error` when there is nothing. Fields that are missing or of another
/// type than documented are left out; nothing is invented. Nothing for any other body and for one
/// that gives `key` away.
[[nodiscard]] std::optional<PlacesAnswer> readNewAnswer(std::string_view body,
                                                        const QByteArray& key);

}  // namespace herd
