#include "app/other_customers.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <mutex>
#include <shared_mutex>
#include <tuple>
#include <utility>
#include <vector>

#include "app/queue_forecast.h"
#include "queueing/forecast.h"

namespace extramile::app {

const Sql kNewestCalibration = {
    "select id from calibration where organisation_id = $1 and team = $2 "
    "order by recorded_at desc, id desc limit 1"};
const Sql kWaitingStandard = {
    "select min(i.standard_minutes) from offer_item i join service_offer o "
    "on o.organisation_id = i.organisation_id and o.id = i.offer_id "
    "where i.organisation_id = $1 and o.state = 'published'"};

namespace {

using queueing::Calibration;
using queueing::kHalfHours;

const Sql kCalibrationBody = {
    "select body from calibration where organisation_id = $1 and id = $2"};
const Sql kInsertForecast = {
    "insert into forecast (organisation_id, id, check_id, calibration_id, team, method, start_at, "
    "duration_s, extra_wait_minutes, extra_late, extra_abandons, late_share_before, "
    "late_share_after, verdict, best_start_at, body, occurred_at, recorded_at, recorded_by) values "
    "($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $17, $18)"};

constexpr int64_t kMinutesStep = 5;       // absences are rounded up to this
constexpr int64_t kLongestMinutes = 240;  // beyond it a rota is changed, not a gesture made
constexpr double kNoticeable = 0.5;       // minutes, customers: less rounds to nobody
constexpr size_t kMostCalibrations = 64;
constexpr size_t kMostProfiles = 512;

// What a start in one half-hour of one kind of day would do.
struct HalfHourAnswer : QueueAnswer {
  int best = -1;  // the cheapest half-hour from this one to the end of the day
};
using DayProfile = std::array<HalfHourAnswer, kHalfHours>;

std::string Count(double value, std::string_view one, std::string_view many) {
  const auto whole = std::llround(value);
  return std::to_string(whole) + " " + std::string(whole == 1 ? one : many);
}

QueueAnswer AnswerFor(const Calibration& calibration, int weekday, int half_hour, int64_t minutes,
                      int64_t standard_minutes) {
  auto input = queueing::StateAt(calibration, weekday, half_hour * 1800);
  if (!input) return {};
  input->gesture.start_s = 0;
  SetAbsence(*input, minutes, standard_minutes);
  return AnswerOf(*input);
}

// `best`: the answer for another start that is the cheapest, with its time in the organisation's
// own clock; null where there is none better.
std::string SentenceFor(const QueueAnswer& now, const QueueAnswer* best,
                        const std::string& best_clock) {
  if (!now.known) return "Nobody served this queue at that hour in the call log.";
  if (!now.decided) return "The forecast has no answer for a queue as busy as this one.";
  if (now.extra_wait_minutes < kNoticeable) return "Nobody else would wait noticeably longer.";
  std::string text =
      now.others_meanwhile < kNoticeable
          ? "Others would wait "
          : "About " + Count(now.others_meanwhile, "other would wait ", "others would wait ");
  text += Count(now.extra_wait_minutes, "minute", "minutes") + " longer";
  if (now.others_meanwhile >= 1.5) text += " between them";
  if (now.extra_abandons >= kNoticeable) {
    text += ", and " + std::to_string(std::llround(now.extra_abandons)) + " would give up";
  }
  if (now.half_widths.extra_wait_minutes >= kNoticeable) {
    text += ", give or take " + std::to_string(std::llround(now.half_widths.extra_wait_minutes));
  }
  if (best) {
    if (best->extra_wait_minutes < kNoticeable) {
      text += "; at " + best_clock + " it would be nobody";
    } else if (best->extra_wait_minutes < now.extra_wait_minutes - 2 * kNoticeable) {
      text += "; at " + best_clock + " it would be " +
              Count(best->extra_wait_minutes, "minute", "minutes");
    }
  }
  return text + ".";
}

std::shared_ptr<const DayProfile> MakeProfile(const Calibration& calibration, int weekday,
                                              int64_t minutes, int64_t standard_minutes) {
  auto day = std::make_shared<DayProfile>();
  for (int h = kHalfHours - 1; h >= 0; --h) {
    HalfHourAnswer& answer = (*day)[static_cast<size_t>(h)];
    static_cast<QueueAnswer&>(answer) =
        AnswerFor(calibration, weekday, h, minutes, standard_minutes);
    answer.best = h + 1 < kHalfHours ? (*day)[static_cast<size_t>(h) + 1].best : -1;
    if (!answer.decided) continue;
    // The sooner one where two cost the same to a tenth of a minute.
    if (answer.best < 0 || answer.extra_wait_minutes <=
                               (*day)[static_cast<size_t>(answer.best)].extra_wait_minutes + 0.1) {
      answer.best = h;
    }
  }
  return day;
}

// A calibration that has been met, and the days worked out from it.
class KnownQueue {
 public:
  explicit KnownQueue(CalibratedQueue calibrated) : calibrated_(std::move(calibrated)) {}
  const CalibratedQueue& calibrated() const { return calibrated_; }
  const Calibration& calibration() const { return *calibrated_.calibration; }
  const TimeZone& zone() const { return calibrated_.zone; }  // of the call log's own day

