// A use case: what one person asks extramile to do, named as that person would say it (check_idea,
// sign_off, ...), one file each.
//
//   Result<Answer> CheckIdea(Services& services, const Request& request);
//
// It runs on a worker thread, reads what it needs with services.store.Read (one snapshot), decides
// in pure code (desk, portfolio, dmn, queueing) and returns an Answer: the response it would like
// to give, and the WritePlan that must be durable first. The caller (http, or a test) commits the
// plan and only then sends the response. When the commit says kStale, the caller runs the use case
// once more from the start; a second kStale is the caller's answer. A use case therefore has no
// effects of its own and may be run twice. An Answer whose plan has no steps and no events is a
// plain read.
//
// Roles and scopes are checked before a use case runs, from the table in http/routes.cc; what
// depends on the record itself (never the proposer, own records only) is checked here.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "app/store.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/id.h"
#include "base/json_reader.h"
#include "base/json_writer.h"
#include "base/money.h"
#include "base/random.h"
#include "base/time.h"

namespace extramile::app {

enum class Role : uint32_t {
  kAgent = 1 << 0,
  kLead = 1 << 1,
  kManager = 1 << 2,
  kLearner = 1 << 3,
  kAssessor = 1 << 4,
  kIqa = 1 << 5,
  kEqa = 1 << 6,
  kAdmin = 1 << 7,
};

// A set of roles; reads and writes the product's words ("agent lead").
struct Roles {
  uint32_t bits = 0;
  constexpr Roles() = default;
  constexpr Roles(Role role) : bits(static_cast<uint32_t>(role)) {}
  constexpr explicit Roles(uint32_t b) : bits(b) {}
  constexpr bool Has(Role role) const { return (bits & static_cast<uint32_t>(role)) != 0; }
  constexpr bool HasAny(Roles other) const { return (bits & other.bits) != 0; }
  static Result<Roles> Parse(std::string_view words);
  std::string ToString() const;
};
constexpr Roles operator|(Roles a, Roles b) { return Roles(a.bits | b.bits); }
constexpr Roles operator|(Role a, Role b) { return Roles(a) | Roles(b); }

struct Organisation {
  OrganisationId id;
  std::string name;
  TimeZone time_zone;
  Currency currency;
  std::string policy_set;
};

// Who asks: a person in one organisation.
struct Actor {
  PersonId person;
  Roles roles;
};

// The session a person came in by: what sign-out ends, and the word that their page must send with
// every write.
struct SessionOfRequest {
  Sha256 token_hash{};
  std::string csrf_token;
};

struct Request {
  const Organisation& organisation;
  Actor actor;
  Instant now;  // the moment of this request; use it for every time written
  std::map<std::string, std::string, std::less<>> path = {};   // {id} -> text, as matched
  std::map<std::string, std::string, std::less<>> query = {};  // decoded
  const JsonValue* body = nullptr;  // parsed, null where the route takes none
  std::string_view raw_body = {};   // CSV imports, webhooks
  std::map<std::string, std::string, std::less<>> headers = {};  // lower-case names; webhooks only
  std::optional<int64_t> if_match = std::nullopt;  // the version the client says it saw
  const SessionOfRequest* session = nullptr;       // null with an API token, and in public

  // The id in the path, or kNotFound (an id that cannot exist names nothing).
  template <class TypedId>
  Result<TypedId> PathId(std::string_view name) const {
    const auto found = path.find(name);
    if (found != path.end()) {
      if (auto id = TypedId::Parse(found->second)) return *id;
    }
    return Fail(NotFoundError(name));
  }
  static Error NotFoundError(std::string_view what);
};

struct Answer {
  int status = 200;
  std::string body;  // JSON unless content_type says otherwise; empty with 204
  std::string content_type = "application/json";
  std::optional<int64_t> version;  // sent as ETag
  std::string location;            // sent as Location with 201
  WritePlan plan;
  // The plan is written, and then this is the answer: a refused sign-in still counts.
  std::optional<Error> refusal = std::nullopt;
  // Sign-in only: the token to set as session cookie; empty ends it.
  std::optional<std::string> session_token = std::nullopt;
};

class PolicySource;     // app/policy.h
class CallLogReader;    // app/call_log_reader.h
class FrameworkSource;  // app/frameworks.h
class TableReader;      // app/inbound.h
class HelpdeskReader;   // app/inbound.h

class ConfigurationCache;  // app/configuration.h
std::shared_ptr<ConfigurationCache> NewConfigurationCache();
class PolicyLibrary;  // app/policy_library.h
std::shared_ptr<PolicyLibrary> NewPolicyLibrary();
class LiveQueues;  // app/queue_state.h
std::shared_ptr<LiveQueues> NewLiveQueues();

// What a use case may reach. Lives as long as the server; thread-safe. The pointers may be null
// where a program (a small test, a tool) needs no such port: the use cases that do then say so.
struct Services {
  Store& store;
  Clock& clock;
  RandomSource& random;
  PolicySource& policies;
  CallLogReader* call_logs = nullptr;
  FrameworkSource* frameworks = nullptr;
  TableReader* tables = nullptr;
  HelpdeskReader* helpdesk = nullptr;  // Chatwoot's
  std::shared_ptr<ConfigurationCache> configurations = NewConfigurationCache();
  std::shared_ptr<PolicyLibrary> policy_library = NewPolicyLibrary();
  std::shared_ptr<LiveQueues> live_queues = NewLiveQueues();
};

using UseCase = Result<Answer> (*)(Services&, const Request&);

// Runs a use case, commits its plan, runs it again once when stale: what http does, for the command
// line and tests.
Result<Answer> RunAndWait(Services& services, UseCase use_case, const Request& request);

}  // namespace extramile::app
