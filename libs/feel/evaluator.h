// Evaluator: runs a Program. It never fails: an expression that cannot be evaluated is null, and
// the null carries the index of its cause, which ReasonOf puts into words when somebody asks.
//
// One evaluator belongs to one thread at a time; values it returns live in its arena (or in the
// program). It stops for good, answering null to everything, when steps, calls, stack or memory run
// out: ask `stopped()`.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "feel/arena.h"
#include "feel/problem.h"
#include "feel/program.h"
#include "feel/temporal.h"
#include "feel/value.h"

namespace extramile::feel {

// Why a value is null.
enum class Cause : uint8_t {
  kTypeMismatch,  // the operands' kinds do not suit the operator
  kNotComparable,
  kNotBoolean,
  kDivisionByZero,
  kOverflow,
  kNoSuchEntry,
  kNoSuchIndex,
  kNotAFunction,
  kArgumentCount,
  kArgumentName,
  kArgument,     // an argument does not suit the function
  kNotOfType,    // a value does not conform to its declared type
  kNotAllowed,   // ... or is not among its allowed values
  kUncompiled,   // the expression has an error that was let pass at load time
  kExternal,     // a function of another language was to be run
  kInvalidText,  // a text that should be a number, date, pattern ...
  kCycle,
  kHitPolicy,  // several rules matched where one may
  kLimit,
};

// Values of a model's inputs, decisions and functions during one evaluation.
struct Globals {
  enum class State : uint8_t { kEmpty, kComputing, kReady };
  std::vector<Value> values;
  std::vector<State> states;
  // What paths that begin here have led to, by their numbers; where they have been followed.
  std::vector<Value> paths;
  std::vector<uint8_t> followed;

  // Everything is to be computed again.
  void Restart(size_t globals, size_t path_count) {
    values.assign(globals, Value());
    states.assign(globals, State::kEmpty);
    paths.resize(path_count);
    followed.assign(path_count, 0);
  }
};

// Computes a global the first time that it is read.
class GlobalSource {
 public:
  virtual ~GlobalSource() = default;
  virtual Value Compute(Evaluator& evaluator, Globals& globals, uint32_t slot, NodeId at) = 0;
};

struct Limits {
  int64_t max_steps = 5'000'000;
  int max_call_depth = 512;
  size_t max_stack_bytes = size_t{1} << 20;  // of the thread's own stack
  size_t max_problems = 1000;
};

class Evaluator {
 public:
  // `now` is what now() and today() give.
  Evaluator(const Program& program, Arena& arena, const DateTime& now, const Limits& limits);

  // As if made anew, but with the memory that it has already.
  void Restart(const Program& program, const DateTime& now, const Limits& limits);

  void set_source(GlobalSource* source) { source_ = source; }
  GlobalSource* source() const { return source_; }
  void set_globals(Globals* globals) { globals_ = globals; }
  Globals* globals() const { return globals_; }

  // Runs a frame: a whole expression or a function with exactly its arguments.
  Value Run(const FunctionCode& code, std::span<const Value> arguments);
  // Calls any function value; argument counts and types are checked.
  Value Call(const Value& function, std::span<const Value> arguments, NodeId at);
  // A node in the frame that is running. Constants, and paths that have been followed before, take
  // no call.
  Value Eval(NodeId id) {
    const Node& node = program_->nodes[id];
    if (node.op == Op::kConstant) return program_->constants[node.a];
    if (node.op == Op::kPath && (node.flags & kOfGlobal) != 0 && globals_->followed[node.c] != 0) {
      return globals_->paths[node.c];
    }
    return EvalNode(node, id);
  }
  // The value of a numbered path from a global that has been followed, or nullptr.
  const Value* Followed(uint32_t path) const {
    return globals_ && globals_->followed[path] != 0 ? &globals_->paths[path] : nullptr;
  }
  // A node without locals or globals.
  Value EvaluateConstant(NodeId node);

  // Follows at once every path from the globals that are ready, as far as it leads: what is
  // followed one by one costs three times as much. A path that leads nowhere waits until it is
  // asked for, since its null needs a reason.
  void FollowPaths();

