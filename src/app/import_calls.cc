#include "app/import_calls.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "app/call_log_reader.h"
#include "app/other_customers.h"
#include "app/record.h"
#include "base/hash.h"
#include "queueing/calibration.h"

namespace extramile::app {
namespace {

constexpr size_t kMostLogBytes = size_t{64} << 20;
constexpr int64_t kMostDaysShifted = 40'000;
constexpr int64_t kCalibratedDays = 92;
constexpr size_t kRowsPerInsert = 50;

const Sql kLogByContent = {
    "select id, rows_read, rows_clean, report from call_log where organisation_id = $1 "
    "and team = $2 and content_hash = $3 order by recorded_at limit 1"};
const Sql kNewestCall = {
    "select max(entered_at) from call where organisation_id = $1 and team = $2"};
const Sql kCallsBetween = {
    "select entered_at, call_key, wait_s, answered, service_s, server, skill from call "
    "where organisation_id = $1 and team = $2 and entered_at >= $3 and entered_at <= $4 "
    "order by entered_at, call_key"};
const Sql kInsertLog = {
    "insert into call_log (organisation_id, id, team, name, content_hash, rows_read, rows_clean, "
    "report, shifted_by_s, occurred_at, recorded_at, recorded_by) "
    "values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10, $11)"};
const Sql kInsertCalibration = {
    "insert into calibration (organisation_id, id, team, content_hash, body, calls, period_from, "
    "period_to, occurred_at, recorded_at, recorded_by) "
    "values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9, $10)"};

// `rows` calls in one statement: $1 organisation, $2 team, $3 log, then seven of each call.
std::string InsertCallsText(size_t rows) {
  std::string text =
      "insert into call (organisation_id, team, call_log_id, entered_at, call_key, wait_s, "
      "answered, service_s, server, skill) values ";
  size_t next = 4;
  for (size_t row = 0; row < rows; ++row) {
    text += row == 0 ? "($1, $2, $3" : ", ($1, $2, $3";
    for (int column = 0; column < 7; ++column) text += ", $" + std::to_string(next++);
    text += ")";
  }
  // Two imports at once may bring the same call.
  return text + " on conflict do nothing";
}
const std::string kManyCallsText = InsertCallsText(kRowsPerInsert);
const std::string kOneCallText = InsertCallsText(1);
const Sql kInsertManyCalls = {kManyCallsText.c_str()};
const Sql kInsertOneCall = {kOneCallText.c_str()};

struct Wanted {
  std::string team, name, columns, log;
  int64_t shift_days = 0;
  std::optional<Instant> from, until;
  bool dry_run = false;
};

Result<Wanted> ReadWanted(const Request& request) {
  ObjectReader in(BodyOf(request));
  Wanted out;
  out.team = in.String("team", {.max_bytes = 200});
  out.name = in.String("name", {.max_bytes = 200});
  out.columns = in.String("columns", {.max_bytes = 100'000});
  out.log = in.String("log", {.max_bytes = kMostLogBytes});
  out.shift_days = in.OptionalInt("shift_days", -kMostDaysShifted, kMostDaysShifted).value_or(0);
  out.from = in.OptionalTime("from");
  out.until = in.OptionalTime("until");
  out.dry_run = in.OptionalBool("dry_run").value_or(false);
  if (out.from && out.until && *out.until <= *out.from) {
    in.Reject("until", "period-empty", "Nothing lies between these two times.",
              "Give an end after the beginning.");
  }
  EM_TRY(in.Finish());
  return out;
}

// What makes two imports the same.
Sha256 HashOf(const Wanted& wanted) {
  JsonWriter what;
  what.BeginArray().String(wanted.team).String(wanted.columns).Int(wanted.shift_days);
  what.Int(wanted.from ? wanted.from->micros : 0).Int(wanted.until ? wanted.until->micros : 0);
  what.String(ToHex(HashWithDomain("extramile call log text v1", wanted.log))).EndArray();
  return HashWithDomain("extramile call log v1", what.text());
}

// The same wall clock, so many days later: noon is never skipped by a change of clocks.
Instant MovedByDays(Instant at, int64_t days, const TimeZone& zone) {
  if (days == 0) return at;
  const LocalTime from = zone.ToLocal(at);
  const Instant noon = zone.FromLocal(from.year, from.month, from.day, 12, 0, 0);
  const LocalTime to = zone.ToLocal(noon + days * kMicrosPerDay);
  return zone.FromLocal(to.year, to.month, to.day, from.hour, from.minute, from.second);
}

// A call as it is stored: `key` tells calls of one moment apart by their content.
struct StoredCall {
  queueing::Call call;
  std::string key;
};

std::string Pseudonym(const Organisation& organisation, const std::string& agent) {
  if (agent.empty()) return {};
  const Sha256 hash = HashWithDomain("extramile call agent v1", organisation.id.ToString() + agent);
  return ToHex(std::span(hash).first(6));
}

std::string ContentKey(const queueing::Call& call) {
  const std::string content = std::to_string(static_cast<int64_t>(call.wait_s)) + "|" +
                              std::to_string(static_cast<int64_t>(call.service_s)) + "|" +
                              (call.answered ? "1|" : "0|") + call.agent + "|" + call.type;
  const Sha256 hash = HashWithDomain("extramile call v1", content);
  return ToHex(std::span(hash).first(6));
}

// The log's calls as they are to be stored, by time and content; alike ones are numbered.
std::vector<StoredCall> Prepare(std::vector<queueing::Call> calls, const Wanted& wanted,
                                const TimeZone& zone, const Organisation& organisation) {
  std::map<std::string, std::string, std::less<>> pseudonyms;
  std::vector<StoredCall> out;
  out.reserve(calls.size());
  for (queueing::Call& call : calls) {
    call.entered_queue_at = MovedByDays(call.entered_queue_at, wanted.shift_days, zone);
    if (wanted.from && call.entered_queue_at < *wanted.from) continue;
    if (wanted.until && call.entered_queue_at >= *wanted.until) continue;
    std::string& pseudonym = pseudonyms[call.agent];
    if (pseudonym.empty()) pseudonym = Pseudonym(organisation, call.agent);
    call.agent = pseudonym;
    std::string key = ContentKey(call);
    out.push_back({std::move(call), std::move(key)});
  }
  const auto order = [](const StoredCall& a, const StoredCall& b) {
    return std::tie(a.call.entered_queue_at, a.key) < std::tie(b.call.entered_queue_at, b.key);
  };
  std::sort(out.begin(), out.end(), order);
  size_t alike = 0;
  for (size_t i = 1; i < out.size(); ++i) {
    const bool same = out[i].call.entered_queue_at == out[i - 1].call.entered_queue_at &&
                      out[i].key.substr(0, 12) == out[i - 1].key.substr(0, 12);
    alike = same ? alike + 1 : 0;
    if (same) out[i].key += "-" + std::to_string(alike);
  }
  return out;
}

StoredCall CallFrom(const Row& row) {
  RowReader in(row);
  StoredCall out;
  out.call.entered_queue_at = in.Time();
  out.key = in.Text();
  out.call.wait_s = static_cast<double>(in.Int());
  out.call.answered = in.Bool();
  out.call.service_s = static_cast<double>(in.Int());
  out.call.agent = in.Text();
  out.call.type = in.Text();
  return out;
}

// What the store knows of the team's queue.
struct Known {
  std::optional<Row> same_import;
  std::optional<Instant> newest_call;
  Rows calibration;
};

Result<Known> ReadKnown(Services& services, const Request& request, const std::string& team,
                        const Sha256& hash) {
  const Cell organisation = request.organisation.id;
  const Query queries[] = {{&kLogByContent, {organisation, team, hash}},
                           {&kNewestCall, {organisation, team}},
                           {&kNewestCalibration, {organisation, team}}};
  EM_ASSIGN(auto rows, services.store.Read(request.organisation.id, queries));
  Known known;
  if (!rows[0].empty()) known.same_import = std::move(rows[0].front());
  known.newest_call = RowReader(rows[1].front()).OptionalTime();
  known.calibration = std::move(rows[2]);
  return known;
}

// The calls to add, and all that the calibration is made from.
struct Merged {
  std::vector<const StoredCall*> fresh;
  std::vector<queueing::Call> calibrated;
};

Result<Merged> Merge(Services& services, const Request& request, const std::string& team,
                     const std::vector<StoredCall>& calls,
                     const std::optional<Instant>& newest_stored) {
  Merged out;
  if (calls.empty()) return out;
  const Instant first = calls.front().call.entered_queue_at;
  Instant newest = calls.back().call.entered_queue_at;
  if (newest_stored) newest = std::max(newest, *newest_stored);
  const Instant since = newest + -kCalibratedDays * kMicrosPerDay;
  EM_ASSIGN(const Rows rows,
            ReadOne(services.store, request.organisation.id, kCallsBetween,
                    {request.organisation.id, team, std::min(first, since), newest}));
  std::set<std::pair<int64_t, std::string>> stored;
  for (const Row& row : rows) {
    StoredCall call = CallFrom(row);
    stored.emplace(call.call.entered_queue_at.micros, std::move(call.key));
    if (call.call.entered_queue_at >= since) out.calibrated.push_back(std::move(call.call));
  }
  for (const StoredCall& call : calls) {
    if (stored.contains({call.call.entered_queue_at.micros, call.key})) continue;
    out.fresh.push_back(&call);
    if (call.call.entered_queue_at >= since) out.calibrated.push_back(call.call);
  }
  return out;
}

void AddParams(Params& params, const StoredCall& stored) {
  const queueing::Call& call = stored.call;
  params.insert(params.end(), {call.entered_queue_at, stored.key, static_cast<int64_t>(call.wait_s),
                               call.answered, static_cast<int64_t>(call.service_s),
                               call.agent.empty() ? Cell() : Cell(call.agent), call.type});
}

void StoreCalls(Change& change, const Request& request, const std::string& team, AnyId log,
                const std::vector<const StoredCall*>& calls) {
  for (size_t i = 0; i < calls.size();) {
    const size_t rows = calls.size() - i >= kRowsPerInsert ? kRowsPerInsert : 1;
    Params params = {request.organisation.id, team, log};
    params.reserve(3 + rows * 7);
    for (size_t row = 0; row < rows; ++row) AddParams(params, *calls[i + row]);
    change.Step(rows == 1 ? kInsertOneCall : kInsertManyCalls, std::move(params));
    i += rows;
  }
}

// Calibrates and stores the result; returns its id. Where nothing can be learned, the calibration
// in force stays.
Result<std::optional<AnyId>> StoreCalibration(Change& change, const Request& request,
                                              const std::string& team, const ReadCalls& log,
                                              const std::vector<queueing::Call>& calls) {
  EM_ASSIGN(TimeZone zone, TimeZone::Find(log.zone));
  EM_ASSIGN(const queueing::Calibration calibration,
            queueing::Calibrate(calls, {.zone = std::move(zone), .day_classes = log.day_classes}));
  const auto earlier = [](const queueing::Call& a, const queueing::Call& b) {
    return a.entered_queue_at < b.entered_queue_at;
  };
  const auto ends = std::minmax_element(calls.begin(), calls.end(), earlier);
  const std::string body = queueing::ToJson(calibration);
  const AnyId id = change.NewId();
  change.Step(kInsertCalibration,
              {request.organisation.id, id, team, HashWithDomain("extramile calibration v1", body),
               body, static_cast<int64_t>(calls.size()), ends.first->entered_queue_at,
               ends.second->entered_queue_at, request.now, request.actor.person});
  change.Event({.kind = "queue_calibrated",
                .record_kind = "calibration",
                .record = id,
                .occurred_at = request.now},
               [&](JsonWriter& out) {
                 Put(out, "calls", static_cast<int64_t>(calls.size()));
                 Put(out, "version", calibration.version);
               });
  return id;
}

// What is stored of an import's report, and told again when it is repeated.
struct Report {
  std::optional<AnyId> id;  // of what is stored; a dry run stores nothing
  int64_t rows_read = 0, rows_clean = 0, new_calls = 0;
  std::vector<DirtyRows> dirty;
  std::optional<Instant> from, to;
  std::optional<AnyId> calibration;
};

void WriteReport(JsonWriter& out, const Report& report) {
  out.BeginObject();
  Put(out, "id", report.id);
  Put(out, "rows_read", report.rows_read);
  Put(out, "rows_clean", report.rows_clean);
  out.Key("dirty").BeginArray();
  for (const DirtyRows& dirty : report.dirty) {
    out.BeginObject();
    Put(out, "reason", dirty.reason);
    Put(out, "rows", dirty.rows);
    Put(out, "example_row", dirty.example_row);
    out.EndObject();
  }
  out.EndArray();
  Put(out, "new_calls", report.new_calls);
  Put(out, "from", report.from);
  Put(out, "to", report.to);
  Put(out, "calibration", report.calibration);
  out.EndObject();
}

Result<Report> ReportFrom(const Row& row) {
  RowReader columns(row);
  columns.Id();
  columns.Int();
  columns.Int();
  EM_ASSIGN(const JsonValue stored, ParseJson(columns.Text()));
  ObjectReader in(stored);
  Report out;
  out.id = in.Identifier<AnyId>("id");
  out.rows_read = in.Int("rows_read", 0, INT64_MAX);
  out.rows_clean = in.Int("rows_clean", 0, INT64_MAX);
  in.Int("new_calls", 0, INT64_MAX);
  if (const JsonValue* list = in.Array("dirty", true, 1000)) {
    for (const JsonValue& item : list->items) {
      ObjectReader dirty(item, "/dirty");
      out.dirty.push_back({dirty.String("reason"), dirty.Int("rows", 0, INT64_MAX),
                           dirty.Int("example_row", 0, INT64_MAX)});
    }
  }
  out.from = in.OptionalTime("from");
  out.to = in.OptionalTime("to");
  out.calibration = in.OptionalIdentifier<AnyId>("calibration");
  EM_TRY(in.Finish());
  return out;
}

Answer AnswerWith(const Report& report, WritePlan plan, int status = 201) {
  JsonWriter out;
  WriteReport(out, report);
  Answer answer;
  answer.status = status;
  answer.body = std::move(out).Take();
  answer.plan = std::move(plan);
  return answer;
}

}  // namespace

Result<Answer> ImportCalls(Services& services, const Request& request) {
  EM_ASSIGN(const Wanted wanted, ReadWanted(request));
  if (!services.call_logs) {
    return Fail(ErrorKind::kUnavailable, "call-logs-unread", "This server reads no call logs.");
  }
  const Sha256 hash = HashOf(wanted);
  EM_ASSIGN(const Known known, ReadKnown(services, request, wanted.team, hash));
  if (known.same_import) {  // nothing new: tell the first import's report
    EM_ASSIGN(const Report report, ReportFrom(*known.same_import));
    return AnswerWith(report, {});
  }
  EM_ASSIGN(ReadCalls log, services.call_logs->Read(wanted.columns, wanted.log));
  EM_ASSIGN(const TimeZone zone, TimeZone::Find(log.zone));
  Report report;
  report.rows_read = log.rows_read;
  report.rows_clean = static_cast<int64_t>(log.calls.size());
  report.dirty = std::move(log.dirty);
  const std::vector<StoredCall> calls =
      Prepare(std::move(log.calls), wanted, zone, request.organisation);
  EM_ASSIGN(const Merged merged, Merge(services, request, wanted.team, calls, known.newest_call));

  Change change(services, request);
  const AnyId log_id = change.NewId();
  report.id = log_id;
  report.new_calls = static_cast<int64_t>(merged.fresh.size());
  if (!calls.empty()) {
    report.from = calls.front().call.entered_queue_at;
    report.to = calls.back().call.entered_queue_at;
  }
  StoreCalls(change, request, wanted.team, log_id, merged.fresh);
  if (!known.calibration.empty()) report.calibration = RowReader(known.calibration[0]).Id();
  if (!merged.fresh.empty()) {
    EM_ASSIGN(report.calibration,
              StoreCalibration(change, request, wanted.team, log, merged.calibrated));
  }
  JsonWriter stored;
  WriteReport(stored, report);
  if (wanted.dry_run) {
    report.id.reset();
    report.calibration.reset();
    return AnswerWith(report, {}, 200);
  }
  change.Step(kInsertLog, {request.organisation.id, log_id, wanted.team, wanted.name, hash,
                           report.rows_read, report.rows_clean, std::move(stored).Take(),
                           wanted.shift_days * 86'400, request.now, request.actor.person});
  change.Event({.kind = "calls_imported",
                .record_kind = "call_log",
                .record = log_id,
                .occurred_at = request.now},
               [&](JsonWriter& out) {
                 Put(out, "team", wanted.team);
                 Put(out, "rows_read", report.rows_read);
                 Put(out, "rows_clean", report.rows_clean);
                 Put(out, "new_calls", report.new_calls);
               });
  return AnswerWith(report, std::move(change).Take());
}

}  // namespace extramile::app
