// Walk: the parts of a compiled expression, for those who read programs instead of running them.
//
//   VisitChildren(program, node, [&](NodeId child) { ... });
//
// Visits each operand that is an expression once, in the order of its text as a rule; the body of a
// closure too. A decision table inside (kExternal) is a leaf: its cells are its own.
#pragma once

#include "feel/program.h"

namespace extramile::feel {

template <class Visit>
void VisitChildren(const Program& program, NodeId id, Visit visit) {
  const Node& node = program.nodes[id];
  const auto one = [&](NodeId child) {
    if (child != kNoNode) visit(child);
  };
  const auto each = [&](uint32_t first, uint32_t count, uint32_t step = 1) {
    for (uint32_t i = 0; i < count; ++i) one(program.extra[first + i * step]);
  };
  switch (node.op) {
    case Op::kConstant:
    case Op::kFailure:
    case Op::kLocal:
    case Op::kGlobal:
    case Op::kExternal:
      return;
    case Op::kClosure:
      return one(program.functions[node.a].body);
    case Op::kPath:
    case Op::kNegate:
    case Op::kTest:
    case Op::kInstanceOf:
    case Op::kCoerce:
      return one(node.a);
    case Op::kMember:
      return one(node.c);
    case Op::kBetween:
    case Op::kIf:
      one(node.a);
      one(node.b);
      return one(node.c);
    case Op::kIn:
      one(node.a);
      return each(node.b, node.c);
    case Op::kFor:
    case Op::kSome:
    case Op::kEvery:
      for (uint32_t i = 0; i < node.count; ++i) {
        one(program.extra[node.a + 3 * i + 1]);
        one(program.extra[node.a + 3 * i + 2]);
      }
      return one(node.b);
    case Op::kList:
      return each(node.a, node.b);
    case Op::kContext:
    case Op::kContextResult:
      return each(node.a + 1, node.b, 3);
    case Op::kCall:
      one(node.a);
      return each(node.b, node.c);
    case Op::kCallNamed:
      one(node.a);
      return each(node.b + 1, node.c, 2);
    case Op::kCallBuiltin:
      return each(node.b, node.c);
    default:  // two operands
      one(node.a);
      return one(node.b);
  }
}

// Room for the locals of any expression of the program that is run by itself.
inline uint32_t LargestFrame(const Program& program) {
  uint32_t largest = 0;
  for (const FunctionCode& code : program.functions) {
    largest = code.frame_size > largest ? code.frame_size : largest;
  }
  return largest;
}

}  // namespace extramile::feel
