#include "app/queue_forecast.h"

#include <algorithm>
#include <utility>

namespace extramile::app {
namespace {

using queueing::AgentInput;
using queueing::AgentState;
using queueing::ForecastInput;
using queueing::GestureTable;

constexpr int64_t kNow = 2 * kMicrosPerMinute;  // a start so soon is now
constexpr int64_t kTableLives = 2 * kMicrosPerMinute;
constexpr int64_t kTableDue = kMicrosPerMinute;
constexpr int64_t kAskedLately = 10 * kMicrosPerMinute;
constexpr size_t kMostTables = 8;  // of a team: by agents on, mostly
constexpr double kLongestInTable = 3600;
constexpr int kMostAgentsInTable = 50;

// How many there are, which is all that a look-up needs.
struct Counts {
  int agents = 0;       // on
  int busy = 0;         // of them
  int others = 0;       // in the system, without the customer whom the gesture is for
  double arrivals = 0;  // a second, now
};

std::optional<Counts> CountsOf(const queueing::QueueState& queue, const CalibratedQueue& calibrated,
                               const LocalTime& local) {
  const auto* usual =
      queueing::HalfHourAt(*calibrated.calibration, local.weekday, SecondOfDay(local));
  if (!usual || usual->agents == 0 || usual->arrivals_per_s <= 0) return std::nullopt;
  Counts counts;
  counts.agents = std::max({1, queue.serving, queue.agents_on.value_or(usual->agents)});
  counts.arrivals = usual->arrivals_per_s;
  const auto waiting = static_cast<int>(queue.waiting.size());
  // Who waits does so because everybody is busy. With everybody busy, one of them is the person who
  // asks, with the customer whom it is about.
  counts.busy = waiting > 0 ? counts.agents : queue.serving;
  counts.others = std::min(counts.busy, counts.agents - 1) + waiting;
  return counts;
}

// The queue as it is, and who goes away: somebody whose shift does not end.
std::optional<ForecastInput> LiveInput(const LiveState& state, const Counts& counts,
                                       const CalibratedQueue& calibrated, const LocalTime& local,
                                       Instant now) {
  auto input = queueing::StateAt(*calibrated.calibration, local.weekday, SecondOfDay(local));
  if (!input) return std::nullopt;
  SetPresent(*input, static_cast<size_t>(counts.agents));
  input->start = queueing::StartKind::kLive;
  for (const auto& one : state.queue.waiting) {
    input->skills[0].waiting_s.push_back(SecondsUntil(now, one.since));
  }
  int marked = 0;
  int away = -1;
  for (size_t i = 0; i < input->agents.size(); ++i) {
    AgentInput& agent = input->agents[i];
    if (agent.shift_starts_in_s > 0) continue;
    agent.state = marked < counts.busy ? AgentState::kBusy : AgentState::kIdle;
    marked += marked < counts.busy;
    if (away < 0 ||
        agent.shift_ends_in_s > input->agents[static_cast<size_t>(away)].shift_ends_in_s) {
      away = static_cast<int>(i);
    }
  }
  input->gesture.agents = {away};
  return *std::move(input);
}

std::shared_ptr<const LiveTable> MakeTable(ForecastInput input, const Counts& counts,
                                           const CalibratedQueue& calibrated,
                                           int64_t standard_minutes, Instant now) {
  SetAbsence(input, static_cast<int64_t>(kLongestInTable) / 60, standard_minutes);
  auto table = GestureTable::Build(input, {.longest_s = kLongestInTable});
  if (!table) return nullptr;
  return std::make_shared<const LiveTable>(
      LiveTable{calibrated, standard_minutes, counts.agents, now, *std::move(table)});
}

QueueAnswer LookUp(const GestureTable& table, const LiveState& state, const Counts& counts,
                   Instant now, double away_s) {
  QueueAnswer answer;
  answer.known = answer.decided = true;
  answer.method = "live queue, gesture table";
  answer.extra_wait_minutes = table.ExtraWaitCustomerMin(counts.others, away_s);
  answer.extra_abandons = table.ExtraAbandoned(counts.others, away_s);
  const double passed_s = static_cast<double>(now - state.newest) / kMicrosPerSecond;
  answer.extra_late =
      std::max(0.0, table.ExtraLate(counts.others, state.waited_s, away_s, passed_s));
  answer.late_share_before = table.LateShareWithout(counts.others);
  answer.late_share_after = table.LateShareWith(counts.others, away_s);
  return answer;
}

void MakeAnew(TeamQueue& queue, const LiveState& state, const LiveTable& due, Instant now) {
  const LocalTime local = due.calibrated.zone.ToLocal(now);
  const auto counts = CountsOf(state.queue, due.calibrated, local);
  if (!counts) return;
  auto input = LiveInput(state, *counts, due.calibrated, local, now);
  if (!input) return;
  auto made = MakeTable(*std::move(input), *counts, due.calibrated, due.standard_minutes, now);
  if (made) queue.tables().Keep(std::move(made));
}

}  // namespace

std::optional<QueueAnswer> AnswerFromLive(TeamQueue& queue, const LiveState& state,
                                          const CalibratedQueue& calibrated,
                                          const LiveQuestion& question) {
  const Instant now = question.now;
  if (question.start - now > kLiveAhead) return std::nullopt;
  const LocalTime local = calibrated.zone.ToLocal(now);
  const auto counts = CountsOf(state.queue, calibrated, local);
  if (!counts) return std::nullopt;
  const double away_s = static_cast<double>(question.minutes) * 60;
  std::optional<ForecastInput> input;
  std::optional<QueueAnswer> answer;
  if (TellsSkillsApart(state, calibrated)) {
    answer = AnswerBySkill(queue.tables().skills(), state, calibrated, question);
  } else if (question.start - now <= kNow && away_s <= kLongestInTable &&
             counts->agents <= kMostAgentsInTable) {
    auto table = queue.tables().Find(calibrated.id, question.standard_minutes, counts->agents, now);
    if (!table) {
      input = LiveInput(state, *counts, calibrated, local, now);
      if (!input) return std::nullopt;
      table = MakeTable(*input, *counts, calibrated, question.standard_minutes, now);
      if (table) queue.tables().Keep(table);
    }
    if (table) answer = LookUp(table->table, state, *counts, now, away_s);
  }
  if (!answer) {
    if (!input) input = LiveInput(state, *counts, calibrated, local, now);
    if (!input) return std::nullopt;
    input->gesture.start_s = SecondsUntil(question.start, now);
    SetAbsence(*input, question.minutes, question.standard_minutes);
    answer = AnswerOf(*input);
    answer->method = "live queue, " + answer->method;
  }
  answer->others_meanwhile =
      static_cast<double>(state.queue.waiting.size()) + counts->arrivals * away_s;
  return answer;
}

std::shared_ptr<const LiveTable> LiveTables::Find(AnyId calibration, int64_t standard_minutes,
                                                  int agents, Instant now) {
  const std::lock_guard lock(mutex_);
  asked_at_ = std::max(asked_at_, now);
  for (const auto& table : tables_) {
    if (table->calibrated.id == calibration && table->standard_minutes == standard_minutes &&
        table->agents == agents && now - table->made_at <= kTableLives) {
      return table;
    }
  }
  return nullptr;
}

void LiveTables::Keep(std::shared_ptr<const LiveTable> table) {
  const std::lock_guard lock(mutex_);
  std::erase_if(tables_, [&](const auto& kept) {
    return kept->agents == table->agents && kept->standard_minutes == table->standard_minutes;
  });
  if (tables_.size() >= kMostTables) tables_.erase(tables_.begin());
  tables_.push_back(std::move(table));
}

std::shared_ptr<const LiveTable> LiveTables::Due(Instant now) const {
  const std::lock_guard lock(mutex_);
  if (tables_.empty() || now - asked_at_ > kAskedLately) return nullptr;
  return now - tables_.back()->made_at >= kTableDue ? tables_.back() : nullptr;
}

std::shared_ptr<LiveTables> NewLiveTables() { return std::make_shared<LiveTables>(); }

Result<void> RefreshLiveTables(Services& services, Instant now) {
  Result<void> first;
  for (const auto& [organisation, queue] : services.live_queues->All()) {
    const auto due = queue->tables().Due(now);
    const auto by_skill = queue->tables().skills().Due(now);
    if (!due && by_skill.empty()) continue;
    if (auto caught_up = CatchUpNow(services, organisation, *queue); !caught_up) {
      if (first) first = std::move(caught_up);
      continue;
    }
    const auto state = queue->state();
    if (!state->IsFresh(now)) continue;
    for (const DueBySkill& one : by_skill) {
      Simulate(queue->tables().skills(), *state, one.calibrated, one.key, now);
    }
    if (due) MakeAnew(*queue, *state, *due, now);
  }
  return first;
}

}  // namespace extramile::app
