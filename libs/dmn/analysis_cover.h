// CoverSearch: is a region covered by boxes, and if not, where not? Private to libs/dmn.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <span>
#include <vector>

#include "dmn/analysis_space.h"

namespace extramile::dmn::internal {

class CoverSearch {
 public:
  CoverSearch(const Space& space, int64_t most_steps) : space_(space), steps_(most_steps) {}

  // A part of `region` that none of `boxes` meets; nullopt where they cover it, or where the steps
  // ran out.
  std::optional<Region> Uncovered(const Region& region, std::span<const RuleBox* const> boxes);
  // The same region, as large as it can be without meeting one of the boxes.
  Region Grown(Region region, const Region& within, std::span<const RuleBox* const> boxes) const;

  bool gave_up() const { return gave_up_; }
  // The rules whose boxes covered the last region.
  const std::set<uint32_t>& coverers() const { return coverers_; }

 private:
  struct Met {
    std::vector<const RuleBox*> boxes;  // that meet the region
    const RuleBox* best = nullptr;      // the one with the fewest sides inside it
    bool covered = false;               // by `best`; `boxes` then ends with it
  };
  struct Cut {
    const Axis* axis;
    size_t atom;  // the first above the cut
  };
  Met Meet(const Region& region, std::span<const RuleBox* const> boxes) const;
  std::optional<Cut> BestCut(const Region& region, std::span<const RuleBox* const> boxes) const;
  std::optional<Region> Search(Region region, std::span<const RuleBox* const> boxes, int depth);
  std::optional<Region> SearchAround(Region region, const Met& met, int depth);

  const Space& space_;
  int64_t steps_;
  bool gave_up_ = false;
  std::set<uint32_t> coverers_;
};

}  // namespace extramile::dmn::internal
