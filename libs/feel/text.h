// Text: UTF-8 by code points, and what counts as a FEEL name (DMN 1.5, 10.3.1.2, rules 26 to 30).
//
// All functions expect valid UTF-8 and treat a broken byte as one character. Thread-safe; O(bytes).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace extramile::feel {

// The code point at `*position`, which is moved behind it. REQUIRES: *position < text.size().
uint32_t NextCodePoint(std::string_view text, size_t* position);
void AppendCodePoint(std::string& out, uint32_t code_point);
size_t CountCodePoints(std::string_view text);
// The byte position of code point `index`; text.size() if there are fewer.
size_t ByteOfCodePoint(std::string_view text, size_t index);

bool IsNameStart(uint32_t code_point);
bool IsNamePart(uint32_t code_point);
bool IsSpace(uint32_t code_point);

// One word that could be written without quotes as a key.
bool IsPlainName(std::string_view text);

std::string_view Trim(std::string_view text);
// A name as it is compared: no spaces at the ends, single spaces between words, none around . / - '
// + *
std::string NormaliseName(std::string_view name);

}  // namespace extramile::feel
