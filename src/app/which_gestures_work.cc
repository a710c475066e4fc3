#include "app/which_gestures_work.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>

#include "app/gesture_evidence.h"
#include "app/gesture_ranking.h"
#include "app/record.h"

namespace extramile::app {
namespace {

// Beyond this an e-value says no more to anybody.
constexpr double kLargestShown = 1e6;

void PutFigure(JsonWriter& out, std::string_view key, double value) {
  out.Key(key).Double(std::round(value * 1e4) / 1e4);
}
void PutE(JsonWriter& out, std::string_view key, double log_e) {
  PutFigure(out, key, std::exp(std::min(log_e, std::log(kLargestShown))));
}
void PutInterval(JsonWriter& out, std::string_view key, double mean,
                 const inference::Interval& interval) {
  out.Key(key).BeginObject();
  PutFigure(out, "mean", mean);
  PutFigure(out, "from", interval.lower);
  PutFigure(out, "to", interval.upper);
  out.EndObject();
}

void WriteRoutine(JsonWriter& out, const GestureEvidence& evidence) {
  const inference::RoutineVerdict verdict = evidence.Routine();
  out.Key("routine_rule").BeginObject();
  PutFigure(out, "base_share", evidence.base.share);
  Put(out, "base_measured", evidence.base.measured());
  PutE(out, "e_better_than_base", evidence.better_than_base.highest_log_e_value());
  PutE(out, "e_others_unharmed", evidence.LogEOthersUnharmed());
  PutFigure(out, "e_needed", 1 / kErrorRate);
  Put(out, "better_than_base", verdict.impresses);
  Put(out, "others_unharmed", verdict.others_within_tolerance);
  Put(out, "harms", verdict.harms);
  Put(out, "suggest", verdict.suggest);
  Put(out, "sentence", RoutineInWords(evidence));
  out.EndObject();
}

void WriteGestureEvidence(JsonWriter& out, const GestureRecord& gesture,
                          const GestureEvidence& evidence, const ShareByGesture& expected,
                          Currency currency) {
  out.BeginObject();
  Put(out, "gesture", gesture.code);
  Put(out, "title", gesture.title);
  Put(out, "kind", gesture.kind);
  Put(out, "routine", gesture.routine);
  Put(out, "uses", evidence.uses);
  Put(out, "customers", evidence.customers);
  Put(out, "noticed", evidence.noticed);
  Put(out, "answered", evidence.answered);
  Put(out, "valued", evidence.valued);
  if (evidence.answered > 0) {
    PutInterval(out, "share_who_value_it",
                static_cast<double>(evidence.valued) / static_cast<double>(evidence.answered),
                evidence.ShareWhoValueIt());
  } else {
    out.Key("share_who_value_it").Null();
  }
  if (evidence.scores.count() > 0) {
    PutInterval(out, "score", evidence.scores.mean(), evidence.scores.interval());
  } else {
    out.Key("score").Null();
  }
  PutFigure(out, "expected_share", expected.Of(gesture.code));
  PutFigure(out, "expected_share_of_kind", expected.OfFamily(gesture.kind));
  out.Key("segments").BeginArray();
  for (const SegmentUses& segment : evidence.segments) {
    out.BeginObject();
    Put(out, "segment", segment.segment);
    Put(out, "uses", segment.uses);
    out.EndObject();
  }
  out.EndArray();
  Put(out, "cost", Money{evidence.amount, currency});
  Put(out, "minutes", evidence.minutes);
  Put(out, "sentence", ValuedInWords(evidence));
  Put(out, "others", OthersInWords(evidence));
  WriteRoutine(out, evidence);
  out.EndObject();
}

// "not at all": refuted where any harm shows. "not unreasonably": refuted, shown or open.
std::string_view NotUnreasonably(const GestureEvidence& evidence) {
  const auto harms = evidence.Harms();
  if (Rings(harms[1]) || Rings(harms[3])) return "refuted";
  return inference::Reaches(evidence.LogEOthersUnharmed(), kErrorRate) ? "shown" : "open";
}
std::string_view NotAtAll(const GestureEvidence& evidence) {
  const auto harms = evidence.Harms();
  return std::any_of(harms.begin(), harms.begin() + 4, Rings) ? "refuted" : "not refuted";
}

void WriteCharts(JsonWriter& out, const inference::LateWindows& windows) {
  static const double cusum_length = inference::CusumRunLength({}, 0);
  static const double ewma_length = inference::EwmaRunLength({}, 0);
  out.Key("charts").BeginArray();
  out.BeginObject();
  Put(out, "chart", "CUSUM");
  PutFigure(out, "value", windows.cusum().up());
  PutFigure(out, "limit", inference::CusumDesign{}.limit);
  Put(out, "alarms", windows.cusum_alarms());
  PutFigure(out, "usual_windows_between_false_alarms", cusum_length);
  out.EndObject().BeginObject();
  Put(out, "chart", "EWMA");
  PutFigure(out, "value", windows.ewma().average());
  PutFigure(out, "limit", windows.ewma().limit());
  Put(out, "alarms", windows.ewma_alarms());
  PutFigure(out, "usual_windows_between_false_alarms", ewma_length);
  out.EndObject().EndArray();
}

void WriteMonitored(JsonWriter& out, const GestureRecord& gesture, const std::string& team,
                    const GestureEvidence& evidence) {
  out.BeginObject();
  Put(out, "gesture", gesture.code);
  Put(out, "title", gesture.title);
  Put(out, "team", team);
  Put(out, "uses", evidence.uses);
  Put(out, "alarm", evidence.Harmful());
  Put(out, "reconsider", gesture.routine && evidence.WantsAnotherLook());
  Put(out, "not_unreasonably", NotUnreasonably(evidence));
  Put(out, "not_at_all", NotAtAll(evidence));
  Put(out, "windows", evidence.windows.windows());
  Put(out, "others_in_windows", evidence.window_customers);
  Put(out, "late", evidence.window_late);
  PutFigure(out, "late_forecast", evidence.window_forecast_late);
  Put(out, "looked_at", evidence.looked_at);
  Put(out, "unaffected", evidence.unaffected);
  Put(out, "found_not_unreasonable", evidence.not_unreasonably);
  out.Key("processes").BeginArray();
  for (const HarmWatch& harm : evidence.Harms()) {
    out.BeginObject();
    Put(out, "metric", harm.metric);
    Put(out, "observations", harm.observations);
    PutE(out, "e_value", harm.log_e);
    PutE(out, "highest_e_value", harm.highest_log_e);
    Put(out, "alarm", Rings(harm));
    out.EndObject();
  }
  out.EndArray();
  WriteCharts(out, evidence.windows);
  Put(out, "sentence", OthersInWords(evidence));
  out.EndObject();
}

using Uses = std::vector<const GestureUse*>;

}  // namespace

Result<Answer> WhichGesturesWork(Services& services, const Request& request) {
  const OrganisationId org = request.organisation.id;
  EM_ASSIGN(const auto configuration, LoadConfiguration(services, org));
  EM_ASSIGN(const Rows exploration,
            ReadOne(services.store, org, kExploration, {org, AnyId{org.bytes}}));
  EM_ASSIGN(const UsesOnRecord record, ReadGestureUses(services, request.organisation));
  EM_ASSIGN(const auto expected,
            ExpectedShares(services, request.organisation, *configuration, request.now));
  std::map<std::string_view, Uses> by_gesture;
  for (const GestureUse& use : record.uses) by_gesture[use.gesture].push_back(&use);
  JsonWriter out;
  out.BeginObject();
  Put(out, "confounding", kConfounding);
  PutFigure(out, "error_rate", kErrorRate);
  out.Key("exploration").BeginObject();
  Put(out, "on", ExplorationIsOn(exploration));
  PutFigure(out, "share", kExploredShare);
  out.EndObject().Key("items").BeginArray();
  for (const auto& [code, gesture] : configuration->gestures) {
    const Uses& uses = by_gesture[code];
    if (uses.empty() && gesture.state != "active") continue;
    WriteGestureEvidence(out, gesture, WhatUsesShow(uses, record.without_gesture, request.now),
                         *expected, request.organisation.currency);
  }
  out.EndArray().EndObject();
  return OkAnswer(std::move(out));
}

Result<Answer> SeeMonitor(Services& services, const Request& request) {
  EM_ASSIGN(const auto configuration, LoadConfiguration(services, request.organisation.id));
  EM_ASSIGN(const UsesOnRecord record, ReadGestureUses(services, request.organisation));
  std::map<std::pair<std::string, std::string>, Uses> by_gesture_and_team;
  for (const GestureUse& use : record.uses) {
    by_gesture_and_team[{use.gesture, use.team}].push_back(&use);
  }
  JsonWriter out;
  out.BeginObject();
  Put(out, "confounding", kConfounding);
  PutFigure(out, "error_rate", kErrorRate);
  Put(out, "error_rate_in_words",
      "With nothing wrong, at most 1 gesture in 20 would ever raise any of its alarms in a team, "
      "however often anyone looks. The charts are for looking: their run lengths suppose hours "
      "that "
      "do not depend on one another.");
  out.Key("items").BeginArray();
  for (const auto& [key, uses] : by_gesture_and_team) {
    const GestureRecord* gesture = configuration->FindGesture(key.first);
    if (!gesture) continue;
    WriteMonitored(out, *gesture, key.second,
                   WhatUsesShow(uses, record.without_gesture, request.now));
  }
  out.EndArray().EndObject();
  return OkAnswer(std::move(out));
}

}  // namespace extramile::app
