#include "app/working_hours.h"

#include <algorithm>
#include <cstdio>
#include <optional>

#include "app/record.h"

namespace extramile::app {

const Sql kWorkingHours = {
    "select team, days, ticket_minutes, agents from working_hours where organisation_id = $1 "
    "order by team"};

namespace {

const Sql kSetHours = {
    "insert into working_hours (organisation_id, team, days, ticket_minutes, agents, recorded_at, "
    "recorded_by) values ($1, $2, $3, $4, $5, $6, $7) "
    "on conflict (organisation_id, team) do update set days = $3, ticket_minutes = $4, "
    "agents = $5, recorded_at = $6, recorded_by = $7"};

constexpr std::array<const char*, 7> kDays = {"monday", "tuesday",  "wednesday", "thursday",
                                              "friday", "saturday", "sunday"};
constexpr int kMinutesADay = 24 * 60;
constexpr size_t kMostStretches = 6;

// "08:30"; "24:00" is the end of the day.
std::optional<int> MinuteOf(const std::string& clock) {
  if (clock.size() != 5 || clock[2] != ':') return std::nullopt;
  for (size_t i : {0, 1, 3, 4}) {
    if (clock[i] < '0' || clock[i] > '9') return std::nullopt;
  }
  const int minute =
      ((clock[0] - '0') * 10 + clock[1] - '0') * 60 + (clock[3] - '0') * 10 + clock[4] - '0';
  if (clock[3] > '5' || minute > kMinutesADay) return std::nullopt;
  return minute;
}

std::string ClockOf(int minute) {
  char text[16];
  std::snprintf(text, sizeof text, "%02d:%02d", minute / 60, minute % 60);
  return text;
}

Result<std::vector<WorkingHours::Stretch>> ReadDay(const JsonValue* list,
                                                   const std::string& place) {
  std::vector<WorkingHours::Stretch> day;
  if (!list) return day;
  int before = 0;
  for (size_t i = 0; i < list->items.size(); ++i) {
    ObjectReader in(list->items[i], place + "/" + std::to_string(i));
    const auto from = MinuteOf(in.String("from"));
    const auto to = MinuteOf(in.String("to"));
    if (in.ok() && (!from || !to || *from < before || *to <= *from)) {
      in.Reject(from ? "to" : "from", "hours-wrong",
                "The hours are no times of the day in order, one after the other.",
                "Give them as in 08:30 and 12:00; the day ends at 24:00.");
    }
    EM_TRY(in.Finish());
    day.push_back({*from, *to});
    before = *to;
  }
  return day;
}

Result<void> ReadDays(const JsonValue& value, const std::string& place, WorkingHours& hours) {
  ObjectReader in(value, place);
  std::array<const JsonValue*, 7> lists;
  for (size_t day = 0; day < 7; ++day) lists[day] = in.Array(kDays[day], false, kMostStretches);
  EM_TRY(in.Finish());
  bool any = false;
  for (size_t day = 0; day < 7; ++day) {
    EM_ASSIGN(hours.days[day], ReadDay(lists[day], place + "/" + kDays[day]));
    any = any || !hours.days[day].empty();
  }
  if (any) return {};
  return Fail(ErrorKind::kInvalid, "hours-missing", "The team never works.", place,
              "Give the hours of one day at least.");
}

void WriteDays(JsonWriter& out, const WorkingHours& hours) {
  out.BeginObject();
  for (size_t day = 0; day < 7; ++day) {
    out.Key(kDays[day]).BeginArray();
    for (const auto& stretch : hours.days[day]) {
      out.BeginObject().Key("from").String(ClockOf(stretch.from_minute));
      out.Key("to").String(ClockOf(stretch.to_minute)).EndObject();
    }
    out.EndArray();
  }
  out.EndObject();
}

void WriteHours(JsonWriter& out, const WorkingHours& hours) {
  out.BeginObject();
  Put(out, "team", hours.team);
  out.Key("days");
  WriteDays(out, hours);
  Put(out, "ticket_minutes", hours.ticket_minutes);
  Put(out, "agents", hours.agents);
  out.EndObject();
}

Result<WorkingHours> ReadHours(const JsonValue& body) {
  ObjectReader in(body);
  WorkingHours hours;
  hours.team = in.String("team", {.max_bytes = 200});
  const JsonValue* days = in.Object("days", true);
  hours.ticket_minutes = in.Int("ticket_minutes", 1, 10'000);
  hours.agents = in.Int("agents", 1, 1000);
  EM_TRY(in.Finish());
  EM_TRY(ReadDays(*days, "/days", hours));
  return hours;
}

}  // namespace

Result<WorkingHours> WorkingHoursFrom(const Row& row) {
  RowReader in(row);
  WorkingHours hours;
  hours.team = in.Text();
  EM_ASSIGN(const JsonValue days, ParseJson(in.Text()));
  EM_TRY(ReadDays(days, "/days", hours));
  hours.ticket_minutes = in.Int();
  hours.agents = in.Int();
  return hours;
}

std::vector<queueing::OpenHours> OpenFrom(const WorkingHours& hours, const TimeZone& zone,
                                          Instant now, double seconds) {
  std::vector<queueing::OpenHours> open;
  const Instant end = now + static_cast<int64_t>(seconds * kMicrosPerSecond);
  // Noon is never skipped by a change of clocks, so that each step is a day.
  Instant noon = zone.StartOfDay(now) + 12 * kMicrosPerHour;
  for (; zone.StartOfDay(noon) < end; noon = noon + kMicrosPerDay) {
    const LocalTime day = zone.ToLocal(noon);
    for (const auto& stretch : hours.days[static_cast<size_t>(day.weekday - 1)]) {
      const auto at = [&](int minute) {
        if (minute == kMinutesADay) return zone.StartOfDay(noon + kMicrosPerDay);
        return zone.FromLocal(day.year, day.month, day.day, minute / 60, minute % 60, 0);
      };
      const Instant from = std::max(at(stretch.from_minute), now);
      const Instant to = std::min(at(stretch.to_minute), end);
      if (to <= from) continue;
      open.push_back({static_cast<double>(from - now) / kMicrosPerSecond,
                      static_cast<double>(to - now) / kMicrosPerSecond});
    }
  }
  return open;
}

Result<Answer> ListWorkingHours(Services& services, const Request& request) {
  EM_ASSIGN(const Rows rows, ReadOne(services.store, request.organisation.id, kWorkingHours,
                                     {request.organisation.id}));
  JsonWriter out;
  out.BeginArray();
  for (const Row& row : rows) {
    EM_ASSIGN(const WorkingHours hours, WorkingHoursFrom(row));
    WriteHours(out, hours);
  }
  out.EndArray();
  return OkAnswer(std::move(out));
}

Result<Answer> SetWorkingHours(Services& services, const Request& request) {
  EM_ASSIGN(const WorkingHours hours, ReadHours(BodyOf(request)));
  JsonWriter days;
  WriteDays(days, hours);
  Change change(services, request);
  change.Step(kSetHours, {request.organisation.id, hours.team, days.text(), hours.ticket_minutes,
                          hours.agents, request.now, request.actor.person});
  change.Event({.kind = "working_hours_set",
                .record_kind = "working_hours",
                .record = change.NewId(),
                .occurred_at = request.now},
               [&](JsonWriter& body) {
                 Put(body, "team", hours.team);
                 body.Key("days").Raw(days.text());
                 Put(body, "ticket_minutes", hours.ticket_minutes);
                 Put(body, "agents", hours.agents);
               });
  change.ConfigurationChanged();
  JsonWriter out;
  WriteHours(out, hours);
  Answer answer = OkAnswer(std::move(out));
  answer.plan = std::move(change).Take();
  return answer;
}

}  // namespace extramile::app