  // The index of the weekday's class, or -1.
  int ClassOf(int weekday) const {
    for (size_t i = 0; i < calibration().classes.size(); ++i) {
      const auto& days = calibration().classes[i].days.weekdays;
      if (std::find(days.begin(), days.end(), weekday) != days.end()) return static_cast<int>(i);
    }
    return -1;
  }

  std::shared_ptr<const DayProfile> Profile(int weekday, int64_t minutes,
                                            int64_t standard_minutes) const {
    const auto key = std::make_tuple(ClassOf(weekday), minutes, standard_minutes);
    {
      std::shared_lock lock(mutex_);
      const auto found = profiles_.find(key);
      if (found != profiles_.end()) return found->second;
    }
    auto made = MakeProfile(calibration(), weekday, minutes, standard_minutes);
    std::unique_lock lock(mutex_);
    if (profiles_.size() >= kMostProfiles) profiles_.clear();
    return profiles_.emplace(key, std::move(made)).first->second;
  }

 private:
  const CalibratedQueue calibrated_;
  mutable std::shared_mutex mutex_;
  mutable std::map<std::tuple<int, int64_t, int64_t>, std::shared_ptr<const DayProfile>> profiles_;
};

// Every queue this process has met. Ids are unique across organisations, and a calibration never
// changes, so nothing here can go stale.
class KnownQueues {
 public:
  std::shared_ptr<const KnownQueue> Find(const AnyId& id) const {
    std::shared_lock lock(mutex_);
    const auto found = queues_.find(id);
    return found == queues_.end() ? nullptr : found->second;
  }
  std::shared_ptr<const KnownQueue> Add(CalibratedQueue calibrated) {
    const AnyId id = calibrated.id;
    auto made = std::make_shared<const KnownQueue>(std::move(calibrated));
    std::unique_lock lock(mutex_);
    // Ids sort by the time they were made: the oldest goes first.
    if (queues_.size() >= kMostCalibrations) queues_.erase(queues_.begin());
    return queues_.emplace(id, std::move(made)).first->second;
  }

