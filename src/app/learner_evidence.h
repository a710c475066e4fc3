// A learner's records as evidence: read in one snapshot and turned into the portfolio's plain
// values, with the facts that criteria ask for.
//
// Taken are the learner's own cases (those put forward, and those with an action, which might be)
// and, on them, what the learner recorded: the criteria ask what they did. Nothing of the
// customer's leaves the store but whether two cases had the same one; free text stays where it is,
// only whose words they are is told.
//
// Before and after are decided on when a record was written: a check counts as made before an
// action when it stood in the record by the time of the action.
//
//   std::vector<Query> queries = EvidenceQueries(organisation, enrolment_id);
//   EM_ASSIGN(auto answers, store.Read(organisation, queries));
//   EM_ASSIGN(portfolio::Evidence evidence, EvidenceFrom(answers));
#pragma once

#include <span>
#include <vector>

#include "app/store.h"
#include "base/error.h"
#include "portfolio/evidence.h"

namespace extramile::app {

// Queries for somebody's Read: $1 organisation, $2 enrolment.
std::vector<Query> EvidenceQueries(OrganisationId organisation, AnyId enrolment);
// Their answers, in the same order.
Result<portfolio::Evidence> EvidenceFrom(std::span<const Rows> answers);

}  // namespace extramile::app
