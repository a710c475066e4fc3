// BoundarySearch: follows one number through a compiled model and collects where comparisons change
// their answer. Private to libs/dmn.
//
// An abstract interpretation. Each expression is one of: fixed (the number has no part in it),
// hidden (fixed, but its value is not known here: an item of a loop), stepping (changes only at
// boundaries that are collected already), linear (one of several a * x + b), a clock's time, a
// context on the way to the number, entries of their own, or moving (anything else). Comparing a
// linear form with a known number gives a boundary; comparing what cannot be solved makes the
// search inexact.
//
// A date and time is the same with a unit: x is its seconds since 1970, a difference of two is a
// span of seconds, and only like is compared with like. Its hour and its day change where the
// zone's clock says so.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "dmn/model_data.h"
#include "dmn/table.h"
#include "dmn/variant.h"
#include "dmn/variant_lines.h"

namespace extramile::dmn::internal {

struct Abstract {
  enum class Form : uint8_t { kFixed, kHidden, kSteps, kLinear, kClock, kOwner, kEntries, kMoving };
  Form form = Form::kHidden;
  feel::NodeId node = feel::kNoNode;  // kFixed: where its value comes from
  std::vector<Linear> lines = {};     // kLinear: one of them
  Unit unit = Unit::kNumber;          // kLinear
  size_t depth = 0;                   // kOwner: names of the path that led here
  // kEntries: of a context, or of each context of a list.
  std::vector<std::pair<std::string_view, Abstract>> entries = {};

  bool varies() const { return form != Form::kFixed && form != Form::kHidden; }
};
inline Abstract Steps() { return {.form = Abstract::Form::kSteps}; }
inline Abstract Moving() { return {.form = Abstract::Form::kMoving}; }

// What is followed, and how the values of a moment lie on the zone's clock.
struct Followed {
  std::span<const std::string> path;
  std::span<const std::string> moves;
  const AdjustableTime* time = nullptr;  // where it is one
  const TimeZone* zone = nullptr;
};

class BoundarySearch {
 public:
  // `evaluator` has evaluated the wanted decisions on the inputs as they are.
  BoundarySearch(const ModelData& model, feel::Evaluator& evaluator, const Followed& followed);

  void Visit(uint32_t slot) { Global(slot); }
  const std::vector<feel::Number>& boundaries() const { return boundaries_; }
  bool exact() const { return exact_; }

 private:
  using Locals = std::map<uint32_t, Abstract>;

  Abstract Global(uint32_t slot);
  Abstract Of(feel::NodeId node, Locals& locals);
  Abstract OfTable(const DecisionTable& table, Locals& locals);
  Abstract OfBuiltin(feel::NodeId node, Locals& locals);
  Abstract OfCall(feel::NodeId node, Locals& locals);
  Abstract OfLoop(feel::NodeId node, Locals& locals);
  Abstract OfContext(feel::NodeId node, Locals& locals);
  Abstract OfIn(feel::NodeId node, Locals& locals);
  Abstract OfPath(const Abstract& owner, std::string_view name, feel::NodeId node);
  Abstract OfArithmetic(feel::NodeId node, Locals& locals);
  Abstract OfEveryPart(feel::NodeId node, Locals& locals);
  void Cell(const dmn::Cell& cell, const Abstract& value, uint32_t slot, Locals& locals);

  // Their comparison: stepping or fixed.
  Abstract Compared(const Abstract& a, const Abstract& b);
  void CompareWithValue(const Abstract& a, const feel::Value& value);
  void Condition(const Abstract& condition);
  void Cross(const Linear& a, const Linear& b);
  // As a line or several, where it is one, or a known value that is.
  std::optional<Abstract> LinesOf(const Abstract& value);
  Abstract Leaf() const;
  // Boundaries wherever the zone's clock begins to show another hour (or day).
  void CrossHours(bool days_only);
  void CompareClock(const feel::Value* known);
  std::optional<feel::Value> ValueOf(const Abstract& value);
  static Abstract Fixed(feel::NodeId node);
  bool IsClosed(feel::NodeId node) const;
  // What a thing is that is sometimes this, sometimes that.
  static Abstract Either(std::vector<Abstract> parts);
  static Abstract Item(const Abstract& list);

  const ModelData& model_;
  const feel::Program& program_;
  feel::Evaluator& evaluator_;
  const Followed followed_;
  const uint32_t frame_;  // room for any expression's locals
  std::map<uint32_t, Abstract> globals_;
  std::vector<feel::Number> boundaries_;
  bool exact_ = true;
  int depth_ = 0;
};

}  // namespace extramile::dmn::internal
