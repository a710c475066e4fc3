// The store, as use cases see it: read one snapshot, then hand over one plan of writes.
//
// A use case never begins a transaction. It reads what its decision needs, decides, and returns a
// WritePlan; the store puts plans of one organisation into one transaction, numbers their events
// without gaps, commits, and only then calls back. No step needs the rows of another step in the
// client. What was read may have changed by the time of writing, so steps carry the versions and
// limits they relied on and say how many rows they expect:
//
//   static const Sql kSpend = {"update ledger_account set held = held + $3 where organisation_id =
//   $1 and id = $2 "
//                              "and held + spent + $3 <= $4"};
//   plan.steps.push_back({&kSpend, {org, account, amount, limit}, Expect::kOneRow,
//   StaleError("authority")});
//
// A step that finds another number of rows undoes the whole plan (not its neighbours in the batch)
// and the plan's callback gets the step's error. An error of kind kStale asks the caller to read
// again and decide again, once.
//
// SQL: `$1` placeholders, one text for both databases or a pair; no now(), no `::` casts; every
// statement on a tenant's table names organisation_id (a test reads them all). A Sql object has
// static storage: its address is the key of the prepared-statement cache.
//
// Thread-safety: every method of Store may be called from any thread. Read blocks (call it on a
// worker thread); Commit does not, and its callback runs on a thread of the store: post your own
// work from it and return.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/error.h"
#include "base/hash.h"
#include "base/id.h"
#include "base/time.h"

namespace extramile::app {

using Bytes = std::vector<uint8_t>;

// One parameter or one cell: null, integer (times are microseconds, money minor units, booleans 0
// or 1), real, text, bytes, uuid.
class Cell {
 public:
  Cell() = default;
  Cell(std::nullptr_t) {}
  Cell(int64_t value) : value_(value) {}
  Cell(int value) : value_(static_cast<int64_t>(value)) {}
  Cell(bool value) : value_(static_cast<int64_t>(value)) {}
  Cell(double value) : value_(value) {}
  Cell(Instant value) : value_(value.micros) {}
  Cell(std::string value) : value_(std::move(value)) {}
  Cell(std::string_view value) : value_(std::string(value)) {}
  Cell(const char* value) : value_(std::string(value)) {}
  Cell(Bytes value) : value_(std::move(value)) {}
  Cell(const Sha256& value) : value_(Bytes(value.begin(), value.end())) {}
  Cell(const Uuid& value) : value_(value) {}
  template <class Tag>
  Cell(const Id<Tag>& id) : value_(id.bytes) {}
  template <class T>
  Cell(const std::optional<T>& value) {
    if (value) *this = Cell(*value);
  }

  using Variant = std::variant<std::monostate, int64_t, double, std::string, Bytes, Uuid>;
  const Variant& variant() const { return value_; }

  // Reading: a null reads as 0, "", empty; ask is_null() where it matters. Reading as another type
  // than was selected is a bug and throws std::bad_variant_access. Both backends return uuid
  // columns as Uuid and bytes columns as Bytes.
  bool is_null() const { return std::holds_alternative<std::monostate>(value_); }
  int64_t Int() const { return is_null() ? 0 : std::get<int64_t>(value_); }
  bool Bool() const { return Int() != 0; }
  double Real() const;
  const std::string& Text() const;
  const Bytes& Blob() const;
  Instant Time() const { return {Int()}; }
  template <class TypedId>
  TypedId Identifier() const {
    return is_null() ? TypedId{} : TypedId{std::get<Uuid>(value_)};
  }
  std::optional<int64_t> OptionalInt() const {
    return is_null() ? std::nullopt : std::optional(Int());
  }

 private:
  Variant value_;
};

using Row = std::vector<Cell>;  // in the order of the select list
using Rows = std::vector<Row>;
using Params = std::vector<Cell>;  // $1 is the first

struct Sql {
  const char* shared;  // both databases, or SQLite's when `postgres` is given
  const char* postgres = nullptr;
  const char* sqlite_text() const { return shared; }
  const char* postgres_text() const { return postgres ? postgres : shared; }
};

struct Query {
  const Sql* sql;
  Params params;
};

enum class Expect { kAny, kOneRow };

struct Step {
  const Sql* sql;
  Params params;
  Expect expect = Expect::kAny;
  std::optional<Error> otherwise = std::nullopt;  // required with kOneRow
};

// One change, for the record. `body` is canonical JSON without personal data: ids, words of the
// vocabulary, amounts, and the salted hashes of rows that can be erased. The store adds sequence,
// recorded_at, salt and hash.
struct EventBody {
  std::string kind;         // past tense, as a person would say it: "idea_checked"
  std::string record_kind;  // the table of the record it is about
  AnyId record;
  std::optional<AnyId> service_case;
  PersonId actor;
  Instant occurred_at;
  std::string body;
};

struct OutboxRow {
  AnyId id;
  std::string kind;  // "webhook", "mail"
  std::string destination;
  std::string body;
};

// With a key, the answer is stored in the plan's own transaction; a second plan with the same key
// gets the first's answer.
struct IdempotencyKey {
  std::string key;
  PersonId person;
  Sha256 fingerprint;  // of method, path and body
  int status = 200;
  std::string answer;
};

// `organisation` nil: only directory tables (identity, membership, session, api_token,
// organisation), no events, no outbox.
struct WritePlan {
  OrganisationId organisation;
  std::vector<Step> steps;
  std::vector<EventBody> events;
  std::vector<OutboxRow> outbox;
  std::optional<IdempotencyKey> key;
  Instant recorded_at;
};

struct Receipt {
  int64_t first_event = 0;  // sequence of the plan's first event; 0 without events
  int64_t last_event = 0;
  // Set when the idempotency key was there already with the same fingerprint: nothing was written,
  // this is the first answer.
  std::optional<IdempotencyKey> replayed;
};

using CommitDone = std::function<void(Result<Receipt>)>;

class Store {
 public:
  virtual ~Store() = default;

  // Answers all queries from one snapshot, in order. Errors: kUnavailable "database-away"; a wrong
  // statement is a bug (kInternal).
  virtual Result<std::vector<Rows>> Read(OrganisationId organisation,
                                         std::span<const Query> queries) = 0;

  // Calls `done` exactly once, after the plan is durable or refused. Errors: the step's own;
  // kConflict "idempotency-key-reused"; kUnavailable "database-away", "disk-full",
  // "database-read-only"; kTooMany "store-busy".
  virtual void Commit(WritePlan plan, CommitDone done) = 0;

  // True once migrated and able to read; the text of why not otherwise.
  virtual Result<void> Ready() = 0;

  // Stops taking plans, finishes those taken, and returns.
  virtual void Drain() = 0;
};

// Commits and waits: for the command line, tests and start-up; never on a server thread.
Result<Receipt> CommitAndWait(Store& store, WritePlan plan);
Result<Rows> ReadOne(Store& store, OrganisationId organisation, const Sql& sql, Params params);

// What a guarded step says when what it relied on has changed.
Error StaleError(std::string_view what);

}  // namespace extramile::app
