#include "app/proposal_record.h"

namespace extramile::app {

#define PROPOSAL_COLUMNS                                                                   \
  "select r.id, r.occurred_at, r.recorded_at, r.recorded_by, p.display_name, r.version, "  \
  "r.kind, r.gesture_code, r.incident_id, r.state, r.offer_id, r.uses, r.customers, "      \
  "r.valued, r.cost, r.capacity, w.text, w.author from proposal r "                        \
  "left join person p on p.organisation_id = r.organisation_id and p.id = r.recorded_by "  \
  "left join words w on w.organisation_id = r.organisation_id and w.record_id = r.id and " \
  "w.field = 'words' where r.organisation_id = $1 "
const Sql kProposals = {PROPOSAL_COLUMNS "order by r.recorded_at desc, r.id desc"};
const Sql kProposalById = {PROPOSAL_COLUMNS "and r.id = $2"};
#undef PROPOSAL_COLUMNS
#define STEP_COLUMNS                                                                       \
  "select s.proposal_id, s.from_state, s.to_state, s.recorded_by, p.display_name, "        \
  "s.occurred_at, w.text, w.author from proposal_step s "                                  \
  "left join person p on p.organisation_id = s.organisation_id and p.id = s.recorded_by "  \
  "left join words w on w.organisation_id = s.organisation_id and w.record_id = s.id and " \
  "w.field = 'words' where s.organisation_id = $1 "
const Sql kProposalSteps = {STEP_COLUMNS "order by s.recorded_at, s.id"};
const Sql kStepsOfProposal = {STEP_COLUMNS "and s.proposal_id = $2 order by s.recorded_at, s.id"};
#undef STEP_COLUMNS

namespace {

// Uses, customers, valued and money of the actions that follow. A use is valued when a customer's
// praise names the action or its case.
#define EM_FIGURES                                                                        \
  "select count(*), count(distinct c.customer_id), "                                      \
  "count(case when exists (select 1 from feedback f where f.organisation_id = $1 and "    \
  "f.positive = 1 and f.source = 'customer' and (f.action_id = a.id or "                  \
  "(f.action_id is null and f.case_id = a.case_id))) then 1 end), "                       \
  "cast(coalesce(sum(a.amount), 0) as bigint) from action a left join service_case c on " \
  "c.organisation_id = a.organisation_id and c.id = a.case_id where a.organisation_id = $1 and "
// $2: the gesture's code.
const Sql kGestureFigures = {EM_FIGURES
                             "a.gesture_code = $2 and a.state in ('done', 'partly done')"};
// $2: the incident; what its gestures add up to.
const Sql kIncidentFigures = {
    EM_FIGURES
    "coalesce(a.incident_id, c.incident_id) = $2 and a.state in ('done', 'partly done')"};
#undef EM_FIGURES

void WriteStep(JsonWriter& out, const ProposalStepRecord& step) {
  out.BeginObject();
  Put(out, "from", step.from);
  Put(out, "to", step.to);
  Put(out, "by", step.by);
  Put(out, "occurred_at", step.occurred_at);
  Put(out, "words", step.words);
  out.EndObject();
}

void WriteMoves(JsonWriter& out, const ProposalRecord& proposal,
                const desk::ChangeProcedure& procedure, const desk::Mover& mover) {
  out.Key("moves").BeginArray();
  for (const desk::ProcedureMove* move : procedure.MovesFrom(proposal.state)) {
    if (!procedure.May(mover, *move)) continue;
    const desk::StateMeaning is = procedure.MeaningOf(*move);
    out.BeginObject();
    Put(out, "to", move->to);
    Put(out, "is", desk::Word(is));
    Put(out, "needs_reason", desk::NeedsReason(is));
    out.EndObject();
  }
  out.EndArray();
}

}  // namespace

desk::Mover ProposalRecord::MoverOf(const Request& request) const {
  return {.roles = request.actor.roles.ToString(),
          .author = !raised_by_record() && head.recorded_by.id == request.actor.person};
}

ProposalRecord ProposalFrom(const Row& row, Currency currency) {
  RowReader in(row);
  ProposalRecord proposal;
  proposal.head = in.Head();
  proposal.subject.kind = in.Text();
  proposal.subject.gesture = in.OptionalText();
  proposal.subject.incident = in.OptionalId();
  proposal.state = in.Text();
  proposal.offer = in.OptionalId();
  proposal.figures.uses = in.Int();
  proposal.figures.customers = in.Int();
  proposal.figures.valued = in.Int();
  proposal.figures.cost = {in.Int(), currency};
  proposal.capacity = in.OptionalText();
  proposal.words = in.Words();
  return proposal;
}

ProposalStepRecord ProposalStepFrom(const Row& row) {
  RowReader in(row, 1);
  ProposalStepRecord step;
  step.from = in.Text();
  step.to = in.Text();
  step.by = in.Person();
  step.occurred_at = in.Time();
  step.words = in.Words();
  return step;
}

Query FiguresQuery(const Organisation& organisation, const ProposalSubject& subject) {
  if (subject.about_gesture()) return {&kGestureFigures, {organisation.id, *subject.gesture}};
  return {&kIncidentFigures, {organisation.id, subject.incident.value_or(AnyId{})}};
}

void TakeFigures(ProposalRecord& proposal, const Rows& rows, Currency currency) {
  RowReader in(rows.front());
  proposal.figures.uses = in.Int();
  proposal.figures.customers = in.Int();
  proposal.figures.valued = in.Int();
  proposal.figures.cost = {in.Int(), currency};
}

desk::StateMeaning MeaningOf(const ProposalRecord& proposal,
                             const desk::ChangeProcedure& procedure) {
  if (const auto* state = procedure.Find(proposal.state)) return state->is;
  return proposal.offer ? desk::StateMeaning::kAdopted : desk::StateMeaning::kDeclined;
}

void WriteProposal(JsonWriter& out, const ProposalRecord& proposal,
                   const desk::ChangeProcedure& procedure, const Request& request) {
  out.BeginObject();
  PutHead(out, proposal.head);
  Put(out, "kind", proposal.subject.kind);
  Put(out, "gesture", proposal.subject.gesture);
  Put(out, "incident", proposal.subject.incident);
  Put(out, "state", proposal.state);
  Put(out, "is", desk::Word(MeaningOf(proposal, procedure)));
  WriteMoves(out, proposal, procedure, proposal.MoverOf(request));
  Put(out, "offer", proposal.offer);
  Put(out, "uses", proposal.figures.uses);
  Put(out, "customers", proposal.figures.customers);
  Put(out, "valued", proposal.figures.valued);
  Put(out, "cost", proposal.figures.cost);
  Put(out, "evidence", desk::FiguresInWords(proposal.figures));
  Put(out, "raised_by", proposal.raised_by_record() ? "record" : "person");
  Put(out, "record_shows", proposal.record_shows);
  out.Key("capacity");
  if (proposal.capacity) {
    out.Raw(*proposal.capacity);
  } else {
    out.Null();
  }
  Put(out, "words", proposal.words);
  out.Key("steps").BeginArray();
  for (const ProposalStepRecord& step : proposal.steps) WriteStep(out, step);
  out.EndArray().Key("trials").BeginArray();
  for (const TrialRecord& trial : proposal.trials) WriteTrial(out, trial, request.now);
  out.EndArray().EndObject();
}

}  // namespace extramile::app
