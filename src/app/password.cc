#include "app/password.h"

#include <sodium.h>

#include <array>

#include "base/random.h"

namespace extramile::app {
namespace {

constexpr auto kPasses = crypto_pwhash_OPSLIMIT_INTERACTIVE;
constexpr auto kMemory = crypto_pwhash_MEMLIMIT_INTERACTIVE;

}  // namespace

Result<void> CheckNewPassword(std::string_view password, std::string_view place) {
  if (password.size() < kShortestPassword) {
    return Fail(ErrorKind::kInvalid, "password-too-short",
                "A password has at least " + std::to_string(kShortestPassword) + " characters.",
                std::string(place), "Three or four unrelated words make a good one.");
  }
  if (password.size() > kLongestPassword) {
    return Fail(ErrorKind::kInvalid, "password-too-long",
                "A password has at most " + std::to_string(kLongestPassword) + " bytes.",
                std::string(place), "Choose a shorter one.");
  }
  return {};
}

Result<std::string> HashPassword(std::string_view password) {
  SystemRandom();  // initialises libsodium
  std::array<char, crypto_pwhash_STRBYTES> text{};
  if (crypto_pwhash_str(text.data(), password.data(), password.size(), kPasses, kMemory) != 0) {
    return Fail(ErrorKind::kUnavailable, "memory-short",
                "There was not enough memory to protect the password.", "", "Try again later.");
  }
  return std::string(text.data());
}

bool PasswordMatches(const std::string& hash, std::string_view password) {
  SystemRandom();
  return crypto_pwhash_str_verify(hash.c_str(), password.data(), password.size()) == 0;
}

bool PasswordOfNobody(std::string_view password) {
  // Made once, of the same cost as everybody's; nobody knows the password.
  static const std::string hash = [] {
    std::array<char, 32> secret;
    SystemRandom().Fill({reinterpret_cast<uint8_t*>(secret.data()), secret.size()});
    return HashPassword({secret.data(), secret.size()}).value_or(std::string());
  }();
  PasswordMatches(hash, password);
  return false;
}

}  // namespace extramile::app
