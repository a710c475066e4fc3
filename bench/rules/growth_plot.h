// How cost grows with rules and with inputs, as a picture.
#pragma once

#include <string>
#include <vector>

namespace extramile::bench {

struct GrowthPoint {
  size_t rules, columns;
  double core_ns, json_ns;
};

// Two panels on logarithmic axes, as SVG: by rules (at five inputs) and by inputs (at 40 rules).
std::string GrowthPlot(const std::vector<GrowthPoint>& points);

}  // namespace extramile::bench
