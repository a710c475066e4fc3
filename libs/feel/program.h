// Program: compiled FEEL. All expressions of a model in one array of small nodes that refer to one
// another by index, with constants, names and functions beside them; names are resolved to slots,
// so that evaluating touches no text.
//
// A node's operands `a`, `b`, `c` mean what its Op says; lists of operands lie in `extra`. Locals
// live in the frame of the function that is running, globals (a model's inputs, decisions and
// functions) in a Globals table. Immutable once built; share it between threads.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "feel/arena.h"
#include "feel/type.h"
#include "feel/value.h"

namespace extramile::feel {

class Evaluator;
using NodeId = uint32_t;
inline constexpr NodeId kNoNode = UINT32_MAX;

enum class Op : uint8_t {
  kConstant,  // a: index of the constant
  kFailure,   // a: constant with the message: an expression that could not be compiled, null with
              // that reason; flag 1: it is code of another language
  kLocal,     // a: slot
  kGlobal,    // a: slot
  kPath,      // a.name; b: constant with the name; c: number of the path; flag 1: it begins at a
              // global, so that it has one value throughout an evaluation
  kMember,    // entry b (a constant) of the context in local slot a, or else node c
  kFilter,    // a[b]; c: slot of `item`
  kNegate,
  kAdd,
  kSubtract,
  kMultiply,
  kDivide,
  kPower,
  kEqual,
  kNotEqual,
  kLess,
  kLessEqual,
  kGreater,
  kGreaterEqual,
  kAnd,
  kOr,
  kBetween,  // a between b and c
  kIn,       // a in tests; extra[b..b+c): kTest nodes; flags: slot of `?` is extra[b - 1]; flag 1:
             // not(...)
  kTest,  // a: expression; flag 1: it uses `?` (its truth is the answer), else `?` is looked for in
          // its value
  kIf,    // if a then b else c; flag 1: `a` must be true, false or null
  kFor,  // extra[a ...]: count iterators of (slot, list, end of range or kNoNode); b: body; c: slot
         // of `partial`
  kSome,  // the same without c
  kEvery,
  kList,           // extra[a..a+b)
  kContext,        // extra[a ...]: b entries of (constant with the name, node, slot)
  kContextResult,  // the same, whose last entry has the name kNoNode and is the result
  kRange,  // a..b, either may be kNoNode (unbounded); flags 1: low included, 2: high included, 4:
           // (< b), 8: (!= a)
  kInstanceOf,   // a: value; b: index of the type
  kCall,         // a: function; extra[b..b+c): arguments
  kCallNamed,    // a: function; extra[b..b+2c): (constant with the name, argument)
  kCallBuiltin,  // a: index of the built-in; extra[b..b+c): arguments, kNoNode where left out
  kClosure,      // a: index of the function
  kCoerce,       // a to type b
  kExternal,     // a: index of an External
};

// What flag 1 of a node means.
inline constexpr uint8_t kOfGlobal = 1;          // kPath: it begins at a global
inline constexpr uint8_t kNegatedTests = 1;      // kIn: not(...)
inline constexpr uint8_t kUsesQuestionMark = 1;  // kTest: its truth is the answer
inline constexpr uint8_t kNeedsBoolean = 1;      // kIf: the condition must be true, false or null
inline constexpr uint8_t kForeignCode = 1;       // kFailure: it is code of another language

struct Node {
  Op op = Op::kConstant;
  uint8_t flags = 0;
  uint16_t count = 0;
  uint32_t a = 0, b = 0, c = 0;
};
static_assert(sizeof(Node) == 16);

// Where a node stands in its source.
struct NodePlace {
  uint32_t source = 0;  // index into Program::sources
  uint32_t offset = 0;  // bytes from the beginning of the expression
};
struct Source {
  std::string place;  // "file.dmn: decision 'Authority', rule 3, 'Amount'"
  std::string text;
};

// A user-defined function, or the frame of a whole expression (without parameters).
struct FunctionCode {
  struct Parameter {
    std::string name;
    const Type* type = nullptr;  // nullptr: anything
  };
  // Copied from the frame where the closure is made into the frame of its call.
  struct Capture {
    uint32_t from;  // kSelf: the closure itself
    uint32_t to;
  };
  static constexpr uint32_t kSelf = UINT32_MAX;

  std::string name;                   // for messages; may be empty
  std::vector<Parameter> parameters;  // slots 0, 1, ...
  std::vector<Capture> captures;
  const Type* result = nullptr;
  NodeId body = kNoNode;
  uint32_t frame_size = 0;
};

// Logic that another library adds: a decision table, a decision service.
class External {
 public:
  virtual ~External() = default;
  // Evaluated in the frame of the expression it stands in. Thread-safe.
  virtual Value Evaluate(Evaluator& evaluator, NodeId at) const = 0;
};

struct Builtin;
struct Globals;

// What a function value points to: one of FEEL's own, or a closure.
struct Function {
  const Builtin* builtin = nullptr;
  const FunctionCode* code = nullptr;
  const Value* captured = nullptr;  // one for each of code->captures
  Globals* globals = nullptr;       // those that were in force where it was made
};

// What a numbered path is an entry of, and the entry's name. A path's owner has a smaller number.
struct PathStep {
  enum class Of : uint8_t { kGlobal, kPath, kElse } of = Of::kElse;
  uint32_t owner = 0;  // slot or number
  std::string_view name;
};

struct Program {
  Program() = default;
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  std::vector<Node> nodes;
  std::vector<NodePlace> places;  // one for each node
  std::vector<uint32_t> extra;
  std::vector<Value> constants;
  std::vector<const Type*> types;
  std::deque<FunctionCode> functions;
  std::vector<std::unique_ptr<External>> externals;
  std::vector<Source> sources;
  std::vector<uint32_t> names;  // constants that are names of entries: each name once
  std::vector<PathStep> paths;  // by number; one for all paths by the same names from one global
  TypePool pool;
  Arena arena;  // what constants point to

  // "file.dmn: ..., character 5".
  std::string PlaceOf(NodeId node) const;
};

}  // namespace extramile::feel
