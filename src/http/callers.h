// Who a request's cookie or token belongs to, remembered for a few seconds: checks come in by the
// thousand from the same people, and each would else cost a query.
//
// What was found is forgotten after `keep_for` of real time, when the session or token ends, and
// all at once by Forget(), which every change of sessions, tokens and roles in this process calls;
// a lookup that was under way then is not remembered. Another process sees such a change after
// `keep_for`. Nobody is never remembered. Thread-safe; a hit costs a hash and one lock.
#pragma once

#include <chrono>
#include <memory>
#include <mutex>
#include <string_view>
#include <unordered_map>

#include "app/caller.h"
#include "http/message.h"

namespace extramile::http {

inline constexpr std::string_view kSessionCookie = "extramile_session";

class Callers {
 public:
  explicit Callers(std::chrono::milliseconds keep_for = std::chrono::seconds(5))
      : keep_for_(keep_for) {}

  // By "Authorization: Bearer" or the session cookie, the header first. Errors: kUnauthenticated
  // "not-signed-in"; the store's.
  Result<std::shared_ptr<const app::Caller>> Find(app::Store& store, Instant now,
                                                  const HttpRequest& request);
  void Forget();

 private:
  struct HashOfKey {
    size_t operator()(const Sha256& key) const;
  };
  struct Known {
    std::shared_ptr<const app::Caller> caller;
    std::chrono::steady_clock::time_point until;
  };
  std::shared_ptr<const app::Caller> Look(const Sha256& key, Instant now);

  const std::chrono::milliseconds keep_for_;
  std::mutex mutex_;
  std::unordered_map<Sha256, Known, HashOfKey> known_;  // guarded by mutex_
  uint64_t generation_ = 0;                             // guarded by mutex_
};

}  // namespace extramile::http
