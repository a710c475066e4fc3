#include "base/hash.h"

#include <sodium.h>

namespace extramile {
namespace {

const unsigned char* Bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

void StartDomain(crypto_hash_sha256_state* state, std::string_view domain) {
  crypto_hash_sha256_init(state);
  const auto length = static_cast<unsigned char>(domain.size());
  crypto_hash_sha256_update(state, &length, 1);
  crypto_hash_sha256_update(state, Bytes(domain), domain.size());
}

}  // namespace

Sha256 HashWithDomain(std::string_view domain, std::string_view data) {
  Sha256 out;
  crypto_hash_sha256_state state;
  StartDomain(&state, domain);
  crypto_hash_sha256_update(&state, Bytes(data), data.size());
  crypto_hash_sha256_final(&state, out.data());
  return out;
}

Sha256 HashSalted(std::string_view domain, std::span<const uint8_t, 16> salt,
                  std::string_view data) {
  Sha256 out;
  crypto_hash_sha256_state state;
  StartDomain(&state, domain);
  crypto_hash_sha256_update(&state, salt.data(), salt.size());
  crypto_hash_sha256_update(&state, Bytes(data), data.size());
  crypto_hash_sha256_final(&state, out.data());
  return out;
}

Sha256 HmacSha256(std::string_view key, std::string_view data) {
  Sha256 out;
  crypto_auth_hmacsha256_state state;
  crypto_auth_hmacsha256_init(&state, Bytes(key), key.size());
  crypto_auth_hmacsha256_update(&state, Bytes(data), data.size());
  crypto_auth_hmacsha256_final(&state, out.data());
  return out;
}

bool ConstantTimeEqual(std::string_view a, std::string_view b) {
  return a.size() == b.size() && sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::string ToHex(std::span<const uint8_t> bytes) {
  static constexpr char kHex[] = "0123456789abcdef";
  std::string text;
  text.reserve(bytes.size() * 2);
  for (uint8_t byte : bytes) {
    text += kHex[byte >> 4];
    text += kHex[byte & 15];
  }
  return text;
}

}  // namespace extramile
