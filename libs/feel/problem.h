// Problem: why a null stands where a value should be. "No silent nulls": every null that an error
// made carries the index of one of these.
#pragma once

#include <string>

namespace extramile::feel {

struct Problem {
  std::string code;     // stable, kebab-case: "type-mismatch", "no-such-entry", "division-by-zero"
  std::string place;    // "file.dmn: decision 'Authority', rule 3, 'Amount': character 5"
  std::string message;  // one plain sentence
};

}  // namespace extramile::feel
