// Every operation of the API in one table: its method and path, who may use it, what it takes and
// which use case answers it. It says the same as api/openapi.yaml (a test compares them); a route
// is added there and here, and nowhere else.
//
//   if (auto found = router.Find("POST", "/api/v1/ideas/0193.../check")) {
//     found->route->operation;      // "check_idea"
//     found->parameters;            // {id: "0193..."}
//   }
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "app/use_case.h"

namespace extramile::http {

enum class BodyKind {
  kNone,          // none is taken
  kJson,          // required
  kOptionalJson,  // absent reads as {}
  kJsonOrCsv,     // parsed when it is JSON; the bytes are handed over in either case
  kRaw,           // handed over as sent, with the headers: its signature covers the bytes
};

// Work that takes a core for long (Argon2id, imports) has threads of its own, so that it never
// stands before a check.
enum class Lane { kQuick, kSlow };

inline constexpr size_t kUsualBody = size_t{1} << 20;

// What is unusual about a route.
struct Unusual {
  size_t max_body = kUsualBody;
  Lane lane = Lane::kQuick;
  // Changes nothing although it is no GET.
  bool only_reads = false;
  // What callers may do is different afterwards: sessions and tokens are looked up anew.
  bool changes_callers = false;
  // Members of body or answer that are kept nowhere, not even for a repeated Idempotency-Key: their
  // names, one space between.
  std::string_view secret = {};
};

struct Route {
  std::string_view operation;
  std::string_view method;
  std::string_view path;  // "/api/v1/ideas/{id}/check"
  app::Roles roles;       // none: public
  app::UseCase use_case;
  BodyKind body = BodyKind::kNone;
  Unusual unusual = {};

  bool is_public() const { return roles.bits == 0; }
  bool reads() const { return method == "GET" || unusual.only_reads; }
};

std::span<const Route> Routes();
const Route* FindOperation(std::string_view operation);  // nullptr where there is none

using PathParameters = std::map<std::string, std::string, std::less<>>;

struct Found {
  const Route* route = nullptr;  // null: the path exists, but not with this method
  PathParameters parameters;     // decoded
  std::string allowed;           // the methods the path has: "GET, POST"
};

// Finds routes by walking the path's segments; a literal one goes before a parameter. Immutable,
// thread-safe; costs a map lookup a segment.
class Router {
 public:
  explicit Router(std::span<const Route> routes);
  ~Router();
  // nullopt: no such path. `path` as sent, without the query. HEAD finds GET.
  std::optional<Found> Find(std::string_view method, std::string_view path) const;

 private:
  struct Node;
  std::unique_ptr<Node> root_;
};

}  // namespace extramile::http
