// The second tier of the forecast: paired simulation with common random numbers. It answers where
// the pool cannot be followed: several skills, handle times that are not exponential, priorities,
// tickets with due times, working hours.
//
// A pair draws every customer once (moment of arrival, patience, handle time) and plays them twice
// on the event loop (event_loop.h), with the gesture and without, so that the difference is the
// gesture's and hardly chance's. Handle times with a coefficient of variation other than 1 are
// log-normal; 0 means constant. Seeds are fixed: the same input gives the same answer.
//
// Where the queue's beginning is the usual one, a run-up from an empty room stands in for it. A
// gesture that starts later (or in a usual state) finds its agents just done with a customer: pairs
// in which they are not busy then are thrown away, as the exact tier's condition demands, unless
// hardly any is left.
//
// Working hours: time in which the team does not work is cut out, so that work stops at closing and
// goes on at opening; waits and due times are counted on the clock.
//
// Not thread-safe, without shared state. A pair of 20 agents, three skills and an hour costs some
// 40 us.
#pragma once

#include <cstdint>
#include <vector>

#include "queueing/event_loop.h"
#include "queueing/forecast.h"
#include "queueing/random.h"

namespace extramile::queueing {

// Clock time without the hours in which nobody works; both ways in O(log hours).
class WorkingTime {
 public:
  explicit WorkingTime(const std::vector<OpenHours>& open);
  double FromClock(double clock_s) const;
  double ToClock(double working_s) const;

 private:
  std::vector<OpenHours> open_;          // empty: always
  std::vector<double> worked_before_s_;  // by interval
};

// What a run adds up for one skill, or the difference of two.
struct SkillCount {
  double wait_s = 0;  // on the clock, within the horizon
  double late = 0;
  double abandoned = 0;
  double arrivals = 0;
  double judged = 0;       // customers who could become late within the horizon
  double late_judged = 0;  // of these; the others who are late waited at the beginning
};

class PairedSimulation {
 public:
  explicit PairedSimulation(const ForecastInput& input, uint64_t seed = 1);  // kept by reference

  // Plays that many more pairs.
  void Run(int pairs);
  int pairs() const { return pairs_; }

  // Estimates from all pairs so far, and the standard errors of what limits are set on: the sums
  // over skills, and the late share of the skill where it is largest.
  std::vector<SkillForecast> Skills() const;
  StandardErrors Errors() const;

 private:
  // Waiting by five minutes: of those who wait through a part of them, and how many more wait
  // throughout than throughout the ones before.
  struct Stretches {
    std::vector<double> partly_s, throughout;
    std::vector<double> Sums() const;  // s
  };
  // One way of playing: with the gesture or without.
  struct Way {
    std::vector<SkillCount> now;       // of the run at hand, by skill
    std::vector<SkillCount> sum;       // of all runs
    std::vector<Stretches> stretches;  // of all runs, by skill
  };
  struct Moments {
    double sum = 0, squares = 0;
    void Add(double x) { sum += x, squares += x * x; }
    double StandardError(int count) const;
  };
  // For the standard error of a ratio of means.
  struct RatioMoments {
    double late = 0, judged = 0, late_late = 0, judged_judged = 0, late_judged = 0;
  };

  double Exponential(double mean);
  double Handle(const SkillInput& skill);
  double Residual(const AgentInput& agent);
  void PrepareAgents();
  void DrawOrder();
  void DrawBeginning();
  void DrawArrivals();
  int Play(bool with, Way& way);
  void Count(Way& way, const LoopCustomer& who, double at_s, Left how) const;
  void AddWaiting(Way& way, uint32_t skill, double from_s, double to_s) const;
  void AddPair();

  const ForecastInput& input_;
  WorkingTime working_;
  double begin_s_ = 0, horizon_s_ = 0, end_s_ = 0, end_clock_s_ = 0;
  Random random_;
  double back_s_ = 0;
  std::vector<LoopAgent> as_given_;
  std::vector<bool> goes_away_;  // by agent as given
  // Agents as the loop has them: those with the fewest skills first, else by chance.
  std::vector<size_t> order_;
  std::vector<LoopAgent> agents_;
  std::vector<LoopCustomer> customers_;
  EventLoop loop_;
  Way with_, without_;
  Moments extra_wait_s_, extra_late_, extra_abandoned_;
  std::vector<RatioMoments> late_;  // by skill, with the gesture
  int pairs_ = 0;
  int tries_ = 0;
  bool must_be_busy_ = false;
};

}  // namespace extramile::queueing
