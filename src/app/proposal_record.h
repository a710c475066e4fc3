// A proposal as it stands in its rows and in the contract: what is suggested, where it is in the
// change procedure, the figures that stand beside it, its steps and its trials.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/proposal_trial.h"
#include "app/record.h"
#include "desk/change_procedure.h"
#include "desk/proposal.h"

namespace extramile::app {

// What it is about.
struct ProposalSubject {
  std::string kind;  // routine | improvement
  std::optional<std::string> gesture;
  std::optional<AnyId> incident;

  // Rather than about what an incident costs.
  bool about_gesture() const { return gesture && !incident; }
};

struct ProposalStepRecord {
  std::string from, to;
  PersonRef by;
  Instant occurred_at;
  std::optional<StoredWords> words;
};

struct ProposalRecord {
  RecordHead head;
  ProposalSubject subject;
  std::string state;
  std::optional<AnyId> offer;  // the version it became
  desk::ProposalFigures figures;
  std::optional<std::string> capacity;  // the contract's Capacity, as it was counted last
  std::optional<StoredWords> words;
  std::optional<std::string> record_shows;  // of its gesture
  std::vector<ProposalStepRecord> steps;
  std::vector<TrialRecord> trials;

  bool raised_by_record() const { return head.recorded_by.id == PersonId{}; }
  desk::Mover MoverOf(const Request& request) const;
};

// $1 organisation, newest first; and the one with the id $2.
extern const Sql kProposals, kProposalById;
ProposalRecord ProposalFrom(const Row& row, Currency currency);

// $1 organisation; each row begins with its proposal's id. And those of the proposal $2.
extern const Sql kProposalSteps, kStepsOfProposal;
ProposalStepRecord ProposalStepFrom(const Row& row);

// What its figures are counted from, as the query to ask, and taking them from its answer.
Query FiguresQuery(const Organisation& organisation, const ProposalSubject& subject);
void TakeFigures(ProposalRecord& proposal, const Rows& rows, Currency currency);

// What its state means: of a state that only an earlier procedure knew, what became of it.
desk::StateMeaning MeaningOf(const ProposalRecord& proposal,
                             const desk::ChangeProcedure& procedure);

// The contract's Proposal; `moves` are those that the asking person may make.
void WriteProposal(JsonWriter& out, const ProposalRecord& proposal,
                   const desk::ChangeProcedure& procedure, const Request& request);

}  // namespace extramile::app
