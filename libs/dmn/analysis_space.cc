#include "dmn/analysis_space.h"

#include <algorithm>

#include "dmn/analysis_atoms.h"
#include "dmn/model_data.h"
#include "feel/evaluator.h"
#include "feel/text.h"
#include "feel/walk.h"

namespace extramile::dmn::internal {

using feel::Kind;
using feel::NodeId;
using feel::Op;
using feel::Value;

namespace {

// More boxes of one rule than this, and its cell is opaque.
constexpr size_t kMostContains = 8;

bool IsOrdered(Kind kind) {
  switch (kind) {
    case Kind::kNumber:
    case Kind::kDate:
    case Kind::kTime:
    case Kind::kDateTime:
    case Kind::kDaysDuration:
    case Kind::kMonthsDuration:
      return true;
    default:
      return false;
  }
}

// A constant or range of constants that atoms can be cut by.
bool IsCuttable(const Value& alternative) {
  if (!alternative.is_range()) {
    return IsOrdered(alternative.kind()) || alternative.is_string() || alternative.is_boolean();
  }
  const feel::Range& range = alternative.range();
  const Value& end = range.low.is_null() ? range.high : range.low;
  return IsOrdered(end.kind());
}

void AddEnds(const Value& alternative, std::vector<Value>& ends) {
  if (!alternative.is_range()) {
    ends.push_back(alternative);
    return;
  }
  for (const Value& end : {alternative.range().low, alternative.range().high}) {
    if (!end.is_null()) ends.push_back(end);
  }
}

// What the engine needs to know before it turns a no into a yes.
bool IsComparable(const Value& value, const Value& alternative) {
  if (alternative.is_range()) return feel::Contains(alternative.range(), value).has_value();
  return value.is_null() || alternative.is_null() || value.kind() == alternative.kind();
}

std::vector<Atom> AtomsOf(feel::Arena& arena, const std::vector<Value>& constants) {
  std::vector<Atom> atoms;
  std::vector<Value> texts;
  bool booleans = false;
  for (const Value& constant : constants) {
    booleans |= constant.is_boolean();
    if (constant.is_string()) texts.push_back(constant);
  }
  if (booleans) {
    atoms.push_back({Value::Bool(true)});
    atoms.push_back({Value::Bool(false)});
  }
  std::sort(texts.begin(), texts.end(),
            [](const Value& a, const Value& b) { return a.string() < b.string(); });
  for (size_t i = 0; i < texts.size(); ++i) {
    if (i == 0 || texts[i].string() != texts[i - 1].string()) atoms.push_back({texts[i]});
  }
  if (!texts.empty()) {
    std::string other = "another";
    const auto taken = [&] {
      return std::any_of(texts.begin(), texts.end(),
                         [&](const Value& text) { return text.string() == other; });
    };
    while (taken()) other += " one";
    atoms.push_back({Value::String(arena, other), true});
  }
  for (const Kind kind : {Kind::kNumber, Kind::kDate, Kind::kTime, Kind::kDateTime,
                          Kind::kDaysDuration, Kind::kMonthsDuration}) {
    std::vector<Value> ends;
    std::copy_if(constants.begin(), constants.end(), std::back_inserter(ends),
                 [&](const Value& constant) { return constant.kind() == kind; });
    if (ends.empty()) continue;
    for (const Value& value : WithBetween(arena, std::move(ends))) atoms.push_back({value});
  }
  return atoms;
}

}  // namespace

bool PlainCellMatches(const Cell& cell, const Value& value) {
  if (cell.form == Cell::Form::kDash) return true;
  bool comparable = true;
  for (const Value& alternative : cell.alternatives) {
    const bool found = alternative.is_range()
                           ? feel::Contains(alternative.range(), value).value_or(false)
                           : feel::Equal(value, alternative).value_or(false);
    if (found) return !cell.negated;
    comparable = comparable && IsComparable(value, alternative);
  }
  return cell.negated && comparable;
}

Space::Space(const Model& model, const DecisionTable& table) : model_(model), table_(table) {
  for (size_t input = 0; input < table.inputs.size(); ++input) AddValueAxis(input);
  for (const TableRule& rule : table.rules) {
    for (size_t input = 0; input < rule.cells.size(); ++input) {
      const Cell& cell = rule.cells[input];
      if (IsPlain(cell)) continue;
      if (cell.form == Cell::Form::kContains && cell.alternatives.size() <= kMostContains) {
        for (const Value& constant : cell.alternatives) {
          PredicateAxis(Axis::Form::kContains, input, feel::ToFeel(constant), constant);
        }
      } else {
        PredicateAxis(Axis::Form::kOpaque, input, TextOf(cell.node), {});
      }
    }
  }
  size_t words = 0;
  for (Axis& axis : axes_) {
    axis.offset = words;
    axis.words = (axis.atoms.size() + 63) / 64;
    words += axis.words;
  }
  everything_.assign(words, 0);
  for (const Axis& axis : axes_) {
    for (size_t atom = 0; atom < axis.atoms.size(); ++atom) Set(axis, everything_, atom, true);
  }
  for (uint32_t rule = 0; rule < table.rules.size(); ++rule) AddBoxes(rule);
}

std::string Space::TextOf(NodeId node) const {
  const feel::Program& program = model_.data()->program;
  return std::string(feel::Trim(program.sources[program.places[node].source].text));
}

// Simple, and with ends that atoms can be cut by: any two of a kind comparable.
bool Space::IsPlain(const Cell& cell) const {
  if (cell.form == Cell::Form::kDash) return true;
  if (cell.form != Cell::Form::kSimple) return false;
  return std::all_of(cell.alternatives.begin(), cell.alternatives.end(),
                     [](const Value& alternative) {
                       if (!IsCuttable(alternative)) return false;
                       std::vector<Value> ends;
                       AddEnds(alternative, ends);
                       // Local and zoned times cannot be compared: only those with an offset are
                       // cut.
                       return std::all_of(ends.begin(), ends.end(), [](const Value& end) {
                         if (end.kind() == Kind::kDateTime)
                           return feel::OffsetSeconds(end.date_time()).has_value();
                         if (end.kind() == Kind::kTime)
                           return end.time().zone.form == feel::ZoneForm::kNone;
                         return true;
                       });
                     });
}

void Space::CollectConstants(NodeId node, std::vector<Value>& out) const {
  const feel::Program& program = model_.data()->program;
  if (program.nodes[node].op == Op::kConstant) {
    const Value& constant = program.constants[program.nodes[node].a];
    if (IsCuttable(constant)) AddEnds(constant, out);
    return;
  }
  feel::VisitChildren(program, node, [&](NodeId child) { CollectConstants(child, out); });
}

// Reads nothing but `?` and constants.
bool Space::IsClosed(NodeId node) const {
  const feel::Program& program = model_.data()->program;
  const Op op = program.nodes[node].op;
  bool closed = op != Op::kGlobal && op != Op::kExternal;
  feel::VisitChildren(program, node, [&](NodeId child) { closed = closed && IsClosed(child); });
  return closed;
}

std::vector<Value> Space::ConstantsOf(size_t input) const {
  std::vector<Value> constants;
  for (const TableRule& rule : table_.rules) {
    const Cell& cell = rule.cells[input];
    if (cell.form == Cell::Form::kDash || !IsPlain(cell)) continue;
    for (const Value& alternative : cell.alternatives) AddEnds(alternative, constants);
  }
  if (table_.inputs[input].allowed != feel::kNoNode) {
    CollectConstants(table_.inputs[input].allowed, constants);
  }
  return constants;
}

void Space::DropForbidden(size_t input, std::vector<Atom>& atoms) const {
  const TableInput& column = table_.inputs[input];
  if (column.allowed == feel::kNoNode || !IsClosed(column.allowed)) return;
  feel::Arena arena;
  const uint32_t frame = feel::LargestFrame(model_.data()->program);
  const feel::FunctionCode code{{}, {}, {}, nullptr, column.allowed, frame};
  feel::Evaluator evaluator(model_.data()->program, arena, {}, {});
  std::erase_if(atoms, [&](const Atom& atom) {
    std::vector<Value> locals(column.slot + 1);
    locals[column.slot] = atom.value;
    return evaluator.Run(code, locals).is_false();
  });
}

void Space::AddValueAxis(size_t input) {
  Axis axis;
  axis.input = input;
  axis.atoms = AtomsOf(arena_, ConstantsOf(input));
  DropForbidden(input, axis.atoms);
  axis.null_atom = axis.atoms.size();
  axis.atoms.push_back({});
  // A column that only opaque cells look at still has some value.
  if (axis.atoms.size() == 1) axis.null_atom.reset();
  axes_.push_back(std::move(axis));
}

size_t Space::PredicateAxis(Axis::Form form, size_t input, const std::string& text,
                            Value constant) {
  for (size_t i = 0; i < axes_.size(); ++i) {
    const Axis& axis = axes_[i];
    if (axis.form == form && axis.input == input && axis.text == text) return i;
  }
  Axis axis;
  axis.form = form;
  axis.input = input;
  axis.text = text;
  axis.constant = constant;
  axis.atoms.resize(2);
  axes_.push_back(std::move(axis));
  return axes_.size() - 1;
}

void Space::AddBoxes(uint32_t rule) {
  std::vector<Region> boxes = {everything_};
  for (size_t input = 0; input < table_.inputs.size(); ++input) {
    const Cell& cell = table_.rules[rule].cells[input];
    if (cell.form == Cell::Form::kDash) continue;
    if (IsPlain(cell)) {
      const Axis& axis = axes_[input];
      for (size_t atom = 0; atom < axis.atoms.size(); ++atom) {
        if (PlainCellMatches(cell, axis.atoms[atom].value)) continue;
        for (Region& box : boxes) Set(axis, box, atom, false);
      }
      continue;
    }
    std::vector<Region> narrower;
    const auto with = [&](size_t axis) {
      for (Region box : boxes) {
        Set(axes_[axis], box, 1, false);
        narrower.push_back(std::move(box));
      }
    };
    if (cell.form == Cell::Form::kContains && cell.alternatives.size() <= kMostContains) {
      for (const Value& constant : cell.alternatives) {
        with(PredicateAxis(Axis::Form::kContains, input, feel::ToFeel(constant), constant));
      }
    } else {
      with(PredicateAxis(Axis::Form::kOpaque, input, TextOf(cell.node), {}));
    }
    boxes = std::move(narrower);
  }
  for (Region& box : boxes) {
    if (!IsEmpty(box)) boxes_.push_back({rule, std::move(box)});
  }
}

Region Space::WithoutNulls(Region region) const {
  for (const Axis& axis : axes_) {
    if (axis.null_atom) Set(axis, region, *axis.null_atom, false);
  }
  return region;
}

bool Space::IntersectAxis(const Axis& axis, const Region& a, const Region& b) const {
  for (size_t w = axis.offset; w < axis.offset + axis.words; ++w) {
    if ((a[w] & b[w]) != 0) return true;
  }
  return false;
}

bool Space::CoversAxis(const Axis& axis, const Region& outer, const Region& inner) const {
  for (size_t w = axis.offset; w < axis.offset + axis.words; ++w) {
    if ((inner[w] & ~outer[w]) != 0) return false;
  }
  return true;
}

bool Space::IsEmpty(const Region& region) const {
  return std::any_of(axes_.begin(), axes_.end(),
                     [&](const Axis& axis) { return !IntersectAxis(axis, region, region); });
}

bool Space::Intersect(const Region& a, const Region& b) const {
  return std::all_of(axes_.begin(), axes_.end(),
                     [&](const Axis& axis) { return IntersectAxis(axis, a, b); });
}

bool Space::Covers(const Region& outer, const Region& inner) const {
  for (size_t w = 0; w < inner.size(); ++w) {
    if ((inner[w] & ~outer[w]) != 0) return false;
  }
  return true;
}

Region Space::Both(const Region& a, const Region& b) {
  Region both(a.size());
  for (size_t w = 0; w < a.size(); ++w) both[w] = a[w] & b[w];
  return both;
}

bool Space::Has(const Axis& axis, const Region& region, size_t atom) const {
  return ((region[axis.offset + atom / 64] >> (atom % 64)) & 1) != 0;
}

void Space::Set(const Axis& axis, Region& region, size_t atom, bool on) {
  uint64_t& word = region[axis.offset + atom / 64];
  const uint64_t bit = uint64_t{1} << (atom % 64);
  word = on ? word | bit : word & ~bit;
}

}  // namespace extramile::dmn::internal
