// Recording an action: its row, its lines, who took part, the incident's sums and its event, in one
// change. Shared by taking an action and by a tap on a tile; what it spends is the caller's.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/action_rows.h"
#include "app/change.h"
#include "app/situation.h"

namespace extramile::app {

struct Participant {
  PersonId person;
  std::string part;
  int64_t minutes = 0;
};

struct ActionToRecord {
  AnyId idea;
  std::string title;
  std::optional<AnyId> check, consultation;
  std::optional<std::string> gesture;
  std::vector<desk::IdeaLineFacts> lines;
  std::string state = "done";
  int64_t amount = 0;
  int64_t minutes = 0;
  std::optional<std::string> touchpoint;
  std::optional<WrittenWords> words;
  std::vector<Participant> participants;  // empty: the actor alone
  std::vector<NewPromise> promises;
  Instant occurred_at;
};

ActionView RecordAction(Change& change, const Request& request, const CaseInQuestion& service_case,
                        const ActionToRecord& action, const Rows& actor_name);

// Planned, done and partly done: what stands, and counts.
bool Stands(std::string_view action_state);

// One gesture more or less (`sign` 1 or -1), and its cost, for an incident.
void CountForIncident(Change& change, const std::optional<AnyId>& incident, int64_t sign,
                      int64_t amount);

}  // namespace extramile::app
