// What an action did to other customers: computed from the calls of the team's queue in the window
// around it, or as a person observed it where there is no queue. Both verdicts are kept, because
// the standards differ: unaffected; not unreasonably affected.
//
// How a computed verdict comes about is said in effect_statistics.h and in the record's sentence.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "app/record.h"
#include "app/use_case.h"

namespace extramile::app {

Result<Answer> ObserveEffect(Services& services, const Request& request);

struct EffectRecord {
  RecordHead head;
  std::string method;  // computed | observed
  std::string on_whom;
  Instant window_from, window_to;
  std::optional<double> mean_wait_s, expected_wait_s, standard_wait_s;
  std::optional<double> forecast_minutes;  // others' extra waiting together, as forecast before
  std::optional<int64_t> customers;
  std::optional<bool> unaffected, not_unreasonably;
  std::optional<StoredWords> words;
};

// $1 organisation, $2 case: each row begins with its action's id.
extern const Sql kEffectsOfCase;
EffectRecord EffectFrom(const Row& row);

// In plain words, whatever was found.
std::string EffectSentence(const EffectRecord& effect);
// The contract's Effect.
void WriteEffect(JsonWriter& out, const EffectRecord& effect);

}  // namespace extramile::app
