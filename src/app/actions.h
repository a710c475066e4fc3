// Actions: what was really done, when, at what cost, and what was promised with it.
//
// An action rests on a check that came before it and spends what the check held. Failing or being
// reversed gives it back.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "app/record.h"
#include "app/use_case.h"

namespace extramile::app {

Result<Answer> TakeAction(Services& services, const Request& request);
Result<Answer> ChangeAction(Services& services, const Request& request);
Result<Answer> MakePromise(Services& services, const Request& request);
Result<Answer> SettlePromise(Services& services, const Request& request);

struct PromiseRecord {
  RecordHead head;
  AnyId action;
  Instant due_at;
  std::string state = "open";  // open | kept | broken | renegotiated
  std::optional<StoredWords> words;
};
// The contract's Promise.
void WritePromise(JsonWriter& out, const PromiseRecord& promise);

struct ActionRecord {
  RecordHead head;
  AnyId idea;
  std::optional<AnyId> check, consultation;
  std::optional<std::string> gesture;
  std::string title;
  std::string state = "done";  // planned | done | partly done | failed | reversed
  int64_t amount = 0;
  int64_t minutes = 0;
  std::optional<std::string> touchpoint;
  std::optional<StoredWords> words;
};

// The actions of a case with all that followed them: queries for somebody's Read, and the list
// written from their answers (in the same order).
std::vector<Query> ActionQueries(OrganisationId organisation, AnyId service_case);
void WriteActions(JsonWriter& out, std::span<const Rows> answers, Currency currency);

}  // namespace extramile::app
