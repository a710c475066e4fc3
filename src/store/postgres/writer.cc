#include "store/postgres/writer.h"

#include <algorithm>
#include <cstring>

#include "store/store_error.h"

namespace extramile::store::postgres {
namespace {

constexpr int kMaxAttempts = 8;
constexpr int kOneByOneAfterRefusal = 8;

const app::Sql kBegin = {"begin"};
const app::Sql kCommit = {"commit"};
const app::Sql kRollback = {"rollback"};
const app::Sql kSavepoint = {"savepoint good"};
const app::Sql kRelease = {"release savepoint good"};
const app::Sql kRollbackToGood = {"rollback to savepoint good"};
const app::Sql kLockHead = {
    "select event_seq from organisation_head where organisation_id = $1 for update"};
const app::Sql kTakeNumbers = {
    "update organisation_head set event_seq = event_seq + $2 where organisation_id = $1 returning "
    "event_seq"};
// Fails, as a guard does, where the organisation has no head row.
const app::Sql kRequireHead = {
    "select 1 / (case when exists (select 1 from organisation_head where organisation_id = $1) "
    "then 1 else 0 end)"};
const app::Sql kInsertEvents = {
    "insert into event (organisation_id, seq, kind, record_kind, record_id, case_id, actor_id, "
    "occurred_at, recorded_at, body, "
    "salt, hash) select $1, u.* from unnest($2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) as u"};

constexpr Oid kInt8Array = 1016, kTextArray = 1009, kUuidArray = 2951, kBytesArray = 1001;

ParamBlock EventsBlock(OrganisationId organisation, std::span<const NumberedEvent> events) {
  static constexpr struct {
    Oid array, element;
  } kColumns[] = {{kInt8Array, kInt8Oid},   {kTextArray, kTextOid},  {kTextArray, kTextOid},
                  {kUuidArray, kUuidOid},   {kUuidArray, kUuidOid},  {kUuidArray, kUuidOid},
                  {kInt8Array, kInt8Oid},   {kInt8Array, kInt8Oid},  {kTextArray, kTextOid},
                  {kBytesArray, kBytesOid}, {kBytesArray, kBytesOid}};
  std::vector<std::vector<app::Cell>> columns(std::size(kColumns));
  for (const NumberedEvent& event : events) {
    app::Params cells =
        EventParams(organisation, event);  // the organisation first, then a cell a column
    for (size_t i = 0; i < columns.size(); ++i) columns[i].push_back(std::move(cells[i + 1]));
  }
  ParamBlock block;
  block.AddId(organisation.bytes);
  for (size_t i = 0; i < columns.size(); ++i)
    block.AddArray(kColumns[i].array, kColumns[i].element, columns[i]);
  return block;
}

Form FormOf(const app::Step& step) {
  return step.expect == app::Expect::kOneRow ? Form::kFailsUnlessOneRow : Form::kPlain;
}

int64_t CountEvents(std::span<const app::WritePlan> plans,
                    const std::vector<Result<app::Receipt>>& results) {
  int64_t count = 0;
  for (size_t i = 0; i < plans.size(); ++i) {
    if (results[i] && !results[i]->replayed) count += static_cast<int64_t>(plans[i].events.size());
  }
  return count;
}

}  // namespace

Writer::Results Writer::Apply(Plans plans) {
  Error last = DatabaseBusy();
  bool lost_before = false;
  for (int attempt = 0; attempt < kMaxAttempts; ++attempt) {
    if (auto open = connection_.EnsureOpen(); !open)
      return Results(plans.size(), Fail(open.error()));
    Results results(plans.size());
    const bool one_by_one = one_by_one_groups_ > 0;
    const Outcome setback = one_by_one ? OneByOne(plans, results) : Together(plans, results);
    if (!setback) {
      const bool all = std::all_of(results.begin(), results.end(),
                                   [](const auto& r) { return r && !r->replayed; });
      if (one_by_one) one_by_one_groups_ = all ? one_by_one_groups_ - 1 : kOneByOneAfterRefusal;
      return results;
    }
    last = setback->error;
    if (setback->kind == Setback::Kind::kRefused) one_by_one_groups_ = kOneByOneAfterRefusal;
    // A connection that broke while idle is noticed only now; nothing was committed, so once more
    // on a new one is safe.
    if (setback->kind == Setback::Kind::kLost && std::exchange(lost_before, true)) break;
    if (setback->kind == Setback::Kind::kFailed) break;
  }
  return Results(plans.size(), Fail(last));
}

Writer::Outcome Writer::SetbackOf(const Answer& answer) {
  using Kind = Setback::Kind;
  switch (answer.status) {
    case Answer::Status::kDone:
      return std::nullopt;
    case Answer::Status::kSkipped:
      return Setback{Kind::kRefused, *answer.error};
    case Answer::Status::kLost:
      return Setback{Kind::kLost, *answer.error};
    case Answer::Status::kFailed:
      break;
  }
  switch (ReachOf(answer)) {
    case Reach::kStatement:
      return Setback{Kind::kRefused, *answer.error};
    case Reach::kRetry:
      return Setback{Kind::kAgain, *answer.error};
    case Reach::kEverything:
      break;
  }
  return Setback{answer.error->code == "database-away" ? Kind::kLost : Kind::kFailed,
                 *answer.error};
}

Writer::Outcome Writer::RollBack(Setback why) {
  if (connection_.is_open()) {
    connection_.Send(kRollback);
    connection_.Sync();
    if (!connection_.ReceiveAll().front().done()) connection_.Close();
  }
  return why;
}

Writer::Outcome Writer::Commit() {
  connection_.Send(kCommit);
  connection_.Sync();
  const Answer answer = std::move(connection_.ReceiveAll().front());
  Outcome setback = SetbackOf(answer);
  if (!setback) {
    // "commit" of a transaction that has failed is answered, without an error, by ROLLBACK.
    if (std::strcmp(PQcmdStatus(answer.result.get()), "COMMIT") == 0) return std::nullopt;
    return Setback{Setback::Kind::kFailed, DatabaseBusy()};
  }
  if (setback->kind == Setback::Kind::kLost)
    return Setback{Setback::Kind::kFailed, OutcomeUnknown()};
  if (setback->kind == Setback::Kind::kRefused) setback->kind = Setback::Kind::kFailed;
  return setback;
}

void Writer::TakeHead(OrganisationId organisation, int64_t count) {
  if (!organisation.is_nil()) {
    if (count > 0) {
      connection_.Send(kTakeNumbers, app::Params{organisation, count});
    } else {
      connection_.Send(kLockHead, app::Params{organisation});
    }
  }
  connection_.FlushSoon();
}

Writer::Outcome Writer::SendEvents(Plans plans, int64_t count, Results& results) {
  const OrganisationId organisation = plans.front().organisation;
  if (organisation.is_nil())
    return count == 0 ? Outcome() : Setback{Setback::Kind::kRefused, OrganisationUnknown()};
  const Answer answer = connection_.Receive();  // of TakeHead
  if (auto setback = SetbackOf(answer)) return setback;
  if (count == 0) return std::nullopt;
  const app::Rows rows = answer.rows();
  if (rows.empty()) return Setback{Setback::Kind::kRefused, OrganisationUnknown()};
  int64_t seq = rows[0][0].Int() - count;
  std::vector<NumberedEvent> events;
  events.reserve(static_cast<size_t>(count));
  for (size_t i = 0; i < plans.size(); ++i) {
    if (!results[i] || results[i]->replayed || plans[i].events.empty()) continue;
    results[i]->first_event = seq + 1;
    for (const app::EventBody& body : plans[i].events) {
      events.push_back(NumberEvent(organisation, ++seq, body, plans[i].recorded_at));
    }
    results[i]->last_event = seq;
  }
  connection_.Send(kInsertEvents, EventsBlock(organisation, events));
  return std::nullopt;
}

Writer::Outcome Writer::Together(Plans plans, Results& results) {
  const OrganisationId organisation = plans.front().organisation;
  const int64_t events = CountEvents(plans, results);
  connection_.Send(kBegin);
  connection_.SetOrganisation(organisation);
  TakeHead(organisation, events);
  for (const app::WritePlan& plan : plans) {
    if (plan.key) connection_.Send(kInsertKey, KeyParams(plan));
    for (const app::Step& step : plan.steps) connection_.Send(*step.sql, step.params);
    for (const app::OutboxRow& row : plan.outbox)
      connection_.Send(kInsertOutbox, OutboxParams(plan, row));
  }
  Outcome setback = SetbackOf(connection_.Receive());  // begin
  if (!organisation.is_nil()) {
    const Answer set = connection_.Receive();
    if (!setback) setback = SetbackOf(set);
  }
  const Outcome numbering = SendEvents(plans, events, results);
  if (!setback) setback = numbering;
  connection_.Sync();
  const std::vector<Answer> answers = connection_.ReceiveAll();

  size_t next = 0;
  const auto judge = [&](bool one_row) {
    const Answer& answer = answers[next++];
    if (setback) return;
    setback = SetbackOf(answer);
    if (!setback && one_row && answer.rows_changed() != 1)
      setback = Setback{Setback::Kind::kRefused, DatabaseBusy()};
  };
  for (const app::WritePlan& plan : plans) {
    if (plan.key) judge(true);
    for (const app::Step& step : plan.steps) judge(step.expect == app::Expect::kOneRow);
    for (size_t i = 0; i < plan.outbox.size(); ++i) judge(true);
  }
  while (next < answers.size()) judge(false);  // the events
  return setback ? RollBack(*std::move(setback)) : Commit();
}

void Writer::PrepareForSegments(Plans plans, Results& results) {
  for (const app::Sql* sql : {&kBegin, &kRollback, &kSavepoint, &kRelease, &kRollbackToGood})
    (void)connection_.Prepare(*sql, {});
  for (size_t i = 0; i < plans.size(); ++i) {
    const app::WritePlan& plan = plans[i];
    if (!plan.events.empty())
      (void)connection_.Prepare(kRequireHead, app::Params{plan.organisation});
    if (plan.key) (void)connection_.Prepare(kInsertKey, KeyParams(plan), Form::kFailsUnlessOneRow);
    for (const app::OutboxRow& row : plan.outbox)
      (void)connection_.Prepare(kInsertOutbox, OutboxParams(plan, row));
    for (const app::Step& step : plan.steps) {
      if (auto prepared = connection_.Prepare(*step.sql, step.params, FormOf(step));
          !prepared && results[i]) {
        results[i] = Fail(prepared.error());
      }
    }
  }
}

void Writer::SendSegment(const app::WritePlan& plan) {
  connection_.Send(kRollbackToGood);
  if (plan.key) connection_.Send(kInsertKey, KeyParams(plan), Form::kFailsUnlessOneRow);
  for (const app::Step& step : plan.steps) connection_.Send(*step.sql, step.params, FormOf(step));
  for (const app::OutboxRow& row : plan.outbox)
    connection_.Send(kInsertOutbox, OutboxParams(plan, row));
  if (!plan.events.empty()) connection_.Send(kRequireHead, app::Params{plan.organisation});
  connection_.Send(kRelease);
  connection_.Send(kSavepoint);
  connection_.Sync();
}

Writer::Outcome Writer::JudgeSegment(const app::WritePlan& plan, std::span<const Answer> answers,
                                     Result<app::Receipt>& result, bool& key_taken) {
  const auto failed =
      std::find_if(answers.begin(), answers.end(), [](const Answer& a) { return !a.done(); });
  if (failed == answers.end()) return std::nullopt;
  Outcome setback = SetbackOf(*failed);
  if (setback->kind != Setback::Kind::kRefused) return setback;

  const bool guard = failed->sqlstate == kGuardFailed;
  const auto place = static_cast<size_t>(failed - answers.begin());
  const size_t first_step = plan.key ? 2 : 1;
  if (place == 0) return Setback{Setback::Kind::kFailed, *failed->error};
  if (plan.key && place == 1 && guard) {
    key_taken = true;
  } else if (place >= first_step && place < first_step + plan.steps.size()) {
    const app::Step& step = plan.steps[place - first_step];
    result = Fail(guard && step.expect == app::Expect::kOneRow ? *step.otherwise
                                                               : RefusalOf(step, *failed->error));
  } else {
    const bool head =
        !plan.events.empty() && place == first_step + plan.steps.size() + plan.outbox.size();
    result = Fail(head && guard ? OrganisationUnknown() : *failed->error);
  }
  return std::nullopt;
}

Writer::Outcome Writer::OneByOne(Plans plans, Results& results) {
  const OrganisationId organisation = plans.front().organisation;
  PrepareForSegments(plans, results);
  connection_.Send(kBegin);
  connection_.SetOrganisation(organisation);
  if (!organisation.is_nil()) connection_.Send(kLockHead, app::Params{organisation});
  connection_.Send(kSavepoint);
  connection_.Sync();
  std::vector<bool> sent;
  for (size_t i = 0; i < plans.size(); ++i) {
    sent.push_back(results[i].has_value());
    if (sent[i]) SendSegment(plans[i]);
  }

  Outcome setback;
  for (const Answer& answer : connection_.ReceiveAll()) {
    if (!setback) setback = SetbackOf(answer);
  }
  std::vector<bool> key_taken(plans.size());
  for (size_t i = 0; i < plans.size(); ++i) {
    if (!sent[i]) continue;
    const std::vector<Answer> answers = connection_.ReceiveAll();
    bool taken = false;
    Outcome judged = JudgeSegment(plans[i], answers, results[i], taken);
    if (!setback) setback = std::move(judged);
    key_taken[i] = taken;
  }
  if (!setback) return Conclude(plans, key_taken, results);
  // A refusal of the frame itself (begin, the head's lock) is no plan's fault: it would be refused
  // again.
  if (setback->kind == Setback::Kind::kRefused) setback->kind = Setback::Kind::kFailed;
  return RollBack(*std::move(setback));
}

Writer::Outcome Writer::Conclude(Plans plans, const std::vector<bool>& key_taken,
                                 Results& results) {
  connection_.Send(kRollbackToGood);
  for (size_t i = 0; i < plans.size(); ++i) {
    if (key_taken[i])
      connection_.Send(kSelectKey, app::Params{plans[i].organisation, plans[i].key->key});
  }
  connection_.FlushSoon();
  Outcome setback = SetbackOf(connection_.Receive());
  bool any_stands = false;
  for (size_t i = 0; i < plans.size(); ++i) {
    if (!key_taken[i]) {
      any_stands |= results[i].has_value();
      continue;
    }
    const Answer answer = connection_.Receive();
    if (!setback) setback = SetbackOf(answer);
    const app::Rows rows = answer.done() ? answer.rows() : app::Rows{};
    results[i] = rows.empty() ? Fail(DatabaseBusy()) : ReplayOf(*plans[i].key, rows[0]);
  }
  const int64_t events = CountEvents(plans, results);
  TakeHead(plans.front().organisation, events);
  const Outcome numbering = SendEvents(plans, events, results);
  if (!setback) setback = numbering;
  connection_.Sync();
  for (const Answer& answer : connection_.ReceiveAll()) {
    if (!setback) setback = SetbackOf(answer);
  }
  if (setback && setback->kind == Setback::Kind::kRefused) setback->kind = Setback::Kind::kFailed;
  if (setback) return RollBack(*std::move(setback));
  if (!any_stands) return (void)RollBack({Setback::Kind::kRefused, {}}), std::nullopt;
  return Commit();
}

}  // namespace extramile::store::postgres
