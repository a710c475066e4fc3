// Actions as they are read, with what followed them.
#pragma once

#include <span>
#include <vector>

#include "app/actions.h"
#include "app/effects.h"
#include "app/sequels.h"

namespace extramile::app {

struct ActionView {
  ActionRecord record;
  std::vector<PromiseRecord> promises;
  std::vector<AwarenessRecord> awareness;
  std::vector<EffectRecord> effects;
  std::vector<OutcomeRecord> outcomes;
};

// From the answers of ActionQueries, in the order in which they were taken.
std::vector<ActionView> ActionsFrom(std::span<const Rows> answers);
// The contract's Action.
void WriteAction(JsonWriter& out, const ActionView& action, Currency currency);

// $1 organisation, $2 action: its case.
extern const Sql kCaseOfAction;
// $1 organisation, $2 promise: as PromiseFrom reads it.
extern const Sql kPromiseById;
PromiseRecord PromiseFrom(const Row& row);

// What a promise's body says.
struct NewPromise {
  Instant due_at;
  WrittenWords words;
};
NewPromise ReadPromise(ObjectReader& in);
// Adds a promise to the change, and its event.
PromiseRecord AddPromise(Change& change, const Request& request, AnyId action,
                         const std::optional<AnyId>& service_case, const NewPromise& promise,
                         Instant occurred_at, const Rows& actor_name);

}  // namespace extramile::app
