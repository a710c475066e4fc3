// Trials of a proposal: who tries it, from when until when, who owns it, and what is watched
// meanwhile. The evidence is split: what the uses before it show, and what those in it show, each
// replayed through the same processes (gesture_evidence.h), so that a trial is not carried by what
// was known before.
//
// A trial is over when its time is up, when the proposal moves on, or when one of its harm
// processes rings: that ends it as a suggestion to stop, and people decide. What it showed stays
// with it.
//
// A use counts before the trial only if it was done and written down before; one that was done
// before and written down later counts in neither.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/change.h"
#include "app/gesture_evidence.h"
#include "app/gesture_uses.h"
#include "app/record.h"

namespace extramile::app {

struct TrialRecord {
  AnyId id;
  AnyId proposal;
  std::optional<std::string> gesture;  // watched
  std::optional<std::string> team;     // of whom it is tried; everybody where absent
  Instant from, until;
  PersonRef owner;
  std::optional<Instant> ended_at;
  std::optional<std::string> ended_by;  // harm | move
  // {"before": ..., "during": ...}, the contract's TrialEvidence twice: stored once it has ended.
  std::optional<std::string> shown;

  bool Runs(Instant now) const { return !ended_at && now < until; }
};

// $1 organisation, in the order in which they began; and those of the proposal $2.
extern const Sql kTrials, kTrialsOfProposal;
TrialRecord TrialFrom(const Row& row);

// The trial that a move asks for, with what it leaves open: everybody, from now, for four weeks,
// owned by who moves. Errors of the body go to `in`.
struct TrialWish {
  std::optional<std::string> team;
  std::optional<Instant> from, until;
  std::optional<PersonId> owner;
};
TrialWish ReadTrialWish(ObjectReader& in, std::string_view key);
// $1 organisation, $2 team: a row if it has people.
extern const Sql kTeamExists;
// Checks the wish and fills in what it leaves open; `owner` and `team` are the rows of kPersonName
// and kTeamExists.
Result<TrialRecord> TrialFor(const TrialWish& wish, const Request& request, const Rows& owner,
                             const Rows& team);
void InsertTrialStep(Change& change, const Request& request, const TrialRecord& trial);

// What a trial shows so far; keeps what is stored of one that has ended.
void ShowTrial(TrialRecord& trial, const UsesOnRecord& record, Instant now);
// Ends it because the proposal moves on.
void EndTrialStep(Change& change, const Request& request, TrialRecord& trial);

// Ends every running trial whose harm processes ring, with an event that suggests to stop; answers
// how many. Waits until that is durable. Cost: where a trial runs, ReadGestureUses.
Result<int> EndHarmfulTrials(Services& services, const Organisation& organisation, Instant now);

// The contract's Trial.
void WriteTrial(JsonWriter& out, const TrialRecord& trial, Instant now);

}  // namespace extramile::app
