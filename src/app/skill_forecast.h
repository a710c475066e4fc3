// The forecast of one agent away from a live queue whose agents do not all have the same skills: by
// paired simulation, with the arrivals, handle times and patience of each kind of service from the
// calibration, the customers who wait for each, and what every agent who is on serves.
//
// Who asks is known where the telephone system calls its agents by their ids in extramile. Else the
// agent who goes away is taken to be of the skills whose absence costs most: told a little too high
// rather than too low.
//
// A simulation takes some 50 ms, so it is done once for a question (calibration, waiting standard,
// skills of who goes, minutes, start) and kept for two minutes, unless agents come or go or the
// queue grows or shrinks by a fifth. The server's tick makes what was asked for lately anew each
// minute, and the usual durations beside it, so that a check simulates only where nobody asked
// before. The cost of a simulation is bounded by the number of pairs, not by a clock: the same
// queue gives the same answer.
//
// Thread-safe. A kept answer costs a lock and a look-up.
#pragma once

#include <compare>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "app/queue_answer.h"
#include "app/queue_state.h"

namespace extramile::app {

inline constexpr uint32_t kNobodyKnowsWho = 0;

struct SkillKey {
  AnyId calibration;
  int64_t standard_minutes = 0;
  uint32_t skills = kNobodyKnowsWho;  // of who goes away: bit k is the calibration's skill k
  int64_t minutes = 0;                // rounded up to five
  int64_t starts_in = 0;              // steps of five minutes
  auto operator<=>(const SkillKey&) const = default;
};

// The agents and customers of a state by the calibration's skills.
struct SkillRoom {
  int64_t version = -1;  // of the state
  AnyId calibration;
  struct Agent {
    std::string id;
    uint32_t skills = 0;
    bool serving = false;
  };
  std::vector<Agent> agents;
  std::vector<size_t> waiting_for;  // of each customer who waits: the skill
  std::map<uint32_t, int> by_skills;

  uint32_t SkillsOf(const std::string& agent) const;  // kNobodyKnowsWho where not among them
  bool IsLike(const SkillRoom& other) const;          // enough for an answer to hold
};

struct DueBySkill {
  SkillKey key;
  CalibratedQueue calibrated;
};

// What was simulated for one team.
class SkillAnswers {
 public:
  std::shared_ptr<const SkillRoom> RoomOf(const LiveState& state,
                                          const CalibratedQueue& calibrated);
  // Nothing where none was simulated, or the queue has changed since.
  std::optional<QueueAnswer> Find(const SkillKey& key, const SkillRoom& room, Instant now);
  void Keep(const SkillKey& key, const CalibratedQueue& calibrated,
            std::shared_ptr<const SkillRoom> room, Instant now, const QueueAnswer& answer);
  // What should be made anew: a few at a time.
  std::vector<DueBySkill> Due(Instant now) const;
  // Held while one simulates, so that two checks do not do the same work.
  std::mutex& simulating() { return simulating_; }

 private:
  struct Kept {
    CalibratedQueue calibrated;
    std::shared_ptr<const SkillRoom> room;
    Instant made_at, asked_at;
    QueueAnswer answer;
  };
  std::mutex simulating_;
  mutable std::mutex mutex_;
  std::shared_ptr<const SkillRoom> room_;  // guarded by mutex_
  std::map<SkillKey, Kept> kept_;          // guarded by mutex_
};

// Whether the pool is no answer: the log tells kinds of service apart, and the agents on serve
// different ones.
bool TellsSkillsApart(const LiveState& state, const CalibratedQueue& calibrated);

// `decided` is false where it was not simulated before and must not be now.
std::optional<QueueAnswer> AnswerBySkill(SkillAnswers& answers, const LiveState& state,
                                         const CalibratedQueue& calibrated,
                                         const LiveQuestion& question);

// Simulates and keeps the answer; nothing where the calibration knows nobody who serves now.
std::optional<QueueAnswer> Simulate(SkillAnswers& answers, const LiveState& state,
                                    const CalibratedQueue& calibrated, const SkillKey& key,
                                    Instant now);

}  // namespace extramile::app
