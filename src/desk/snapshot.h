// Snapshot: a check's inputs as they are stored beside its verdict, so that any later set of rules
// can be asked what it would have said (replay).
//
// Format 2: the byte 2, then one value. A value is a tag byte and what the tag says: small numbers
// stand in the tag, other whole numbers are variable-length integers, decimals a scale and a
// mantissa, strings and lists a length first. The names of a context are one byte each, an index
// into a list that only ever grows (snapshot_names.inc); a name that is not in it is written out.
// A check takes about 350 bytes, a quarter of its JSON. Values of kinds that the check's contract
// does not have (ranges, functions, durations) are kept as their text.
//
// Pure and thread-safe. Encoding and decoding cost about a microsecond each.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "feel/arena.h"
#include "feel/value.h"

namespace extramile::desk {

std::string EncodeSnapshot(const feel::Value& context);

// Strings of the value are views into `bytes`, which must outlive it. Errors: kMalformed
// "snapshot-damaged", with the offset; "snapshot-format" for a format that is not known.
Result<feel::Value> DecodeSnapshot(std::string_view bytes, feel::Arena& arena);

}  // namespace extramile::desk
