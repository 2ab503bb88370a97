// SPDX-FileCopyrightText: The Herd developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

namespace herd {

/// A text nested deeper than this is refused, so that a hostile one cannot use up the stack.
inline constexpr int jsonDepthMax = 64;

/// An object with more members than this at its top is refused.
inline constexpr std::size_t jsonTopLevelKeysMax = 64;

/// Where an array stands in a text: `ends[0]` is the offset behind its opening bracket, `ends[i]`
/// the offset behind its i-th element.
struct JsonArrayPlace {
    std::vector<std::size_t> ends;

    std::size_t count() const { return ends.size() - 1; }
};

/// Reads `json` as one object by the strict grammar of RFC 8259 and finds the array that is its
/// member `name`. Only bytes are looked at: whether strings are UTF-8 is for others to say.
/// Nothing when the text is not such an object, when the member is missing or no array, and when
/// two readers could take the text for different things: a top-level key that stands there twice
/// or is written with an escape.
[[nodiscard]] std::optional<JsonArrayPlace> findTopLevelArray(std::string_view json,
                                                              std::string_view name);

}  // namespace herd
