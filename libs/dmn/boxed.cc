#include "dmn/boxed.h"

#include <algorithm>

#include "feel/text.h"

namespace extramile::dmn::internal {

using feel::NodeId;
using feel::Op;
using feel::Typed;

namespace {

bool IsExpression(std::string_view name) {
  static constexpr std::string_view kNames[] = {
      "literalExpression",  "context",     "decisionTable", "invocation", "list", "relation",
      "functionDefinition", "conditional", "filter",        "for",        "some", "every"};
  return std::find(std::begin(kNames), std::end(kNames), name) != std::end(kNames);
}

const Element* ExpressionIn(const Element& parent) {
  for (const Element& child : parent.children) {
    if (IsExpression(child.name)) return &child;
  }
  return nullptr;
}

}  // namespace

BoxedCompiler::BoxedCompiler(Loader& loader, File& file, std::string owner)
    : loader_(loader), file_(file), compiler_(*file.compiler), owner_(std::move(owner)) {}

std::string_view BoxedCompiler::TypeOfLogic(const Element& parent) {
  const Element* expression = ExpressionIn(parent);
  return expression ? expression->Attribute("typeRef") : std::string_view();
}

Result<Typed> BoxedCompiler::LogicOf(const Element& parent, const std::string& place) {
  if (const Element* expression = ExpressionIn(parent)) return Expression(*expression, place);
  return Typed{compiler_.AddConstant(feel::Value()), nullptr};
}

Result<Typed> BoxedCompiler::Expression(const Element& xml, const std::string& place) {
  if (xml.name == "literalExpression") return Literal(xml, place);
  if (xml.name == "context") return Context(xml, place);
  if (xml.name == "decisionTable") return Table(xml, place);
  if (xml.name == "invocation") return Invocation(xml, place);
  if (xml.name == "list") return List(xml, place);
  if (xml.name == "relation") return Relation(xml, place);
  if (xml.name == "conditional") return Conditional(xml, place);
  if (xml.name == "filter") return Filter(xml, place);
  if (xml.name == "functionDefinition") {
    EM_ASSIGN(const feel::FunctionCode* code, Function(xml, "", nullptr, place));
    return compiler_.Closure(code);
  }
  return Iterator(xml, place);
}

Result<Typed> BoxedCompiler::Literal(const Element& xml, const std::string& place) {
  const std::string_view text = xml.ChildText("text");
  if (feel::Trim(text).empty()) return Typed{compiler_.AddConstant(feel::Value()), nullptr};
  return compiler_.Expression(text, place);
}

Result<Typed> BoxedCompiler::Typify(Typed value, std::string_view type_ref,
                                    const std::string& place) {
  EM_ASSIGN(const feel::Type* type, loader_.TypeRef(file_, type_ref, place));
  if (!type || type->form == feel::Type::Form::kAny) return value;
  return Typed{compiler_.Add(Op::kCoerce, value.node, compiler_.TypeIndex(type)), type};
}

Result<Typed> BoxedCompiler::Context(const Element& xml, const std::string& place) {
  compiler_.PushScope();
  std::vector<uint32_t> words;
  feel::Type type;
  type.form = feel::Type::Form::kContext;
  bool has_result = false;
  const feel::Type* result_type = nullptr;
  for (const Element& entry : xml.children) {
    if (entry.name != "contextEntry") continue;
    const Element* variable = entry.Child("variable");
    const std::string name(variable ? feel::Trim(variable->Attribute("name")) : std::string_view());
    const std::string entry_place = place + (name.empty() ? ", result" : ", entry '" + name + "'");
    compiler_.PushScope();
    const Element* logic = ExpressionIn(entry);
    if (logic && logic->name == "functionDefinition" && !name.empty()) compiler_.DeclareSelf(name);
    EM_ASSIGN(Typed value, LogicOf(entry, entry_place));
    compiler_.PopScope();
    if (name.empty()) {
      words.insert(words.end(), {feel::kNoNode, value.node, 0});
      has_result = true;
      result_type = value.type;
      break;
    }
    EM_ASSIGN(value, Typify(value, variable->Attribute("typeRef"), entry_place));
    compiler_.AddToVocabulary(name);
    words.push_back(compiler_.NameIndex(name));
    words.push_back(value.node);
    words.push_back(compiler_.DeclareLocal(name, value.type));
    type.members.push_back({name, value.type ? value.type : compiler_.pool().any()});
  }
  compiler_.PopScope();
  const auto count = static_cast<uint32_t>(words.size() / 3);
  const uint32_t extra = compiler_.AddExtra(words);
  if (has_result) return Typed{compiler_.Add(Op::kContextResult, extra, count), result_type};
  return Typed{compiler_.Add(Op::kContext, extra, count), compiler_.pool().New(std::move(type))};
}

Result<Typed> BoxedCompiler::Invocation(const Element& xml, const std::string& place) {
  EM_ASSIGN(const Typed function, LogicOf(xml, place));
  std::vector<uint32_t> words;
  for (const Element& binding : xml.children) {
    if (binding.name != "binding") continue;
    const Element* parameter = binding.Child("parameter");
    const std::string name =
        feel::NormaliseName(parameter ? parameter->Attribute("name") : std::string_view());
    EM_ASSIGN(const Typed argument, LogicOf(binding, place + ", parameter '" + name + "'"));
    words.push_back(compiler_.NameIndex(name));
    words.push_back(argument.node);
  }
  const auto count = static_cast<uint32_t>(words.size() / 2);
  const feel::Type* result = function.type && function.type->form == feel::Type::Form::kFunction
                                 ? function.type->element
                                 : nullptr;
  return Typed{compiler_.Add(Op::kCallNamed, function.node, compiler_.AddExtra(words), count),
               result};
}

Result<Typed> BoxedCompiler::List(const Element& xml, const std::string& place) {
  std::vector<NodeId> items;
  for (const Element& child : xml.children) {
    if (!IsExpression(child.name)) continue;
    EM_ASSIGN(const Typed item,
              Expression(child, place + ", item " + std::to_string(items.size() + 1)));
    items.push_back(item.node);
  }
  return Typed{compiler_.AddList(Op::kList, items), nullptr};
}

Result<Typed> BoxedCompiler::Relation(const Element& xml, const std::string& place) {
  std::vector<const Element*> columns;
  feel::Type row_type;
  row_type.form = feel::Type::Form::kContext;
  for (const Element& column : xml.children) {
    if (column.name != "column") continue;
    columns.push_back(&column);
    EM_ASSIGN(const feel::Type* type, loader_.TypeRef(file_, column.Attribute("typeRef"), place));
    const std::string name(feel::Trim(column.Attribute("name")));
    compiler_.AddToVocabulary(name);
    row_type.members.push_back({name, type ? type : compiler_.pool().any()});
  }
  std::vector<NodeId> rows;
  for (const Element& row : xml.children) {
    if (row.name != "row") continue;
    const std::string row_place = place + ", row " + std::to_string(rows.size() + 1);
    std::vector<uint32_t> words;
    size_t i = 0;
    for (const Element& cell : row.children) {
      if (!IsExpression(cell.name)) continue;
      if (i >= columns.size()) {
        return Fail(ErrorKind::kInvalid, "relation-row",
                    "The row has more cells than there are columns.", row_place);
      }
      const std::string& name = row_type.members[i].name;
      EM_ASSIGN(Typed value, Expression(cell, row_place + ", '" + name + "'"));
      EM_ASSIGN(value, Typify(value, columns[i]->Attribute("typeRef"), row_place));
      words.push_back(compiler_.NameIndex(name));
      words.push_back(value.node);
      words.push_back(compiler_.DeclareLocal("", nullptr));
      ++i;
    }
    const auto count = static_cast<uint32_t>(words.size() / 3);
    rows.push_back(compiler_.Add(Op::kContext, compiler_.AddExtra(words), count));
  }
  const feel::Type* type = compiler_.pool().New(std::move(row_type));
  return Typed{compiler_.AddList(Op::kList, rows), compiler_.pool().ListOf(type)};
}

Result<const feel::FunctionCode*> BoxedCompiler::Function(const Element& xml,
                                                          const std::string& name,
                                                          const feel::Type* result,
                                                          const std::string& place) {
  const std::string_view kind = xml.Attribute("kind");
  const bool foreign = !kind.empty() && kind != "FEEL";
  if (foreign && loader_.options_.strict) {
    return Fail(ErrorKind::kInvalid, "external-function",
                "The function is written in " + std::string(kind) + ".", place,
                "Only functions in FEEL are run.");
  }
  std::vector<feel::FunctionCode::Parameter> parameters;
  for (const Element& parameter : xml.children) {
    if (parameter.name != "formalParameter") continue;
    EM_ASSIGN(const feel::Type* type,
              loader_.TypeRef(file_, parameter.Attribute("typeRef"), place));
    parameters.push_back({std::string(feel::Trim(parameter.Attribute("name"))), type});
  }
  compiler_.BeginFunction(name, std::move(parameters));
  if (foreign) {
    compiler_.BeginSource(place, "");
    return compiler_.EndFunction(compiler_.AddForeignCode(kind), result);
  }
  EM_ASSIGN(const Typed body, LogicOf(xml, place));
  return compiler_.EndFunction(body.node, result);
}

Result<Typed> BoxedCompiler::Conditional(const Element& xml, const std::string& place) {
  const auto part = [&](std::string_view name) -> Result<Typed> {
    const Element* child = xml.Child(name);
    if (!child) return Typed{compiler_.AddConstant(feel::Value()), nullptr};
    return LogicOf(*child, place + ", '" + std::string(name) + "'");
  };
  EM_ASSIGN(const Typed condition, part("if"));
  EM_ASSIGN(const Typed yes, part("then"));
  EM_ASSIGN(const Typed no, part("else"));
  return Typed{compiler_.Add(Op::kIf, condition.node, yes.node, no.node, feel::kNeedsBoolean),
               yes.type};
}

Result<Typed> BoxedCompiler::Filter(const Element& xml, const std::string& place) {
  const Element* in = xml.Child("in");
  const Element* match = xml.Child("match");
  if (!in || !match) {
    return Fail(ErrorKind::kInvalid, "filter-incomplete",
                "The filter lacks its list or its condition.", place);
  }
  EM_ASSIGN(const Typed list, LogicOf(*in, place + ", 'in'"));
  const feel::Type* item =
      list.type && list.type->form == feel::Type::Form::kList ? list.type->element : list.type;
  const uint32_t slot = compiler_.PushItemScope(item);
  EM_ASSIGN(const Typed condition, LogicOf(*match, place + ", 'match'"));
  compiler_.PopScope();
  return Typed{compiler_.Add(Op::kFilter, list.node, condition.node, slot), list.type};
}

Result<Typed> BoxedCompiler::Iterator(const Element& xml, const std::string& place) {
  const Element* in = xml.Child("in");
  const Element* body = xml.Child(xml.name == "for" ? "return" : "satisfies");
  if (!in || !body) {
    return Fail(ErrorKind::kInvalid, "iterator-incomplete",
                "The iterator lacks its list or its expression.", place);
  }
  EM_ASSIGN(const Typed list, LogicOf(*in, place + ", 'in'"));
  const feel::Type* item =
      list.type && list.type->form == feel::Type::Form::kList ? list.type->element : nullptr;
  compiler_.PushScope();
  const uint32_t slot = compiler_.DeclareLocal(xml.Attribute("iteratorVariable"), item);
  const uint32_t partial = xml.name == "for" ? compiler_.DeclareLocal("partial", nullptr) : 0;
  EM_ASSIGN(const Typed result, LogicOf(*body, place + ", '" + body->name + "'"));
  compiler_.PopScope();
  const uint32_t words[] = {slot, list.node, feel::kNoNode};
  const Op op = xml.name == "for" ? Op::kFor : xml.name == "some" ? Op::kSome : Op::kEvery;
  const NodeId node = compiler_.Add(op, compiler_.AddExtra(words), result.node, partial);
  compiler_.program().nodes[node].count = 1;
  const feel::Type* type =
      op == Op::kFor && result.type ? compiler_.pool().ListOf(result.type) : nullptr;
  return Typed{node, type};
}

}  // namespace extramile::dmn::internal
