#include "app/skill_forecast.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <set>
#include <tuple>
#include <utility>

#include "queueing/skill_mix.h"

namespace extramile::app {
namespace {

using queueing::AgentInput;
using queueing::AgentState;
using queueing::ForecastInput;

constexpr int64_t kStep = 5 * kMicrosPerMinute;  // of starts
constexpr int64_t kLives = 2 * kMicrosPerMinute;
constexpr int64_t kDue = kMicrosPerMinute;
constexpr int64_t kAskedLately = 10 * kMicrosPerMinute;
constexpr size_t kMostAtOnce = 4;        // simulated in one tick
constexpr size_t kMostKept = 256;        // of a team
constexpr size_t kMostKindsOfAgent = 4;  // tried where nobody knows who goes away
constexpr std::array<int64_t, 7> kUsualMinutes = {5, 10, 15, 20, 30, 45, 60};

// The calibration's skill of that name; where it has none, the one for all that is rare, or else
// the commonest.
size_t SkillNamed(const queueing::Calibration& calibration, const std::string& name) {
  size_t rare = 0;
  for (size_t k = 0; k < calibration.skills.size(); ++k) {
    if (calibration.skills[k].skill == name) return k;
    if (calibration.skills[k].skill.empty()) rare = k;
  }
  return rare;
}

// What is rare or not said anybody takes.
uint32_t SkillsNamed(const queueing::Calibration& calibration,
                     const std::vector<std::string>& names) {
  uint32_t skills = 0;
  for (size_t k = 0; k < calibration.skills.size(); ++k) {
    const std::string& name = calibration.skills[k].skill;
    const bool has =
        names.empty() || name.empty() || std::binary_search(names.begin(), names.end(), name);
    skills |= static_cast<uint32_t>(has) << k;
  }
  return skills;
}

std::vector<int> IndicesOf(uint32_t skills) {
  std::vector<int> indices;
  for (int k = 0; skills >> k; ++k) {
    if (skills >> k & 1) indices.push_back(k);
  }
  return indices;
}

// Who is on, in the order of their ids, which is as good as chance: who of them leaves when is not
// known. Those who come later are like them.
void PlaceAgents(ForecastInput& input, const SkillRoom& room) {
  uint32_t waited_for = 0;
  for (size_t k : room.waiting_for) waited_for |= uint32_t{1} << k;
  SetPresent(input, room.agents.size());
  size_t present = 0, later = 0;
  for (AgentInput& agent : input.agents) {
    const bool is_present = agent.shift_starts_in_s <= 0;
    const size_t at = is_present ? present++ : later++ % room.agents.size();
    const SkillRoom::Agent& like = room.agents[at];
    agent.skills = IndicesOf(like.skills);
    // Nobody is free while somebody waits whom they could serve.
    const bool busy = is_present && (like.serving || (like.skills & waited_for) != 0);
    agent.state = busy ? AgentState::kBusy : AgentState::kIdle;
  }
}

// Of the agents with these skills who are there, the one who stays longest; -1 where none is.
int WhoGoes(const ForecastInput& input, uint32_t skills) {
  const std::vector<int> wanted = IndicesOf(skills);
  int best = -1;
  for (size_t i = 0; i < input.agents.size(); ++i) {
    const AgentInput& agent = input.agents[i];
    if (agent.shift_starts_in_s > 0 || agent.skills != wanted) continue;
    if (best < 0 ||
        agent.shift_ends_in_s > input.agents[static_cast<size_t>(best)].shift_ends_in_s) {
      best = static_cast<int>(i);
    }
  }
  return best;
}

// The skills to try for one who goes away: theirs, or those that most agents have.
std::vector<uint32_t> Candidates(const SkillRoom& room, uint32_t skills) {
  if (skills != kNobodyKnowsWho) return {skills};
  std::vector<std::pair<int, uint32_t>> most;
  for (const auto& [of_agent, agents] : room.by_skills) most.emplace_back(-agents, of_agent);
  std::sort(most.begin(), most.end());
  std::vector<uint32_t> out;
  for (const auto& [agents, of_agent] : most) {
    if (out.size() < kMostKindsOfAgent) out.push_back(of_agent);
  }
  return out;
}

std::shared_ptr<const SkillRoom> MakeRoom(const LiveState& state,
                                          const CalibratedQueue& calibrated) {
  const queueing::Calibration& calibration = *calibrated.calibration;
  auto room = std::make_shared<SkillRoom>();
  room->version = state.version;
  room->calibration = calibrated.id;
  for (const queueing::AgentOn& one : state.queue.on) {
    const uint32_t skills = SkillsNamed(calibration, one.skills);
    if (skills == 0) continue;  // serves nothing that this queue is about
    room->agents.push_back({one.id, skills, one.serving});
    ++room->by_skills[skills];
  }
  for (const auto& one : state.queue.waiting) {
    room->waiting_for.push_back(SkillNamed(calibration, one.skill));
  }
  return room;
}

}  // namespace

uint32_t SkillRoom::SkillsOf(const std::string& agent) const {
  if (agent.empty()) return kNobodyKnowsWho;
  const auto found =
      std::find_if(agents.begin(), agents.end(), [&](const Agent& one) { return one.id == agent; });
  return found == agents.end() ? kNobodyKnowsWho : found->skills;
}

bool SkillRoom::IsLike(const SkillRoom& other) const {
  if (this == &other) return true;
  const auto waiting = static_cast<int64_t>(waiting_for.size());
  const auto before = static_cast<int64_t>(other.waiting_for.size());
  return calibration == other.calibration && by_skills == other.by_skills &&
         std::abs(waiting - before) <= std::max<int64_t>(1, before / 5);
}

std::shared_ptr<const SkillRoom> SkillAnswers::RoomOf(const LiveState& state,
                                                      const CalibratedQueue& calibrated) {
  const std::lock_guard lock(mutex_);
  if (!room_ || room_->version != state.version || room_->calibration != calibrated.id) {
    room_ = MakeRoom(state, calibrated);
  }
  return room_;
}

std::optional<QueueAnswer> SkillAnswers::Find(const SkillKey& key, const SkillRoom& room,
                                              Instant now) {
  const std::lock_guard lock(mutex_);
  const auto found = kept_.find(key);
  if (found == kept_.end()) return std::nullopt;
  found->second.asked_at = std::max(found->second.asked_at, now);
  const Kept& kept = found->second;
  if (now - kept.made_at > kLives || !kept.room->IsLike(room)) return std::nullopt;
  return kept.answer;
}

void SkillAnswers::Keep(const SkillKey& key, const CalibratedQueue& calibrated,
                        std::shared_ptr<const SkillRoom> room, Instant now,
                        const QueueAnswer& answer) {
  const std::lock_guard lock(mutex_);
  std::erase_if(kept_, [&](const auto& one) {
    return now - std::max(one.second.made_at, one.second.asked_at) > kAskedLately;
  });
  if (kept_.size() >= kMostKept) kept_.clear();
  Kept& kept = kept_.try_emplace(key, Kept{calibrated, room, now, {}, {}}).first->second;
  kept.room = std::move(room);
  kept.made_at = now;
  kept.answer = answer;
}

std::vector<DueBySkill> SkillAnswers::Due(Instant now) const {
  const std::lock_guard lock(mutex_);
  // Of each (calibration, standard, skills) asked about lately, the minutes that are wanted.
  std::map<SkillKey, std::pair<const Kept*, std::set<int64_t>>> wanted;
  for (const auto& [key, kept] : kept_) {
    if (key.starts_in > 0 || now - kept.asked_at > kAskedLately) continue;
    auto& [example, minutes] = wanted[{key.calibration, key.standard_minutes, key.skills}];
    example = &kept;
    minutes.insert(kUsualMinutes.begin(), kUsualMinutes.end());
    minutes.insert(key.minutes);
  }
  std::vector<DueBySkill> due;
  for (const auto& [group, what] : wanted) {
    for (int64_t minutes : what.second) {
      SkillKey key = group;
      key.minutes = minutes;
      const auto found = kept_.find(key);
      if (found != kept_.end() && now - found->second.made_at < kDue) continue;
      if (due.size() < kMostAtOnce) due.push_back({key, what.first->calibrated});
    }
  }
  return due;
}

bool TellsSkillsApart(const LiveState& state, const CalibratedQueue& calibrated) {
  return state.skills_differ && !calibrated.calibration->skills.empty();
}

std::optional<QueueAnswer> AnswerBySkill(SkillAnswers& answers, const LiveState& state,
                                         const CalibratedQueue& calibrated,
                                         const LiveQuestion& question) {
  const auto room = answers.RoomOf(state, calibrated);
  if (room->by_skills.size() < 2) return std::nullopt;
  const int64_t ahead = std::max<int64_t>(0, question.start - question.now);
  const SkillKey key = {calibrated.id, question.standard_minutes, room->SkillsOf(question.asker),
                        (question.minutes + 4) / 5 * 5, ahead / kStep};
  if (auto found = answers.Find(key, *room, question.now)) return found;
  if (!question.may_simulate) {
    QueueAnswer undecided;
    undecided.known = true;
    return undecided;
  }
  const std::lock_guard lock(answers.simulating());
  if (auto found = answers.Find(key, *room, question.now)) return found;
  auto simulated = Simulate(answers, state, calibrated, key, question.now);
  answers.Find(key, *room, question.now);  // somebody asked for it
  return simulated;
}

std::optional<QueueAnswer> Simulate(SkillAnswers& answers, const LiveState& state,
                                    const CalibratedQueue& calibrated, const SkillKey& key,
                                    Instant now) {
  const auto room = answers.RoomOf(state, calibrated);
  const LocalTime local = calibrated.zone.ToLocal(now);
  auto input = queueing::StateBySkill(*calibrated.calibration, local.weekday, SecondOfDay(local));
  if (!input || room->by_skills.size() < 2) return std::nullopt;
  input->start = queueing::StartKind::kLive;
  PlaceAgents(*input, *room);
  for (size_t i = 0; i < room->waiting_for.size(); ++i) {
    input->skills[room->waiting_for[i]].waiting_s.push_back(
        SecondsUntil(now, state.queue.waiting[i].since));
  }
  input->gesture.start_s = static_cast<double>(key.starts_in * kStep) / kMicrosPerSecond;
  SetAbsence(*input, key.minutes, key.standard_minutes);
  const auto candidates = Candidates(*room, key.skills);
  input->most_pairs = PairsWithinBudget(*input, candidates.size());
  std::optional<QueueAnswer> worst;
  for (uint32_t skills : candidates) {
    const int who = WhoGoes(*input, skills);
    if (who < 0) continue;
    input->gesture.agents = {who};
    QueueAnswer answer = AnswerOf(*input);
    answer.method = "live queue, " + answer.method + " by skill";
    if (!worst || (answer.decided && answer.extra_wait_minutes > worst->extra_wait_minutes)) {
      worst = std::move(answer);
    }
  }
  if (worst) answers.Keep(key, calibrated, room, now, *worst);
  return worst;
}

}  // namespace extramile::app
