// Change: builds the WritePlan of one use case, so that every record is written the same way: its
// row, the words a person wrote (apart, erasable, with their authorship) and one event that points
// at both without holding personal data.
//
//   Change change(services, request);
//   const AnyId id = change.NewId();
//   change.Step(kInsertExpectation, {org, id, ...});
//   change.Words(id, "expectation", "words", *words, occurred_at);
//   change.Event({.kind = "expectation_noted", .record_kind = "expectation", .record = id,
//   .service_case = case_id,
//                 .occurred_at = occurred_at}, [&](JsonWriter& body) {
//                 body.Key("dimension").String(dimension); });
//   answer.plan = std::move(change).Take();
//
// The event's body gets "words": {field: hash} of every text written for its record before it:
// SHA-256 over a random salt and the text. Erasing text and salt leaves the record whole and the
// hash mute.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/store.h"
#include "app/use_case.h"
#include "base/json_reader.h"
#include "base/json_writer.h"

namespace extramile::app {

// A text and whose it is; `author` is one of the words of the contract's Author.
struct WrittenWords {
  std::string text;
  std::string author = "own_words";
};

// Reads {"text": ..., "author": ...} under `key`; absent gives nullopt (an error when required).
std::optional<WrittenWords> ReadWords(ObjectReader& in, std::string_view key,
                                      bool required = false);

// Reads "occurred_at": now when absent; in the future is an error. Late is allowed, and visible.
Instant ReadOccurredAt(ObjectReader& in, const Request& request);

// {"text": ..., "author": ...}, or null when `author` is null (nothing was written); text is null
// once erased.
void WriteWords(JsonWriter& out, const Cell& text, const Cell& author);
// {"id": ..., "name": ...}, or null when `id` is null.
void WritePerson(JsonWriter& out, const Cell& id, const Cell& name);
// id, occurred_at, recorded_at, recorded_by, version: the first members of every record's answer.
// Takes the cells (id, occurred_at, recorded_at, recorded_by id, recorded_by name, version),
// consecutive in `row` from `at`.
void WriteRecord(JsonWriter& out, const Row& row, size_t at = 0);

struct EventHead {
  std::string kind;
  std::string record_kind;
  AnyId record;
  std::optional<AnyId> service_case = std::nullopt;
  Instant occurred_at;
};

class Change {
 public:
  Change(Services& services, const Request& request);

  AnyId NewId();
  void Step(const Sql& sql, Params params) { plan_.steps.push_back({&sql, std::move(params)}); }
  // A step that must change exactly one row, else the plan fails with `otherwise`.
  void Guard(const Sql& sql, Params params, Error otherwise) {
    plan_.steps.push_back({&sql, std::move(params), Expect::kOneRow, std::move(otherwise)});
  }
  void Words(AnyId record, std::string_view record_kind, std::string_view field,
             const WrittenWords& words, Instant occurred_at);
  void Event(EventHead head, const std::function<void(JsonWriter&)>& members = {});
  // What counts as configuration (grants, offer, gestures, budgets, job roles, roles) bumps this,
  // so that caches see it.
  void ConfigurationChanged();

  WritePlan& plan() { return plan_; }
  WritePlan Take() && { return std::move(plan_); }

 private:
  struct WrittenHash {
    AnyId record;
    std::string field;
    std::string hash;
  };
  Services& services_;
  const Request& request_;
  WritePlan plan_;
  std::vector<WrittenHash> hashes_;
};

}  // namespace extramile::app
