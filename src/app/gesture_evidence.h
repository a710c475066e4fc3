// What the uses of one gesture show: whether customers value it more than service without it,
// whether other customers pay for it, and whether it has worked often enough to be routine.
//
// Derived by replaying the uses, in the order in which they were done or written down, through
// libs/inference; every error rate named here holds however often anyone looks. Staff chose when
// and for whom: the figures are confounded with that choice, and kConfounding says so wherever they
// are shown.
//
// Error rates:
//   better than the base   at most 1 gesture in 20 that is no better is ever called better
//   harm, in one team      five processes share 1 in 20: each rings at 100, so that a harmless
//                          gesture rings in any of them at most once in 20 gestures
// Customers count once, by their first answer; people whom nobody knows count once a case.
//
// Pure; O(uses).
//
//   const GestureEvidence evidence = WhatUsesShow(uses, record.without_gesture, now);
//   evidence.Routine().suggest;
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "app/gesture_uses.h"
#include "inference/betting.h"
#include "inference/confidence_sequence.h"
#include "inference/late_windows.h"
#include "inference/rare_events.h"
#include "inference/routine.h"

namespace extramile::app {

inline constexpr std::string_view kConfounding =
    "Staff chose when and for whom to do this, so these figures also show whom they chose: they "
    "inform, and prove no effect of the gesture alone.";

inline constexpr double kErrorRate = 0.05;
// Others may be late by so much more than forecast before it is unreasonable: a share of them.
inline constexpr double kTolerance = 0.1;
// Others must be shown to come through in more than this share of the looks at it.
inline constexpr double kMostlyUnharmed = 0.8;
// How often a look at others' waiting is bad with nothing wrong (effect_statistics.h), and how
// often trouble follows ordinary service.
inline constexpr double kOrdinarilyBad = 0.05;

// The share of customers who are pleased without a gesture, fixed before the first use: measured
// where 20 or more had answered by then, and one half where not, or where it was less.
struct BaseShare {
  double share = 0.5;
  int64_t answers = 0;
  bool measured() const { return answers >= 20; }
};
BaseShare BaseBefore(std::span<const CustomerAnswer> without_gesture, Instant first_use);

struct SegmentUses {
  std::string segment;  // empty: not said
  int64_t uses = 0;
};

// One thing that could be wrong, watched for.
struct HarmWatch {
  std::string_view metric;
  double log_e = 0;          // now
  double highest_log_e = 0;  // since the first use
  int64_t observations = 0;
};

struct GestureEvidence {
  int64_t uses = 0;
  int64_t customers = 0;
  int64_t noticed = 0;                // customers
  int64_t answered = 0;               // customers
  int64_t valued = 0;                 // of those who answered
  int64_t amount = 0;                 // minor units, in all
  int64_t minutes = 0;                // in all
  std::vector<SegmentUses> segments;  // by name

  BaseShare base;
  inference::BettingEProcess better_than_base;
  inference::ConfidenceSequence scores{kErrorRate};

  int64_t looked_at = 0;  // uses with a verdict on others
  int64_t unaffected = 0;
  int64_t not_unreasonably = 0;
  inference::BettingEProcess mostly_unharmed;
  inference::RareEvents affected, unreasonably_affected, trouble;
  inference::LateWindows windows{{.tolerance = kTolerance, .cusum = {}, .ewma = {}}};
  int64_t window_customers = 0;
  int64_t window_late = 0;
  double window_forecast_late = 0;

  inference::Interval ShareWhoValueIt() const;
  std::vector<HarmWatch> Harms() const;
  // An alarm of any of the harm processes.
  bool Harmful() const;
  // That, or one of the chart of late customers: reason to think again about what is routine.
  bool WantsAnotherLook() const;
  double LogEOthersUnharmed() const;
  inference::RoutineVerdict Routine() const;
};

// Whether the harm process stands for an alarm, at its part of the error rate.
bool Rings(const HarmWatch& harm);

// `uses` in the order in which they were done; of one gesture, of one team or of all.
GestureEvidence WhatUsesShow(std::span<const GestureUse* const> uses,
                             std::span<const CustomerAnswer> without_gesture, Instant now);

// In plain words.
std::string ValuedInWords(const GestureEvidence& evidence);
std::string OthersInWords(const GestureEvidence& evidence);
std::string RoutineInWords(const GestureEvidence& evidence);
// All of it for one gesture, for those who decide about it.
std::string RecordInWords(const UsesOnRecord& record, std::string_view gesture, Instant now);

}  // namespace extramile::app
