#include "cli/forecast.h"

#include <charconv>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <ostream>

#include "base/json_writer.h"
#include "cli/forecast_plot.h"
#include "cli/seed.h"
#include "connect/call_log.h"
#include "queueing/evaluate_forecast.h"

namespace extramile::cli {
namespace {

using queueing::Evaluation;
using queueing::EvaluationOptions;

std::string Clock(int half_hour) {
  return std::to_string(half_hour / 2) + (half_hour % 2 ? ":30" : ":00");
}

std::string Fixed(double value, int decimals) {
  char text[48];
  std::snprintf(text, sizeof text, "%.*f", decimals, value);
  return text;
}

// "7-24" as half-hours of the day.
Result<void> ReadHours(const std::string& hours, EvaluationOptions& options) {
  if (hours.empty()) return {};
  const size_t dash = hours.find('-');
  const auto hour = [](std::string_view text, int& out) {
    const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), out);
    return code == std::errc() && end == text.data() + text.size() && out >= 0 && out <= 24;
  };
  int from = 0;
  int to = 0;
  if (dash == std::string::npos || !hour(std::string_view(hours).substr(0, dash), from) ||
      !hour(std::string_view(hours).substr(dash + 1), to)) {
    return Fail(ErrorKind::kInvalid, "forecast-hours", "These hours cannot be read.", "--hours",
                "Give whole hours, such as 7-24.");
  }
  options.from_half_hour = 2 * from;
  options.to_half_hour = 2 * to;
  return {};
}

Result<connect::CallLog> ReadLog(const ForecastToEvaluate& what,
                                 const connect::ColumnMapping& mapping) {
  std::ifstream in(what.log, std::ios::binary);
  if (!in) {
    return Fail(ErrorKind::kNotFound, "file-unreadable", "This file cannot be read.",
                what.log.string(), "Check the path and its permissions.");
  }
  return connect::ReadCallLog(in, mapping);
}

void WriteJson(const Evaluation& evaluation, std::ostream& out) {
  const auto rounded = [](double value) { return std::round(value * 1e4) / 1e4; };
  JsonWriter json;
  json.BeginObject();
  json.Key("half_hours").Int(static_cast<int64_t>(evaluation.half_hours.size()));
  json.Key("calls").Int(evaluation.calls());
  json.Key("mae_model_s").Double(rounded(evaluation.mae_model_s()));
  json.Key("mae_hour_of_day_s").Double(rounded(evaluation.mae_hour_of_day_s()));
  json.Key("mae_last_half_hour_s").Double(rounded(evaluation.mae_last_half_hour_s()));
  json.Key("improvement").Double(rounded(evaluation.improvement()));
  json.EndObject();
  out << std::move(json).Take() << '\n';
}

std::string Against(double model, double plain) {
  if (plain <= 0) return "";
  const double less = 100 * (1 - model / plain);
  return "; the forecast is " + Fixed(std::abs(less), 0) +
         (less >= 0 ? " % closer" : " % further off");
}

void WriteText(const connect::CallLogReport& report, const Evaluation& evaluation,
               std::ostream& out) {
  const double model = evaluation.mae_model_s();
  const double hour = evaluation.mae_hour_of_day_s();
  const double last = evaluation.mae_last_half_hour_s();
  out << report.rows << " rows read: " << report.clean << " calls, " << report.total_set_aside()
      << " rows set aside (extramile import calls --dry-run says why).\n"
      << "Learnt from " << evaluation.training_dates.size() << " days of the kind '"
      << evaluation.days << "' (" << evaluation.training_dates.front() << " to "
      << evaluation.training_dates.back() << "), scored on " << evaluation.scored_dates.size()
      << " (" << evaluation.scored_dates.front() << " to " << evaluation.scored_dates.back()
      << "), " << Clock(evaluation.from_half_hour) << " to " << Clock(evaluation.to_half_hour)
      << ".\n"
      << evaluation.half_hours.size() << " half-hours with " << evaluation.calls()
      << " callers. The mean wait of a half-hour's callers, forecast at its start, was off by\n"
      << "  " << Fixed(model, 1) << " s  the forecast\n"
      << "  " << Fixed(hour, 1) << " s  the hour-of-day mean" << Against(model, hour) << "\n"
      << "  " << Fixed(last, 1) << " s  the last half-hour's mean" << Against(model, last) << "\n"
      << "on average (mean absolute error). The forecast is "
      << Fixed(evaluation.blend.weights[0], 2) << " x the queue model's + "
      << Fixed(evaluation.blend.weights[1], 2) << " x the last quarter-hour's mean + "
      << Fixed(evaluation.blend.weights[2], 2)
      << " x the last hour's,\nweights learnt in the training days.\n";
}

// The same question with the log divided otherwise: is the result an accident of the division?
void WriteSplits(const std::vector<queueing::Call>& calls, const EvaluationOptions& chosen,
                 const Evaluation& evaluation, std::ostream& out) {
  const auto days =
      static_cast<int>(evaluation.training_dates.size() + evaluation.scored_dates.size());
  struct Split {
    const char* words;
    int training_days, first_day;
  };
  const Split splits[] = {{"the first third, then the rest", days / 3, 0},
                          {"the first half, then the second", days / 2, 0},
                          {"the first two thirds, then the rest", days * 2 / 3, 0},
                          {"the second half, then the first", days - days / 2, days / 2},
                          {"the middle half, then the rest", days / 2, days / 4}};
  out << "Other divisions of the same days (learnt, then scored):\n";
  for (const Split& split : splits) {
    EvaluationOptions options = chosen;
    options.training_days = split.training_days;
    options.first_day = split.first_day;
    const auto other = queueing::EvaluateForecast(calls, options);
    if (!other) continue;  // too few days for that one
    out << "  " << Fixed(other->mae_model_s(), 1) << " s against "
        << Fixed(other->mae_hour_of_day_s(), 1) << " s and "
        << Fixed(other->mae_last_half_hour_s(), 1) << " s: " << split.words << '\n';
  }
}

Result<void> WritePlot(const std::filesystem::path& path, const Evaluation& evaluation) {
  std::ofstream file(path, std::ios::binary);
  file << PlotEvaluation(evaluation);
  file.close();
  if (!file) {
    return Fail(ErrorKind::kUnavailable, "file-unwritable", "The plot cannot be written.",
                path.string(), "Check the path and its permissions.");
  }
  return {};
}

}  // namespace

Result<void> EvaluateForecastOf(const ForecastToEvaluate& what, std::ostream& out) {
  EM_ASSIGN(const std::string columns, ReadFile(what.columns));
  EM_ASSIGN(const auto mapping, connect::ParseColumnMapping(columns, what.columns.string()));
  EM_ASSIGN(const TimeZone zone, TimeZone::Find(mapping.zone));
  EvaluationOptions options{.zone = zone, .day_classes = mapping.day_classes};
  options.days = what.days;
  options.training_days = what.training_days;
  EM_TRY(ReadHours(what.hours, options));
  EM_ASSIGN(const connect::CallLog log, ReadLog(what, mapping));
  EM_ASSIGN(const Evaluation evaluation, queueing::EvaluateForecast(log.calls, options));
  if (!what.plot.empty()) EM_TRY(WritePlot(what.plot, evaluation));
  if (what.json) {
    WriteJson(evaluation, out);
  } else {
    WriteText(log.report, evaluation, out);
    if (what.splits) WriteSplits(log.calls, options, evaluation, out);
  }
  return {};
}

}  // namespace extramile::cli
