#include "feel/print.h"

#include <map>
#include <vector>

#include "feel/builtins.h"
#include "feel/text.h"
#include "feel/walk.h"

namespace extramile::feel {
namespace {

// How tightly an operator holds its operands; loosest first.
enum Level { kWhole, kOr, kAnd, kCompare, kSum, kProduct, kPower, kSign, kPostfix };

struct Sign {
  std::string_view text;
  Level level;
};

Sign SignOf(Op op) {
  switch (op) {
    case Op::kOr:
      return {" or ", kOr};
    case Op::kAnd:
      return {" and ", kAnd};
    case Op::kEqual:
      return {" = ", kCompare};
    case Op::kNotEqual:
      return {" != ", kCompare};
    case Op::kLess:
      return {" < ", kCompare};
    case Op::kLessEqual:
      return {" <= ", kCompare};
    case Op::kGreater:
      return {" > ", kCompare};
    case Op::kGreaterEqual:
      return {" >= ", kCompare};
    case Op::kAdd:
      return {" + ", kSum};
    case Op::kSubtract:
      return {" - ", kSum};
    case Op::kMultiply:
      return {" * ", kProduct};
    case Op::kDivide:
      return {" / ", kProduct};
    case Op::kPower:
      return {" ** ", kPower};
    default:
      return {"", kPostfix};
  }
}

bool IsComparison(Op op) { return op >= Op::kEqual && op <= Op::kGreaterEqual; }

class Printer {
 public:
  Printer(const Program& program, const PrintNames& names) : program_(program), names_(names) {}

  // `level`: what looser operator would need brackets here.
  std::string Expression(NodeId id, int level) {
    const Node& node = program_.nodes[id];
    const std::string text = Text(id);
    return LevelOf(node) < level ? "(" + text + ")" : text;
  }

  std::string Tests(const Node& in) {
    names_here_[program_.extra[in.b - 1]] = "?";
    std::string text;
    for (uint32_t i = 0; i < in.c; ++i) {
      if (i > 0) text += ", ";
      text += Test(program_.nodes[program_.extra[in.b + i]], program_.extra[in.b - 1]);
    }
    names_here_.erase(program_.extra[in.b - 1]);
    return (in.flags & kNegatedTests) != 0 ? "not(" + text + ")" : text;
  }

 private:
  const Value& Constant(uint32_t index) const { return program_.constants[index]; }

  Level LevelOf(const Node& node) const {
    switch (node.op) {
      case Op::kIf:
      case Op::kFor:
      case Op::kSome:
      case Op::kEvery:
      case Op::kClosure:
        return kWhole;
      case Op::kBetween:
      case Op::kIn:
        return kCompare;
      case Op::kNegate:
        return kSign;
      case Op::kConstant:
        return Constant(node.a).is_number() && Constant(node.a).number().sign() < 0 ? kSign
                                                                                    : kPostfix;
      default:
        return SignOf(node.op).level;
    }
  }

  std::string Local(uint32_t slot) const {
    if (const auto found = names_here_.find(slot); found != names_here_.end()) return found->second;
    return names_.local ? names_.local(slot) : "v" + std::to_string(slot);
  }

  // A variable that `whole` declares and reads. Where an entry of a filter's item might hide it,
  // the program still knows its own name, and it must keep it.
  std::string Declare(uint32_t slot, NodeId whole) {
    std::string name = NameInside(whole, slot);
    if (name.empty()) name = "v" + std::to_string(slot);
    return names_here_[slot] = std::move(name);
  }

  std::string NameInside(NodeId id, uint32_t slot) const {
    const Node& node = program_.nodes[id];
    std::string name;
    if (node.op == Op::kClosure) {
      const FunctionCode& code = program_.functions[node.a];
      for (const FunctionCode::Capture& capture : code.captures) {
        if (capture.from == slot && name.empty()) name = NameInside(code.body, capture.to);
      }
      return name;
    }
    if (node.op == Op::kMember) {
      NodeId hidden = node.c;
      while (hidden != kNoNode && program_.nodes[hidden].op == Op::kMember)
        hidden = program_.nodes[hidden].c;
      const bool this_one = hidden != kNoNode && program_.nodes[hidden].op == Op::kLocal &&
                            program_.nodes[hidden].a == slot;
      return this_one ? std::string(Constant(node.b).string()) : "";
    }
    VisitChildren(program_, id, [&](NodeId child) {
      if (name.empty()) name = NameInside(child, slot);
    });
    return name;
  }

