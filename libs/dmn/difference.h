// Difference: which decisions two models are sure to decide alike, because they are written alike;
// and how to evaluate what is left.
//
// Each element of a model carries a hash of what its meaning depends on: its own logic, the types
// and names that it was read with, and the elements that it requires. Ids, layout, the order of
// elements in a file, diagrams, descriptions and annotations do not count. Equal hashes, down to
// the inputs, give equal values for equal inputs; unequal ones say nothing.
//
//   if (SameDecision(in_force, draft, "authority")) ...   // the value decided then still stands
//
// Pure and thread-safe; O(elements).
#pragma once

#include <span>
#include <string_view>

#include "dmn/model.h"

namespace extramile::dmn {

// Decisions named in `apart` are taken to have the same value in both: whoever asks compares those
// values themselves. False where either model has no such decision.
bool SameDecision(const Model& a, const Model& b, std::string_view decision,
                  std::span<const std::string_view> apart = {});

// A decision's value as an earlier evaluation gave it.
struct KnownDecision {
  std::string_view name;
  feel::Value value;
};
// Evaluate (dmn/model.h), but for decisions whose values are known. They leave no matched rules and
// no problems; a name that the model has not is passed over.
Result<void> EvaluateRest(const Model& model, std::span<const std::string_view> decisions,
                          std::span<const KnownDecision> known, const feel::Value& inputs,
                          const When& when, Evaluation& into);

}  // namespace extramile::dmn
