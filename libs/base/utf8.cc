#include "base/utf8.h"

#include <simdjson.h>

namespace extramile {

bool IsUtf8(std::string_view bytes) { return simdjson::validate_utf8(bytes.data(), bytes.size()); }

}  // namespace extramile