  std::string Test(const Node& test, uint32_t slot) {
    const Node& inner = program_.nodes[test.a];
    const bool compares = (test.flags & kUsesQuestionMark) != 0 && IsComparison(inner.op) &&
                          program_.nodes[inner.a].op == Op::kLocal &&
                          program_.nodes[inner.a].a == slot;
    if (!compares) return Expression(test.a, kWhole);
    return std::string(SignOf(inner.op).text.substr(1)) + Expression(inner.b, kSum);
  }

  std::string Listed(uint32_t from, uint32_t count) {
    std::string text;
    for (uint32_t i = 0; i < count; ++i) {
      const NodeId id = program_.extra[from + i];
      text += (i > 0 ? ", " : "") + (id == kNoNode ? "null" : Expression(id, kWhole));
    }
    return text;
  }

  std::string ListedByName(const Node& call) {
    std::string text;
    for (uint32_t i = 0; i < call.c; ++i) {
      text += i > 0 ? ", " : "";
      text += Constant(program_.extra[call.b + 2 * i]).string();
      text += ": " + Expression(program_.extra[call.b + 2 * i + 1], kWhole);
    }
    return text;
  }

  std::string Text(NodeId id) {
    const Node& node = program_.nodes[id];
    if (const Sign sign = SignOf(node.op); !sign.text.empty()) {
      return Expression(node.a, sign.level) + std::string(sign.text) +
             Expression(node.b, sign.level + 1);
    }
    switch (node.op) {
      case Op::kConstant: {
        const Value& value = Constant(node.a);
        if (value.is_function()) return std::string(value.function().builtin->name);
        return ToFeel(value);
      }
      case Op::kLocal:
        return Local(node.a);
      case Op::kGlobal:
        return names_.global ? names_.global(node.a) : "g" + std::to_string(node.a);
      case Op::kPath:
        return Expression(node.a, kPostfix) + "." + std::string(Constant(node.b).string());
      case Op::kMember:
        return std::string(Constant(node.b).string());
      case Op::kFilter:
        return Filter(node);
      case Op::kNegate:
        return "-" + Expression(node.a, kSign);
      case Op::kBetween:
        return Expression(node.a, kCompare) + " between " + Expression(node.b, kSum) + " and " +
               Expression(node.c, kSum);
      case Op::kIn: {
        const std::string value = Expression(node.a, kCompare);
        return value + " in (" + Tests(node) + ")";
      }
      case Op::kIf:
        return "if " + Expression(node.a, kWhole) + " then " + Expression(node.b, kWhole) +
               " else " + Expression(node.c, kWhole);
      case Op::kFor:
      case Op::kSome:
      case Op::kEvery:
        return Iteration(node, id);
      case Op::kList:
        return "[" + Listed(node.a, node.b) + "]";
      case Op::kContext:
      case Op::kContextResult:
        return Context(node);
      case Op::kRange:
        return Range(node);
      case Op::kInstanceOf:
        return Expression(node.a, kPostfix) + " instance of " + TypeName(*program_.types[node.b]);
      case Op::kCall:
        return Expression(node.a, kPostfix) + "(" + Listed(node.b, node.c) + ")";
      case Op::kCallNamed:
        return Expression(node.a, kPostfix) + "(" + ListedByName(node) + ")";
      case Op::kCallBuiltin:
        return std::string(AllBuiltins()[node.a].name) + "(" + Listed(node.b, node.c) + ")";
      case Op::kClosure:
        return Closure(program_.functions[node.a]);
      case Op::kCoerce:
        return Expression(node.a, kPostfix);
      default:
        return "...";
    }
  }

