#include "cli/forecast_plot.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <map>
#include <vector>

namespace extramile::cli {
namespace {

using queueing::Evaluation;
using queueing::ScoredHalfHour;

constexpr double kPanelWidth = 460;
constexpr double kPanelHeight = 130;
constexpr double kLeft = 46;
constexpr double kBetween = 46;
constexpr double kTop = 58;
constexpr int kColumns = 2;
constexpr const char* kActualColour = "#444444";
constexpr const char* kForecastColour = "#0b6bb8";

template <class... Figures>
std::string Format(const char* format, Figures... figures) {
  char text[512];
  std::snprintf(text, sizeof text, format, figures...);
  return text;
}

// A round number of seconds at or above the largest, in four parts.
double ScaleFor(const Evaluation& evaluation) {
  double most = 1;
  for (const ScoredHalfHour& h : evaluation.half_hours) {
    most = std::max({most, h.actual_s, h.model_s});
  }
  for (double step = 1;; step *= 10) {
    for (double round : {1.0, 2.0, 5.0}) {
      if (4 * step * round >= most) return 4 * step * round;
    }
  }
}

class Panel {
 public:
  Panel(double x, double y, const Evaluation& evaluation, double scale_s)
      : x_(x), y_(y), from_(evaluation.from_half_hour), scale_s_(scale_s) {
    half_hours_ = std::max(1, evaluation.to_half_hour - evaluation.from_half_hour);
  }

  std::string Frame(const std::string& date) const {
    std::string out =
        Format("<text x='%.0f' y='%.0f' font-weight='bold'>%s</text>\n", x_, y_ - 6, date.c_str());
    for (int part = 0; part <= 4; ++part) {
      const double seconds = scale_s_ * part / 4;
      out += Format(
          "<line x1='%.0f' y1='%.1f' x2='%.0f' y2='%.1f' stroke='#dddddd'/>"
          "<text x='%.0f' y='%.1f' text-anchor='end'>%g</text>\n",
          x_, Y(seconds), x_ + kPanelWidth, Y(seconds), x_ - 5, Y(seconds) + 4, seconds);
    }
    for (int h = from_; h <= from_ + half_hours_; ++h) {
      if (h % 6 != 0) continue;
      out += Format("<text x='%.1f' y='%.0f' text-anchor='middle'>%d:00</text>\n",
                    x_ + Width(h - from_), y_ + kPanelHeight + 14, h / 2);
    }
    return out;
  }

  // Half-hours that follow one another are joined.
  std::string Line(const std::vector<const ScoredHalfHour*>& day, double ScoredHalfHour::* figure,
                   const char* style) const {
    std::string path;
    int last = -2;
    for (const ScoredHalfHour* h : day) {
      path += Format("%c%.1f %.1f ", h->half_hour == last + 1 ? 'L' : 'M',
                     x_ + Width(h->half_hour - from_ + 0.5), Y(h->*figure));
      last = h->half_hour;
    }
    return "<path d='" + path + "' fill='none' " + style + "/>\n";
  }

  std::string Dots(const std::vector<const ScoredHalfHour*>& day) const {
    std::string out;
    for (const ScoredHalfHour* h : day) {
      out += Format("<circle cx='%.1f' cy='%.1f' r='2' fill='%s'/>",
                    x_ + Width(h->half_hour - from_ + 0.5), Y(h->actual_s), kActualColour);
    }
    return out + "\n";
  }

 private:
  double Width(double half_hours) const { return kPanelWidth * half_hours / half_hours_; }
  double Y(double seconds) const { return y_ + kPanelHeight * (1 - seconds / scale_s_); }

  double x_, y_;
  int from_, half_hours_;
  double scale_s_;
};

std::string Legend(const Evaluation& evaluation) {
  return Format(
      "<text x='%.0f' y='22' font-size='15' font-weight='bold'>Mean wait by half-hour, seconds: "
      "what came and what was forecast at its start</text>\n"
      "<circle cx='%.0f' cy='37' r='3' fill='%s'/><text x='%.0f' y='41'>came</text>"
      "<line x1='%.0f' y1='37' x2='%.0f' y2='37' stroke='%s' stroke-width='2'/>"
      "<text x='%.0f' y='41'>forecast: off by %.1f s on average; the hour-of-day mean by %.1f s, "
      "the last half-hour's mean by %.1f s</text>\n",
      kLeft, kLeft + 4, kActualColour, kLeft + 12, kLeft + 60, kLeft + 84, kForecastColour,
      kLeft + 90, evaluation.mae_model_s(), evaluation.mae_hour_of_day_s(),
      evaluation.mae_last_half_hour_s());
}

}  // namespace

std::string PlotEvaluation(const Evaluation& evaluation) {
  std::map<std::string, std::vector<const ScoredHalfHour*>> days;
  for (const ScoredHalfHour& h : evaluation.half_hours) days[h.date].push_back(&h);
  const double scale_s = ScaleFor(evaluation);
  const auto rows = (days.size() + kColumns - 1) / kColumns;
  const double width = kColumns * (kLeft + kPanelWidth) + 30;
  const double height = kTop + static_cast<double>(rows) * (kPanelHeight + kBetween) + kBetween;

  std::string out = Format(
      "<svg xmlns='http://www.w3.org/2000/svg' width='%.0f' height='%.0f' viewBox='0 0 %.0f %.0f' "
      "font-family='sans-serif' font-size='11' fill='#222222'>\n"
      "<rect width='100%%' height='100%%' fill='white'/>\n",
      width, height, width, height);
  out += Legend(evaluation);
  int index = 0;
  for (const auto& [date, day] : days) {
    const Panel panel(kLeft + index % kColumns * (kLeft + kPanelWidth),
                      kTop + 16 + static_cast<double>(index / kColumns) * (kPanelHeight + kBetween),
                      evaluation, scale_s);
    out += panel.Frame(date);
    out += panel.Line(day, &ScoredHalfHour::actual_s,
                      "stroke='#444444' stroke-width='1' stroke-opacity='0.45'");
    out += panel.Dots(day);
    out += panel.Line(day, &ScoredHalfHour::model_s, "stroke='#0b6bb8' stroke-width='2'");
    ++index;
  }
  return out + "</svg>\n";
}

}  // namespace extramile::cli
