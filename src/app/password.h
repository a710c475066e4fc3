// Passwords: Argon2id (RFC 9106) through libsodium, at its interactive cost: 64 MiB and two passes,
// some 60 ms. The text form carries salt and cost, so that the cost can rise later without a
// migration.
//
// Thread-safe. A call takes a core and 64 MiB for its whole time: the caller limits how many run at
// once (http runs them on its two-thread lane for slow work).
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"

namespace extramile::app {

inline constexpr size_t kShortestPassword = 10;
inline constexpr size_t kLongestPassword = 200;

// kInvalid "password-too-short" or "password-too-long", at `place`.
Result<void> CheckNewPassword(std::string_view password, std::string_view place);

// kUnavailable "memory-short" when 64 MiB are not to be had.
Result<std::string> HashPassword(std::string_view password);

// False for a wrong password and for text that is no hash.
bool PasswordMatches(const std::string& hash, std::string_view password);

// As costly as PasswordMatches, and never true: for names that nobody has, so that an answer's time
// does not say whether a name exists.
bool PasswordOfNobody(std::string_view password);

}  // namespace extramile::app
