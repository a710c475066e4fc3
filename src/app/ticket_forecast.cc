#include "app/ticket_forecast.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace extramile::app {
namespace {

using queueing::AgentState;
using queueing::ForecastInput;

constexpr int64_t kStep = 5 * kMicrosPerMinute;
constexpr int64_t kLives = 10 * kMicrosPerMinute;
constexpr int64_t kLately = 28 * kMicrosPerDay;
constexpr double kAheadS = 5 * 24 * 3600;    // over any weekend
constexpr double kLongestS = 9 * 24 * 3600;  // to a start
constexpr double kUsuallyDueS = 48 * 3600;   // where no ticket waits to learn it from
constexpr size_t kMostKept = 256;

double ArrivalsPerSecond(const queueing::QueueState& queue, Instant now) {
  const auto& entered = queue.tickets_entered;
  const auto first = std::lower_bound(entered.begin(), entered.end(), now + -kLately);
  if (first == entered.end()) return 0;
  const int64_t watched = std::clamp(now - *first, kMicrosPerDay, kLately);
  return static_cast<double>(entered.end() - first) * kMicrosPerSecond /
         static_cast<double>(watched);
}

// At work at that time, or at the next opening.
double WhenOpen(const std::vector<queueing::OpenHours>& open, double at_s) {
  for (const auto& hours : open) {
    if (at_s < hours.to_s) return std::max(at_s, hours.from_s);
  }
  return open.back().to_s;
}

std::optional<ForecastInput> InputFor(const LiveState& state, const TimeZone& zone,
                                      const WorkingHours& hours, const LiveQuestion& question) {
  const queueing::QueueState& queue = state.queue;
  ForecastInput input;
  const double ahead_s = SecondsUntil(question.start, question.now);
  if (ahead_s > kLongestS) return std::nullopt;
  input.horizon_s = ahead_s + kAheadS;
  input.open = OpenFrom(hours, zone, question.now, input.horizon_s);
  if (input.open.empty()) return std::nullopt;
  auto& tickets = input.skills.emplace_back();
  tickets.skill = "tickets";
  tickets.handle_mean_s = static_cast<double>(hours.ticket_minutes) * 60;
  tickets.arrivals_per_s = {ArrivalsPerSecond(queue, question.now)};
  tickets.due_after_s = queue.tickets_due_after_s > 0 ? queue.tickets_due_after_s : kUsuallyDueS;
  for (const queueing::WaitingTicket& one : queue.tickets) {
    tickets.waiting_s.push_back(SecondsUntil(question.now, one.since));
    tickets.waiting_due_s.push_back(static_cast<double>(one.due - question.now) / kMicrosPerSecond);
  }
  int64_t agents = hours.agents;
  if (state.IsFresh(question.now) && queue.agents_on) {
    agents = std::clamp<int64_t>(*queue.agents_on, 1, agents);
  }
  const int64_t busy =
      queue.tickets.empty() ? std::min<int64_t>(queue.tickets_in_hand, agents) : agents;
  input.agents = queueing::Agents(static_cast<int>(agents), AgentState::kIdle);
  for (int64_t i = 0; i < busy; ++i) {
    input.agents[static_cast<size_t>(i)].state = AgentState::kBusy;
  }
  input.gesture = {.agents = {0},
                   .start_s = WhenOpen(input.open, ahead_s),
                   .duration_s = static_cast<double>(question.minutes) * 60};
  input.most_pairs = PairsWithinBudget(input, 1);
  return input;
}

}  // namespace

std::string TicketEffect::Sentence() const {
  if (!decided) return "What becomes of the tickets cannot be told.";
  const auto late = std::llround(extra_late), hours = std::llround(extra_hours);
  std::string text = late == 0   ? "No ticket"
                     : late == 1 ? "About 1 ticket"
                                 : "About " + std::to_string(late) + " tickets";
  text += " would be late that would not have been";
  if (hours > 0) {
    text += "; tickets would wait " + std::to_string(hours) + (hours == 1 ? " hour" : " hours") +
            " longer between them";
  }
  return text + ".";
}

std::optional<TicketEffect> TicketAnswers::Find(int64_t minutes, int64_t starts_in,
                                                const WorkingHours& hours, int64_t waiting,
                                                Instant now) const {
  const std::lock_guard lock(mutex_);
  const auto found = kept_.find({minutes, starts_in});
  if (found == kept_.end()) return std::nullopt;
  const Kept& kept = found->second;
  const int64_t before = kept.effect.waiting;
  if (now - kept.made_at > kLives || kept.hours.get() != &hours ||
      std::abs(waiting - before) > std::max<int64_t>(1, before / 5)) {
    return std::nullopt;
  }
  return kept.effect;
}

void TicketAnswers::Keep(int64_t minutes, int64_t starts_in,
                         std::shared_ptr<const WorkingHours> hours, Instant now,
                         const TicketEffect& effect) {
  const std::lock_guard lock(mutex_);
  if (kept_.size() >= kMostKept) kept_.clear();
  kept_.insert_or_assign({minutes, starts_in}, Kept{std::move(hours), now, effect});
}

TicketEffect SimulateTickets(const LiveState& state, const TimeZone& zone,
                             const WorkingHours& hours, const LiveQuestion& question) {
  TicketEffect effect;
  effect.waiting = static_cast<int64_t>(state.queue.tickets.size());
  const auto input = InputFor(state, zone, hours, question);
  if (!input) return effect;
  const auto forecast = queueing::Forecast(*input);
  if (!forecast) return effect;
  effect.decided = true;
  const queueing::SkillForecast& tickets = forecast->skills.front();
  effect.extra_late = std::max(0.0, tickets.extra_late);
  effect.extra_hours = std::max(0.0, tickets.extra_wait_customer_min) / 60;
  effect.extra_late_half_width = kHalfWidth * forecast->errors.extra_late;
  effect.late_share_before = tickets.p_late_without;
  effect.late_share_after = tickets.p_late_with;
  return effect;
}

std::shared_ptr<TicketAnswers> NewTicketAnswers() { return std::make_shared<TicketAnswers>(); }

std::optional<TicketEffect> EffectOnTickets(TeamQueue& queue, const TimeZone& zone,
                                            const std::shared_ptr<const WorkingHours>& hours,
                                            const LiveQuestion& question) {
  const auto state = queue.state();
  if (!hours || !state->KnowsTickets(question.now)) return std::nullopt;
  const auto waiting = static_cast<int64_t>(state->queue.tickets.size());
  const int64_t minutes = (question.minutes + 4) / 5 * 5;
  const int64_t starts_in = std::max<int64_t>(0, question.start - question.now) / kStep;
  TicketAnswers& answers = queue.tickets();
  const auto find = [&] { return answers.Find(minutes, starts_in, *hours, waiting, question.now); };
  if (auto found = find()) return found;
  if (!question.may_simulate) return TicketEffect{.waiting = waiting};
  const std::lock_guard lock(answers.simulating());
  if (auto found = find()) return found;
  LiveQuestion rounded = question;
  rounded.minutes = minutes;
  const TicketEffect effect = SimulateTickets(*state, zone, *hours, rounded);
  answers.Keep(minutes, starts_in, hours, question.now, effect);
  return effect;
}

}  // namespace extramile::app
