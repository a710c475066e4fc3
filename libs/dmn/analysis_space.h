// AnalysisSpace: a decision table as boxes in a grid, for the analysis. Private to libs/dmn.
//
// Every input column is an axis. The end points that its cells and its allowed values mention cut
// its values into atoms: points and the open intervals between them, each mentioned text and "any
// other text", true and false, and null. Within an atom no cell tells two values apart, so a rule
// is a set of atoms on each axis, and the table is a union of boxes: what holds for every box of
// atoms holds for every value. A cell that is more than constants and ranges gets an axis of its
// own with two atoms, it holds and it does not: an opaque predicate.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dmn/model.h"
#include "dmn/table.h"
#include "feel/arena.h"
#include "feel/value.h"

namespace extramile::dmn::internal {

struct Atom {
  feel::Value value;   // of its values the plainest; unused on axes of two atoms
  bool other = false;  // "any other text"
};

struct Axis {
  enum class Form : uint8_t {
    kValues,
    kContains,  // atoms: the list contains `constant`, it does not
    kOpaque,    // atoms: the cell holds, it does not
  };
  Form form = Form::kValues;
  size_t input = 0;
  std::string text;      // kOpaque: the cell; kContains: the constant, as FEEL
  feel::Value constant;  // kContains
  std::vector<Atom> atoms;
  size_t offset = 0, words = 0;     // in a region
  std::optional<size_t> null_atom;  // kValues
};

// A set of atoms on every axis, as bits.
using Region = std::vector<uint64_t>;

struct RuleBox {
  uint32_t rule = 0;
  Region region;
};

class Space {
 public:
  Space(const Model& model, const DecisionTable& table);

  const DecisionTable& table() const { return table_; }
  const std::vector<Axis>& axes() const { return axes_; }
  // Of all rules, in their order; a rule has several where its cell says "contains one of these",
  // and none where no value suits one of its cells.
  const std::vector<RuleBox>& boxes() const { return boxes_; }
  const Region& everything() const { return everything_; }  // with nulls
  Region WithoutNulls(Region region) const;

  bool IsEmpty(const Region& region) const;  // on some axis
  bool Intersect(const Region& a, const Region& b) const;
  bool Covers(const Region& outer, const Region& inner) const;
  bool CoversAxis(const Axis& axis, const Region& outer, const Region& inner) const;
  bool IntersectAxis(const Axis& axis, const Region& a, const Region& b) const;
  static Region Both(const Region& a, const Region& b);
  bool Has(const Axis& axis, const Region& region, size_t atom) const;
  static void Set(const Axis& axis, Region& region, size_t atom, bool on);
  // The source text of a node's whole expression.
  std::string TextOf(feel::NodeId node) const;

 private:
  void AddValueAxis(size_t input);
  size_t PredicateAxis(Axis::Form form, size_t input, const std::string& text,
                       feel::Value constant);
  bool IsPlain(const Cell& cell) const;
  std::vector<feel::Value> ConstantsOf(size_t input) const;
  void CollectConstants(feel::NodeId node, std::vector<feel::Value>& out) const;
  bool IsClosed(feel::NodeId node) const;
  void DropForbidden(size_t input, std::vector<Atom>& atoms) const;
  void AddBoxes(uint32_t rule);

  const Model& model_;
  const DecisionTable& table_;
  feel::Arena arena_;
  std::vector<Axis> axes_;  // first one an input, then the predicates
  std::vector<RuleBox> boxes_;
  Region everything_;
};

// Whether a plain cell (dash, or constants and ranges of them) lets a value pass: what the engine
// says.
bool PlainCellMatches(const Cell& cell, const feel::Value& value);

}  // namespace extramile::dmn::internal
