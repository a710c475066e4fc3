// Built-in functions: FEEL's own, by name (DMN 1.5, 10.3.4). A new one is one row in the table of
// its file (builtins_text.cc, builtins_numbers.cc, builtins_lists.cc, builtins_temporal.cc,
// builtins_ranges.cc).
//
// A function gets its arguments by position; those left out of a named call are null. It answers
// null with a reason where an argument does not suit it.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "feel/evaluator.h"
#include "feel/program.h"
#include "feel/value.h"

namespace extramile::feel {

struct Builtin {
  using Call = Value (*)(Evaluator& evaluator, std::span<const Value> arguments, NodeId at);
  std::string_view name;
  // Parameter names by position, one string for each way to call it: {"from", "year,month,day"}.
  std::vector<std::string_view> signatures;
  Call call;
  bool pure = true;  // the same arguments always give the same value
};

std::span<const Builtin> AllBuiltins();
const Function& BuiltinFunction(uint32_t index);
uint32_t BuiltinIndex(const Builtin& builtin);

// A named call: the row of the table whose parameters have these names, and the arguments in its
// order, kNoNode where one is left out before the last. A function whose parameters mean different
// things by name has several rows.
struct NamedCall {
  const Builtin* builtin;
  std::vector<NodeId> arguments;
};
std::optional<NamedCall> BindNames(const Builtin& builtin,
                                   const std::vector<std::pair<std::string, NodeId>>& arguments);

// The tables of the files named above.
std::vector<Builtin> TextBuiltins();
std::vector<Builtin> NumberBuiltins();
std::vector<Builtin> ListBuiltins();
std::vector<Builtin> ContextBuiltins();
std::vector<Builtin> TemporalBuiltins();
std::vector<Builtin> RangeBuiltins();

// What built-in functions share: reading arguments. The first that fails makes `failure` the null
// to return.
class Arguments {
 public:
  Arguments(Evaluator& evaluator, std::string_view function, std::span<const Value> values,
            NodeId at)
      : evaluator_(evaluator), function_(function), values_(values), at_(at) {}

  // False (with a failure) unless between `min` and `max` arguments were given.
  bool Count(size_t min, size_t max);
  size_t size() const { return values_.size(); }
  // Argument i; null where there is none. A list of one item stands for the item where `kind` is no
  // list.
  Value Get(size_t i, Kind kind);
  bool Has(size_t i) const { return i < values_.size() && !values_[i].is_null(); }
  const Value& at(size_t i) const { return values_[i]; }

  std::string_view Text(size_t i) { return Get(i, Kind::kString).string(); }
  Number Numeral(size_t i) { return Get(i, Kind::kNumber).number(); }
  int64_t Integer(size_t i);
  bool Boolean(size_t i) { return Get(i, Kind::kBoolean).boolean(); }
  // A list; anything but null stands for a list of one.
  std::span<const Value> Items(size_t i);

  bool ok() const { return !failed_; }
  Value failure() const { return failure_; }
  Value Fail(const Value& culprit, Cause cause = Cause::kArgument);

 private:
  Evaluator& evaluator_;
  std::string_view function_;
  std::span<const Value> values_;
  NodeId at_;
  bool failed_ = false;
  Value failure_;
};

}  // namespace extramile::feel
