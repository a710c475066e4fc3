// Range functions: DMN 1.5, table 78 (Allen's relations between points and ranges), and range().
#include "feel/builtins.h"
#include "feel/literals.h"
#include "feel/text.h"

namespace extramile::feel {
namespace {

using Span = std::span<const Value>;

// A point is a range of one value.
struct Interval {
  Value low, high;
  bool low_included = true, high_included = true;
  bool is_point = false;
};

std::optional<Interval> IntervalOf(const Value& value) {
  if (value.is_range()) {
    const Range& range = value.range();
    return Interval{range.low, range.high, range.low_included, range.high_included, false};
  }
  if (!Compare(value, value)) return std::nullopt;
  return Interval{value, value, true, true, true};
}

// Orders two ends, an unbounded one beyond every value. Throws nothing; sets `failed` where they
// cannot be compared.
class Ends {
 public:
  bool failed() const { return failed_; }
  int LowLow(const Interval& a, const Interval& b) { return Order(a.low, -1, b.low, -1); }
  int HighHigh(const Interval& a, const Interval& b) { return Order(a.high, 1, b.high, 1); }
  int HighLow(const Interval& a, const Interval& b) { return Order(a.high, 1, b.low, -1); }

 private:
  int Order(const Value& a, int a_infinity, const Value& b, int b_infinity) {
    if (a.is_null() && b.is_null()) return (a_infinity > b_infinity) - (a_infinity < b_infinity);
    if (a.is_null()) return a_infinity;
    if (b.is_null()) return -b_infinity;
    const auto order = Compare(a, b);
    if (!order) failed_ = true;
    return order.value_or(0);
  }
  bool failed_ = false;
};

bool Before(Ends& ends, const Interval& a, const Interval& b) {
  const int order = ends.HighLow(a, b);
  return order < 0 || (order == 0 && !(a.high_included && b.low_included));
}

bool Meets(Ends& ends, const Interval& a, const Interval& b) {
  return a.high_included && b.low_included && ends.HighLow(a, b) == 0;
}

bool Overlaps(Ends& ends, const Interval& a, const Interval& b) {
  return !Before(ends, a, b) && !Before(ends, b, a);
}

bool StartsEarlier(Ends& ends, const Interval& a, const Interval& b) {
  const int order = ends.LowLow(a, b);
  return order < 0 || (order == 0 && a.low_included && !b.low_included);
}

bool EndsEarlier(Ends& ends, const Interval& a, const Interval& b) {
  const int order = ends.HighHigh(a, b);
  return order < 0 || (order == 0 && !a.high_included && b.high_included);
}

bool OverlapsBefore(Ends& ends, const Interval& a, const Interval& b) {
  return StartsEarlier(ends, a, b) && !Before(ends, a, b) && !EndsEarlier(ends, b, a);
}

bool SameStart(Ends& ends, const Interval& a, const Interval& b) {
  return a.low_included == b.low_included && ends.LowLow(a, b) == 0;
}

bool SameEnd(Ends& ends, const Interval& a, const Interval& b) {
  return a.high_included == b.high_included && ends.HighHigh(a, b) == 0;
}

bool Finishes(Ends& ends, const Interval& a, const Interval& b) {
  return SameEnd(ends, a, b) && !StartsEarlier(ends, a, b);
}

bool StartsRange(Ends& ends, const Interval& a, const Interval& b) {
  return SameStart(ends, a, b) && !EndsEarlier(ends, b, a);
}

bool Includes(Ends& ends, const Interval& a, const Interval& b) {
  return !StartsEarlier(ends, b, a) && !EndsEarlier(ends, a, b);
}

bool Coincides(Ends& ends, const Interval& a, const Interval& b) {
  return SameStart(ends, a, b) && SameEnd(ends, a, b);
}

// One template answers for all relations: the name stands in the call.
std::string_view BuiltinName(const Evaluator& evaluator, NodeId at) {
  if (at == kNoNode || evaluator.program().nodes[at].op != Op::kCallBuiltin)
    return "range function";
  return AllBuiltins()[evaluator.program().nodes[at].a].name;
}

using Relation = bool (*)(Ends&, const Interval&, const Interval&);
// Which arguments must be ranges: a point has no extent to include or overlap anything.
enum class Wants { kAny, kRanges, kSecondRange };

template <Relation kRelation, Wants kWants, bool kSwapped>
Value Relate(Evaluator& evaluator, Span values, NodeId at) {
  Arguments in(evaluator, BuiltinName(evaluator, at), values, at);
  if (!in.Count(2, 2)) return in.failure();
  const Value& first = values[kSwapped ? 1 : 0];
  const Value& second = values[kSwapped ? 0 : 1];
  const auto a = IntervalOf(first), b = IntervalOf(second);
  if (!a || (kWants == Wants::kRanges && a->is_point)) return in.Fail(first);
  if (!b || (kWants != Wants::kAny && b->is_point)) return in.Fail(second);
  Ends ends;
  const bool related = kRelation(ends, *a, *b);
  return ends.failed() ? evaluator.Null(Cause::kNotComparable, at, first, second)
                       : Value::Bool(related);
}

bool Contains(Ends& ends, const Interval& inner, const Interval& outer) {
  return Includes(ends, outer, inner);
}

// range("[1..5]"): both ends literals.
Value RangeFunction(Evaluator& evaluator, Span values, NodeId at) {
  Arguments in(evaluator, "range", values, at);
  in.Count(1, 1);
  std::string_view text = Trim(in.Text(0));
  if (!in.ok()) return in.failure();
  const auto invalid = [&] { return in.Fail(values[0], Cause::kInvalidText); };
  if (text.size() < 4) return invalid();
  Range range;
  const char open = text.front(), close = text.back();
  if (std::string_view("[(]").find(open) == std::string_view::npos) return invalid();
  if (std::string_view("])[").find(close) == std::string_view::npos) return invalid();
  range.low_included = open == '[';
  range.high_included = close == ']';
  text = text.substr(1, text.size() - 2);
  const size_t dots = text.find("..");
  if (dots == std::string_view::npos) return invalid();
  const auto end = [&](std::string_view literal) -> std::optional<Value> {
    literal = Trim(literal);
    if (literal.empty()) return Value();
    return ParseLiteral(evaluator.arena(), literal);
  };
  const auto low = end(text.substr(0, dots)), high = end(text.substr(dots + 2));
  if (!low || !high || (low->is_null() && high->is_null())) return invalid();
  if ((low->is_null() && range.low_included) || (high->is_null() && range.high_included))
    return invalid();
  if (!low->is_null() && !high->is_null()) {
    const auto order = Compare(*low, *high);
    if (!order || *order > 0) return invalid();
  }
  range.low = *low;
  range.high = *high;
  return Value::Of(evaluator.arena(), range);
}

}  // namespace

std::vector<Builtin> RangeBuiltins() {
  return {
      {"before",
       {"point1,point2", "point,range", "range,point", "range1,range2"},
       Relate<Before, Wants::kAny, false>},
      {"after",
       {"point1,point2", "point,range", "range,point", "range1,range2"},
       Relate<Before, Wants::kAny, true>},
      {"meets", {"range1,range2"}, Relate<Meets, Wants::kRanges, false>},
      {"met by", {"range1,range2"}, Relate<Meets, Wants::kRanges, true>},
      {"overlaps", {"range1,range2"}, Relate<Overlaps, Wants::kRanges, false>},
      {"overlaps before", {"range1,range2"}, Relate<OverlapsBefore, Wants::kRanges, false>},
      {"overlaps after", {"range1,range2"}, Relate<OverlapsBefore, Wants::kRanges, true>},
      {"finishes", {"point,range", "range1,range2"}, Relate<Finishes, Wants::kSecondRange, false>},
      {"finished by",
       {"range,point", "range1,range2"},
       Relate<Finishes, Wants::kSecondRange, true>},
      {"includes", {"range,point", "range1,range2"}, Relate<Contains, Wants::kSecondRange, true>},
      {"during", {"point,range", "range1,range2"}, Relate<Contains, Wants::kSecondRange, false>},
      {"starts", {"point,range", "range1,range2"}, Relate<StartsRange, Wants::kSecondRange, false>},
      {"started by",
       {"range,point", "range1,range2"},
       Relate<StartsRange, Wants::kSecondRange, true>},
      {"coincides", {"point1,point2", "range1,range2"}, Relate<Coincides, Wants::kAny, false>},
      {"range", {"from"}, RangeFunction},
  };
}

}  // namespace extramile::feel
