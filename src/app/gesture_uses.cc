#include "app/gesture_uses.h"

#include <algorithm>
#include <set>

#include "app/other_customers.h"

namespace extramile::app {
namespace {

// The forecast only where it was made before the act, and for the hour in which the act fell.
// (Nearly all actions are asked for: the case expression keeps SQLite from walking them by
// gesture.)
const Sql kUses = {
    "select a.id, a.gesture_code, c.team, coalesce(a.done_at, a.occurred_at), "
    "coalesce(c.customer_id, a.case_id, a.id), u.segment, a.amount, a.minutes, "
    "a.case_id, f.start_at, f.late_share_before, "
    "a.recorded_at "
    "from action a "
    "left join service_case c on c.organisation_id = a.organisation_id and c.id = a.case_id "
    "left join customer u on u.organisation_id = a.organisation_id and u.id = c.customer_id "
    "left join idea_check k on k.organisation_id = a.organisation_id and k.id = a.check_id and "
    "k.timing = 'before' "
    "left join forecast f on f.organisation_id = a.organisation_id and f.id = k.forecast_id "
    "where a.organisation_id = $1 and case when a.gesture_code is null then 0 else 1 end = 1 and "
    "a.state in ('done', 'partly done') order by coalesce(a.done_at, a.occurred_at), a.id"};
const Sql kAcknowledged = {
    "select action_id from awareness where organisation_id = $1 and acknowledged = 1"};
const Sql kBrokenPromises = {
    "select action_id from promise where organisation_id = $1 and state = 'broken'"};
const Sql kCasesWithActions = {
    "select distinct case_id from action where organisation_id = $1 and case_id is not null and "
    "state in ('done', 'partly done')"};
const Sql kCustomersSaid = {
    "select action_id, case_id, recorded_at, positive, score, score_max from feedback "
    "where organisation_id = $1 and source = 'customer' order by recorded_at, id"};
const Sql kVerdicts = {
    "select action_id, unaffected, not_unreasonably from effect_observation "
    "where organisation_id = $1 order by recorded_at, id"};
const Sql kComplaints = {
    "select customer_id, opened_at from service_case where organisation_id = $1 and "
    "kind = 'complaint' and customer_id is not null"};
const Sql kLogEnds = {"select max(entered_at) from call where organisation_id = $1 and team = $2"};
const Sql kCallsWatched = {
    "select count(*), cast(coalesce(sum(case when wait_s > $5 then 1 else 0 end), 0) as bigint) "
    "from call where organisation_id = $1 and team = $2 and entered_at >= $3 and entered_at < $4"};

// What of a use has still to be looked up.
struct Pending {
  std::optional<AnyId> service_case;
  std::optional<Instant> start;
  double late_share = 0;
};

struct ReadUses {
  std::vector<GestureUse> uses;
  std::vector<Pending> pending;  // the same order
};

ReadUses UsesFrom(const Rows& rows) {
  ReadUses out;
  for (const Row& row : rows) {
    RowReader in(row);
    GestureUse use;
    Pending pending;
    use.action = in.Id();
    use.gesture = in.Text();
    use.team = in.OptionalText().value_or("");
    use.done_at = in.Time();
    use.recipient = in.Id();
    use.segment = in.OptionalText().value_or("");
    use.amount = in.Int();
    use.minutes = in.Int();
    pending.service_case = in.OptionalId();
    pending.start = in.OptionalTime();
    const Cell& late_share = in.Next();
    if (late_share.is_null()) pending.start.reset();
    if (!late_share.is_null()) pending.late_share = late_share.Real();
    use.recorded_at = in.Time();
    if (pending.start &&
        (use.done_at < *pending.start || use.done_at - *pending.start > kWatchedWindow)) {
      pending.start.reset();
    }
    out.uses.push_back(std::move(use));
    out.pending.push_back(pending);
  }
  return out;
}

CustomerAnswer AnswerFrom(RowReader& in) {
  CustomerAnswer answer;
  answer.recorded_at = in.Time();
  answer.positive = in.Bool();
  const auto score = in.OptionalInt();
  const auto highest = in.OptionalInt();
  if (score && highest && *highest > 0) {
    answer.score = static_cast<double>(*score) / static_cast<double>(*highest);
  }
  return answer;
}

std::set<AnyId> IdsOf(const Rows& rows) {
  std::set<AnyId> ids;
  for (const Row& row : rows) ids.insert(RowReader(row).Id());
  return ids;
}

// What is said of an action is about that action; what is said of a case is about all its actions.
void AddAnswers(const Rows& said, const Rows& cases_with_actions, ReadUses& read,
                std::vector<CustomerAnswer>& without_gesture) {
  std::map<AnyId, std::vector<size_t>> by_action, by_case;
  for (size_t i = 0; i < read.uses.size(); ++i) {
    by_action[read.uses[i].action].push_back(i);
    if (read.pending[i].service_case) by_case[*read.pending[i].service_case].push_back(i);
  }
  const std::set<AnyId> acted_on = IdsOf(cases_with_actions);
  for (const Row& row : said) {
    RowReader in(row);
    const auto action = in.OptionalId();
    const auto service_case = in.OptionalId();
    const CustomerAnswer answer = AnswerFrom(in);
    if (!action && service_case && !acted_on.contains(*service_case)) {
      without_gesture.push_back(answer);
      continue;
    }
    const auto& index = action ? by_action : by_case;
    const auto found = index.find(action ? *action : service_case.value_or(AnyId{}));
    if (found == index.end()) continue;
    for (size_t i : found->second) read.uses[i].answers.push_back(answer);
  }
}

void AddSequels(const Rows& acknowledged, const Rows& broken, std::vector<GestureUse>& uses) {
  const std::set<AnyId> told = IdsOf(acknowledged), failed = IdsOf(broken);
  for (GestureUse& use : uses) {
    use.acknowledged = told.contains(use.action);
    use.trouble = failed.contains(use.action);
  }
}

void AddVerdicts(const Rows& verdicts, std::vector<GestureUse>& uses) {
  std::map<AnyId, GestureUse*> by_action;
  for (GestureUse& use : uses) by_action[use.action] = &use;
  for (const Row& row : verdicts) {
    RowReader in(row);
    const auto found = by_action.find(in.Id());
    const auto unaffected = in.OptionalInt();
    const auto not_unreasonably = in.OptionalInt();
    if (found == by_action.end()) continue;
    GestureUse& use = *found->second;
    if (unaffected && !use.unaffected) use.unaffected = *unaffected != 0;
    if (not_unreasonably && !use.not_unreasonably) use.not_unreasonably = *not_unreasonably != 0;
  }
}

void AddComplaints(const Rows& complaints, std::vector<GestureUse>& uses) {
  std::map<AnyId, std::vector<Instant>> by_customer;
  for (const Row& row : complaints) {
    RowReader in(row);
    const AnyId customer = in.Id();
    by_customer[customer].push_back(in.Time());
  }
  for (GestureUse& use : uses) {
    const auto found = by_customer.find(use.recipient);
    if (found == by_customer.end()) continue;
    for (const Instant opened : found->second) {
      const int64_t after = opened - use.done_at;
      use.trouble = use.trouble || (after > 0 && after <= kTroubleWithin);
    }
  }
}

// The calls of each forecast hour that the team's log covers.
Result<void> AddWindows(Services& services, const Organisation& organisation, int64_t late_s,
                        ReadUses& read) {
  std::map<std::string, Instant> log_ends;
  for (const GestureUse& use : read.uses) log_ends.emplace(use.team, Instant{});
  std::vector<Query> queries;
  for (const auto& [team, end] : log_ends) {
    queries.push_back({&kLogEnds, {organisation.id, team}});
  }
  EM_ASSIGN(const auto ends, services.store.Read(organisation.id, queries));
  size_t at = 0;
  for (auto& [team, end] : log_ends) {
    end = RowReader(ends[at++].front()).OptionalTime().value_or(Instant{});
  }
  queries.clear();
  std::vector<size_t> asked;
  for (size_t i = 0; i < read.uses.size(); ++i) {
    const auto& start = read.pending[i].start;
    if (!start || *start + kWatchedWindow > log_ends[read.uses[i].team]) continue;
    const Instant counted_until = *start + (kWatchedWindow - late_s * kMicrosPerSecond);
    queries.push_back(
        {&kCallsWatched, {organisation.id, read.uses[i].team, *start, counted_until, late_s}});
    asked.push_back(i);
  }
  if (queries.empty()) return {};
  EM_ASSIGN(const auto calls, services.store.Read(organisation.id, queries));
  for (size_t k = 0; k < asked.size(); ++k) {
    RowReader in(calls[k].front());
    WatchedWindow window;
    window.from = *read.pending[asked[k]].start;
    window.calls.customers = in.Int();
    window.calls.late = in.Int();
    window.calls.forecast_share = read.pending[asked[k]].late_share;
    read.uses[asked[k]].window = window;
  }
  return {};
}

}  // namespace

Result<UsesOnRecord> ReadGestureUses(Services& services, const Organisation& organisation) {
  const Cell id = organisation.id;
  const Query queries[] = {
      {&kUses, {id}},         {&kCustomersSaid, {id}}, {&kCasesWithActions, {id}},
      {&kVerdicts, {id}},     {&kComplaints, {id}},    {&kWaitingStandard, {id}},
      {&kAcknowledged, {id}}, {&kBrokenPromises, {id}}};
  EM_ASSIGN(const auto rows, services.store.Read(organisation.id, queries));
  ReadUses read = UsesFrom(rows[0]);
  UsesOnRecord out;
  AddAnswers(rows[1], rows[2], read, out.without_gesture);
  AddSequels(rows[6], rows[7], read.uses);
  AddVerdicts(rows[3], read.uses);
  AddComplaints(rows[4], read.uses);
  const int64_t minutes = rows[5].front().front().OptionalInt().value_or(kUsualStandard);
  const int64_t late_s = std::clamp<int64_t>(minutes, 1, 30) * 60;
  if (!read.uses.empty()) EM_TRY(AddWindows(services, organisation, late_s, read));
  out.uses = std::move(read.uses);
  return out;
}

}  // namespace extramile::app
