// JSON and FEEL values: a JSON number's digits become a decimal without passing through a double,
// and come back as digits.
//
//   EM_ASSIGN(JsonValue body, ParseJson(text));
//   Arena arena;
//   Value input = FromJson(arena, body);      // strings are copied
//   JsonWriter json;
//   WriteJson(json, input);
#pragma once

#include <string>

#include "base/json_reader.h"
#include "base/json_writer.h"
#include "feel/value.h"

namespace extramile::feel {

// JSON has no dates: they arrive as strings, and the input's type (or a call of date()) makes them
// dates. A number beyond decimal128 becomes null.
Value FromJson(Arena& arena, const JsonValue& json);

// Dates, times and durations are written as ISO strings, ranges and functions as their FEEL text.
// Parts of a value nested deeper than kMaxShownDepth, or beyond kMaxJsonBytes of text, are written
// as the string "...".
inline constexpr size_t kMaxJsonBytes = size_t{64} << 20;
void WriteJson(JsonWriter& json, const Value& value);
std::string ToJson(const Value& value);

}  // namespace extramile::feel