 private:
  mutable std::shared_mutex mutex_;
  std::map<AnyId, std::shared_ptr<const KnownQueue>> queues_;
};

Result<std::shared_ptr<const KnownQueue>> FindQueue(Services& services,
                                                    const Organisation& organisation,
                                                    const std::optional<AnyId>& id) {
  static KnownQueues known;
  if (!id) return nullptr;
  if (auto queue = known.Find(*id)) return queue;
  EM_ASSIGN(const Rows rows,
            ReadOne(services.store, organisation.id, kCalibrationBody, {organisation.id, *id}));
  if (rows.empty()) return nullptr;
  EM_ASSIGN(Calibration calibration, queueing::CalibrationFromJson(rows.front().front().Text()));
  EM_ASSIGN(TimeZone zone, TimeZone::Find(calibration.zone));
  return known.Add(
      {*id, std::make_shared<const Calibration>(std::move(calibration)), std::move(zone)});
}

void Fill(OthersForecast& out, const QueueAnswer& answer) {
  if (!answer.known) return;
  if (!answer.decided) {
    out.verdict = "undecided";
    return;
  }
  out.verdict = "ok";
  if (const auto limit = out.question.most_extra_wait_minutes) {
    const double half_width = answer.half_widths.extra_wait_minutes;
    if (answer.extra_wait_minutes + half_width > *limit) out.verdict = "undecided";
    if (answer.extra_wait_minutes - half_width > *limit) out.verdict = "no";
  }
  out.method = answer.method;
  out.extra_wait_minutes = answer.extra_wait_minutes;
  out.extra_late = answer.extra_late;
  out.extra_abandons = answer.extra_abandons;
  out.late_share_before = answer.late_share_before;
  out.late_share_after = answer.late_share_after;
  if (answer.half_widths.extra_wait_minutes > 0) out.half_widths = answer.half_widths;
  out.by_skill = answer.by_skill;
}

std::optional<QueueAnswer> LiveAnswer(const Organisation& organisation, const KnownQueue& queue,
                                      const OthersQuestion& question, int64_t standard) {
  if (!question.live) return std::nullopt;
  const auto state = question.live->state();
  if (!state->IsFresh(question.now)) return std::nullopt;
  LiveQuestion asked{question.now, question.start_at,    question.minutes, standard,
                     {},           question.may_simulate};
  if (question.asker) asked.asker = HiddenQueueId(organisation, question.asker->ToString());
  return AnswerFromLive(*question.live, *state, queue.calibrated(), asked);
}

// The cheapest half-hour from this one on. With a live answer this half-hour is as it is and not as
// it usually is; -1 where none is known.
int BestHalfHour(const DayProfile& day, int half_hour, const std::optional<QueueAnswer>& live) {
  if (!live || !live->decided) return day[static_cast<size_t>(half_hour)].best;
  const int later = half_hour + 1 < kHalfHours ? day[static_cast<size_t>(half_hour) + 1].best : -1;
  const bool cheaper = later >= 0 && day[static_cast<size_t>(later)].extra_wait_minutes <
                                         live->extra_wait_minutes - 0.1;
  return cheaper ? later : half_hour;
}

// The team's queue is told of, and yet this is the usual state.
void SayWhyUsual(OthersForecast& out, const Organisation& organisation) {
  const auto state = out.question.live->state();
  if (state->IsFresh(out.question.now)) return;  // too far ahead to matter
  out.method += ", usual state: the live queue is silent";
  out.sentence += " The live queue has been silent since " +
                  organisation.time_zone.ToLocal(state->newest).Clock() +
                  ", so this is what is usual then.";
}

void WriteFigure(JsonWriter& out, std::string_view key, const std::optional<double>& value) {
  out.Key(key);
  if (value) {
    out.Double(*value);
  } else {
    out.Null();
  }
}

}  // namespace

Result<std::shared_ptr<const Calibration>> FindCalibration(Services& services,
                                                           const Organisation& organisation,
                                                           const std::optional<AnyId>& id) {
  EM_ASSIGN(const auto queue, FindQueue(services, organisation, id));
  if (!queue) return nullptr;
  return queue->calibrated().calibration;
}

namespace {

// Of a team that has calls too, late tickets and late customers add up.
void AddTickets(OthersForecast& out, const TicketEffect& tickets) {
  constexpr std::string_view kMethod = "tickets, paired simulation";
  out.tickets = tickets;
  const bool alone = out.verdict == "unknown";
  out.method = alone ? std::string(kMethod) : out.method + "; " + std::string(kMethod);
  out.sentence = alone ? tickets.Sentence() : out.sentence + " " + tickets.Sentence();
  if (!tickets.decided) {
    if (out.verdict != "no") out.verdict = "undecided";
    return;
  }
  if (alone) {
    out.verdict = "ok";
    out.extra_wait_minutes = out.extra_late = out.extra_abandons = 0;
    out.late_share_before = tickets.late_share_before;
    out.late_share_after = tickets.late_share_after;
    out.best_start = out.question.start_at;
  }
  if (!out.extra_late) return;  // the calls are undecided
  *out.extra_late += tickets.extra_late;
  if (!out.half_widths) out.half_widths.emplace();
  out.half_widths->extra_late =
      std::hypot(out.half_widths->extra_late, tickets.extra_late_half_width);
}

Result<OthersForecast> ForecastCalls(Services& services, const Organisation& organisation,
                                     const std::optional<AnyId>& calibration,
                                     const OthersQuestion& question) {
  OthersForecast out;
  out.question = question;
  if (question.minutes <= 0) {
    out.verdict = "ok";
    out.method = "no time away";
    out.extra_wait_minutes = out.extra_late = out.extra_abandons = 0;
    out.best_start = question.start_at;
    out.sentence = "This takes nobody away from the queue.";
    return out;
  }
  EM_ASSIGN(const auto queue, FindQueue(services, organisation, calibration));
  if (!queue) {
    out.method = "no queue known";
    out.sentence = "No queue is known for this team.";
    return out;
  }
  out.calibration = calibration;
  out.method = "call log";
  const LocalTime local = queue->zone().ToLocal(question.start_at);
  if (queue->ClassOf(local.weekday) < 0) {
    out.sentence = "The call log says nothing about this day of the week.";
    return out;
  }
  if (question.minutes > kLongestMinutes) {
    out.verdict = "undecided";
    out.sentence = "Absences of more than four hours are not forecast: change the rota instead.";
    return out;
  }
  const int64_t minutes = (question.minutes + kMinutesStep - 1) / kMinutesStep * kMinutesStep;
  const int64_t standard = std::max<int64_t>(1, question.standard_minutes.value_or(kUsualStandard));
  const auto day = queue->Profile(local.weekday, minutes, standard);
  const int half_hour = local.hour * 2 + local.minute / 30;
  const HalfHourAnswer& usual = (*day)[static_cast<size_t>(half_hour)];
  const auto live = LiveAnswer(organisation, *queue, question, standard);
  const QueueAnswer& answer = live ? *live : usual;
  Fill(out, answer);
  const int best = BestHalfHour(*day, half_hour, live);
  if (best == half_hour) {
    out.best_start = question.start_at;
  } else if (best >= 0) {
    out.best_start =
        queue->zone().FromLocal(local.year, local.month, local.day, best / 2, best % 2 * 30, 0);
  }
  const bool elsewhen = best >= 0 && best != half_hour;
  out.sentence = SentenceFor(
      answer, elsewhen ? &(*day)[static_cast<size_t>(best)] : nullptr,
      out.best_start ? organisation.time_zone.ToLocal(*out.best_start).Clock() : std::string());
  if (!live && question.live) SayWhyUsual(out, organisation);
  return out;
}

}  // namespace

Result<OthersForecast> ForecastOthers(Services& services, const Organisation& organisation,
                                      const std::optional<AnyId>& calibration,
                                      const OthersQuestion& question) {
  EM_ASSIGN(OthersForecast out, ForecastCalls(services, organisation, calibration, question));
  if (!question.live || question.minutes <= 0) return out;
  const LiveQuestion asked{question.now, question.start_at,    question.minutes, 0,
                           {},           question.may_simulate};
  const auto tickets =
      EffectOnTickets(*question.live, organisation.time_zone, question.hours, asked);
  if (tickets) AddTickets(out, *tickets);
  return out;
}

namespace {

void WriteTickets(JsonWriter& out, const TicketEffect& tickets) {
  const auto figure = [&](std::string_view key, double value) {
    WriteFigure(out, key, tickets.decided ? std::optional(value) : std::nullopt);
  };
  out.BeginObject().Key("waiting").Int(tickets.waiting);
  figure("extra_late", tickets.extra_late);
  figure("extra_hours", tickets.extra_hours);
  figure("give_or_take_late", tickets.extra_late_half_width);
  figure("late_share_before", tickets.late_share_before);
  figure("late_share_after", tickets.late_share_after);
  out.EndObject();
}

}  // namespace

std::optional<ForecastEnds> EndsOf(const OthersForecast& forecast) {
  if (!forecast.half_widths) return std::nullopt;
  ForecastEnds ends{forecast, forecast};
  const auto spread = [&](std::optional<double> OthersForecast::* figure, double half_width) {
    const double middle = (forecast.*figure).value_or(0);
    ends.least.*figure = std::max(0.0, middle - half_width);
    ends.most.*figure = middle + half_width;
  };
  spread(&OthersForecast::extra_wait_minutes, forecast.half_widths->extra_wait_minutes);
  spread(&OthersForecast::extra_late, forecast.half_widths->extra_late);
  spread(&OthersForecast::extra_abandons, forecast.half_widths->extra_abandons);
  return ends;
}

void MarkTooNear(OthersForecast& forecast) {
  forecast.verdict = "undecided";
  forecast.sentence += " That is too near the limit to tell.";
}

void WriteForecast(JsonWriter& out, const std::optional<AnyId>& id,
                   const OthersForecast& forecast) {
  out.BeginObject();
  if (id) out.Key("id").String(id->ToString());
  out.Key("sentence").String(forecast.sentence);
  out.Key("method").String(forecast.method);
  out.Key("start_at").String(FormatInstant(forecast.question.start_at));
  out.Key("minutes").Int(forecast.question.minutes);
  WriteFigure(out, "extra_wait_minutes", forecast.extra_wait_minutes);
  WriteFigure(out, "extra_late", forecast.extra_late);
  WriteFigure(out, "extra_abandons", forecast.extra_abandons);
  WriteFigure(out, "late_share_before", forecast.late_share_before);
  WriteFigure(out, "late_share_after", forecast.late_share_after);
  WriteFigure(out, "give_or_take_minutes",
              forecast.half_widths && forecast.half_widths->extra_wait_minutes > 0
                  ? std::optional(forecast.half_widths->extra_wait_minutes)
                  : std::nullopt);
  out.Key("skills").BeginArray();
  for (const SkillEffect& one : forecast.by_skill) {
    out.BeginObject().Key("skill").String(one.skill);
    out.Key("extra_wait_minutes").Double(one.extra_wait_minutes);
    out.Key("extra_late").Double(one.extra_late);
    out.Key("extra_abandons").Double(one.extra_abandons);
    out.EndObject();
  }
  out.EndArray();
  out.Key("tickets");
  if (forecast.tickets) {
    WriteTickets(out, *forecast.tickets);
  } else {
    out.Null();
  }
  out.Key("verdict").String(forecast.verdict);
  out.Key("best_start_at");
  if (forecast.best_start) {
    out.String(FormatInstant(*forecast.best_start));
  } else {
    out.Null();
  }
  out.Key("calibration");
  if (forecast.calibration) {
    out.String(forecast.calibration->ToString());
  } else {
    out.Null();
  }
  out.EndObject();
}

std::optional<AnyId> CalibrationId(const Rows& newest) {
  if (newest.empty()) return std::nullopt;
  return newest.front().front().Identifier<AnyId>();
}

StoredForecast StoreForecast(Change& change, const Request& request, std::string_view team,
                             const OthersForecast& forecast, const std::optional<AnyId>& check) {
  const AnyId id = change.NewId();
  JsonWriter writer;
  WriteForecast(writer, id, forecast);
  std::string body = std::move(writer).Take();
  change.Step(kInsertForecast,
              {request.organisation.id, id, check, forecast.calibration, team, forecast.method,
               forecast.question.start_at, forecast.question.minutes * 60,
               forecast.extra_wait_minutes, forecast.extra_late, forecast.extra_abandons,
               forecast.late_share_before, forecast.late_share_after, forecast.verdict,
               forecast.best_start, body, request.now, request.actor.person});
  return {id, std::move(body)};
}

}  // namespace extramile::app
