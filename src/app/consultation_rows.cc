#include "app/consultation_rows.h"

#include "app/ideas.h"

namespace extramile::app {

// `source` has consultations as c. What picks few of many stands in it, before the other joins:
// PostgreSQL reorders only the first eight.
#define EM_CONSULTATIONS(source)                                                              \
  "select c.id, c.occurred_at, c.recorded_at, c.recorded_by, p.display_name, c.version, "     \
  "c.idea_id, coalesce(g.title, iw.text, 'An idea in own words'), c.case_id, s.reference, "   \
  "i.incident_id, "                                                                           \
  "c.purpose, c.mode, c.proposer_id, q.display_name, c.with_person_id, a.display_name, "      \
  "c.outside_authority, c.deputy_id, d.display_name, c.state, c.facts, w.text, w.author, "    \
  "r.text, r.author, c.due_at, c.answered_at, c.confirmed_at, c.envelope_amount, "            \
  "c.envelope_minutes, c.envelope_until from " source                                         \
  " "                                                                                         \
  "left join idea i on i.organisation_id = c.organisation_id and i.id = c.idea_id "           \
  "left join gesture g on g.organisation_id = i.organisation_id and g.code = i.gesture_code " \
  "left join words iw on iw.organisation_id = i.organisation_id and iw.record_id = i.id and " \
  "iw.field = 'words' "                                                                       \
  "left join service_case s on s.organisation_id = c.organisation_id and s.id = c.case_id "   \
  "left join person p on p.organisation_id = c.organisation_id and p.id = c.recorded_by "     \
  "left join person q on q.organisation_id = c.organisation_id and q.id = c.proposer_id "     \
  "left join person a on a.organisation_id = c.organisation_id and a.id = c.with_person_id "  \
  "left join person d on d.organisation_id = c.organisation_id and d.id = c.deputy_id "       \
  "left join words w on w.organisation_id = c.organisation_id and w.record_id = c.id and "    \
  "w.field = 'words' "                                                                        \
  "left join words r on r.organisation_id = c.organisation_id and r.record_id = c.id and "    \
  "r.field = 'answer_words' "

const Sql kConsultationById = {
    EM_CONSULTATIONS("consultation c") "where c.organisation_id = $1 and c.id = $2"};

// Of a person, what waits first, then the newest: $2 the person; $3 'me', 'mine' or '' for both; $4
// a state, or '' for any; $5 whether the person is one of those who answer what nobody in
// particular is asked.
#define EM_OF_PERSON "c.with_person_id = $2 and $3 <> 'mine'"
#define EM_OF_DEPUTY "c.deputy_id = $2 and $3 <> 'mine'"
#define EM_OF_ANYBODY                                                                     \
  "c.with_person_id is null and c.outside_authority is null and c.proposer_id <> $2 and " \
  "$3 <> 'mine' and cast($5 as bigint) = 1"
#define EM_OF_PROPOSER "c.proposer_id = $2 and $3 <> 'me'"
#define EM_AMONG                                                                           \
  "select c.id, c.state from consultation c where c.organisation_id = $1 and ($4 = '' or " \
  "c.state = $4) and "
#define EM_NEWEST(part) "select * from (" EM_AMONG part " order by c.id desc limit 200) "
// Each part is found along an index of its own, and only its newest are looked at; what waits,
// however old, is found among all that waits. (Every due_at is above that bound, which leads SQLite
// to the index of what waits.)
const Sql kConsultationsOfPerson = {EM_CONSULTATIONS("(select m.id from (" EM_NEWEST(EM_OF_PERSON) "p union " EM_NEWEST(EM_OF_DEPUTY) "d union " EM_NEWEST(EM_OF_ANYBODY) "n union " EM_NEWEST(
    EM_OF_PROPOSER) "q union " EM_AMONG "c.state in ('requested', 'escalated') and c.due_at > "
                    "-9000000000000000000 and (" EM_OF_PERSON " or " EM_OF_DEPUTY
                    " or " EM_OF_ANYBODY " or " EM_OF_PROPOSER ")) m order by case when m.state "
                    "in ('requested', 'escalated') then 0 else 1 end, m.id desc limit 200) m cross "
                    "join consultation "
                    "c") "where c.organisation_id = $1 and c.id = m.id order by case when c.state "
                         "in ('requested', "
                         "'escalated') then 0 else 1 end, c.id desc"};
#undef EM_NEWEST
#undef EM_AMONG
#undef EM_OF_PROPOSER
#undef EM_OF_ANYBODY
#undef EM_OF_DEPUTY
#undef EM_OF_PERSON

namespace {

const Sql kConsultationsOfIncident = {EM_CONSULTATIONS(
    "idea j cross join consultation c") "where j.organisation_id = $1 and j.incident_id = $2 and "
                                        "c.organisation_id = $1 and "
                                        "c.idea_id = j.id order by c.id"};
const Sql kConsultationsOfCase = {EM_CONSULTATIONS(
    "consultation c") "where c.organisation_id = $1 and c.case_id = $2 order by c.id"};

}  // namespace

ConsultationRecord ConsultationFrom(const Row& row) {
  RowReader in(row);
  ConsultationRecord record;
  record.head = in.Head();
  record.idea = in.Id();
  record.idea_title = HeadingOf(in.Text());
  record.service_case = in.OptionalId();
  record.case_reference = in.OptionalText();
  record.incident = in.OptionalId();
  record.purpose = in.Text();
  record.mode = in.Text();
  record.proposer = in.Person();
  record.with_person = in.OptionalPerson();
  record.outside_authority = in.OptionalText();
  record.deputy = in.OptionalPerson();
  record.state = in.Text();
  record.facts = in.Text();
  record.words = in.Words();
  record.answer_words = in.Words();
  record.due_at = in.Time();
  record.answered_at = in.OptionalTime();
  record.confirmed_at = in.OptionalTime();
  record.envelope_amount = in.OptionalInt();
  record.envelope_minutes = in.OptionalInt();
  record.envelope_until = in.OptionalTime();
  return record;
}

void WriteConsultation(JsonWriter& out, const ConsultationRecord& record, Currency currency) {
  out.BeginObject();
  PutHead(out, record.head);
  Put(out, "idea", record.idea);
  Put(out, "idea_title", record.idea_title);
  Put(out, "case_id", record.service_case);
  Put(out, "case_reference", record.case_reference);
  Put(out, "incident", record.incident);
  Put(out, "purpose", record.purpose);
  Put(out, "mode", record.mode);
  Put(out, "proposer", record.proposer);
  Put(out, "with_person", record.with_person);
  Put(out, "outside_authority", record.outside_authority);
  Put(out, "deputy", record.deputy);
  Put(out, "state", record.state);
  out.Key("facts").Raw(record.facts);
  Put(out, "words", record.words);
  Put(out, "answer_words", record.answer_words);
  Put(out, "due_at", record.due_at);
  Put(out, "answered_at", record.answered_at);
  Put(out, "confirmed_at", record.confirmed_at);
  out.Key("envelope");
  if (!record.envelope_amount && !record.envelope_minutes && !record.envelope_until) {
    out.Null();
  } else {
    out.BeginObject();
    if (record.envelope_amount) Put(out, "amount", Money{*record.envelope_amount, currency});
    if (record.envelope_minutes) Put(out, "minutes", *record.envelope_minutes);
    if (record.envelope_until) Put(out, "until", *record.envelope_until);
    out.EndObject();
  }
  out.EndObject();
}

std::vector<Query> ConsultationQueries(OrganisationId organisation, AnyId service_case) {
  return {{&kConsultationsOfCase, {organisation, service_case}}};
}

std::vector<Query> ConsultationsOfIncident(OrganisationId organisation, AnyId incident) {
  return {{&kConsultationsOfIncident, {organisation, incident}}};
}

void WriteConsultations(JsonWriter& out, std::span<const Rows> answers, Currency currency) {
  out.BeginArray();
  for (const Row& row : answers[0]) WriteConsultation(out, ConsultationFrom(row), currency);
  out.EndArray();
}

}  // namespace extramile::app
