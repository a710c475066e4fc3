#include "dmn/variant_lines.h"

#include <utility>

#include "feel/temporal.h"

namespace extramile::dmn::internal {

using feel::Number;
using feel::Op;

namespace {

std::optional<Number> Seconds(int64_t seconds, int64_t nanos) {
  const auto whole = Multiply(Number::Int(seconds), Number::Int(feel::kNanosPerSecond));
  const auto all = whole ? Add(*whole, Number::Int(nanos)) : std::nullopt;
  return all ? Divide(*all, Number::Int(feel::kNanosPerSecond)) : std::nullopt;
}

std::optional<Linear> Both(const std::optional<Number>& slope,
                           const std::optional<Number>& offset) {
  if (!slope || !offset) return std::nullopt;
  return Linear{*slope, *offset};
}

std::optional<Linear> Combined(Op op, const Linear& x, const Linear& y) {
  switch (op) {
    case Op::kNegate:
      return Linear{Negate(x.slope), Negate(x.offset)};
    case Op::kAdd:
      return Both(Add(x.slope, y.slope), Add(x.offset, y.offset));
    case Op::kSubtract:
      return Both(Subtract(x.slope, y.slope), Subtract(x.offset, y.offset));
    case Op::kMultiply: {
      if (x.slope.sign() != 0 && y.slope.sign() != 0) return std::nullopt;
      const Linear& line = x.slope.sign() != 0 ? x : y;
      const Number& factor = x.slope.sign() != 0 ? y.offset : x.offset;
      return Both(Multiply(line.slope, factor), Multiply(line.offset, factor));
    }
    default:
      if (y.slope.sign() != 0) return std::nullopt;
      return Both(Divide(x.slope, y.offset), Divide(x.offset, y.offset));
  }
}

}  // namespace

std::optional<Level> LevelOf(const feel::Value& value) {
  switch (value.kind()) {
    case feel::Kind::kNumber:
      return Level{value.number(), Unit::kNumber};
    case feel::Kind::kDateTime: {
      const feel::DateTime moment = value.date_time();
      // A local one is compared with no moment.
      if (!feel::OffsetSeconds(moment)) return std::nullopt;
      const auto seconds = Seconds(feel::UtcSeconds(moment), moment.nanos % feel::kNanosPerSecond);
      if (!seconds) return std::nullopt;
      return Level{*seconds, Unit::kMoment};
    }
    case feel::Kind::kDaysDuration: {
      const feel::DaysDuration span = value.days_duration();
      const auto seconds = Seconds(span.seconds, span.nanos);
      if (!seconds) return std::nullopt;
      return Level{*seconds, Unit::kSpan};
    }
    default:
      return std::nullopt;
  }
}

std::optional<Unit> UnitOf(Op op, Unit a, Unit b) {
  const bool plain = a == Unit::kNumber && b == Unit::kNumber;
  switch (op) {
    case Op::kNegate:
      return a == Unit::kMoment ? std::nullopt : std::optional(a);
    case Op::kAdd:
      if (a == b) return a == Unit::kMoment ? std::nullopt : std::optional(a);
      if (a == Unit::kNumber || b == Unit::kNumber) return std::nullopt;
      return Unit::kMoment;
    case Op::kSubtract:
      if (a == b) return a == Unit::kMoment ? Unit::kSpan : a;
      return a == Unit::kMoment && b == Unit::kSpan ? std::optional(a) : std::nullopt;
    case Op::kMultiply:
      if (plain) return Unit::kNumber;
      if (a == Unit::kMoment || b == Unit::kMoment || a == b) return std::nullopt;
      return Unit::kSpan;
    default:
      if (plain || (a == Unit::kSpan && b == Unit::kSpan)) return Unit::kNumber;
      return a == Unit::kSpan && b == Unit::kNumber ? std::optional(a) : std::nullopt;
  }
}

std::optional<std::vector<Linear>> Combined(Op op, const std::vector<Linear>& a,
                                            const std::vector<Linear>& b) {
  std::vector<Linear> out;
  for (const Linear& x : a) {
    for (const Linear& y : b) {
      auto line = Combined(op, x, y);
      if (!line) return std::nullopt;
      out.push_back(*std::move(line));
    }
  }
  return out;
}

}  // namespace extramile::dmn::internal
