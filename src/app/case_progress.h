// How far a case has come, counted from its records: the columns of a statement over `service_case
// c` and their reading. One text for the list and for the case itself, so that both name the same
// next step.
#pragma once

#include "app/record.h"
#include "desk/next_step.h"

namespace extramile::app {

// clang-format off
#define CASE_PROGRESS_COLUMNS                                                                     \
  "case when c.state = 'closed' then 1 else 0 end, c.use_as_evidence, "                           \
  "(select count(*) from offer_explanation x where x.organisation_id = $1 and x.case_id = c.id), " \
  "(select count(*) from expectation x where x.organisation_id = $1 and x.case_id = c.id), "      \
  "(select count(*) from offer_match x where x.organisation_id = $1 and x.case_id = c.id), "      \
  "(select count(*) from idea x where x.organisation_id = $1 and x.case_id = c.id and "           \
    "x.state <> 'dropped'), "                                                                     \
  "(select count(*) from idea x where x.organisation_id = $1 and x.case_id = c.id and "           \
    "x.state = 'chosen'), "                                                                       \
  "(select k.outcome from idea x join idea_check k on k.organisation_id = x.organisation_id and " \
    "k.idea_id = x.id where x.organisation_id = $1 and x.case_id = c.id and x.state = 'chosen' "  \
    "order by k.recorded_at desc, k.id desc limit 1), "                                           \
  "(select count(*) from consultation x where x.organisation_id = $1 and x.case_id = c.id), "     \
  "(select count(*) from consultation x where x.organisation_id = $1 and x.case_id = c.id and "   \
    "x.purpose = 'approval' and x.state in ('requested', 'escalated')), "                         \
  "(select count(*) from consultation x where x.organisation_id = $1 and x.case_id = c.id and "   \
    "x.purpose = 'approval' and x.state in ('approved', 'changed')), "                            \
  "(select count(*) from action x where x.organisation_id = $1 and x.case_id = c.id and "         \
    "x.state = 'planned'), "                                                                      \
  "(select count(*) from action x where x.organisation_id = $1 and x.case_id = c.id and "         \
    "x.state in ('done', 'partly done')), "                                                       \
  "(select count(*) from action x where x.organisation_id = $1 and x.case_id = c.id and "         \
    "x.state in ('done', 'partly done') and exists (select 1 from awareness y where "             \
    "y.organisation_id = $1 and y.action_id = x.id)), "                                           \
  "(select count(*) from effect_observation y join action x on "                                  \
    "x.organisation_id = y.organisation_id and x.id = y.action_id where "                         \
    "y.organisation_id = $1 and x.case_id = c.id), "                                              \
  "(select count(*) from promise y join action x on x.organisation_id = y.organisation_id and "   \
    "x.id = y.action_id where y.organisation_id = $1 and x.case_id = c.id and "                   \
    "y.state = 'open'), "                                                                         \
  "(select count(*) from feedback x where x.organisation_id = $1 and x.case_id = c.id), "         \
  "(select count(*) from feedback x where x.organisation_id = $1 and x.case_id = c.id and "       \
    "x.positive = 1 and not exists (select 1 from feedback_passed_on y where "                    \
    "y.organisation_id = $1 and y.feedback_id = x.id))"
// clang-format on

// Reads those columns, in their order.
inline desk::CaseProgress CaseProgressFrom(RowReader& in) {
  desk::CaseProgress progress;
  progress.closed = in.Bool();
  progress.use_as_evidence = in.Bool();
  progress.explanations = in.Int();
  progress.expectations = in.Int();
  progress.matches = in.Int();
  progress.ideas = in.Int();
  progress.chosen = in.Int();
  progress.last_outcome = in.Text();
  progress.consultations = in.Int();
  progress.approvals_awaited = in.Int();
  progress.approvals_given = in.Int();
  progress.planned = in.Int();
  progress.done = in.Int();
  progress.told = in.Int();
  progress.effects = in.Int();
  progress.promises_open = in.Int();
  progress.feedback = in.Int();
  progress.praise_kept = in.Int();
  return progress;
}

}  // namespace extramile::app
