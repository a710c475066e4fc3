#include "app/gesture_evidence.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <set>

namespace extramile::app {
namespace {

constexpr int kHarms = 5;
constexpr double kNarrowestAt = 30;  // customers: where the interval of the share is tightest
constexpr double kHighestBase = 0.95;

std::string Count(int64_t count, std::string_view one, std::string_view many) {
  return std::to_string(count) + " " + std::string(count == 1 ? one : many);
}
std::string Percent(double share) { return std::to_string(std::lround(share * 100)) + " %"; }

// The customers' answers, in the order in which they were written down; a customer's first counts.
void ReplayAnswers(std::span<const GestureUse* const> uses, GestureEvidence& out) {
  struct Said {
    CustomerAnswer answer;
    AnyId who;
  };
  std::vector<Said> said;
  std::set<AnyId> customers, noticed;
  for (const GestureUse* use : uses) {
    customers.insert(use->recipient);
    if (use->noticed()) noticed.insert(use->recipient);
    for (const CustomerAnswer& answer : use->answers) said.push_back({answer, use->recipient});
  }
  std::stable_sort(said.begin(), said.end(), [](const Said& a, const Said& b) {
    return a.answer.recorded_at < b.answer.recorded_at;
  });
  std::set<AnyId> answered;
  for (const Said& one : said) {
    if (!answered.insert(one.who).second) continue;
    out.valued += one.answer.positive;
    out.better_than_base.Update(one.answer.positive ? 1 : 0, out.base.share);
    if (one.answer.score) out.scores.Update(std::clamp(*one.answer.score, 0.0, 1.0));
  }
  out.customers = static_cast<int64_t>(customers.size());
  out.noticed = static_cast<int64_t>(noticed.size());
  out.answered = static_cast<int64_t>(answered.size());
}

void ReplayVerdicts(const GestureUse& use, GestureEvidence& out) {
  if (use.unaffected || use.not_unreasonably) ++out.looked_at;
  if (use.unaffected) {
    out.unaffected += *use.unaffected;
    out.affected.Update(!*use.unaffected, kOrdinarilyBad);
  }
  if (use.not_unreasonably) {
    out.not_unreasonably += *use.not_unreasonably;
    out.unreasonably_affected.Update(!*use.not_unreasonably, kOrdinarilyBad);
    out.mostly_unharmed.Update(*use.not_unreasonably ? 1 : 0, kMostlyUnharmed);
  }
}

// Windows of one team that overlap are one hour seen twice: the first counts.
void ReplayWindows(std::span<const GestureUse* const> uses, GestureEvidence& out) {
  std::vector<const GestureUse*> watched;
  for (const GestureUse* use : uses) {
    if (use->window) watched.push_back(use);
  }
  std::stable_sort(watched.begin(), watched.end(), [](const GestureUse* a, const GestureUse* b) {
    return a->window->from < b->window->from;
  });
  std::map<std::string_view, Instant> over_at;
  for (const GestureUse* use : watched) {
    Instant& over = over_at[use->team];
    if (use->window->from < over) continue;
    over = use->window->from + kWatchedWindow;
    const inference::LateWindow& calls = use->window->calls;
    out.windows.Update(calls);
    out.window_customers += calls.customers;
    out.window_late += calls.late;
    out.window_forecast_late += calls.forecast_share * static_cast<double>(calls.customers);
  }
}

std::string ChartInWords(const inference::LateWindows& windows) {
  static const double usual = inference::CusumRunLength({}, 0);
  if (windows.cusum_alarms() == 0) return {};
  return " The chart of late customers has rung " + Count(windows.cusum_alarms(), "time", "times") +
         "; by chance it does about once in " + std::to_string(std::lround(usual)) + " hours.";
}

}  // namespace

BaseShare BaseBefore(std::span<const CustomerAnswer> without_gesture, Instant first_use) {
  BaseShare base;
  int64_t positive = 0;
  for (const CustomerAnswer& answer : without_gesture) {
    if (answer.recorded_at >= first_use) break;
    ++base.answers;
    positive += answer.positive;
  }
  if (base.measured()) {
    base.share = std::clamp(static_cast<double>(positive) / static_cast<double>(base.answers),
                            base.share, kHighestBase);
  }
  return base;
}

GestureEvidence WhatUsesShow(std::span<const GestureUse* const> uses,
                             std::span<const CustomerAnswer> without_gesture, Instant now) {
  GestureEvidence out;
  if (uses.empty()) return out;
  out.base = BaseBefore(without_gesture, uses.front()->done_at);
  std::map<std::string, int64_t> segments;
  for (const GestureUse* use : uses) {
    ++out.uses;
    out.amount += use->amount;
    out.minutes += use->minutes;
    ++segments[use->segment];
    ReplayVerdicts(*use, out);
    // Whether trouble follows is known when its time is over, for good and bad alike.
    if (now - use->done_at > kTroubleWithin) out.trouble.Update(use->trouble, kOrdinarilyBad);
  }
  for (const auto& [segment, count] : segments) out.segments.push_back({segment, count});
  ReplayAnswers(uses, out);
  ReplayWindows(uses, out);
  return out;
}

inference::Interval GestureEvidence::ShareWhoValueIt() const {
  return inference::BernoulliInterval(valued, answered, kErrorRate, kNarrowestAt);
}

std::vector<HarmWatch> GestureEvidence::Harms() const {
  const auto watch = [](std::string_view metric, const auto& process, int64_t observations) {
    return HarmWatch{metric, process.log_e_value(), process.highest_log_e_value(), observations};
  };
  std::vector<HarmWatch> out = {
      watch("more others late than forecast", windows.harmed(), windows.windows()),
      watch("more others late than is reasonable", windows.unreasonable(), windows.windows()),
      watch("others affected", affected, affected.trials()),
      watch("others unreasonably affected", unreasonably_affected, unreasonably_affected.trials()),
      watch("complaint or broken promise", trouble, trouble.trials())};
  static_assert(kHarms == 5);
  return out;
}

bool Rings(const HarmWatch& harm) {
  return inference::Reaches(harm.highest_log_e, kErrorRate / kHarms);
}

bool GestureEvidence::Harmful() const {
  const auto harms = Harms();
  return std::any_of(harms.begin(), harms.end(), Rings);
}

bool GestureEvidence::WantsAnotherLook() const { return Harmful() || windows.cusum_alarms() > 0; }

double GestureEvidence::LogEOthersUnharmed() const {
  // Nobody's time, nobody's waiting.
  if (uses > 0 && minutes == 0) return std::numeric_limits<double>::infinity();
  // Half of the money on what people and the queue said of single uses, half on the hours watched.
  const double a = mostly_unharmed.log_e_value();
  const double b = windows.within_tolerance().log_e_value();
  return std::max(a, b) + std::log1p(std::exp(-std::abs(a - b))) - std::log(2);
}

inference::RoutineVerdict GestureEvidence::Routine() const {
  double harm = 0;
  for (const HarmWatch& watch : Harms()) harm = std::max(harm, watch.highest_log_e);
  return inference::MayBecomeRoutine(
      {.log_e_impress = better_than_base.highest_log_e_value(),
       .log_e_others = LogEOthersUnharmed(),
       .log_e_harm = harm},
      {.alpha_impress = kErrorRate, .alpha_others = kErrorRate, .alpha_harm = kErrorRate / kHarms});
}

std::string ValuedInWords(const GestureEvidence& evidence) {
  if (evidence.uses == 0) return "Not used yet.";
  std::string text = "Used " + Count(evidence.uses, "time", "times") + " for " +
                     Count(evidence.customers, "customer", "customers") + "; ";
  if (evidence.answered == 0) return text + "none of them has said how they took it.";
  const inference::Interval share = evidence.ShareWhoValueIt();
  text += std::to_string(evidence.valued) + " of the " + std::to_string(evidence.answered) +
          " who said how they took it valued it: between " + Percent(share.lower) + " and " +
          Percent(share.upper) + " of such customers do.";
  return text;
}

std::string OthersInWords(const GestureEvidence& evidence) {
  if (evidence.Harmful()) {
    std::string what;
    for (const HarmWatch& harm : evidence.Harms()) {
      if (Rings(harm)) what += (what.empty() ? "" : ", ") + std::string(harm.metric);
    }
    return "Alarm: " + what +
           ". With nothing wrong such an alarm comes in at most 1 of 20 gestures.";
  }
  if (evidence.uses > 0 && evidence.minutes == 0) {
    return "It takes nobody's time, so nobody waits longer for it.";
  }
  const std::string seen = evidence.looked_at == 0
                               ? "Nobody has looked at what it did to others"
                               : "Of " + Count(evidence.looked_at, "look", "looks") +
                                     " at others, " + std::to_string(evidence.not_unreasonably) +
                                     " found them not unreasonably affected";
  const int64_t hours = evidence.windows.windows();
  if (hours == 0) return seen + ".";
  return seen + "; in " + Count(hours, "hour", "hours") + " watched " +
         Count(evidence.window_late, "other was late", "others were late") + ", where " +
         std::to_string(std::lround(evidence.window_forecast_late)) + " had been forecast." +
         ChartInWords(evidence.windows);
}

std::string RoutineInWords(const GestureEvidence& evidence) {
  const inference::RoutineVerdict verdict = evidence.Routine();
  if (verdict.harms) return "Not to be made routine as it is: " + OthersInWords(evidence);
  const std::string base =
      "better than the " + Percent(evidence.base.share) +
      (evidence.base.measured() ? " who are pleased without it" : " it is held against");
  if (verdict.suggest) {
    return "It has worked often enough to be suggested: " + base +
           ", and others come through. Chance alone does so for at most 1 gesture in 20.";
  }
  std::string missing;
  if (!verdict.impresses) missing = "that it is " + base;
  if (!verdict.others_within_tolerance) {
    missing += (missing.empty() ? "" : ", and ") + std::string("that others come through");
  }
  return "Not shown yet: " + missing + ".";
}

std::string RecordInWords(const UsesOnRecord& record, std::string_view gesture, Instant now) {
  std::vector<const GestureUse*> uses;
  for (const GestureUse& use : record.uses) {
    if (use.gesture == gesture) uses.push_back(&use);
  }
  const GestureEvidence evidence = WhatUsesShow(uses, record.without_gesture, now);
  if (uses.empty()) return ValuedInWords(evidence);
  return ValuedInWords(evidence) + " " + OthersInWords(evidence) + " " + RoutineInWords(evidence) +
         " " + std::string(kConfounding);
}

}  // namespace extramile::app
