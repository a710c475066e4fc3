#include "app/queues.h"

#include <charconv>

#include "app/assessment.h"
#include "app/configuration.h"
#include "app/other_customers.h"
#include "app/policy_library.h"
#include "app/record.h"
#include "desk/verdict.h"

namespace extramile::app {
namespace {

const Sql kTeamOf = {"select team from person where organisation_id = $1 and id = $2"};
const Sql kCalibrationInForce = {
    "select id, calls, period_from, period_to from calibration where organisation_id = $1 "
    "and team = $2 order by recorded_at desc, id desc limit 1"};

constexpr int64_t kUsualMinutes = 15;
constexpr int64_t kMostMinutes = 10'000;

Result<std::string> TeamOf(Services& services, const Request& request) {
  if (const auto team = request.query.find("team"); team != request.query.end()) {
    return team->second;
  }
  EM_ASSIGN(const Rows rows, ReadOne(services.store, request.organisation.id, kTeamOf,
                                     {request.organisation.id, request.actor.person}));
  if (rows.empty()) return Fail(Request::NotFoundError("person"));
  return rows.front().front().Text();
}

Result<int64_t> MinutesAsked(const Request& request) {
  const auto found = request.query.find("minutes");
  if (found == request.query.end()) return kUsualMinutes;
  const std::string& text = found->second;
  int64_t minutes = -1;
  const auto end = std::from_chars(text.data(), text.data() + text.size(), minutes);
  if (end.ec == std::errc() && end.ptr == text.data() + text.size() && minutes >= 0 &&
      minutes <= kMostMinutes) {
    return minutes;
  }
  return Fail(ErrorKind::kInvalid, "minutes-wrong", "'minutes' is no whole number up to 10000.",
              "?minutes", "Give the minutes that an agent would be away.");
}

Result<Instant> StartAsked(const Request& request) {
  const auto found = request.query.find("start_at");
  if (found == request.query.end()) return request.now;
  auto start = ParseInstant(found->second);
  if (start) return *start;
  return Fail(ErrorKind::kInvalid, "time-wrong", "'start_at' is no time.", "?start_at",
              "Give it as in 2026-11-22T14:30:00Z.");
}

// What the organisation's tolerance says of this forecast: only the gate that asks about other
// customers is read, so that facts about the idea, which there is none of, cannot matter.
Result<void> ApplyTolerance(Services& services, const Request& request,
                            const Configuration& configuration, OthersForecast& forecast) {
  if (forecast.verdict != "ok") return {};
  EM_ASSIGN(const auto policy, PolicyInForce(services, request.organisation, configuration));
  desk::Facts facts;
  facts.idea.minutes = forecast.question.minutes;
  facts.idea.when = forecast.question.start_at;
  facts.offer.standard = forecast.question.standard_minutes;
  facts.currency = request.organisation.currency;
  facts.time_of_check = request.now;
  facts.zone = &request.organisation.time_zone;
  EM_TRY(PutOthers(*policy, facts, forecast));
  if (forecast.verdict != "ok") return {};
  EM_ASSIGN(const desk::Verdict verdict, VerdictOfOthers(*policy, facts));
  forecast.verdict = verdict == desk::Verdict::kOk          ? "ok"
                     : verdict == desk::Verdict::kUndecided ? "undecided"
                                                            : "no";
  return {};
}

void WriteHalfHours(JsonWriter& out, const queueing::Calibration& calibration) {
  out.Key("half_hours").BeginArray();
  for (const queueing::CalibratedClass& days : calibration.classes) {
    for (int h = 0; h < queueing::kHalfHours; ++h) {
      const queueing::HalfHour& half_hour = days.half_hours[static_cast<size_t>(h)];
      if (half_hour.agents == 0 && half_hour.calls_seen == 0) continue;  // closed
      const std::string hour = std::to_string(h / 2);
      out.BeginObject();
      Put(out, "day", days.days.name);
      Put(out, "starts", (h < 20 ? "0" : "") + hour + (h % 2 ? ":30" : ":00"));
      out.Key("calls_per_hour").Double(half_hour.arrivals_per_s * 3600);
      out.Key("handle_s").Double(half_hour.handle_mean_s);
      out.Key("patience_s").Double(half_hour.patience_mean_s);
      out.Key("agents").Int(half_hour.agents);
      Put(out, "days", static_cast<int64_t>(half_hour.days_seen));
      out.EndObject();
    }
  }
  out.EndArray();
}

void WriteSkills(JsonWriter& out, const queueing::Calibration& calibration) {
  out.Key("skills").BeginArray();
  for (const queueing::SkillMix& mix : calibration.skills) {
    out.BeginObject();
    Put(out, "skill", mix.skill);
    Put(out, "calls", static_cast<int64_t>(mix.calls));
    out.Key("handle_s").Double(mix.handle_mean_s);
    out.Key("patience_s").Double(mix.patience_mean_s);
    out.EndObject();
  }
  out.EndArray();
}

}  // namespace

Result<Answer> SeeCalibration(Services& services, const Request& request) {
  EM_ASSIGN(const std::string team, TeamOf(services, request));
  EM_ASSIGN(const Rows rows, ReadOne(services.store, request.organisation.id, kCalibrationInForce,
                                     {request.organisation.id, team}));
  EM_ASSIGN(const auto calibration,
            FindCalibration(services, request.organisation, CalibrationId(rows)));
  if (!calibration) {
    return Fail(ErrorKind::kNotFound, "no-queue-known", "No queue is known for this team.", "?team",
                "Import the team's call log first.");
  }
  RowReader in(rows.front());
  JsonWriter out;
  out.BeginObject();
  Put(out, "id", in.Id());
  Put(out, "team", team);
  Put(out, "calls", in.Int());
  Put(out, "from", in.Time());
  Put(out, "to", in.Time());
  WriteHalfHours(out, *calibration);
  WriteSkills(out, *calibration);
  out.EndObject();
  return OkAnswer(std::move(out));
}

Result<Answer> SeeForecast(Services& services, const Request& request) {
  EM_ASSIGN(const int64_t minutes, MinutesAsked(request));
  EM_ASSIGN(const Instant start, StartAsked(request));
  EM_ASSIGN(const std::string team, TeamOf(services, request));
  const Query queries[] = {{&kNewestCalibration, {request.organisation.id, team}},
                           {&kWaitingStandard, {request.organisation.id}},
                           {&kLiveVersion, {request.organisation.id, team}}};
  EM_ASSIGN(const auto rows, services.store.Read(request.organisation.id, queries));
  OthersQuestion question;
  question.start_at = start;
  question.minutes = minutes;
  question.standard_minutes = rows[1].front().front().OptionalInt();
  question.now = request.now;
  question.asker = request.actor.person;
  const std::optional<int64_t> version =
      rows[2].empty() ? std::nullopt : rows[2].front().front().OptionalInt();
  EM_ASSIGN(question.live, FindLiveQueue(services, request.organisation.id, team, version));
  EM_ASSIGN(const auto configuration, FreshConfiguration(services, request.organisation.id));
  question.hours = configuration->HoursOf(team);
  EM_ASSIGN(OthersForecast forecast,
            ForecastOthers(services, request.organisation, CalibrationId(rows[0]), question));
  EM_TRY(ApplyTolerance(services, request, *configuration, forecast));
  JsonWriter out;
  WriteForecast(out, std::nullopt, forecast);
  return OkAnswer(std::move(out));
}

}  // namespace extramile::app
