#include "app/effects.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "app/effect_statistics.h"
#include "app/other_customers.h"

namespace extramile::app {
namespace {

const Sql kActionAndForecast = {
    "select a.case_id, a.state, coalesce(a.done_at, a.occurred_at), a.minutes, c.team, "
    "k.forecast_id, f.extra_wait_minutes from action a "
    "left join service_case c on c.organisation_id = a.organisation_id and c.id = a.case_id "
    "left join idea_check k on k.organisation_id = a.organisation_id and k.id = a.check_id "
    "left join forecast f on f.organisation_id = a.organisation_id and f.id = k.forecast_id "
    "where a.organisation_id = $1 and a.id = $2"};
const Sql kCallsInWindow = {
    "select count(*), cast(coalesce(sum(wait_s), 0) as bigint) from call "
    "where organisation_id = $1 and team = $2 and entered_at >= $3 and entered_at < $4"};
const Sql kLogReaches = {
    "select min(entered_at), max(entered_at) from call where organisation_id = $1 and team = $2"};
const Sql kInsertEffect = {
    "insert into effect_observation (organisation_id, id, action_id, case_id, method, on_whom, "
    "window_from, window_to, forecast_id, mean_wait_s, expected_wait_s, standard_wait_s, "
    "customers, unaffected, not_unreasonably, occurred_at, recorded_at, recorded_by) values "
    "($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)"};

constexpr int64_t kWindow = kMicrosPerHour;
constexpr int64_t kShortestWindow = 5 * kMicrosPerMinute;
constexpr int64_t kLongestWindow = 12 * kMicrosPerHour;
constexpr int kDaysLookedBack = 56;

// The request's body, parsed.
struct NewEffect {
  bool computed = false;
  std::optional<std::string> on_whom;
  std::optional<Instant> from, to;
  std::optional<bool> unaffected, not_unreasonably;
  std::optional<WrittenWords> words;
  Instant occurred_at;
};

Result<NewEffect> ReadNewEffect(const Request& request) {
  ObjectReader in(BodyOf(request));
  NewEffect out;
  out.computed = in.Word("method", {"computed", "observed"}) == "computed";
  out.on_whom = in.OptionalString("on_whom", {.max_bytes = 200});
  out.from = in.OptionalTime("window_from");
  out.to = in.OptionalTime("window_to");
  out.unaffected = in.OptionalBool("unaffected");
  out.not_unreasonably = in.OptionalBool("not_unreasonably");
  out.words = ReadWords(in, "words");
  out.occurred_at = ReadOccurredAt(in, request);
  const bool verdict = out.unaffected || out.not_unreasonably;
  if (out.computed && verdict) {
    in.Reject(out.unaffected ? "unaffected" : "not_unreasonably", "effect-verdict-computed",
              "This verdict is computed from the calls, not given.",
              "Leave it out, or send what you saw yourself with method 'observed'.");
  }
  if (!out.computed && !verdict) {
    in.Reject("not_unreasonably", "effect-verdict-missing",
              "What you saw has no verdict: did others' service suffer beyond reason?",
              "Say whether others were unaffected, or at least not unreasonably affected.");
  }
  if (out.unaffected == true && out.not_unreasonably == false) {
    in.Reject("not_unreasonably", "effect-verdicts-contradict",
              "Who was not affected at all was not affected unreasonably either.",
              "Give one of the two, or both alike.");
  }
  if (out.unaffected == true) out.not_unreasonably = true;
  EM_TRY(in.Finish());
  return out;
}

// The action whose effect is looked at, and what was said of it beforehand.
struct Acted {
  std::optional<AnyId> service_case;
  Instant done_at;
  std::optional<std::string> team;
  std::optional<AnyId> forecast;
  std::optional<double> forecast_minutes;
  std::optional<double> standard_s;
  std::optional<AnyId> calibration;  // the newest of the team
  Rows actor_name;
  std::optional<Instant> log_from, log_to;  // what the team's log reaches
};

std::optional<double> OptionalReal(const Cell& cell) {
  if (cell.is_null()) return std::nullopt;
  return cell.Real();
}

Result<Acted> ReadActed(Services& services, const Request& request, AnyId action) {
  const Cell organisation = request.organisation.id;
  const Query queries[] = {{&kActionAndForecast, {organisation, action}},
                           {&kWaitingStandard, {organisation}},
                           {&kPersonName, {organisation, request.actor.person}}};
  EM_ASSIGN(auto rows, services.store.Read(request.organisation.id, queries));
  if (rows[0].empty()) return Fail(Request::NotFoundError("action"));
  RowReader in(rows[0].front());
  Acted out;
  out.service_case = in.OptionalId();
  const std::string state = in.Text();
  if (state == "planned" || state == "failed") {
    return Fail(ErrorKind::kConflict, "action-not-done",
                "This action is " + state + ": it has had no effect on anybody.", "",
                "Say that it is done or partly done first.");
  }
  out.done_at = in.Time();
  in.Next();
  out.team = in.OptionalText();
  out.forecast = in.OptionalId();
  out.forecast_minutes = OptionalReal(in.Next());
  if (const auto minutes = rows[1].front().front().OptionalInt()) {
    out.standard_s = static_cast<double>(*minutes) * 60;
  }
  out.actor_name = std::move(rows[2]);
  if (!out.team) return out;
  const Query of_team[] = {{&kLogReaches, {organisation, *out.team}},
                           {&kNewestCalibration, {organisation, *out.team}}};
  EM_ASSIGN(auto team, services.store.Read(request.organisation.id, of_team));
  RowReader reach(team[0].front());
  out.log_from = reach.OptionalTime();
  out.log_to = reach.OptionalTime();
  out.calibration = CalibrationId(team[1]);
  return out;
}

struct Window {
  Instant from, to;
};

Result<Window> WindowOf(const NewEffect& effect, const Acted& acted, Instant now) {
  Window window{effect.from.value_or(acted.done_at), {}};
  window.to = effect.to.value_or(std::min(now, window.from + kWindow));
  const int64_t length = window.to - window.from;
  if (window.to > now) {
    return Fail(ErrorKind::kInvalid, "effect-window", "This window is not over yet.", "/window_to",
                "Look when it is over, or give an earlier end.");
  }
  if (effect.computed && (length < kShortestWindow || length > kLongestWindow)) {
    return Fail(ErrorKind::kInvalid, "effect-window",
                "A computed look takes between five minutes and twelve hours after the action.",
                effect.from || effect.to ? "/window_to" : "",
                "Look again later, or give another window.");
  }
  if (length < 0) {
    return Fail(ErrorKind::kInvalid, "effect-window", "This window ends before it begins.",
                "/window_to", "Give an end after its beginning.");
  }
  return window;
}

Error NoCallsKnown() {
  return {ErrorKind::kConflict, "no-calls-known",
          "The team's call log does not reach this hour, so nothing can be computed.", "",
          "Import the log of that day, or note what you saw yourself with method 'observed'."};
}

// The same hours on the days before, of the same kind, latest first.
std::vector<Window> EarlierWindows(const queueing::Calibration* calibration, const TimeZone& zone,
                                   const Window& window) {
  const auto kind_of_day = [&](int weekday) -> int {
    if (!calibration) return weekday >= 6 ? 1 : 0;
    for (size_t i = 0; i < calibration->classes.size(); ++i) {
      const auto& days = calibration->classes[i].days.weekdays;
      if (std::find(days.begin(), days.end(), weekday) != days.end()) return static_cast<int>(i);
    }
    return -1;
  };
  const LocalTime local = zone.ToLocal(window.from);
  const int kind = kind_of_day(local.weekday);
  std::vector<Window> out;
  for (int back = 1; back <= kDaysLookedBack; ++back) {
    const LocalTime day = zone.ToLocal(window.from + -back * kMicrosPerDay);
    if (kind_of_day(day.weekday) != kind) continue;
    const Instant from =
        zone.FromLocal(day.year, day.month, day.day, local.hour, local.minute, local.second);
    if (from == window.from) continue;
    out.push_back({from, from + (window.to - window.from)});
  }
  return out;
}

WindowOfCalls CallsFrom(const Rows& rows) {
  RowReader in(rows.front());
  WindowOfCalls out;
  out.calls = in.Int();
  const auto waited = static_cast<double>(in.Int());
  if (out.calls > 0) out.mean_wait_s = waited / static_cast<double>(out.calls);
  return out;
}

// What the model expected, where no earlier days are known.
std::optional<double> ExpectedOf(const queueing::Calibration* calibration, const TimeZone& zone,
                                 Instant at) {
  if (!calibration) return std::nullopt;
  const LocalTime local = zone.ToLocal(at);
  const auto* half_hour = queueing::HalfHourAt(
      *calibration, local.weekday, local.hour * 3600 + local.minute * 60 + local.second);
  if (!half_hour || half_hour->calls_seen == 0) return std::nullopt;
  return half_hour->mean_wait_s;
}

Result<void> Compute(Services& services, const Request& request, const Acted& acted,
                     EffectRecord& effect) {
  if (!acted.team || !acted.log_from || *acted.log_from > effect.window_from ||
      *acted.log_to < effect.window_from) {
    return Fail(NoCallsKnown());
  }
  EM_ASSIGN(const auto calibration,
            FindCalibration(services, request.organisation, acted.calibration));
  TimeZone zone = request.organisation.time_zone;
  if (calibration) {
    EM_ASSIGN(zone, TimeZone::Find(calibration->zone));
  }
  const Window window{effect.window_from, effect.window_to};
  std::vector<Window> windows = {window};
  for (const Window& earlier : EarlierWindows(calibration.get(), zone, window)) {
    windows.push_back(earlier);
  }
  std::vector<Query> queries;
  for (const Window& one : windows) {
    queries.push_back({&kCallsInWindow, {request.organisation.id, *acted.team, one.from, one.to}});
  }
  EM_ASSIGN(const auto rows, services.store.Read(request.organisation.id, queries));
  const WindowOfCalls now = CallsFrom(rows.front());
  std::vector<WindowOfCalls> earlier;
  for (size_t i = 1; i < rows.size(); ++i) earlier.push_back(CallsFrom(rows[i]));
  const UsualWaits usual = WhatIsUsual(earlier);
  const EffectVerdict verdict = JudgeEffect(now.mean_wait_s, now.calls, usual, acted.standard_s);
  effect.customers = now.calls;
  if (now.calls > 0) effect.mean_wait_s = now.mean_wait_s;
  effect.expected_wait_s = usual.mean_wait_s
                               ? usual.mean_wait_s
                               : ExpectedOf(calibration.get(), zone, effect.window_from);
  effect.standard_wait_s = acted.standard_s;
  effect.unaffected = verdict.unaffected;
  effect.not_unreasonably = verdict.not_unreasonably;
  return {};
}

std::string Duration(double seconds) {
  const auto whole = std::llround(seconds);
  if (whole < 120) return std::to_string(whole) + (whole == 1 ? " second" : " seconds");
  return std::to_string(std::llround(seconds / 60)) + " minutes";
}

std::string VerdictWords(const EffectRecord& effect) {
  if (effect.unaffected == true) return "they were not affected";
  if (effect.not_unreasonably == true) {
    return effect.unaffected == false ? "they were affected, but not unreasonably"
                                      : "they were not unreasonably affected";
  }
  if (effect.not_unreasonably == false) return "they were affected more than is reasonable";
  if (effect.unaffected == false) return "they were affected";
  return "whether that is longer than usual cannot be told yet";
}

void PutFigure(JsonWriter& out, std::string_view key, const std::optional<double>& value) {
  out.Key(key);
  if (value) {
    out.Double(*value);
  } else {
    out.Null();
  }
}

}  // namespace

const Sql kEffectsOfCase = {
    "select e.action_id, e.id, e.occurred_at, e.recorded_at, e.recorded_by, p.display_name, "
    "e.version, e.method, e.on_whom, e.window_from, e.window_to, e.mean_wait_s, "
    "e.expected_wait_s, e.standard_wait_s, f.extra_wait_minutes, e.customers, e.unaffected, "
    "e.not_unreasonably, w.text, w.author from effect_observation e "
    "left join person p on p.organisation_id = e.organisation_id and p.id = e.recorded_by "
    "left join forecast f on f.organisation_id = e.organisation_id and f.id = e.forecast_id "
    "left join words w on w.organisation_id = e.organisation_id and w.record_id = e.id and "
    "w.field = 'words' where e.organisation_id = $1 and e.action_id in "
    "(select a.id from action a where a.organisation_id = $1 and a.case_id = $2) "
    "order by e.occurred_at, e.id"};

EffectRecord EffectFrom(const Row& row) {
  const auto flag = [](std::optional<int64_t> value) {
    return value ? std::optional(*value != 0) : std::nullopt;
  };
  RowReader in(row, 1);
  EffectRecord effect;
  effect.head = in.Head();
  effect.method = in.Text();
  effect.on_whom = in.Text();
  effect.window_from = in.Time();
  effect.window_to = in.Time();
  effect.mean_wait_s = OptionalReal(in.Next());
  effect.expected_wait_s = OptionalReal(in.Next());
  effect.standard_wait_s = OptionalReal(in.Next());
  effect.forecast_minutes = OptionalReal(in.Next());
  effect.customers = in.OptionalInt();
  effect.unaffected = flag(in.OptionalInt());
  effect.not_unreasonably = flag(in.OptionalInt());
  effect.words = in.Words();
  return effect;
}

std::string EffectSentence(const EffectRecord& effect) {
  if (effect.method == "observed") {
    return "As " + effect.head.recorded_by.name.value_or("a colleague") + " saw it, " +
           VerdictWords(effect) + ".";
  }
  if (effect.customers.value_or(0) == 0) {
    return "Nobody else called in that time, so nobody was affected.";
  }
  std::string text = std::to_string(*effect.customers) +
                     (*effect.customers == 1 ? " other customer" : " other customers") +
                     " waited " + Duration(effect.mean_wait_s.value_or(0)) + " on average";
  if (effect.expected_wait_s) text += "; " + Duration(*effect.expected_wait_s) + " is usual then";
  if (effect.standard_wait_s) {
    text += ", and " + Duration(*effect.standard_wait_s) + " is what the offer promises";
  }
  text += ": " + VerdictWords(effect) + ".";
  if (effect.forecast_minutes) {
    text +=
        " The forecast had been " + Duration(*effect.forecast_minutes * 60) + " more between them.";
  }
  return text;
}

void WriteEffect(JsonWriter& out, const EffectRecord& effect) {
  out.BeginObject();
  PutHead(out, effect.head);
  Put(out, "method", effect.method);
  Put(out, "on_whom", effect.on_whom);
  Put(out, "window_from", effect.window_from);
  Put(out, "window_to", effect.window_to);
  PutFigure(out, "mean_wait_s", effect.mean_wait_s);
  PutFigure(out, "expected_wait_s", effect.expected_wait_s);
  PutFigure(out, "standard_wait_s", effect.standard_wait_s);
  Put(out, "customers", effect.customers);
  Put(out, "unaffected", effect.unaffected);
  Put(out, "not_unreasonably", effect.not_unreasonably);
  Put(out, "words", effect.words);
  Put(out, "sentence", EffectSentence(effect));
  out.EndObject();
}

Result<Answer> ObserveEffect(Services& services, const Request& request) {
  EM_ASSIGN(const AnyId action, request.PathId<AnyId>("id"));
  EM_ASSIGN(const NewEffect wanted, ReadNewEffect(request));
  EM_ASSIGN(const Acted acted, ReadActed(services, request, action));
  EM_ASSIGN(const Window window, WindowOf(wanted, acted, request.now));

  EffectRecord effect;
  effect.method = wanted.computed ? "computed" : "observed";
  effect.on_whom = wanted.on_whom.value_or(wanted.computed ? "others in the queue of " +
                                                                 acted.team.value_or("the team")
                                                           : "other customers");
  effect.window_from = window.from;
  effect.window_to = window.to;
  effect.unaffected = wanted.unaffected;
  effect.not_unreasonably = wanted.not_unreasonably;
  effect.forecast_minutes = acted.forecast_minutes;
  effect.words = Stored(wanted.words);
  if (wanted.computed) {
    EM_TRY(Compute(services, request, acted, effect));
  }

  Change change(services, request);
  effect.head = NewHead(change.NewId(), wanted.occurred_at, request, acted.actor_name);
  change.Step(kInsertEffect,
              {request.organisation.id, effect.head.id, action, acted.service_case, effect.method,
               effect.on_whom, window.from, window.to, acted.forecast, effect.mean_wait_s,
               effect.expected_wait_s, effect.standard_wait_s, effect.customers, effect.unaffected,
               effect.not_unreasonably, wanted.occurred_at, request.now, request.actor.person});
  if (wanted.words) {
    change.Words(effect.head.id, "effect_observation", "words", *wanted.words, wanted.occurred_at);
  }
  change.Event({.kind = "effect_observed",
                .record_kind = "effect_observation",
                .record = effect.head.id,
                .service_case = acted.service_case,
                .occurred_at = wanted.occurred_at},
               [&](JsonWriter& body) {
                 Put(body, "action", action);
                 Put(body, "method", effect.method);
                 Put(body, "unaffected", effect.unaffected);
                 Put(body, "not_unreasonably", effect.not_unreasonably);
               });
  JsonWriter out;
  WriteEffect(out, effect);
  return CreatedAnswer(std::move(out), std::move(change));
}

}  // namespace extramile::app
