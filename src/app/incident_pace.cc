#include "app/incident_pace.h"

#include <algorithm>

#include "app/assessment.h"
#include "desk/pacing.h"

namespace extramile::app {
namespace {

constexpr int64_t kHorizon = 14 * kMicrosPerDay;
constexpr int kOpens = 8, kCloses = 18;  // where no queue says when people are served

// A turn with the forecast for as many pieces as it takes.
struct Asked {
  desk::Turn turn;
  OthersForecast forecast;
};

bool IsServed(const PaceQuestion& question, Instant at, const OthersForecast& forecast) {
  if (question.calibration) return forecast.verdict != "unknown";
  const int hour = question.organisation.time_zone.ToLocal(at).hour;
  return hour >= kOpens && hour < kCloses;
}

Result<OthersForecast> Forecast(const PaceQuestion& question, Instant at, int64_t pieces) {
  OthersQuestion others;
  others.start_at = at;
  others.minutes = pieces * question.minutes;
  others.standard_minutes = question.standard_minutes;
  others.now = question.now;
  others.live = question.live;
  return ForecastOthers(question.services, question.organisation, question.calibration, others);
}

Result<desk::Verdict> VerdictOn(const PaceQuestion& question, const OthersForecast& forecast) {
  desk::Facts facts = question.facts;
  facts.idea.minutes = forecast.question.minutes;
  facts.idea.when = forecast.question.start_at;
  facts.others = OthersFactsOf(forecast);
  return VerdictOfOthers(question.policy, facts);
}

// What a whole turn from `at` takes.
Result<Asked> AskTurn(const PaceQuestion& question, Instant at, desk::Verdict accepted) {
  Asked asked;
  asked.turn = {at, desk::TurnMinutes(question.minutes), 0};
  const auto borne = [&](int64_t pieces) -> Result<bool> {
    EM_ASSIGN(OthersForecast forecast, Forecast(question, at, pieces));
    if (!IsServed(question, at, forecast)) return false;
    EM_ASSIGN(const desk::Verdict verdict, VerdictOn(question, forecast));
    if (verdict > accepted) return false;
    asked.forecast = std::move(forecast);
    return true;
  };
  EM_ASSIGN(asked.turn.most, desk::MostBorne(asked.turn.minutes / question.minutes, borne));
  return asked;
}

// The turns from `now` on, until they take all the pieces or the horizon ends. The half-hour under
// way takes what there is still time for.
Result<std::vector<Asked>> Turns(const PaceQuestion& question, Instant now, int64_t pieces,
                                 desk::Verdict accepted) {
  std::vector<Asked> turns;
  Instant at = HalfHourOf(question.organisation.time_zone, now);
  for (int64_t room = 0; room < pieces && at < now + kHorizon;) {
    EM_ASSIGN(Asked asked, AskTurn(question, at, accepted));
    desk::Turn& turn = asked.turn;
    at = at + turn.minutes * kMicrosPerMinute;
    if (turn.start < now) {
      const int64_t left = (at - now) / kMicrosPerMinute;
      turn = {now, left, std::min(turn.most, left / question.minutes)};
    }
    room += turn.most;
    turns.push_back(std::move(asked));
  }
  return turns;
}

}  // namespace

Instant HalfHourOf(const TimeZone& zone, Instant at) {
  const LocalTime local = zone.ToLocal(at);
  const int64_t into = (local.minute % 30) * kMicrosPerMinute + local.second * kMicrosPerSecond;
  return {at.micros - into - at.micros % kMicrosPerSecond};
}

Result<Pace> PlanPace(const PaceQuestion& question, Instant now, int64_t pieces) {
  Pace pace;
  if (question.minutes <= 0 || pieces <= 0) {
    pace.at.assign(static_cast<size_t>(std::max<int64_t>(0, pieces)), now);
    EM_ASSIGN(pace.fullest, Forecast(question, now, 0));
    return pace;
  }
  std::vector<Asked> asked;
  for (const desk::Verdict accepted : {desk::Verdict::kOk, desk::Verdict::kNeedsSignOff}) {
    pace.accepted = accepted;
    EM_ASSIGN(asked, Turns(question, now, pieces, accepted));
    std::vector<desk::Turn> turns;
    for (const Asked& one : asked) turns.push_back(one.turn);
    pace.at = desk::Pace(turns, pieces);
    pace.fits = static_cast<int64_t>(pace.at.size()) == pieces;
    if (pace.fits) break;
  }
  const OthersForecast* fullest = nullptr;
  for (const Asked& one : asked) {
    if (one.turn.most == 0) continue;
    if (!fullest ||
        one.forecast.extra_wait_minutes.value_or(0) > fullest->extra_wait_minutes.value_or(0)) {
      fullest = &one.forecast;
    }
  }
  if (fullest) {
    pace.fullest = *fullest;
  } else {
    EM_ASSIGN(pace.fullest, Forecast(question, now, 1));
  }
  if (!pace.fits) pace.fullest.verdict = "no";
  return pace;
}

Result<int64_t> MostInHalfHour(const PaceQuestion& question, Instant now, desk::Verdict accepted) {
  const Instant start = HalfHourOf(question.organisation.time_zone, now);
  EM_ASSIGN(const Asked asked, AskTurn(question, start, accepted));
  return asked.turn.most;
}

}  // namespace extramile::app
