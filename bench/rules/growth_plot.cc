#include "rules/growth_plot.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace extramile::bench {
namespace {

constexpr double kWidth = 360, kHeight = 280, kMargin = 48;

struct Axes {
  double left;         // of the panel
  double most_across;  // decades
  double most_up;      // decades
  double X(double value) const {
    return left + kMargin + std::log10(value) / most_across * (kWidth - 2 * kMargin);
  }
  double Y(double ns) const {
    return kHeight - kMargin - std::log10(ns) / most_up * (kHeight - 2 * kMargin);
  }
};

std::string Text(double x, double y, const std::string& text, const char* anchor = "middle") {
  char out[256];
  std::snprintf(out, sizeof out, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>\n", x, y,
                anchor, text.c_str());
  return out;
}

std::string Line(double x1, double y1, double x2, double y2) {
  char out[256];
  std::snprintf(out, sizeof out,
                "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"#ccc\"/>\n", x1, y1,
                x2, y2);
  return out;
}

std::string Panel(const std::vector<GrowthPoint>& points, bool by_rules, const Axes& axes) {
  std::string svg;
  for (int decade = 0; decade <= static_cast<int>(axes.most_across); ++decade) {
    const double x = axes.X(std::pow(10, decade));
    svg += Line(x, axes.Y(1), x, axes.Y(std::pow(10, axes.most_up)));
    svg += Text(x, kHeight - kMargin + 16, std::to_string(static_cast<int>(std::pow(10, decade))));
  }
  for (int decade = 0; decade <= static_cast<int>(axes.most_up); ++decade) {
    const double y = axes.Y(std::pow(10, decade));
    svg += Line(axes.left + kMargin, y, axes.left + kWidth - kMargin, y);
    svg += Text(axes.left + kMargin - 4, y + 4,
                std::to_string(static_cast<int>(std::pow(10, decade))), "end");
  }
  const auto curve = [&](double GrowthPoint::* value, const char* colour) {
    std::string path;
    for (const GrowthPoint& point : points) {
      if (by_rules ? point.columns != 5 : point.rules != 40) continue;
      char at[64];
      std::snprintf(at, sizeof at, "%s%.1f,%.1f", path.empty() ? "M" : " L",
                    axes.X(static_cast<double>(by_rules ? point.rules : point.columns)),
                    axes.Y(point.*value));
      path += at;
    }
    svg +=
        "<path d=\"" + path + "\" fill=\"none\" stroke-width=\"2\" stroke=\"" + colour + "\"/>\n";
  };
  curve(&GrowthPoint::core_ns, "#1f6f54");
  curve(&GrowthPoint::json_ns, "#b3541e");
  svg += Text(axes.left + kWidth / 2, kHeight - 10,
              by_rules ? "rules (5 inputs)" : "inputs (40 rules)");
  return svg;
}

}  // namespace

std::string GrowthPlot(const std::vector<GrowthPoint>& given) {
  std::vector<GrowthPoint> points = given;
  std::sort(points.begin(), points.end(), [](const GrowthPoint& a, const GrowthPoint& b) {
    return a.rules != b.rules ? a.rules < b.rules : a.columns < b.columns;
  });
  char head[256];
  std::snprintf(head, sizeof head,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %.0f %.0f\" "
                "font-family=\"sans-serif\" font-size=\"11\">\n",
                2 * kWidth, kHeight);
  std::string svg = head;
  svg += "<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n";
  svg += Panel(points, true, {0, 4, 5});
  svg += Panel(points, false, {kWidth, 2, 5});
  svg += "<g fill=\"#1f6f54\">" + Text(kMargin, 20, "core, inputs bound (ns a decision)", "start") +
         "</g>";
  svg +=
      "<g fill=\"#b3541e\">" + Text(kMargin, 36, "JSON to JSON with reasons", "start") + "</g>\n";
  return svg + "</svg>\n";
}

}  // namespace extramile::bench
