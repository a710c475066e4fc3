// Literals: what stands between quotes in FEEL.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "feel/arena.h"
#include "feel/value.h"

namespace extramile::feel {

// Resolves \n \t \r \" \' \\ \uXXXX (surrogate pairs joined) and \UXXXXXX; any other backslash
// stands for itself. nullopt for half a surrogate pair or a backslash at the end.
std::optional<std::string> UnescapeString(std::string_view text);

// The date, time, date and time or duration that the text is; null for anything else.
Value ParseTemporal(Arena& arena, std::string_view text);

// A literal of FEEL: a number, a text in quotes, @"...", or a call such as date("2026-11-22");
// nullopt for anything else.
std::optional<Value> ParseLiteral(Arena& arena, std::string_view text);

}  // namespace extramile::feel
