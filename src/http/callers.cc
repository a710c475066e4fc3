#include "http/callers.h"

#include <cstring>

namespace extramile::http {
namespace {

constexpr size_t kMostKnown = 20'000;
constexpr size_t kLongestSecret = 200;

Error NotSignedIn() {
  return {ErrorKind::kUnauthenticated, "not-signed-in", "Nobody is signed in.", "",
          "Sign in with POST /api/v1/session, or send an API token: Authorization: Bearer ..."};
}

struct Secret {
  std::string_view text;
  bool is_token = false;
};

Secret SecretOf(const HttpRequest& request) {
  constexpr std::string_view kBearer = "Bearer ";
  if (const std::string* header = request.Header("authorization")) {
    const std::string_view text = *header;
    return {text.starts_with(kBearer) ? text.substr(kBearer.size()) : std::string_view(), true};
  }
  return {request.Cookie(kSessionCookie).value_or(std::string_view()), false};
}

}  // namespace

size_t Callers::HashOfKey::operator()(const Sha256& key) const {
  size_t out;
  std::memcpy(&out, key.data(), sizeof out);
  return out;
}

Result<std::shared_ptr<const app::Caller>> Callers::Find(app::Store& store, Instant now,
                                                         const HttpRequest& request) {
  const Secret secret = SecretOf(request);
  if (secret.text.empty() || secret.text.size() > kLongestSecret) return Fail(NotSignedIn());
  const Sha256 key =
      secret.is_token ? app::HashOfApiToken(secret.text) : app::HashOfSessionToken(secret.text);
  if (auto caller = Look(key, now)) return caller;
  uint64_t generation;
  {
    const std::lock_guard lock(mutex_);
    generation = generation_;
  }
  EM_ASSIGN(auto found, secret.is_token ? app::FindByToken(store, now, secret.text)
                                        : app::FindBySession(store, now, secret.text));
  if (!found) return Fail(NotSignedIn());
  auto caller = std::make_shared<const app::Caller>(*std::move(found));
  const std::lock_guard lock(mutex_);
  if (generation == generation_) {
    if (known_.size() >= kMostKnown) known_.clear();
    known_[key] = {caller, std::chrono::steady_clock::now() + keep_for_};
  }
  return caller;
}

std::shared_ptr<const app::Caller> Callers::Look(const Sha256& key, Instant now) {
  const std::lock_guard lock(mutex_);
  const auto found = known_.find(key);
  if (found == known_.end()) return nullptr;
  const Known& known = found->second;
  if (known.until > std::chrono::steady_clock::now() && known.caller->expires_at > now) {
    return known.caller;
  }
  known_.erase(found);
  return nullptr;
}

void Callers::Forget() {
  const std::lock_guard lock(mutex_);
  known_.clear();
  ++generation_;
}

}  // namespace extramile::http
