// UTF-8: whether bytes are well-formed text (RFC 3629: no surrogates, no overlong forms).
#pragma once

#include <string_view>

namespace extramile {

// O(bytes), several gigabytes a second.
bool IsUtf8(std::string_view bytes);

}  // namespace extramile
