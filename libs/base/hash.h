// SHA-256 with domain separation, and HMAC-SHA-256: the hashes of the record, of policy sets and of
// webhooks.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace extramile {

using Sha256 = std::array<uint8_t, 32>;

// SHA-256(length of domain as one byte, domain, data): the same bytes hashed for two purposes never
// collide.
Sha256 HashWithDomain(std::string_view domain, std::string_view data);
// The same over salt and data: binds an event to a row that can be erased. `salt` is 16 random
// bytes; once salt and row are gone the hash says nothing about them.
Sha256 HashSalted(std::string_view domain, std::span<const uint8_t, 16> salt,
                  std::string_view data);
Sha256 HmacSha256(std::string_view key, std::string_view data);

// Equal in a time that does not depend on where they differ.
bool ConstantTimeEqual(std::string_view a, std::string_view b);

std::string ToHex(std::span<const uint8_t> bytes);

}  // namespace extramile
