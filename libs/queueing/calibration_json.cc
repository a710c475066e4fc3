// A calibration as JSON, and its version: a hash of the same JSON without the version.
#include <charconv>
#include <cmath>

#include "base/hash.h"
#include "base/json_reader.h"
#include "base/json_writer.h"
#include "queueing/calibration.h"

namespace extramile::queueing {
namespace {

constexpr std::string_view kFormat = "extramile-calibration-1";
constexpr JsonLimits kLimits = {.max_bytes = 4 << 20, .max_depth = 8};

void Write(JsonWriter& json, const HalfHour& half_hour) {
  json.BeginObject();
  json.Key("arrivals_per_s").Double(half_hour.arrivals_per_s);
  json.Key("handle_mean_s").Double(half_hour.handle_mean_s);
  json.Key("patience_mean_s").Double(half_hour.patience_mean_s);  // null: nobody gives up
  json.Key("agents").Int(half_hour.agents);
  json.Key("effectiveness").Double(half_hour.effectiveness);
  json.Key("mean_wait_s").Double(half_hour.mean_wait_s);
  json.Key("days_seen").Int(half_hour.days_seen);
  json.Key("calls_seen").Int(half_hour.calls_seen);
  json.EndObject();
}

void Write(JsonWriter& json, const SkillMix& mix) {
  json.BeginObject();
  json.Key("skill").String(mix.skill);
  json.Key("calls").Int(mix.calls);
  json.Key("handle_mean_s").Double(mix.handle_mean_s);
  json.Key("patience_mean_s").Double(mix.patience_mean_s);  // null: nobody gives up
  json.Key("shares").BeginArray();
  for (const auto& of_class : mix.shares) {
    json.BeginArray();
    for (double share : of_class) json.Double(share);
    json.EndArray();
  }
  json.EndArray().EndObject();
}

std::string Write(const Calibration& calibration, bool with_version) {
  JsonWriter json;
  json.BeginObject().Key("format").String(kFormat);
  if (with_version) json.Key("version").String(calibration.version);
  json.Key("zone").String(calibration.zone);
  json.Key("first_day").String(calibration.first_day);
  json.Key("last_day").String(calibration.last_day);
  json.Key("days").Int(calibration.days);
  json.Key("calls").Int(calibration.calls);
  json.Key("classes").BeginArray();
  for (const CalibratedClass& day_class : calibration.classes) {
    json.BeginObject().Key("name").String(day_class.days.name).Key("weekdays").BeginArray();
    for (int weekday : day_class.days.weekdays) json.Int(weekday);
    json.EndArray().Key("half_hours").BeginArray();
    for (const HalfHour& half_hour : day_class.half_hours) Write(json, half_hour);
    json.EndArray().EndObject();
  }
  json.EndArray();
  if (!calibration.skills.empty()) {
    json.Key("skills").BeginArray();
    for (const SkillMix& mix : calibration.skills) Write(json, mix);
    json.EndArray();
  }
  json.EndObject();
  return std::move(json).Take();
}

bool ReadNumber(std::string_view digits, double least, double& value) {
  const auto [end, code] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return code == std::errc() && end == digits.data() + digits.size() && value >= least &&
         std::isfinite(value);
}

double Number(ObjectReader& in, std::string_view key, double least, double if_null) {
  if (!in.Has(key)) {
    in.OptionalDecimal(key);
    if (std::isnan(if_null)) in.Reject(key, "calibration-number", "A number is missing.");
    return if_null;
  }
  const std::string digits = in.OptionalDecimal(key).value_or("");
  double value = 0;
  if (!ReadNumber(digits, least, value)) {
    in.Reject(key, "calibration-number", "This is not a number in its range.");
  }
  return value;
}

Result<HalfHour> ReadHalfHour(const JsonValue& value, const std::string& place) {
  ObjectReader in(value, place);
  HalfHour out;
  out.arrivals_per_s = Number(in, "arrivals_per_s", 0, NAN);
  out.handle_mean_s = Number(in, "handle_mean_s", 1, NAN);
  out.patience_mean_s = Number(in, "patience_mean_s", 1, kNeverLeaves);
  out.agents = static_cast<int>(in.Int("agents", 0, 100'000));
  out.effectiveness = Number(in, "effectiveness", 0, NAN);
  out.mean_wait_s = Number(in, "mean_wait_s", 0, NAN);
  out.days_seen = static_cast<int>(in.Int("days_seen", 0, INT32_MAX));
  out.calls_seen = static_cast<int>(in.Int("calls_seen", 0, INT32_MAX));
  EM_TRY(in.Finish());
  return out;
}

Result<CalibratedClass> ReadClass(const JsonValue& value, const std::string& place) {
  ObjectReader in(value, place);
  CalibratedClass out;
  out.days.name = in.String("name", {.max_bytes = 100});
  const JsonValue* weekdays = in.Array("weekdays", true, 7);
  const JsonValue* half_hours = in.Array("half_hours", true, kHalfHours);
  EM_TRY(in.Finish());
  for (const JsonValue& weekday : weekdays->items) {
    if (weekday.text.size() != 1 || weekday.text[0] < '1' || weekday.text[0] > '7') {
      return Fail(ErrorKind::kInvalid, "calibration-weekday",
                  "A weekday is not a number from 1 to 7.", place + "/weekdays");
    }
    out.days.weekdays.push_back(weekday.text[0] - '0');
  }
  if (half_hours->items.size() != kHalfHours) {
    return Fail(ErrorKind::kInvalid, "calibration-half-hours", "A day does not have 48 half-hours.",
                place + "/half_hours");
  }
  for (size_t h = 0; h < kHalfHours; ++h) {
    EM_ASSIGN(out.half_hours[h],
              ReadHalfHour(half_hours->items[h], place + "/half_hours/" + std::to_string(h)));
  }
  return out;
}

Result<SkillMix> ReadSkill(const JsonValue& value, const std::string& place, size_t classes) {
  ObjectReader in(value, place);
  SkillMix out;
  out.skill = in.String("skill", {.min_bytes = 0, .max_bytes = 1000});
  out.calls = static_cast<int>(in.Int("calls", 0, INT32_MAX));
  out.handle_mean_s = Number(in, "handle_mean_s", 1, NAN);
  out.patience_mean_s = Number(in, "patience_mean_s", 1, kNeverLeaves);
  const JsonValue* shares = in.Array("shares", true, classes);
  EM_TRY(in.Finish());
  const auto refuse = [&] {
    return Fail(ErrorKind::kInvalid, "calibration-shares",
                "A kind of service does not have a share of every half-hour.", place + "/shares");
  };
  if (shares->items.size() != classes) return refuse();
  for (const JsonValue& of_class : shares->items) {
    auto& row = out.shares.emplace_back();
    if (of_class.items.size() != row.size()) return refuse();
    for (size_t h = 0; h < row.size(); ++h) {
      if (!ReadNumber(of_class.items[h].text, 0, row[h])) return refuse();
    }
  }
  return out;
}

}  // namespace

std::string VersionOf(const Calibration& calibration) {
  return ToHex(HashWithDomain("extramile calibration", Write(calibration, false))).substr(0, 16);
}

std::string ToJson(const Calibration& calibration) { return Write(calibration, true); }

Result<Calibration> CalibrationFromJson(std::string_view json) {
  EM_ASSIGN(const JsonValue value, ParseJson(json, kLimits));
  ObjectReader in(value);
  Calibration out;
  if (in.String("format", {.max_bytes = 100}) != kFormat) {
    in.Reject("format", "calibration-format",
              "This is not a calibration of this version of extramile.",
              "Calibrate again from the call log.");
  }
  out.version = in.String("version", {.max_bytes = 16});
  out.zone = in.String("zone", {.max_bytes = 100});
  out.first_day = in.String("first_day", {.max_bytes = 10});
  out.last_day = in.String("last_day", {.max_bytes = 10});
  out.days = static_cast<int>(in.Int("days", 0, INT32_MAX));
  out.calls = static_cast<int>(in.Int("calls", 0, INT32_MAX));
  const JsonValue* classes = in.Array("classes", true, 7);
  const JsonValue* skills = in.Array("skills", false, 100);
  EM_TRY(in.Finish());
  for (size_t c = 0; c < classes->items.size(); ++c) {
    EM_ASSIGN(CalibratedClass day_class,
              ReadClass(classes->items[c], "/classes/" + std::to_string(c)));
    out.classes.push_back(std::move(day_class));
  }
  for (size_t k = 0; skills && k < skills->items.size(); ++k) {
    EM_ASSIGN(SkillMix mix,
              ReadSkill(skills->items[k], "/skills/" + std::to_string(k), out.classes.size()));
    out.skills.push_back(std::move(mix));
  }
  if (out.version != VersionOf(out)) {
    return Fail(
        ErrorKind::kInvalid, "calibration-version",
        "The calibration was changed after it was made: its content does not match its version.",
        "/version", "Calibrate again from the call log.");
  }
  return out;
}

}  // namespace extramile::queueing
