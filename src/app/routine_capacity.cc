#include "app/routine_capacity.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "app/gesture_evidence.h"
#include "app/other_customers.h"
#include "app/record.h"

namespace extramile::app {
namespace {

constexpr int64_t kMostDays = 56;
constexpr int64_t kFewestDays = 7;  // less than a week says nothing of a week
constexpr size_t kShownHalfHours = 10;

// $2 gesture, $3 since
#define EM_USED_IN                                                                        \
  "from action a join service_case c on c.organisation_id = a.organisation_id and "       \
  "c.id = a.case_id where a.organisation_id = $1 and a.gesture_code = $2 and a.state in " \
  "('done', 'partly done') and c.simulated = 0 "
const Sql kKinds = {"select distinct c.kind " EM_USED_IN "order by c.kind"};
const Sql kUsesEver = {
    "select count(*), cast(coalesce(sum(a.amount), 0) as bigint), "
    "cast(coalesce(sum(a.minutes), 0) as bigint) " EM_USED_IN};
const Sql kUsesOfTeams = {"select c.team, count(*) " EM_USED_IN
                          "and coalesce(a.done_at, a.occurred_at) >= $3 "
                          "group by c.team order by c.team"};
// $2 since
#define EM_CASES                                                                \
  "from service_case c where c.organisation_id = $1 and c.opened_at >= $2 and " \
  "c.simulated = 0 "
const Sql kAllCases = {"select c.team, count(*), min(c.opened_at) " EM_CASES
                       "group by c.team order by c.team"};
// $3 gesture
const Sql kCasesOfKinds = {"select c.team, count(*) " EM_CASES
                           "and c.kind in (select distinct k.kind from action a join service_case "
                           "k on k.organisation_id = a.organisation_id and k.id = a.case_id where "
                           "a.organisation_id = $1 and a.gesture_code = $3 and a.state in ('done', "
                           "'partly done') and k.simulated = 0) group by c.team order by c.team"};
// $3 dimension
const Sql kCasesExpecting = {"select c.team, count(*) " EM_CASES
                             "and exists (select 1 from expectation e where e.organisation_id = $1 "
                             "and e.case_id = c.id and e.dimension = $3) "
                             "group by c.team order by c.team"};
#undef EM_CASES
#undef EM_USED_IN
const Sql kCalibrations = {
    "select team, id from calibration where organisation_id = $1 order by recorded_at, id"};

using ByTeam = std::map<std::string, int64_t>;

ByTeam CountsFrom(const Rows& rows) {
  ByTeam out;
  for (const Row& row : rows) {
    RowReader in(row);
    const std::string team = in.Text();
    out[team] = in.Int();
  }
  return out;
}
int64_t Sum(const ByTeam& counts) {
  int64_t sum = 0;
  for (const auto& [team, count] : counts) sum += count;
  return sum;
}

// What the record holds, of the last eight weeks.
struct Counted {
  std::vector<std::string> kinds;
  ByTeam of_kinds, expecting, all, uses;
  int64_t uses_ever = 0, amount_ever = 0, minutes_ever = 0;
  std::optional<Instant> first_case;
  std::map<std::string, AnyId> calibrations;
  int64_t standard_minutes = kUsualStandard;
};

Result<Counted> Count(Services& services, const Organisation& organisation, Instant now,
                      const RoutineGesture& gesture) {
  const Cell org = organisation.id;
  const Instant since = now + -kMostDays * kMicrosPerDay;
  const Query queries[] = {{&kKinds, {org, gesture.gesture}},
                           {&kUsesEver, {org, gesture.gesture}},
                           {&kUsesOfTeams, {org, gesture.gesture, since}},
                           {&kCasesOfKinds, {org, since, gesture.gesture}},
                           {&kCasesExpecting, {org, since, gesture.dimension}},
                           {&kAllCases, {org, since}},
                           {&kCalibrations, {org}},
                           {&kWaitingStandard, {org}}};
  EM_ASSIGN(const auto rows, services.store.Read(organisation.id, queries));
  Counted out;
  for (const Row& row : rows[0]) out.kinds.push_back(RowReader(row).Text());
  RowReader ever(rows[1].front());
  out.uses_ever = ever.Int();
  out.amount_ever = ever.Int();
  out.minutes_ever = ever.Int();
  out.uses = CountsFrom(rows[2]);
  out.of_kinds = CountsFrom(rows[3]);
  out.expecting = CountsFrom(rows[4]);
  out.all = CountsFrom(rows[5]);
  for (const Row& row : rows[5]) {
    const Instant first = RowReader(row, 2).Time();
    if (!out.first_case || first < *out.first_case) out.first_case = first;
  }
  for (const Row& row : rows[6]) {
    RowReader in(row);
    const std::string team = in.Text();
    out.calibrations[team] = in.Id();
  }
  const auto standard = rows[7].front().front().OptionalInt();
  out.standard_minutes = std::max<int64_t>(1, standard.value_or(kUsualStandard));
  return out;
}

// The team's queue with what would be added, where it is known.
Result<void> AddQueue(Services& services, const Organisation& organisation, const Counted& counted,
                      const RoutineCapacity& whole, TeamCapacity& team) {
  const auto found = counted.calibrations.find(team.team);
  if (found == counted.calibrations.end()) return {};
  EM_ASSIGN(const auto calibration, FindCalibration(services, organisation, found->second));
  if (!calibration) return {};
  const double customers = queueing::CustomersAWeek(*calibration);
  if (customers <= 0) return {};
  team.calibration = found->second;
  team.calibration_version = calibration->version;
  for (const auto& days : calibration->classes) team.kinds_of_day.push_back(days.days.name);
  team.share = std::min(1.0, std::abs(team.extra_a_week) / customers);
  const double sign = team.extra_a_week < 0 ? -1 : 1;
  team.load = queueing::LoadOfRoutine(
      *calibration, {.share = team.share,
                     .extra_handle_s = sign * whole.minutes_each * 60,
                     .standard_s = static_cast<double>(counted.standard_minutes) * 60,
                     .tolerated_rise = kTolerance});
  return {};
}

std::string Number(double value) {
  const double shown = std::abs(value);
  if (shown >= 9.95 || shown == std::floor(shown)) return std::to_string(std::llround(shown));
  std::string text = std::to_string(std::round(shown * 10) / 10);
  return text.substr(0, text.find('.') + 2);
}
std::string Of(double value, std::string_view one, std::string_view many) {
  const std::string number = Number(value);
  return number + " " + std::string(number == "1" ? one : many);
}
std::string InAHundred(double share) { return std::to_string(std::llround(share * 100)); }

std::string Clock(int half_hour) {
  const std::string hour = std::to_string(half_hour / 2);
  return (hour.size() < 2 ? "0" : "") + hour + (half_hour % 2 ? ":30" : ":00");
}

// A kind of day by its name in the log's column file: "weekday", "Saturday".
std::string DayName(std::string kind) {
  const bool of_the_week = kind == "saturday" || kind == "sunday";
  if (of_the_week) kind[0] = static_cast<char>(kind[0] - 'a' + 'A');
  return kind;
}

std::string HowCounted(const RoutineCapacity& capacity) {
  if (capacity.counted == "expectation") return "those with an expectation that it serves";
  if (capacity.counted == "all") return "every case";
  std::string kinds;
  for (const std::string& kind : capacity.kinds) kinds += (kinds.empty() ? "" : ", ") + kind;
  return "every case of the kinds it was used in: " + kinds;
}

std::string QueueInWords(const RoutineCapacity& capacity) {
  const TeamCapacity* team = capacity.most_changed();
  if (!team) return "what it does to waiting is not known, because no queue is";
  if (capacity.minutes_each == 0 || team->share == 0) return "nobody would wait longer for it";
  const queueing::RoutineHalfHour& worst = *team->load.most_changed();
  const std::string late = "customers of " + team->team + " who wait longer than " +
                           Of(static_cast<double>(capacity.standard_minutes), "minute", "minutes");
  const std::string before = InAHundred(worst.before.late_share);
  const std::string after = InAHundred(worst.after.late_share);
  const std::string change =
      before == after ? " would stay " + after + " in a hundred"
                      : (capacity.taken_out ? " would fall from " : " would rise from ") + before +
                            " to " + after + " in a hundred";
  const std::string when =
      " (" + DayName(team->kinds_of_day[worst.day_class]) + " " + Clock(worst.half_hour) + ")";
  if (capacity.taken_out) return "where it changes most" + when + " the " + late + change;
  double agent_hours = 0;
  int half_hours = 0;
  for (const TeamCapacity& one : capacity.teams) {
    agent_hours += one.load.more_agent_hours;
    for (const auto& half_hour : one.load.half_hours) {
      if (half_hour.more_agents > 0) half_hours += half_hour.days_a_week;
    }
  }
  std::string text = agent_hours == 0 ? "capacity is enough: " : "capacity is not enough: ";
  text += "at the worst time" + when + " the " + late + change;
  if (agent_hours == 0) return text;
  return text + ", and " + Of(agent_hours, "more agent hour", "more agent hours") + " in " +
         Of(half_hours, "half-hour", "half-hours") + " of the week would be needed";
}

std::string InWords(const RoutineCapacity& capacity, Currency currency) {
  std::string takes = Of(capacity.minutes_a_week, "minute", "minutes");
  if (const int64_t minor = std::llround(std::abs(capacity.amount_a_week)); minor > 0) {
    takes += " and " + FormatMoney({minor, currency});
  }
  if (capacity.taken_out) {
    return "No longer done, it would free " + takes + " a week (" +
           Of(capacity.uses_a_week, "case", "cases") + " a week now); " + QueueInWords(capacity) +
           ".";
  }
  if (capacity.cases == 0) return "No case on record says how often it would be done.";
  return "Always done, it would be for " + Of(capacity.cases_a_week, "case", "cases") +
         " a week (" + HowCounted(capacity) + "; it is done for " + Number(capacity.uses_a_week) +
         " now) and take " + takes + " more a week; " + QueueInWords(capacity) + ".";
}

void PutFigure(JsonWriter& out, std::string_view key, double value) {
  out.Key(key).Double(std::round(value * 1e4) / 1e4);
}

void WritePool(JsonWriter& out, std::string_view key, const queueing::PoolFigures& pool) {
  out.Key(key).BeginObject();
  PutFigure(out, "load", pool.load);
  PutFigure(out, "late_share", pool.late_share);
  PutFigure(out, "mean_wait_s", pool.mean_wait_s);
  PutFigure(out, "gives_up", pool.gives_up);
  out.EndObject();
}

void WriteQueue(JsonWriter& out, const TeamCapacity& team) {
  const queueing::RoutineLoad& load = team.load;
  out.BeginObject();
  Put(out, "calibration", *team.calibration);
  Put(out, "calibration_version", team.calibration_version);
  PutFigure(out, "customers_a_week", load.customers);
  PutFigure(out, "share", team.share);
  Put(out, "enough", load.enough());
  PutFigure(out, "more_agent_hours", load.more_agent_hours);
  PutFigure(out, "extra_late_a_week", load.extra_late);
  PutFigure(out, "extra_wait_minutes_a_week", load.extra_wait_minutes);
  PutFigure(out, "extra_gives_up_a_week", load.extra_gives_up);
  std::vector<const queueing::RoutineHalfHour*> shown;
  for (const auto& half_hour : load.half_hours) shown.push_back(&half_hour);
  std::stable_sort(shown.begin(), shown.end(), [](const auto* a, const auto* b) {
    return std::abs(a->rise()) > std::abs(b->rise());
  });
  if (shown.size() > kShownHalfHours) shown.resize(kShownHalfHours);
  out.Key("half_hours").BeginArray();
  for (const auto* half_hour : shown) {
    out.BeginObject();
    Put(out, "day", team.kinds_of_day[half_hour->day_class]);
    Put(out, "starts", Clock(half_hour->half_hour));
    Put(out, "agents", static_cast<int64_t>(half_hour->agents));
    Put(out, "more_agents", static_cast<int64_t>(half_hour->more_agents));
    WritePool(out, "before", half_hour->before);
    WritePool(out, "after", half_hour->after);
    out.EndObject();
  }
  out.EndArray().EndObject();
}

}  // namespace

const TeamCapacity* RoutineCapacity::most_changed() const {
  const auto change = [](const TeamCapacity& team) {
    const auto* half_hour = team.load.most_changed();
    return half_hour ? std::abs(half_hour->rise()) : -1;
  };
  const TeamCapacity* out = nullptr;
  for (const TeamCapacity& team : teams) {
    if (change(team) >= 0 && (!out || change(team) > change(*out))) out = &team;
  }
  return out;
}

Result<RoutineCapacity> ForecastRoutine(Services& services, const Organisation& organisation,
                                        Instant now, const RoutineGesture& gesture) {
  EM_ASSIGN(const Counted counted, Count(services, organisation, now, gesture));
  RoutineCapacity out;
  out.counted = !counted.kinds.empty()       ? "kinds"
                : !counted.expecting.empty() ? "expectation"
                                             : "all";
  out.kinds = counted.kinds;
  out.taken_out = gesture.taken_out;
  out.standard_minutes = counted.standard_minutes;
  if (counted.first_case) {
    out.days = std::clamp((now - *counted.first_case + kMicrosPerDay - 1) / kMicrosPerDay,
                          kFewestDays, kMostDays);
  }
  const double weeks = static_cast<double>(out.days) / 7;
  const ByTeam& cases = out.counted == "kinds"         ? counted.of_kinds
                        : out.counted == "expectation" ? counted.expecting
                                                       : counted.all;
  out.cases = Sum(cases);
  out.expecting = Sum(counted.expecting);
  const auto ever = static_cast<double>(std::max<int64_t>(1, counted.uses_ever));
  const bool used = counted.uses_ever > 0;
  out.minutes_each = static_cast<double>(used ? counted.minutes_ever : gesture.minutes) / ever;
  out.amount_each = static_cast<double>(used ? counted.amount_ever : gesture.amount) / ever;
  for (const auto& [name, all] : counted.all) {
    const auto of = [&](const ByTeam& counts) {
      const auto found = counts.find(name);
      return found == counts.end() ? 0.0 : static_cast<double>(found->second) / weeks;
    };
    TeamCapacity team;
    team.team = name;
    team.cases_a_week = of(cases);
    team.uses_a_week = of(counted.uses);
    team.extra_a_week =
        gesture.taken_out ? -team.uses_a_week : std::max(0.0, team.cases_a_week - team.uses_a_week);
    out.cases_a_week += team.cases_a_week;
    out.uses_a_week += team.uses_a_week;
    out.extra_a_week += team.extra_a_week;
    EM_TRY(AddQueue(services, organisation, counted, out, team));
    out.teams.push_back(std::move(team));
  }
  out.minutes_a_week = out.extra_a_week * out.minutes_each;
  out.amount_a_week = out.extra_a_week * out.amount_each;
  out.sentence = InWords(out, organisation.currency);
  return out;
}

std::string CapacityJson(const RoutineCapacity& capacity, Currency currency) {
  JsonWriter out;
  out.BeginObject();
  Put(out, "sentence", capacity.sentence);
  Put(out, "counted", capacity.counted);
  Put(out, "how_counted", HowCounted(capacity));
  Put(out, "days", capacity.days);
  Put(out, "cases", capacity.cases);
  Put(out, "expecting", capacity.expecting);
  PutFigure(out, "cases_a_week", capacity.cases_a_week);
  PutFigure(out, "uses_a_week", capacity.uses_a_week);
  PutFigure(out, "extra_a_week", capacity.extra_a_week);
  PutFigure(out, "minutes_each", capacity.minutes_each);
  PutFigure(out, "minutes_a_week", capacity.minutes_a_week);
  Put(out, "amount_a_week", Money{std::llround(capacity.amount_a_week), currency});
  Put(out, "standard_minutes", capacity.standard_minutes);
  out.Key("teams").BeginArray();
  for (const TeamCapacity& team : capacity.teams) {
    out.BeginObject();
    Put(out, "team", team.team);
    PutFigure(out, "cases_a_week", team.cases_a_week);
    PutFigure(out, "extra_a_week", team.extra_a_week);
    out.Key("queue");
    if (team.calibration) {
      WriteQueue(out, team);
    } else {
      out.Null();
    }
    out.EndObject();
  }
  out.EndArray().EndObject();
  return std::move(out).Take();
}

}  // namespace extramile::app
