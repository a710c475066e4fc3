// BoxedCompiler: DMN's boxed expressions (contexts, invocations, relations, lists, functions,
// conditionals, filters, iterators, decision tables) to nodes of the program. Private to libs/dmn.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "dmn/loader.h"
#include "dmn/table.h"
#include "dmn/xml.h"
#include "feel/compiler.h"

namespace extramile::dmn::internal {

class BoxedCompiler {
 public:
  // `owner` is the decision's or business knowledge model's name, which its tables carry.
  BoxedCompiler(Loader& loader, File& file, std::string owner);

  // The expression among the children of `parent`; null where there is none.
  Result<feel::Typed> LogicOf(const Element& parent, const std::string& place);
  // The typeRef of that expression.
  static std::string_view TypeOfLogic(const Element& parent);
  // A functionDefinition or encapsulatedLogic.
  Result<const feel::FunctionCode*> Function(const Element& xml, const std::string& name,
                                             const feel::Type* result, const std::string& place);

 private:
  Result<feel::Typed> Expression(const Element& xml, const std::string& place);
  Result<feel::Typed> Literal(const Element& xml, const std::string& place);
  Result<feel::Typed> Context(const Element& xml, const std::string& place);
  Result<feel::Typed> Invocation(const Element& xml, const std::string& place);
  Result<feel::Typed> List(const Element& xml, const std::string& place);
  Result<feel::Typed> Relation(const Element& xml, const std::string& place);
  Result<feel::Typed> Conditional(const Element& xml, const std::string& place);
  Result<feel::Typed> Filter(const Element& xml, const std::string& place);
  Result<feel::Typed> Iterator(const Element& xml, const std::string& place);
  Result<feel::Typed> Table(const Element& xml, const std::string& place);
  Result<feel::Typed> Typify(feel::Typed value, std::string_view type_ref,
                             const std::string& place);

  Result<void> TableInputs(const Element& xml, DecisionTable& table, const std::string& place);
  Result<void> TableOutputs(const Element& xml, DecisionTable& table, const std::string& place);
  Result<void> TableRules(const Element& xml, DecisionTable& table, const std::string& place);
  Result<Cell> TableCell(std::string_view text, const TableInput& input, const feel::Type* type,
                         const std::string& place);
  void Simplify(Cell& cell, uint32_t slot) const;
  // Whether the node is a constant that the output's type and allowed values let pass.
  bool IsSound(feel::NodeId node, const TableOutput& output) const;
  void SimplifyContains(Cell& cell, const TableInput& input) const;

  Loader& loader_;
  File& file_;
  feel::Compiler& compiler_;
  std::string owner_;
  std::vector<const feel::Type*> input_types_;  // of the table being compiled
};

}  // namespace extramile::dmn::internal
