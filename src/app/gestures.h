// The gesture catalogue: added-value actions, what each costs in money and minutes, what it serves
// and what it needs. A code names a gesture for ever: retired, it stays readable in old records.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/record.h"
#include "app/use_case.h"

namespace extramile::app {

Result<Answer> ListGestures(Services& services, const Request& request);
Result<Answer> AddGesture(Services& services, const Request& request);
Result<Answer> RetireGesture(Services& services, const Request& request);

struct GestureRecord {
  AnyId id;
  std::string code;
  std::string kind;
  std::string title;
  std::string description;
  int64_t amount = 0;  // minor units
  int64_t minutes = 0;
  int64_t goods_value = 0;  // minor units
  bool cash = false;
  std::optional<std::string> dimension, touchpoint;
  std::string needs;
  std::vector<std::string> conditions;  // what is asked in return, a word each
  std::string state;                    // active | retired
  bool routine = false;                 // promised by the offer in force
  int64_t version = 1;
};

// $1 organisation: every gesture, by code, as GestureFrom reads them.
extern const Sql kAllGestures;
// $1 organisation, $2 code: the same for one.
extern const Sql kGestureByCode;
GestureRecord GestureFrom(const Row& row);

// The contract's Gesture.
void WriteGesture(JsonWriter& out, const GestureRecord& gesture, Currency currency);

}  // namespace extramile::app
