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
constexpr size_t kMostAgentsInTable = 50;

size_t PresentNow(const ForecastInput& input) {
  return static_cast<size_t>(
      std::count_if(input.agents.begin(), input.agents.end(),
                    [](const AgentInput& agent) { return agent.shift_starts_in_s <= 0; }));
}

// As many agents as are on: whose shift ends soonest may have left already; who is there beyond the
// usual stays.
void SetPresent(ForecastInput& input, size_t wanted) {
  for (size_t present = PresentNow(input); present > wanted; --present) {
    const auto first = std::min_element(
        input.agents.begin(), input.agents.end(), [](const AgentInput& a, const AgentInput& b) {
          return std::pair(a.shift_starts_in_s > 0, a.shift_ends_in_s) <
                 std::pair(b.shift_starts_in_s > 0, b.shift_ends_in_s);
        });
    input.agents.erase(first);
  }
  const size_t missing = wanted - std::min(wanted, PresentNow(input));
  input.agents.insert(input.agents.begin(), missing, AgentInput());
}

// The queue as it is, and who goes away: somebody whose shift does not end.
struct Live {
  ForecastInput input;
  int agents = 0;       // on
  int others = 0;       // in the system, without the customer whom the gesture is for
  double arrivals = 0;  // a second, now
};

std::optional<Live> LiveInput(const LiveState& state, const CalibratedQueue& calibrated,
                              Instant now) {
  const LocalTime local = calibrated.zone.ToLocal(now);
  auto input = queueing::StateAt(*calibrated.calibration, local.weekday,
                                 local.hour * 3600 + local.minute * 60 + local.second);
  if (!input) return std::nullopt;
  Live live{*std::move(input)};
  const queueing::QueueState& queue = state.queue;
  const auto usual = static_cast<int>(PresentNow(live.input));
  live.agents = std::max({1, queue.serving, queue.agents_on.value_or(usual)});
  SetPresent(live.input, static_cast<size_t>(live.agents));
  live.input.start = queueing::StartKind::kLive;
  for (const auto& one : queue.waiting) {
    live.input.skills[0].waiting_s.push_back(
        static_cast<double>(std::max<int64_t>(0, now - one.since)) / kMicrosPerSecond);
  }
  const auto waiting = static_cast<int>(queue.waiting.size());
  // Who waits does so because everybody is busy. With everybody busy, one of them is the person who
  // asks, with the customer whom it is about.
  const int busy = waiting > 0 ? live.agents : queue.serving;
  live.others = std::min(busy, live.agents - 1) + waiting;
  int marked = 0;
  int away = -1;
  for (size_t i = 0; i < live.input.agents.size(); ++i) {
    AgentInput& agent = live.input.agents[i];
    if (agent.shift_starts_in_s > 0) continue;
    agent.state = marked < busy ? AgentState::kBusy : AgentState::kIdle;
    marked += marked < busy;
    if (away < 0 ||
        agent.shift_ends_in_s > live.input.agents[static_cast<size_t>(away)].shift_ends_in_s) {
      away = static_cast<int>(i);
    }
  }
  live.input.gesture.agents = {away};
  live.arrivals = live.input.skills[0].arrivals_per_s.front();
  return live;
}

std::shared_ptr<const LiveTable> MakeTable(const Live& live, const CalibratedQueue& calibrated,
                                           int64_t standard_minutes, Instant now) {
  ForecastInput input = live.input;
  SetAbsence(input, static_cast<int64_t>(kLongestInTable) / 60, standard_minutes);
  auto table = GestureTable::Build(input, {.longest_s = kLongestInTable});
  if (!table) return nullptr;
  return std::make_shared<const LiveTable>(
      LiveTable{calibrated, standard_minutes, live.agents, now, *std::move(table)});
}

