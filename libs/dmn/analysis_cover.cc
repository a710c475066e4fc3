#include "dmn/analysis_cover.h"

#include <algorithm>
#include <bit>

namespace extramile::dmn::internal {

namespace {
constexpr int kDeepest = 2000;  // cuts within cuts: the thread's stack bounds them
constexpr size_t kWorthACut = 6;
}  // namespace

std::optional<Region> CoverSearch::Uncovered(const Region& region,
                                             std::span<const RuleBox* const> boxes) {
  coverers_.clear();
  if (space_.IsEmpty(region)) return std::nullopt;
  return Search(region, boxes, 0);
}

CoverSearch::Met CoverSearch::Meet(const Region& region,
                                   std::span<const RuleBox* const> boxes) const {
  Met met;
  size_t fewest = SIZE_MAX;
  for (const RuleBox* box : boxes) {
    size_t sides = 0;
    bool meets = true;
    for (const Axis& axis : space_.axes()) {
      if (space_.CoversAxis(axis, box->region, region)) continue;
      ++sides;
      meets = space_.IntersectAxis(axis, box->region, region);
      if (!meets) break;
    }
    if (!meets) continue;
    met.boxes.push_back(box);
    if (sides >= fewest) continue;
    fewest = sides;
    met.best = box;
    if (sides == 0) break;
  }
  met.covered = fewest == 0;
  return met;
}

std::optional<Region> CoverSearch::Search(Region region, std::span<const RuleBox* const> boxes,
                                          int depth) {
  if (--steps_ < 0 || depth > kDeepest) {
    gave_up_ = true;
    return std::nullopt;
  }
  const Met met = Meet(region, boxes);
  if (!met.best) return region;
  coverers_.insert(met.best->rule);
  if (met.covered) return std::nullopt;
  if (met.boxes.size() >= kWorthACut) {
    if (const auto cut = BestCut(region, met.boxes)) {
      Region below = region;
      for (size_t atom = 0; atom < cut->axis->atoms.size(); ++atom) {
        Space::Set(*cut->axis, atom < cut->atom ? region : below, atom, false);
      }
      if (auto found = Search(std::move(below), met.boxes, depth + 1)) return found;
      if (gave_up_) return std::nullopt;
      return Search(std::move(region), met.boxes, depth + 1);
    }
  }
  return SearchAround(std::move(region), met, depth);
}

// Around one box: what lies outside it, side by side.
std::optional<Region> CoverSearch::SearchAround(Region region, const Met& met, int depth) {
  for (const Axis& axis : space_.axes()) {
    if (space_.CoversAxis(axis, met.best->region, region)) continue;
    Region outside = region;
    for (size_t w = axis.offset; w < axis.offset + axis.words; ++w) {
      outside[w] = region[w] & ~met.best->region[w];
      region[w] &= met.best->region[w];
    }
    if (auto found = Search(std::move(outside), met.boxes, depth + 1)) return found;
    if (gave_up_) return std::nullopt;
  }
  return std::nullopt;
}

// The cut across one axis that leaves the fewest boxes on its fuller side; nullopt where none makes
// both sides much lighter. Rules that were written as a tree of questions can always be cut so that
// no box is cut in two.
std::optional<CoverSearch::Cut> CoverSearch::BestCut(const Region& region,
                                                     std::span<const RuleBox* const> boxes) const {
  std::optional<Cut> best;
  size_t least = boxes.size() - boxes.size() / 8;
  std::vector<uint32_t> begins, ends;
  for (const Axis& axis : space_.axes()) {
    begins.assign(axis.atoms.size(), 0);
    ends.assign(axis.atoms.size(), 0);
    for (const RuleBox* box : boxes) {
      size_t first = SIZE_MAX, last = 0;
      for (size_t w = 0; w < axis.words; ++w) {
        const uint64_t word = box->region[axis.offset + w] & region[axis.offset + w];
        if (word == 0) continue;
        if (first == SIZE_MAX) first = w * 64 + static_cast<size_t>(std::countr_zero(word));
        last = w * 64 + 63 - static_cast<size_t>(std::countl_zero(word));
      }
      ++begins[first];
      ++ends[last];
    }
    // Before each atom: boxes that begin below it, and boxes that do not end below it.
    size_t below = 0, ended = 0;
    for (size_t atom = 1; atom < axis.atoms.size(); ++atom) {
      below += begins[atom - 1];
      ended += ends[atom - 1];
      const size_t fuller = std::max(below, boxes.size() - ended);
      if (fuller >= least) continue;
      least = fuller;
      best = Cut{&axis, atom};
    }
  }
  return best;
}

Region CoverSearch::Grown(Region region, const Region& within,
                          std::span<const RuleBox* const> boxes) const {
  for (const Axis& axis : space_.axes()) {
    // Along this axis the region may be all that no box takes which meets it on every other axis.
    Region larger = region;
    for (size_t w = axis.offset; w < axis.offset + axis.words; ++w) larger[w] = within[w];
    for (const RuleBox* box : boxes) {
      const bool in_the_way =
          std::all_of(space_.axes().begin(), space_.axes().end(), [&](const Axis& other) {
            return &other == &axis || space_.IntersectAxis(other, box->region, region);
          });
      if (!in_the_way) continue;
      for (size_t w = axis.offset; w < axis.offset + axis.words; ++w) {
        larger[w] &= ~box->region[w];
      }
    }
    region = std::move(larger);
  }
  return region;
}

}  // namespace extramile::dmn::internal