  std::string Filter(const Node& node) {
    const std::string list = Expression(node.a, kPostfix);
    names_here_[node.c] = "item";
    const std::string predicate = Expression(node.b, kWhole);
    names_here_.erase(node.c);
    return list + "[" + predicate + "]";
  }

  std::string Iteration(const Node& node, NodeId whole) {
    std::string text = node.op == Op::kFor ? "for " : node.op == Op::kSome ? "some " : "every ";
    for (uint32_t i = 0; i < node.count; ++i) {
      const uint32_t* words = &program_.extra[node.a + 3 * i];
      const int level = words[2] == kNoNode ? kWhole : kSum;
      const std::string list = Expression(words[1], level);
      const std::string end = words[2] == kNoNode ? "" : ".." + Expression(words[2], kSum);
      text += (i > 0 ? ", " : "") + Declare(words[0], whole) + " in " + list + end;
    }
    if (node.op == Op::kFor) names_here_[node.c] = "partial";
    text += node.op == Op::kFor ? " return " : " satisfies ";
    return text + Expression(node.b, kWhole);
  }

  // A boxed context with a result is its result with the entries before it known.
  std::string Context(const Node& node) {
    std::string text = "{";
    for (uint32_t i = 0; i < node.b; ++i) {
      const uint32_t* words = &program_.extra[node.a + 3 * i];
      const bool result = node.op == Op::kContextResult && i + 1 == node.b;
      const std::string name = result ? "result" : std::string(Constant(words[0]).string());
      const std::string_view outer_self = std::exchange(self_, name);
      const std::string value = Expression(words[1], kWhole);
      self_ = outer_self;
      const bool plain = !result && IsPlainName(name);
      text += (i > 0 ? ", " : "") + (plain || result ? name : ToFeel(Value::StringView(name)));
      text += ": " + value;
      if (!result) names_here_[words[2]] = NormaliseName(name);
    }
    return text + (node.op == Op::kContextResult ? "}.result" : "}");
  }

  std::string Range(const Node& node) {
    const auto end = [&](NodeId id) { return Expression(id, kSum); };
    if ((node.flags & 8) != 0) return "(!= " + end(node.a) + ")";
    if ((node.flags & 4) == 0) {
      return std::string((node.flags & 1) != 0 ? "[" : "(") + end(node.a) + ".." + end(node.b) +
             ((node.flags & 2) != 0 ? "]" : ")");
    }
    if (node.a != kNoNode && node.b != kNoNode) return "(= " + end(node.a) + ")";
    if (node.a != kNoNode)
      return std::string((node.flags & 1) != 0 ? "(>= " : "(> ") + end(node.a) + ")";
    return std::string((node.flags & 2) != 0 ? "(<= " : "(< ") + end(node.b) + ")";
  }

  // The body has a frame of its own: what it captures keeps its name.
  std::string Closure(const FunctionCode& code) {
    std::map<uint32_t, std::string> inner;
    std::string text = "function(";
    for (uint32_t i = 0; i < code.parameters.size(); ++i) {
      inner[i] = NormaliseName(code.parameters[i].name);
      text += (i > 0 ? ", " : "") + inner[i];
      if (code.parameters[i].type) text += ": " + TypeName(*code.parameters[i].type);
    }
    for (const FunctionCode::Capture& capture : code.captures) {
      inner[capture.to] =
          capture.from == FunctionCode::kSelf ? std::string(self_) : Local(capture.from);
    }
    names_here_.swap(inner);
    text += ") " + Expression(code.body, kWhole);
    names_here_.swap(inner);
    return text;
  }

  const Program& program_;
  const PrintNames& names_;
  std::map<uint32_t, std::string> names_here_;  // of the locals of the frame that is printed
  std::string_view self_ = "self";              // the entry that is printed: a function's own name
};

}  // namespace

std::string Print(const Program& program, NodeId node, const PrintNames& names) {
  return Printer(program, names).Expression(node, kWhole);
}

std::string PrintTests(const Program& program, NodeId node, const PrintNames& names) {
  if (node == kNoNode) return "-";
  if (program.nodes[node].op != Op::kIn) return Print(program, node, names);
  return Printer(program, names).Tests(program.nodes[node]);
}

}  // namespace extramile::feel