QueueAnswer LookUp(const GestureTable& table, const Live& live, double away_s) {
  QueueAnswer answer;
  answer.known = answer.decided = true;
  answer.method = "live queue, gesture table";
  answer.extra_wait_minutes = table.ExtraWaitCustomerMin(live.others, away_s);
  answer.extra_abandons = table.ExtraAbandoned(live.others, away_s);
  answer.extra_late =
      std::max(0.0, table.ExtraLate(live.others, live.input.skills[0].waiting_s, away_s));
  answer.late_share_before = table.LateShareWithout(live.others);
  answer.late_share_after = table.LateShareWith(live.others, away_s);
  return answer;
}

std::shared_ptr<const LiveTable> FindTable(TeamQueue& queue, const Live& live,
                                           const CalibratedQueue& calibrated,
                                           int64_t standard_minutes, Instant now) {
  LiveTables& tables = queue.tables();
  if (auto found = tables.Find(calibrated.id, standard_minutes, live.agents, now)) return found;
  auto made = MakeTable(live, calibrated, standard_minutes, now);
  if (made) tables.Keep(made);
  return made;
}

}  // namespace

void SetAbsence(ForecastInput& input, int64_t minutes, int64_t standard_minutes) {
  const double away_s = static_cast<double>(minutes) * 60;
  input.gesture.duration_s = away_s;
  // An hour at least, and half an hour to recover in.
  input.horizon_s = std::max(3600.0, input.gesture.start_s + away_s + 1800);
  input.late_threshold_s = static_cast<double>(standard_minutes) * 60;
}

QueueAnswer AnswerOf(const ForecastInput& input) {
  QueueAnswer answer;
  answer.known = true;
  const auto forecast = queueing::Forecast(input);
  if (!forecast || forecast->skills.empty()) return answer;
  answer.decided = true;
  const queueing::SkillForecast& queue = forecast->skills.front();
  answer.method = forecast->method;
  answer.extra_wait_minutes = std::max(0.0, queue.extra_wait_customer_min);
  answer.extra_late = std::max(0.0, queue.extra_late);
  answer.extra_abandons = std::max(0.0, queue.extra_abandoned);
  answer.late_share_before = queue.p_late_without;
  answer.late_share_after = queue.p_late_with;
  answer.others_meanwhile = input.skills.front().arrivals_per_s.front() * input.gesture.duration_s;
  return answer;
}

std::optional<QueueAnswer> AnswerFromLive(TeamQueue& queue, const LiveState& state,
                                          const CalibratedQueue& calibrated, Instant now,
                                          Instant start, int64_t minutes,
                                          int64_t standard_minutes) {
  if (start - now > kLiveAhead) return std::nullopt;
  auto live = LiveInput(state, calibrated, now);
  if (!live) return std::nullopt;
  const double away_s = static_cast<double>(minutes) * 60;
  std::optional<QueueAnswer> answer;
  if (start - now <= kNow && away_s <= kLongestInTable &&
      live->input.agents.size() <= kMostAgentsInTable) {
    if (const auto table = FindTable(queue, *live, calibrated, standard_minutes, now)) {
      answer = LookUp(table->table, *live, away_s);
    }
  }
  if (!answer) {
    live->input.gesture.start_s =
        static_cast<double>(std::max<int64_t>(0, start - now)) / kMicrosPerSecond;
    SetAbsence(live->input, minutes, standard_minutes);
    answer = AnswerOf(live->input);
    answer->method = "live queue, " + answer->method;
  }
  answer->others_meanwhile =
      static_cast<double>(state.queue.waiting.size()) + live->arrivals * away_s;
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
    if (!due) continue;
    if (auto caught_up = CatchUpNow(services, organisation, *queue); !caught_up) {
      if (first) first = std::move(caught_up);
      continue;
    }
    const auto state = queue->state();
    if (!state->IsFresh(now)) continue;
    const auto live = LiveInput(*state, due->calibrated, now);
    if (!live) continue;
    auto made = MakeTable(*live, due->calibrated, due->standard_minutes, now);
    if (made) queue->tables().Keep(std::move(made));
  }
  return first;
}

}  // namespace extramile::app
