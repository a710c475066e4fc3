// Idempotency-Key: a write that is sent again, because its answer got lost, is answered and not
// done again.
//
// The key is kept per organisation with a fingerprint of the request (method, address, body,
// person) and the answer, in the transaction of the write itself. While the first is under way, a
// second one is told so (409); afterwards it gets the first's answer; the same key with another
// request is refused (422). Secrets (a new token, a password) are left out of fingerprint and kept
// answer.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_set>

#include "app/use_case.h"
#include "http/message.h"
#include "http/routes.h"

namespace extramile::http {

// The keys under way in this process. Thread-safe.
class InFlight {
 public:
  // Holds a key until it goes out of scope.
  class Ticket {
   public:
    Ticket() = default;
    Ticket(InFlight* owner, std::string key) : owner_(owner), key_(std::move(key)) {}
    Ticket(Ticket&& other) noexcept : owner_(other.owner_), key_(std::move(other.key_)) {
      other.owner_ = nullptr;
    }
    Ticket& operator=(Ticket&& other) noexcept;
    ~Ticket() { Release(); }
    void Release();

   private:
    InFlight* owner_ = nullptr;
    std::string key_;
  };

  // kConflict "request-under-way" where somebody holds it.
  Result<Ticket> Take(OrganisationId organisation, std::string_view key);

 private:
  std::mutex mutex_;
  std::unordered_set<std::string> keys_;  // guarded by mutex_
};

// The request's key with its fingerprint, still without an answer; nullopt where it has none.
// kInvalid "idempotency-key-invalid".
Result<std::optional<app::IdempotencyKey>> ReadKey(const HttpRequest& request, const Route& route,
                                                   PersonId person, const JsonValue* body);

// The first answer, where one is kept. kInvalid "idempotency-key-reused" where the key was used for
// another request.
Result<std::optional<app::IdempotencyKey>> FindFirst(app::Store& store, OrganisationId organisation,
                                                     const app::IdempotencyKey& key);

// An answer as it is kept, and back: a line of JSON for what goes into headers, then the body.
std::string KeepAnswer(const app::Answer& answer, const Route& route);
Result<app::Answer> KeptAnswer(const app::IdempotencyKey& kept);

Error KeyReused();

}  // namespace extramile::http
