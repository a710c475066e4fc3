#include "app/learner_evidence.h"

#include <array>
#include <string>
#include <utility>

#include "app/record.h"
#include "base/json_reader.h"

namespace extramile::app {
namespace {

using portfolio::Evidence;
using portfolio::EvidenceCase;
using portfolio::EvidenceRecord;

#define EM_LEARNER "(select person_id from enrolment where organisation_id = $1 and id = $2)"
// The first members of every record r, and whose words it holds.
#define EM_HEAD "select r.id, r.case_id, r.occurred_at, r.recorded_at, w.author, "
#define EM_WORDS                                                                            \
  " left join words w on w.organisation_id = r.organisation_id and w.record_id = r.id and " \
  "w.field = 'words' "
#define EM_OWN                                                                              \
  " join service_case c on c.organisation_id = r.organisation_id and c.id = r.case_id and " \
  "c.agent_id = " EM_LEARNER " "
#define EM_BY_LEARNER \
  " where r.organisation_id = $1 and r.recorded_by = " EM_LEARNER " order by r.occurred_at, r.id"
// The first act on an idea of the alias i: what stood in the record by then came before.
#define EM_FIRST_ACT                                                                \
  "(select min(coalesce(x.done_at, x.occurred_at)) from action x where "            \
  "x.organisation_id = r.organisation_id and x.idea_id = r.idea_id and x.state in " \
  "('done', 'partly done', 'reversed'))"

const Sql kCases = {
    "select c.id, c.reference, c.opened_at, c.customer_id, u.kind, c.load, c.load_basis, "
    "c.situation, c.setting, c.sector, c.simulated, c.use_as_evidence from service_case c "
    "left join customer u on u.organisation_id = c.organisation_id and u.id = c.customer_id "
    "where c.organisation_id = $1 and c.agent_id = " EM_LEARNER
    " and (c.use_as_evidence = 1 or exists (select 1 from action x where "
    "x.organisation_id = c.organisation_id and x.case_id = c.id)) order by c.opened_at, c.id"};
const Sql kPromises = {"select r.case_id, r.due_at, r.state from promise r" EM_OWN EM_BY_LEARNER};

const Sql kOfferExplanations = {EM_HEAD
                                "r.channel from offer_explanation r" EM_OWN EM_WORDS EM_BY_LEARNER};
const Sql kExpectations = {
    EM_HEAD "r.kind, r.dimension, r.learned_by from expectation r" EM_OWN EM_WORDS EM_BY_LEARNER};
const Sql kMatches = {
    EM_HEAD
    "(select count(*) from offer_match_line l where l.organisation_id = r.organisation_id and "
    "l.match_id = r.id and l.key_difference = 1) from offer_match r" EM_OWN EM_WORDS EM_BY_LEARNER};
const Sql kIdeas = {EM_HEAD
                    "r.gesture_code, g.title, r.state, r.origin, r.amount, y.author from idea r"
                    " left join gesture g on g.organisation_id = r.organisation_id and "
                    "g.code = r.gesture_code left join words y on "
                    "y.organisation_id = r.organisation_id and y.record_id = r.id and "
                    "y.field = 'choice_reason'" EM_OWN EM_WORDS EM_BY_LEARNER};
// By the ideas of the learner's cases: checks have no index by case.
const Sql kChecks = {
    EM_HEAD "r.outcome, r.timing, r.own_verdict, r.gates, " EM_FIRST_ACT
            " from service_case c cross join idea j cross join idea_check r" EM_WORDS
            " where c.organisation_id = $1 and c.agent_id = " EM_LEARNER
            " and j.organisation_id = $1 and j.case_id = c.id and r.organisation_id = $1 and "
            "r.idea_id = j.id and r.case_id = c.id and r.recorded_by = " EM_LEARNER
            " order by r.occurred_at, r.id"};
const Sql kConsultations = {EM_HEAD "r.purpose, r.mode, r.state, r.confirmed_at, " EM_FIRST_ACT
                                    " from consultation r" EM_OWN EM_WORDS EM_BY_LEARNER};
const Sql kActions = {
    EM_HEAD
    "r.gesture_code, g.title, r.state, r.amount, coalesce(r.done_at, r.occurred_at), k.outcome, "
    "(select min(b.recorded_at) from idea_check b where b.organisation_id = r.organisation_id "
    "and b.idea_id = r.idea_id and b.timing = 'before'), t.state, i.origin from action r"
    " left join gesture g on g.organisation_id = r.organisation_id and g.code = r.gesture_code"
    " left join idea_check k on k.organisation_id = r.organisation_id and k.id = r.check_id"
    " left join consultation t on t.organisation_id = r.organisation_id and "
    "t.id = r.consultation_id left join idea i on i.organisation_id = r.organisation_id and "
    "i.id = r.idea_id" EM_OWN EM_WORDS EM_BY_LEARNER};
const Sql kAwareness = {
    EM_HEAD
    "r.action_id, r.channel, r.acknowledged from awareness r" EM_OWN EM_WORDS EM_BY_LEARNER};
const Sql kEffects = {
    EM_HEAD
    "r.action_id, r.method, r.unaffected, r.not_unreasonably from effect_observation r" EM_OWN
        EM_WORDS EM_BY_LEARNER};
const Sql kOutcomes = {
    EM_HEAD "r.action_id, r.kind, r.tangible from action_outcome r" EM_OWN EM_WORDS EM_BY_LEARNER};
// Praise may come in by itself (a survey): what counts is that the learner passed it on.
const Sql kFeedback = {
    EM_HEAD
    "r.action_id, r.source, r.method, r.positive, (select count(*) from feedback_passed_on q "
    "where q.organisation_id = r.organisation_id and q.feedback_id = r.id and "
    "q.recorded_by = " EM_LEARNER ") from feedback r" EM_OWN EM_WORDS
    " where r.organisation_id = $1 order by r.occurred_at, r.id"};
const Sql kProposals = {
    "select r.id, null, r.occurred_at, r.recorded_at, w.author, r.kind, r.valued from proposal "
    "r" EM_WORDS EM_BY_LEARNER};
const Sql kDocuments = {EM_HEAD
                        "d.kind, d.title from document_consulted r join reference_document d on "
                        "d.organisation_id = r.organisation_id and d.id = r.document_id" EM_WORDS
                        " where r.organisation_id = $1 and r.person_id = " EM_LEARNER
                        " order by r.occurred_at, r.id"};

std::string YesNo(bool yes) { return yes ? "yes" : "no"; }

// The state of something whose reply is on record.
bool Answered(const std::string& state) {
  return state == "approved" || state == "changed" || state == "declined" || state == "answered";
}

void ReadOfferExplanation(RowReader& in, EvidenceRecord& out) {
  out.says = "The offer explained (" + in.Text() + ")";
}

void ReadExpectation(RowReader& in, EvidenceRecord& out) {
  const std::string kind = in.Text(), dimension = in.Text(), learned_by = in.Text();
  out.says = (kind == "need" ? "A need noted (" : "An expectation noted (") + dimension + ", " +
             learned_by + ")";
  out.facts = {{"kind", kind}, {"dimension", dimension}, {"learned_by", learned_by}};
}

void ReadMatch(RowReader& in, EvidenceRecord& out) {
  const std::string differences = std::to_string(in.Int());
  out.says = "The offer matched; key differences: " + differences;
  out.facts = {{"key_differences", differences}};
}

void ReadIdea(RowReader& in, EvidenceRecord& out) {
  out.gesture = in.OptionalText().value_or("");
  const std::string title = in.OptionalText().value_or("in own words");
  const bool chosen = in.Text() == "chosen";
  const std::string origin = in.Text();
  out.amount = in.Int();
  const auto reason_author = in.OptionalText();
  if (!out.author) out.author = reason_author;
  out.says = "Idea: " + title + (chosen ? ", chosen" : "");
  out.facts = {{"chosen", YesNo(chosen)},
               {"reason", YesNo(reason_author.has_value())},
               {"origin", origin},
               {"costs_money", YesNo(out.amount > 0)}};
}

// Every gate that came to a decision.
Result<void> AddGates(const std::string& gates, EvidenceRecord& out) {
  EM_ASSIGN(const JsonValue list, ParseJson(gates));
  for (const JsonValue& gate : list.items) {
    const JsonValue* name = gate.Find("gate");
    const JsonValue* verdict = gate.Find("verdict");
    if (name && verdict && verdict->text != "undecided") out.facts.emplace_back("gate", name->text);
  }
  return {};
}

Result<void> ReadCheck(RowReader& in, EvidenceRecord& out) {
  const std::string outcome = in.Text();
  const bool said_before = in.Text() == "before";
  const bool own_verdict = in.OptionalText().has_value();
  const std::string gates = in.Text();
  const auto first_act = in.OptionalTime();
  const bool before = said_before && (!first_act || out.recorded_at <= *first_act);
  out.says = "Checked: " + outcome + (before ? "" : " (after the act)");
  out.facts = {{"timing", before ? "before" : "after"},
               {"outcome", outcome},
               {"own_verdict", YesNo(own_verdict)}};
  return AddGates(gates, out);
}

void ReadConsultation(RowReader& in, EvidenceRecord& out) {
  const std::string purpose = in.Text(), mode = in.Text(), state = in.Text();
  const bool confirmed = in.OptionalTime().has_value();
  const auto first_act = in.OptionalTime();
  const bool before = !first_act || out.recorded_at <= *first_act;
  const bool explained = out.author.has_value() || (mode == "spoken" && confirmed);
  out.says = (purpose == "advice" ? "Advice asked (" : "Approval asked (") + mode + "): " + state;
  out.facts = {{"purpose", purpose},
               {"explained", YesNo(explained)},
               {"answered", YesNo(Answered(state))},
               {"timing", before ? "before" : "after"}};
}

void ReadAction(RowReader& in, EvidenceRecord& out) {
  out.gesture = in.OptionalText().value_or("");
  const std::string title = in.OptionalText().value_or("an idea in own words");
  const std::string state = in.Text();
  out.amount = in.Int();
  const Instant done_at = in.Time();
  const std::string outcome = in.OptionalText().value_or("");
  const auto first_check = in.OptionalTime();
  const std::string sign_off = in.OptionalText().value_or("");
  const std::string origin = in.OptionalText().value_or("");
  const bool done = state == "done" || state == "partly done";
  out.needed_sign_off = outcome == "needs sign-off";
  out.signed_off = sign_off == "approved" || sign_off == "changed";
  out.says = (done ? "Done: " : "Action " + state + ": ") + title;
  out.facts = {{"done", YesNo(done)},
               {"extra", YesNo(outcome != "routine")},
               {"checked", YesNo(first_check && *first_check <= done_at)},
               {"origin", origin}};
}

void ReadAwareness(RowReader& in, EvidenceRecord& out) {
  out.action = in.Id();
  out.says = "The customer told (" + in.Text() + ")";
  out.facts = {{"acknowledged", YesNo(in.Bool())}};
}

void ReadEffect(RowReader& in, EvidenceRecord& out) {
  out.action = in.Id();
  const std::string method = in.Text();
  const auto unaffected = in.OptionalInt(), not_unreasonably = in.OptionalInt();
  const std::string verdict = unaffected == 1         ? "not affected"
                              : not_unreasonably == 1 ? "not unreasonably affected"
                              : not_unreasonably == 0 ? "affected more than is reasonable"
                              : unaffected == 0       ? "affected"
                                                      : "no verdict yet";
  out.says = "Other customers " + std::string(method == "computed" ? "(computed): " : "(seen): ") +
             verdict;
  out.facts = {{"method", method},
               {"judged", YesNo(unaffected.has_value() || not_unreasonably.has_value())}};
}

void ReadOutcome(RowReader& in, EvidenceRecord& out) {
  out.action = in.Id();
  out.says = "Outcome: " + in.Text();
  out.facts = {{"tangible", YesNo(in.Bool())}};
}

void ReadFeedback(RowReader& in, EvidenceRecord& out) {
  out.action = in.OptionalId();
  const std::string source = in.Text(), method = in.Text();
  const bool positive = in.Bool();
  const bool passed_on = in.Int() > 0;
  out.says = (positive ? "Praise from a " : "Feedback from a ") + source + " (" + method + ")" +
             (passed_on ? ", passed on" : "");
  out.facts = {{"source", source}, {"positive", YesNo(positive)}, {"passed_on", YesNo(passed_on)}};
}

void ReadProposal(RowReader& in, EvidenceRecord& out) {
  const std::string kind = in.Text(), times = std::to_string(in.Int());
  out.says = kind == "routine" ? "Put forward to become routine; valued so far: " + times
                               : "An improvement put forward";
  out.facts = {{"kind", kind}, {"times", times}};
}

void ReadDocument(RowReader& in, EvidenceRecord& out) {
  const std::string kind = in.Text();
  out.says = "Looked up: " + in.Text();
  out.facts = {{"kind", kind}};
}

// A reader that cannot fail, as one that can.
template <void (*Read)(RowReader&, EvidenceRecord&)>
Result<void> Plain(RowReader& in, EvidenceRecord& out) {
  Read(in, out);
  return {};
}

// One line a kind of record: where it is read, and how.
struct Source {
  std::string_view kind;
  const Sql* sql;
  Result<void> (*read)(RowReader&, EvidenceRecord&);
  bool follows_up = false;  // says what came of an action
};
constexpr std::array<Source, 13> kSources = {{
    {"offer_explanation", &kOfferExplanations, Plain<ReadOfferExplanation>},
    {"expectation", &kExpectations, Plain<ReadExpectation>},
    {"offer_match", &kMatches, Plain<ReadMatch>},
    {"idea", &kIdeas, Plain<ReadIdea>},
    {"idea_check", &kChecks, ReadCheck},
    {"consultation", &kConsultations, Plain<ReadConsultation>},
    {"action", &kActions, Plain<ReadAction>},
    {"awareness", &kAwareness, Plain<ReadAwareness>, true},
    {"effect_observation", &kEffects, Plain<ReadEffect>, true},
    {"action_outcome", &kOutcomes, Plain<ReadOutcome>, true},
    {"feedback", &kFeedback, Plain<ReadFeedback>, true},
    {"proposal", &kProposals, Plain<ReadProposal>},
    {"document_consulted", &kDocuments, Plain<ReadDocument>},
}};

EvidenceCase CaseFrom(const Row& row) {
  RowReader in(row);
  EvidenceCase out;
  out.id = in.Id();
  out.reference = in.Text();
  out.opened_at = in.Time();
  out.customer = in.OptionalId();
  out.internal_customer = in.OptionalText().value_or("") == "internal";
  out.load = in.Text();
  out.load_basis = in.Text();
  out.situation = in.Text();
  out.setting = in.Text();
  out.sector = in.Text();
  out.simulated = in.Bool();
  out.use_as_evidence = in.Bool();
  return out;
}

Result<EvidenceRecord> RecordFrom(const Row& row, const Source& source) {
  RowReader in(row);
  EvidenceRecord out;
  out.kind = source.kind;
  out.id = in.Id();
  out.service_case = in.OptionalId();
  out.occurred_at = in.Time();
  out.recorded_at = in.Time();
  out.author = in.OptionalText();
  out.follows_up = source.follows_up;
  EM_TRY(source.read(in, out));
  return out;
}

}  // namespace

std::vector<Query> EvidenceQueries(OrganisationId organisation, AnyId enrolment) {
  std::vector<Query> queries = {{&kCases, {organisation, enrolment}},
                                {&kPromises, {organisation, enrolment}}};
  for (const Source& source : kSources) queries.push_back({source.sql, {organisation, enrolment}});
  return queries;
}

Result<Evidence> EvidenceFrom(std::span<const Rows> answers) {
  Evidence out;
  for (const Row& row : answers[0]) out.cases.push_back(CaseFrom(row));
  for (const Row& row : answers[1]) {
    RowReader in(row);
    const auto service_case = in.OptionalId();
    const Instant due_at = in.Time();
    out.promises.push_back({service_case, due_at, in.Text()});
  }
  for (size_t i = 0; i < kSources.size(); ++i) {
    for (const Row& row : answers[i + 2]) {
      EM_ASSIGN(EvidenceRecord record, RecordFrom(row, kSources[i]));
      out.records.push_back(std::move(record));
    }
  }
  return out;
}

}  // namespace extramile::app
