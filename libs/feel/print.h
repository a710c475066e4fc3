// Print: a compiled expression as FEEL text again, for messages, analyses and editors.
//
// The text means the same: parsed where the same names are known, it gives the same program, but
// for names of variables, which a program does not keep (they are v1, v2 ... by their slot), and
// for brackets and spaces. Folded constants stay folded. What FEEL cannot say (a decision table,
// code of another language, an expression that did not compile) is printed as "...".
//
//   EM_ASSIGN(Expression sum, Expression::Compile("a+1*b", names));
//   sum.ToText();                                       // "a + 1 * b"
//   Print(program, cell.node, {.global = name_of_slot});
#pragma once

#include <functional>
#include <string>

#include "feel/program.h"

namespace extramile::feel {

struct PrintNames {
  // The name of a global slot (an input or decision); by itself "g" and the slot.
  std::function<std::string(uint32_t)> global = {};
  // The name of a local slot that nothing inside the expression declares, such as a parameter or
  // `?`; by itself "v" and the slot.
  std::function<std::string(uint32_t)> local = {};
};

// O(nodes), each printed once for each place that it stands in.
std::string Print(const Program& program, NodeId node, const PrintNames& names = {});
// A cell: unary tests without the value that they are about ("-" for kNoNode).
std::string PrintTests(const Program& program, NodeId node, const PrintNames& names = {});

}  // namespace extramile::feel
