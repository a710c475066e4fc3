// Recording a check: its row, what it holds, its forecast and its event, in one change.
//
// Shared by the check itself and by a tap on a tile, which is idea, check and action at once.
#pragma once

#include <optional>
#include <string>

#include "app/assessment.h"
#include "app/change.h"
#include "app/checks.h"
#include "app/situation.h"

namespace extramile::app {

struct CheckToRecord {
  AnyId idea;
  std::optional<std::string> gesture;
  std::optional<std::string> own_verdict;
  std::string timing = "before";
  Instant occurred_at;
  bool spend_at_once = false;  // a tap: the action follows in the same change
};

// Adds the check to the change: guards the configuration, replaces the case's hold by what this
// check relies on, releases what has run out. Errors are the store's, where an approver's authority
// has to be read.
Result<CheckRecord> RecordCheck(Change& change, Services& services, const Request& request,
                                const Situation& situation, Assessor& assessor,
                                const Assessment& assessment, const CheckToRecord& check);

// The answer of a check that is not recorded.
CheckRecord PreviewOf(const Request& request, const Situation& situation,
                      const Assessment& assessment, AnyId idea);

// True where an approval covers an idea of that size from now on.
bool Covers(const std::optional<Approval>& approval, int64_t amount, int64_t minutes, Instant at);

}  // namespace extramile::app
