// Patterns: the regular expressions of XPath and XQuery Functions 3.1, which FEEL's matches,
// replace and split use, on top of ICU's engine. What ICU reads differently is translated:
// character class subtraction, block names (\p{IsGreek}), the escapes \i and \c, the x flag. ICU
// backtracks, so time and stack are limited.
//
// Thread-safe. Cost: compiling a pattern takes microseconds; matching is bounded by a limit of some
// tens of milliseconds.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tl/expected.hpp"

namespace extramile::feel {

struct PatternError {
  bool too_costly = false;  // else: no valid pattern, flags or replacement
};
template <class T>
using PatternResult = tl::expected<T, PatternError>;

// Whether the pattern is found anywhere in the text. Flags: s, m, i, x, q.
PatternResult<bool> PatternFound(std::string_view text, std::string_view pattern,
                                 std::string_view flags);
// Replacement: $1 to $9 are groups, \$ and \\ the characters.
PatternResult<std::string> ReplacePattern(std::string_view text, std::string_view pattern,
                                          std::string_view replacement, std::string_view flags);
PatternResult<std::vector<std::string>> SplitByPattern(std::string_view text,
                                                       std::string_view pattern);

}  // namespace extramile::feel