  Value& Local(uint32_t slot) { return stack_[base_ + slot]; }
  Value ReadGlobal(uint32_t slot, NodeId at) {
    if (globals_->states[slot] == Globals::State::kReady) return globals_->values[slot];
    return source_->Compute(*this, *globals_, slot, at);
  }

  // FEEL's `value in test`: true, false or null.
  Value In(const Value& value, const Value& test, NodeId at);
  // FEEL's `=` with unknown taken for false; counts as steps what it looks at.
  bool Same(const Value& a, const Value& b, NodeId at);
  Value EqualValues(const Value& a, const Value& b, NodeId at);
  // The value as its declared type wants it (implicit conversions, allowed values), or null with a
  // reason.
  Value Coerce(const Value& value, const Type& type, NodeId at);

  // A null with a reason. `a` and `b` are what the message shows; `words` must outlive the
  // evaluator.
  Value Null(Cause cause, NodeId at, Value a = {}, Value b = {}, std::string_view words = {});
  std::optional<Problem> ReasonOf(const Value& null) const;
  // Their values may lie in an arena that is about to be reset.
  void ForgetProblems() { causes_.clear(); }
  size_t problem_count() const { return causes_.size(); }
  Problem ProblemAt(size_t index) const;

  // Counts a loop turn or call; false once the evaluation must stop.
  bool Step(NodeId at) {
    if (--steps_ > 0 && !arena_->over_limit()) return true;
    return Stop(at);
  }
  // Counts work that is done at once: looking through so many items, entries or characters.
  void Spend(size_t items) { steps_ -= static_cast<int64_t>(items / 16); }
  bool stopped() const { return stopped_; }

  Arena& arena() { return *arena_; }
  const Program& program() const { return *program_; }
  const DateTime& now() const { return now_; }

 private:
  struct CauseRecord {
    Cause cause;
    NodeId at;
    Value a, b;
    std::string_view words;
  };

  bool Stop(NodeId at);
  void SpendOn(std::span<const Value> arguments);
  Value EvalNode(const Node& node, NodeId id);
  Value EvalSlow(const Node& node, NodeId id);
  Value And(const Node& node, NodeId id);
  Value Or(const Node& node, NodeId id);
  Value Order(const Node& node, NodeId id);
  Value Between(const Node& node, NodeId id);
  Value EvalIn(const Node& node, NodeId id);
  Value Path(const Node& node, NodeId id);
  Value PathInto(const Value& owner, std::string_view name, NodeId id);
  Value Filter(const Node& node, NodeId id);
  Value ItemAt(std::span<const Value> items, const Value& index, NodeId id);
  Value For(const Node& node, NodeId id);
  Value Quantified(const Node& node, NodeId id);
  Value MakeList(const Node& node);
  Value MakeContext(const Node& node, NodeId id);
  Value MakeRange(const Node& node, NodeId id);
  Value MakeClosure(const Node& node);
  Value CallNode(const Node& node, NodeId id);
  Value CallNamed(const Node& node, NodeId id);
  Value CallBuiltin(const Node& node, NodeId id);
  Value CallCode(const Value& function, std::span<const Value> arguments, NodeId at);
  template <class Visit>
  bool Iterate(const Node& node, NodeId id, uint32_t iterator, Visit visit);

  const Program* program_;
  const Builtin* builtins_;  // all of them
  Arena* arena_;
  DateTime now_;
  Limits limits_;
  GlobalSource* source_ = nullptr;
  Globals* globals_ = nullptr;
  std::vector<Value> stack_;
  size_t base_ = 0;
  size_t top_ = 0;
  const char* stack_end_;  // the thread's stack may not grow below this
  int64_t steps_;
  int call_depth_ = 0;
  bool stopped_ = false;
  std::vector<CauseRecord> causes_;
  // Where each path found its entry last time: contexts that look alike have it there again.
  std::vector<uint32_t> found_at_;
};

// Arithmetic on any two values: numbers, strings (+), dates, times and durations.
Value Arithmetic(Evaluator& evaluator, Op op, const Value& a, const Value& b, NodeId at);
Value NegateValue(Evaluator& evaluator, const Value& a, NodeId at);
// A property such as `year` or `time offset` of a date, time, duration or range; nullopt where it
// has none of that name.
std::optional<Value> Property(Arena& arena, const Value& owner, std::string_view name);

}  // namespace extramile::feel
