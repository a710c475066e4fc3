#include "dmn/variant_boundaries.h"

#include <algorithm>

#include "feel/builtins.h"
#include "feel/temporal.h"
#include "feel/walk.h"

namespace extramile::dmn::internal {

using feel::kNoNode;
using feel::Node;
using feel::NodeId;
using feel::Number;
using feel::Op;
using feel::Value;
using Form = Abstract::Form;

namespace {

constexpr int kDeepest = 300;
constexpr size_t kMostLines = 64;

Abstract Line(const Number& slope, const Number& offset, Unit unit = Unit::kNumber) {
  return {.form = Form::kLinear, .lines = {{slope, offset}}, .unit = unit};
}

constexpr int64_t kQuarterS = 900;  // offsets of zones, and so their hours, lie on quarters
constexpr int64_t kDayS = 86'400;

}  // namespace

BoundarySearch::BoundarySearch(const ModelData& model, feel::Evaluator& evaluator,
                               const Followed& followed)
    : model_(model),
      program_(model.program),
      evaluator_(evaluator),
      followed_(followed),
      frame_(feel::LargestFrame(program_)) {}

bool BoundarySearch::IsClosed(NodeId node) const {
  const Op op = program_.nodes[node].op;
  bool closed = op != Op::kLocal && op != Op::kMember && op != Op::kExternal;
  feel::VisitChildren(program_, node, [&](NodeId child) { closed = closed && IsClosed(child); });
  return closed;
}

Abstract BoundarySearch::Fixed(NodeId node) { return {.form = Form::kFixed, .node = node}; }

std::optional<Value> BoundarySearch::ValueOf(const Abstract& value) {
  if (value.form != Form::kFixed || value.node == kNoNode || !IsClosed(value.node)) {
    return std::nullopt;
  }
  const feel::FunctionCode code{{}, {}, {}, nullptr, value.node, frame_};
  return evaluator_.Run(code, {});
}

std::optional<Abstract> BoundarySearch::LinesOf(const Abstract& value) {
  if (value.form == Form::kLinear) return value;
  const auto known = ValueOf(value);
  const auto level = known ? LevelOf(*known) : std::nullopt;
  if (!level) return std::nullopt;
  return Line(Number::Int(0), level->value, level->unit);
}

Abstract BoundarySearch::Leaf() const {
  return Line(Number::Int(1), Number::Int(0), followed_.time ? Unit::kMoment : Unit::kNumber);
}

// A moment's time knows its offset, and is compared with no time that does not.
void BoundarySearch::CompareClock(const Value* known) {
  const bool never = known && (known->kind() != feel::Kind::kTime ||
                               known->time().zone.form == feel::ZoneForm::kNone);
  if (!never) exact_ = false;
}

void BoundarySearch::CrossHours(bool days_only) {
  const auto shown = [&](int64_t second) {
    const Instant at{second * kMicrosPerSecond};
    if (!followed_.zone) return days_only ? second / kDayS : second / 3600;
    const LocalTime local = followed_.zone->ToLocal(at);
    return (int64_t{local.month} * 31 + local.day) * 24 + (days_only ? 0 : local.hour);
  };
  const int64_t from = followed_.time->from.micros / kMicrosPerSecond / kQuarterS;
  const int64_t until = followed_.time->until.micros / kMicrosPerSecond / kQuarterS + 1;
  for (int64_t quarter = from; quarter < until; ++quarter) {
    const int64_t second = (quarter + 1) * kQuarterS;
    if (shown(second) != shown(second - 1)) boundaries_.push_back(Number::Int(second));
  }
}

// Where a line meets another; parallel ones never change sides.
void BoundarySearch::Cross(const Linear& a, const Linear& b) {
  const auto slope = Subtract(a.slope, b.slope);
  const auto offset = Subtract(b.offset, a.offset);
  if (!slope || !offset || slope->sign() == 0) return;
  if (const auto at = Divide(*offset, *slope)) boundaries_.push_back(*at);
}

Abstract BoundarySearch::Compared(const Abstract& a, const Abstract& b) {
  if (!a.varies() && !b.varies()) return {.form = Form::kHidden};
  const auto steps_at_most = [](const Abstract& x) {
    return !x.varies() || x.form == Form::kSteps || x.form == Form::kEntries;
  };
  if (steps_at_most(a) && steps_at_most(b)) return Steps();
  const auto left = LinesOf(a), right = LinesOf(b);
  if (left && right) {
    if (left->unit != right->unit) return Steps();  // null, whatever they are
    for (const Linear& x : left->lines) {
      for (const Linear& y : right->lines) Cross(x, y);
    }
    return Steps();
  }
  if (a.form == Form::kClock || b.form == Form::kClock) {
    const auto known = ValueOf(a.form == Form::kClock ? b : a);
    CompareClock(known ? &*known : nullptr);
    return Steps();
  }
  // A number compared with no number is null, whatever the number is.
  const Abstract& other = left ? b : a;
  if ((left || right) && other.form == Form::kFixed) return Steps();
  exact_ = false;
  return Steps();
}

void BoundarySearch::CompareWithValue(const Abstract& a, const Value& value) {
  if (value.is_range()) {
    CompareWithValue(a, value.range().low);
    CompareWithValue(a, value.range().high);
    return;
  }
  if (value.is_list()) {
    for (const Value& item : value.items()) CompareWithValue(a, item);
    return;
  }
  if (a.form == Form::kLinear) {
    const auto level = LevelOf(value);
    if (level && level->unit == a.unit) {
      for (const Linear& line : a.lines) Cross(line, {Number::Int(0), level->value});
    }
  }
  if (a.form == Form::kClock) CompareClock(&value);
  if (a.form == Form::kMoving) exact_ = false;
  if (a.form == Form::kOwner && !value.is_null()) exact_ = false;
}

// What an `if`, `and` or filter asks: anything but a number's own value.
void BoundarySearch::Condition(const Abstract& condition) {
  if (condition.form == Form::kMoving || condition.form == Form::kLinear) exact_ = false;
}

Abstract BoundarySearch::Either(std::vector<Abstract> parts) {
  const auto any = [&](Form form) {
    return std::any_of(parts.begin(), parts.end(),
                       [&](const Abstract& part) { return part.form == form; });
  };
  if (any(Form::kMoving) || any(Form::kOwner) || any(Form::kClock)) return Moving();
  if (any(Form::kLinear)) {
    // With something fixed or stepping beside it, its value would have to be known as well.
    Abstract all{.form = Form::kLinear, .unit = parts.front().unit};
    for (const Abstract& part : parts) {
      if (part.form != Form::kLinear || part.unit != all.unit || all.lines.size() > kMostLines) {
        return Moving();
      }
      all.lines.insert(all.lines.end(), part.lines.begin(), part.lines.end());
    }
    return all;
  }
  if (!any(Form::kEntries)) return Steps();
  Abstract all{.form = Form::kEntries};
  for (Abstract& part : parts) {
    for (auto& [name, value] : part.entries) {
      auto found = std::find_if(all.entries.begin(), all.entries.end(),
                                [&](const auto& entry) { return entry.first == name; });
      if (found == all.entries.end()) {
        all.entries.emplace_back(name, std::move(value));
      } else {
        found->second = Either({std::move(found->second), std::move(value)});
      }
    }
  }
  return all;
}

Abstract BoundarySearch::Item(const Abstract& list) {
  return list.varies() ? list : Abstract{.form = Form::kHidden};
}

Abstract BoundarySearch::Global(uint32_t slot) {
  if (const auto known = globals_.find(slot); known != globals_.end()) return known->second;
  globals_[slot] = {};  // a cycle is null: nothing varies
  const DrgElement& element = model_.elements[slot];
  Abstract value;
  if (element.form == DrgElement::Form::kInput) {
    const auto& moves = followed_.moves;
    if (element.name == followed_.path.front()) {
      value = followed_.path.size() == 1 ? Leaf() : Abstract{.form = Form::kOwner, .depth = 1};
    } else if (std::find(moves.begin(), moves.end(), element.name) != moves.end()) {
      value = Moving();
    } else {
      value = {.form = Form::kFixed};  // `node` is set where it is read
    }
  } else if (element.form == DrgElement::Form::kDecision && element.code) {
    Locals locals;
    value = Of(element.code->body, locals);
    if (!value.varies()) value = {.form = Form::kFixed};
  }
  globals_[slot] = value;
  return value;
}

Abstract BoundarySearch::Of(NodeId id, Locals& locals) {
  const Node& node = program_.nodes[id];
  struct Deeper {
    explicit Deeper(int& d) : depth(d) { ++depth; }
    ~Deeper() { --depth; }
    int& depth;
  } deeper(depth_);
  if (depth_ > kDeepest) {
    exact_ = false;
    return Moving();
  }
  switch (node.op) {
    case Op::kConstant:
    case Op::kFailure:
      return Fixed(id);
    case Op::kLocal: {
      const auto found = locals.find(node.a);
      return found == locals.end() ? Abstract{} : found->second;
    }
    case Op::kGlobal: {
      const Abstract value = Global(node.a);
      return value.form == Form::kFixed ? Fixed(id) : value;
    }
    case Op::kMember: {
      const auto item = locals.find(node.a);
      const bool varies = item != locals.end() && item->second.varies();
      const std::string_view name = program_.constants[node.b].string();
      const Abstract entry = varies ? OfPath(item->second, name, id) : Abstract{};
      if (node.c == kNoNode) return entry;
      const Abstract otherwise = Of(node.c, locals);
      return varies || otherwise.varies() ? Either({entry, otherwise}) : Abstract{};
    }
    case Op::kPath:
      return OfPath(Of(node.a, locals), program_.constants[node.b].string(), id);
    case Op::kNegate:
    case Op::kAdd:
    case Op::kSubtract:
    case Op::kMultiply:
    case Op::kDivide:
      return OfArithmetic(id, locals);
    case Op::kEqual:
    case Op::kNotEqual:
    case Op::kLess:
    case Op::kLessEqual:
    case Op::kGreater:
    case Op::kGreaterEqual: {
      const Abstract left = Of(node.a, locals), right = Of(node.b, locals);
      return left.varies() || right.varies() ? Compared(left, right) : Fixed(id);
    }
    case Op::kBetween: {
      const Abstract value = Of(node.a, locals);
      const Abstract low = Of(node.b, locals), high = Of(node.c, locals);
      if (!value.varies() && !low.varies() && !high.varies()) return Fixed(id);
      Compared(value, low);
      Compared(value, high);
      return Steps();
    }
    case Op::kAnd:
    case Op::kOr: {
      const Abstract left = Of(node.a, locals), right = Of(node.b, locals);
      Condition(left);
      Condition(right);
      return left.varies() || right.varies() ? Steps() : Fixed(id);
    }
    case Op::kIf: {
      const Abstract condition = Of(node.a, locals);
      Condition(condition);
      Abstract yes = Of(node.b, locals), no = Of(node.c, locals);
      if (!condition.varies() && !yes.varies() && !no.varies()) return Fixed(id);
      if (const auto known = ValueOf(condition)) return known->is_true() ? yes : no;
      // Both branches linear: fixed numbers are lines too.
      const auto left = LinesOf(yes), right = LinesOf(no);
      if (left) yes = *left;
      if (right) no = *right;
      if (left && right) return Either({std::move(yes), std::move(no)});
      if (!yes.varies() && !no.varies()) return Steps();
      return Either({std::move(yes), std::move(no)});
    }
    case Op::kIn:
      return OfIn(id, locals);
    case Op::kFilter: {
      const Abstract list = Of(node.a, locals);
      locals[node.c] = Item(list);
      const Abstract condition = Of(node.b, locals);
      if (condition.form == Form::kLinear || condition.form == Form::kMoving) exact_ = false;
      if (!list.varies() && !condition.varies()) return Fixed(id);
      return list.varies() ? list : Steps();
    }
    case Op::kFor:
    case Op::kSome:
    case Op::kEvery:
      return OfLoop(id, locals);
    case Op::kContext:
    case Op::kContextResult:
      return OfContext(id, locals);
    case Op::kList: {
      std::vector<Abstract> items;
      bool varies = false;
      feel::VisitChildren(program_, id, [&](NodeId child) {
        items.push_back(Of(child, locals));
        varies = varies || items.back().varies();
      });
      return varies ? Either(std::move(items)) : Fixed(id);
    }
    case Op::kCoerce: {
      const Abstract value = Of(node.a, locals);
      return value.varies() ? value : Fixed(id);
    }
    case Op::kCallBuiltin:
      return OfBuiltin(id, locals);
    case Op::kCall:
    case Op::kCallNamed:
      return OfCall(id, locals);
    case Op::kExternal: {
      const auto* table = dynamic_cast<const DecisionTable*>(program_.externals[node.a].get());
      if (table) return OfTable(*table, locals);
      exact_ = false;  // a decision service: another world of its own
      return Moving();
    }
    default:
      return OfEveryPart(id, locals);
  }
}

// Anything else: fixed if all its parts are.
Abstract BoundarySearch::OfEveryPart(NodeId id, Locals& locals) {
  bool varies = false, moves = false;
  feel::VisitChildren(program_, id, [&](NodeId child) {
    const Abstract part = Of(child, locals);
    varies = varies || part.varies();
    moves = moves || (part.varies() && part.form != Form::kSteps);
  });
  if (!varies) return Fixed(id);
  return moves ? Moving() : Steps();
}

Abstract BoundarySearch::OfPath(const Abstract& owner, std::string_view name, NodeId node) {
  switch (owner.form) {
    case Form::kFixed:
      return Fixed(node);
    case Form::kOwner:
      if (name != followed_.path[owner.depth]) return Fixed(node);
      if (owner.depth + 1 == followed_.path.size()) return Leaf();
      return {.form = Form::kOwner, .depth = owner.depth + 1};
    case Form::kEntries:
      for (const auto& [entry, value] : owner.entries) {
        if (entry == name) return value.form == Form::kHidden ? Steps() : value;
      }
      return Steps();
    case Form::kLinear:
    case Form::kClock: {
      const bool moment = owner.form == Form::kLinear && owner.unit == Unit::kMoment;
      const bool as_given = moment && owner.lines.size() == 1 && owner.lines[0].offset.sign() == 0;
      const bool day = name == "year" || name == "month" || name == "day" || name == "weekday";
      if (!(as_given && day) && !((as_given || owner.form == Form::kClock) && name == "hour")) {
        return Moving();
      }
      CrossHours(day);
      return Steps();
    }
    default:
      return owner;
  }
}

Abstract BoundarySearch::OfArithmetic(NodeId id, Locals& locals) {
  const Node& node = program_.nodes[id];
  const Abstract left = Of(node.a, locals);
  const Abstract right = node.op == Op::kNegate ? Abstract{} : Of(node.b, locals);
  if (!left.varies() && !right.varies() && IsClosed(id)) return Fixed(id);
  const auto a = LinesOf(left);
  const auto b = node.op == Op::kNegate ? a : LinesOf(right);
  // Arithmetic with null is null, whatever the number is.
  for (const Abstract* side : {&left, &right}) {
    const auto known = ValueOf(*side);
    if (known && known->is_null()) return {};
  }
  const auto unit = a && b ? UnitOf(node.op, a->unit, b->unit) : std::nullopt;
  const bool unsolved = !unit || a->lines.size() * b->lines.size() > kMostLines;
  if (unsolved) {
    if (!left.varies() && !right.varies()) return {};
    const auto steps = [](const Abstract& x) { return !x.varies() || x.form == Form::kSteps; };
    return steps(left) && steps(right) ? Steps() : Moving();
  }
  auto lines = Combined(node.op, a->lines, b->lines);
  if (!lines) return Moving();
  return {.form = Form::kLinear, .lines = *std::move(lines), .unit = *unit};
}

Abstract BoundarySearch::OfIn(NodeId id, Locals& locals) {
  const Node& node = program_.nodes[id];
  const Abstract value = Of(node.a, locals);
  locals[program_.extra[node.b - 1]] = value;
  bool varies = value.varies();
  for (uint32_t i = 0; i < node.c; ++i) {
    const Abstract test = Of(program_.nodes[program_.extra[node.b + i]].a, locals);
    varies = varies || test.varies();
    if (test.form == Form::kSteps) continue;  // a condition on `?`, or a value that steps
    if (const auto known = ValueOf(test)) {
      CompareWithValue(value, *known);
    } else if (value.varies() || test.varies()) {
      Compared(value, test);
    }
  }
  return varies ? Steps() : Fixed(id);
}

Abstract BoundarySearch::OfLoop(NodeId id, Locals& locals) {
  const Node& node = program_.nodes[id];
  bool varies = false;
  for (uint32_t i = 0; i < node.count; ++i) {
    const uint32_t* words = &program_.extra[node.a + 3 * i];
    const Abstract list = Of(words[1], locals);
    varies = varies || list.varies();
    locals[words[0]] = Item(list);
    if (words[2] == kNoNode) continue;
    const Abstract end = Of(words[2], locals);
    varies = varies || end.varies();
    if (end.form == Form::kLinear || end.form == Form::kMoving) exact_ = false;
  }
  if (node.op == Op::kFor) locals[node.c] = {};
  const Abstract body = Of(node.b, locals);
  if (!varies && !body.varies()) return Fixed(id);
  if (node.op == Op::kFor) return body.varies() ? body : Steps();
  Condition(body);
  return Steps();
}

Abstract BoundarySearch::OfContext(NodeId id, Locals& locals) {
  const Node& node = program_.nodes[id];
  Abstract out{.form = Form::kEntries};
  bool varies = false;
  for (uint32_t i = 0; i < node.b; ++i) {
    const uint32_t* words = &program_.extra[node.a + 3 * i];
    Abstract value = Of(words[1], locals);
    if (words[0] == kNoNode) return value.varies() ? value : Fixed(id);
    varies = varies || value.varies();
    locals[words[2]] = value;
    out.entries.emplace_back(program_.constants[words[0]].string(), std::move(value));
  }
  return varies ? out : Fixed(id);
}

}  // namespace extramile::dmn::internal
