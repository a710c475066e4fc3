#include "app/proposal_trial.h"

#include <algorithm>

namespace extramile::app {

#define TRIAL_COLUMNS                                                                           \
  "select t.id, t.proposal_id, case when r.incident_id is null then r.gesture_code end, "       \
  "t.team, t.from_at, t.until_at, t.owner_id, p.display_name, t.ended_at, t.ended_by, t.shown " \
  "from proposal_trial t "                                                                      \
  "join proposal r on r.organisation_id = t.organisation_id and r.id = t.proposal_id "          \
  "left join person p on p.organisation_id = t.organisation_id and p.id = t.owner_id "          \
  "where t.organisation_id = $1 "
const Sql kTrials = {TRIAL_COLUMNS "order by t.recorded_at, t.id"};
const Sql kTrialsOfProposal = {TRIAL_COLUMNS "and t.proposal_id = $2 order by t.recorded_at, t.id"};
const Sql kTeamExists = {"select 1 from person where organisation_id = $1 and team = $2 limit 1"};

namespace {

// $2 now
const Sql kRunningTrials = {
    TRIAL_COLUMNS
    "and t.ended_at is null and t.from_at <= $2 and t.until_at > $2 "
    "and r.gesture_code is not null and r.incident_id is null order by t.recorded_at, t.id"};
#undef TRIAL_COLUMNS
const Sql kInsertTrial = {
    "insert into proposal_trial (organisation_id, id, proposal_id, team, from_at, until_at, "
    "owner_id, occurred_at, recorded_at, recorded_by) values ($1, $2, $3, $4, $5, $6, $7, $8, $8, "
    "$9)"};
const Sql kEndTrial = {
    "update proposal_trial set ended_at = $3, ended_by = $4, shown = $5, version = version + 1 "
    "where organisation_id = $1 and id = $2 and ended_at is null"};

constexpr int64_t kUsualTrial = 28 * kMicrosPerDay;
constexpr int64_t kLongestTrial = 366 * kMicrosPerDay;

struct Split {
  GestureEvidence before, during;
};

Split SplitEvidence(const TrialRecord& trial, const UsesOnRecord& record, Instant now) {
  const Instant end = std::min(trial.ended_at.value_or(now), trial.until);
  std::vector<const GestureUse*> before, during;
  for (const GestureUse& use : record.uses) {
    if (use.gesture != trial.gesture || (trial.team && use.team != *trial.team)) continue;
    if (use.done_at < trial.from) {
      if (use.recorded_at < trial.from) before.push_back(&use);
    } else if (use.done_at < end) {
      during.push_back(&use);
    }
  }
  return {WhatUsesShow(before, record.without_gesture, now),
          WhatUsesShow(during, record.without_gesture, now)};
}

void WriteEvidence(JsonWriter& out, const GestureEvidence& evidence) {
  out.BeginObject();
  Put(out, "uses", evidence.uses);
  Put(out, "customers", evidence.customers);
  Put(out, "answered", evidence.answered);
  Put(out, "valued", evidence.valued);
  Put(out, "looked_at", evidence.looked_at);
  Put(out, "not_unreasonably", evidence.not_unreasonably);
  Put(out, "windows", evidence.windows.windows());
  Put(out, "alarm", evidence.Harmful());
  std::string sentence = ValuedInWords(evidence);
  if (evidence.uses > 0) sentence += " " + OthersInWords(evidence);
  Put(out, "sentence", sentence);
  out.EndObject();
}

std::string Shown(const Split& split) {
  JsonWriter out;
  out.BeginObject().Key("before");
  WriteEvidence(out, split.before);
  out.Key("during");
  WriteEvidence(out, split.during);
  out.EndObject();
  return std::move(out).Take();
}

std::string_view StatusOf(const TrialRecord& trial, Instant now) {
  if (trial.ended_by == "harm") return "stop suggested";
  if (trial.ended_at) return "ended";
  return now < trial.from ? "planned" : now < trial.until ? "running" : "over";
}

void EndStep(Change& change, const Request& request, const TrialRecord& trial) {
  change.Guard(kEndTrial,
               {request.organisation.id, trial.id, trial.ended_at, trial.ended_by, trial.shown},
               StaleError("trial"));
}

Result<bool> EndIfHarmful(Services& services, const Request& request, TrialRecord trial,
                          const UsesOnRecord& record) {
  const Split split = SplitEvidence(trial, record, request.now);
  if (!split.during.Harmful()) return false;
  trial.ended_at = request.now;
  trial.ended_by = "harm";
  trial.shown = Shown(split);
  Change change(services, request);
  EndStep(change, request, trial);
  change.Event({.kind = "trial_stop_suggested",
                .record_kind = "proposal_trial",
                .record = trial.id,
                .occurred_at = request.now},
               [&](JsonWriter& body) {
                 Put(body, "proposal", trial.proposal);
                 Put(body, "uses", split.during.uses);
                 body.Key("alarms").BeginArray();
                 for (const HarmWatch& harm : split.during.Harms()) {
                   if (Rings(harm)) body.String(harm.metric);
                 }
                 body.EndArray();
               });
  const auto ended = CommitAndWait(services.store, std::move(change).Take());
  if (!ended && ended.error().kind == ErrorKind::kStale) return false;  // somebody was faster
  if (!ended) return Fail(ended.error());
  return true;
}

}  // namespace

TrialRecord TrialFrom(const Row& row) {
  RowReader in(row);
  TrialRecord trial;
  trial.id = in.Id();
  trial.proposal = in.Id();
  trial.gesture = in.OptionalText();
  trial.team = in.OptionalText();
  trial.from = in.Time();
  trial.until = in.Time();
  trial.owner = in.Person();
  trial.ended_at = in.OptionalTime();
  trial.ended_by = in.OptionalText();
  trial.shown = in.OptionalText();
  return trial;
}

TrialWish ReadTrialWish(ObjectReader& in, std::string_view key) {
  TrialWish wish;
  const JsonValue* object = in.Object(key, false);
  if (!object) return wish;
  ObjectReader trial(*object, in.PlaceOf(key));
  wish.team = trial.OptionalString("team", {.max_bytes = 200});
  wish.from = trial.OptionalTime("from");
  wish.until = trial.OptionalTime("until");
  wish.owner = trial.OptionalIdentifier<PersonId>("owner");
  if (auto read = trial.Finish(); !read) in.Adopt(read.error());
  return wish;
}

Result<TrialRecord> TrialFor(const TrialWish& wish, const Request& request, const Rows& owner,
                             const Rows& team) {
  TrialRecord trial;
  trial.team = wish.team;
  trial.from = wish.from.value_or(request.now);
  trial.until = wish.until.value_or(trial.from + kUsualTrial);
  if (wish.team && team.empty()) {
    return Fail(ErrorKind::kInvalid, "team-unknown", "Nobody is in such a team.", "/trial/team",
                "Name a team as it stands with its people, or leave it out for everybody.");
  }
  if (trial.from < request.now) {
    return Fail(ErrorKind::kInvalid, "trial-in-the-past", "A trial cannot have begun already.",
                "/trial/from", "Leave it out to begin now.");
  }
  if (trial.until <= trial.from || trial.until - trial.from > kLongestTrial) {
    return Fail(ErrorKind::kInvalid, "trial-length",
                "A trial ends after it begins, and within a year.", "/trial/until",
                "Give a later end, or leave it out for four weeks.");
  }
  auto person = PersonFrom(owner, wish.owner.value_or(request.actor.person));
  if (!person) {
    return Fail(ErrorKind::kInvalid, "owner-unknown", "There is no such person here.",
                "/trial/owner", "Name a person, or leave it out to own it yourself.");
  }
  trial.owner = *std::move(person);
  return trial;
}

void InsertTrialStep(Change& change, const Request& request, const TrialRecord& trial) {
  change.Step(kInsertTrial,
              {request.organisation.id, trial.id, trial.proposal, trial.team, trial.from,
               trial.until, trial.owner.id, request.now, request.actor.person});
}

void ShowTrial(TrialRecord& trial, const UsesOnRecord& record, Instant now) {
  if (!trial.shown && trial.gesture) trial.shown = Shown(SplitEvidence(trial, record, now));
}

void EndTrialStep(Change& change, const Request& request, TrialRecord& trial) {
  trial.ended_at = std::min(request.now, trial.until);
  trial.ended_by = "move";
  EndStep(change, request, trial);
}

Result<int> EndHarmfulTrials(Services& services, const Organisation& organisation, Instant now) {
  EM_ASSIGN(const Rows rows,
            ReadOne(services.store, organisation.id, kRunningTrials, {organisation.id, now}));
  if (rows.empty()) return 0;
  EM_ASSIGN(const UsesOnRecord record, ReadGestureUses(services, organisation));
  const Request request{.organisation = organisation, .actor = {}, .now = now};
  int ended = 0;
  for (const Row& row : rows) {
    EM_ASSIGN(const bool stopped, EndIfHarmful(services, request, TrialFrom(row), record));
    ended += stopped;
  }
  return ended;
}

void WriteTrial(JsonWriter& out, const TrialRecord& trial, Instant now) {
  static const std::vector<std::string> watched = [] {
    std::vector<std::string> names;
    for (const HarmWatch& harm : GestureEvidence().Harms()) names.emplace_back(harm.metric);
    return names;
  }();
  out.BeginObject();
  Put(out, "id", trial.id);
  Put(out, "team", trial.team);
  Put(out, "from", trial.from);
  Put(out, "until", trial.until);
  Put(out, "owner", trial.owner);
  Put(out, "status", StatusOf(trial, now));
  Put(out, "ended_at", trial.ended_at);
  Put(out, "watched", trial.gesture ? watched : std::vector<std::string>{});
  out.Key("shows");
  if (trial.shown) {
    out.Raw(*trial.shown);
  } else {
    out.Null();
  }
  out.EndObject();
}

}  // namespace extramile::app
