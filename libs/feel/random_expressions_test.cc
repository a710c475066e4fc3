// Random expressions: the compiled engine against the reference interpreter, and printed text
// against the expression that it was printed from.
#include <gtest/gtest.h>

#include <random>

#include "feel/expression.h"
#include "feel/reference_interpreter.h"

namespace extramile::feel::reference {
namespace {

using Form = Tree::Form;

// Grows random trees that are mostly of the kind that is wanted, so that not everything is null.
class Grower {
 public:
  explicit Grower(uint64_t seed) : dice_(seed) {}

  enum class Want { kNumber, kBoolean, kText, kList, kContext };

  Tree Any(int depth) { return Grow(static_cast<Want>(Below(5)), depth); }

  Tree Grow(Want want, int depth) {
    if (OneIn(15)) want = static_cast<Want>(Below(5));
    if (depth <= 0 || OneIn(6)) return Leaf(want);
    if (OneIn(10))
      return {Form::kIf, "", {Boolean(depth), Grow(want, depth - 1), Grow(want, depth - 1)}, {}};
    if (OneIn(25)) return Lambda(want, depth);
    if (OneIn(20)) return {Form::kPath, Key(), {Grow(Want::kContext, depth - 1)}, {}};
    switch (want) {
      case Want::kNumber:
        return NumberTree(depth);
      case Want::kBoolean:
        return BooleanTree(depth);
      case Want::kText:
        return {
            Form::kBinary, "+", {Grow(Want::kText, depth - 1), Grow(Want::kText, depth - 1)}, {}};
      case Want::kList:
        return ListTree(depth);
      case Want::kContext:
        return ContextTree(depth);
    }
    return Leaf(want);
  }

 private:
  size_t Below(size_t count) { return dice_() % count; }
  bool OneIn(size_t count) { return Below(count) == 0; }
  template <size_t kCount>
  std::string Of(const char* const (&texts)[kCount]) {
    return texts[Below(kCount)];
  }
  Tree NumberOf(int depth) { return Grow(Want::kNumber, depth - 1); }
  Tree Boolean(int depth) { return Grow(Want::kBoolean, depth - 1); }
  Tree ListOf(int depth) { return Grow(Want::kList, depth - 1); }
  std::string Key() { return Of({"x", "y", "two words"}); }

  Tree Leaf(Want want) {
    if (OneIn(12)) return {Form::kWord, "null", {}, {}};
    if (!variables_.empty() && OneIn(3))
      return {Form::kName, variables_[Below(variables_.size())], {}, {}};
    switch (want) {
      case Want::kNumber:
        if (OneIn(3)) return {Form::kName, Of({"a", "b c"}), {}, {}};
        return {Form::kNumber,
                Of({"0", "1", "2", "3", "0.5", "2.50", "10", "1e3", "99999999999999999999",
                    "0.000000000000000000001"}),
                {},
                {}};
      case Want::kBoolean:
        return {Form::kWord, Of({"true", "false"}), {}, {}};
      case Want::kText:
        if (OneIn(3)) return {Form::kName, "text", {}, {}};
        return {Form::kText, Of({"", "a", "b", "ab"}), {}, {}};
      case Want::kList:
        if (OneIn(2)) return {Form::kName, "numbers", {}, {}};
        return {Form::kList, "", {}, {}};
      case Want::kContext:
        return {Form::kName, "k", {}, {}};
    }
    return {Form::kWord, "null", {}, {}};
  }

  Tree NumberTree(int depth) {
    switch (Below(6)) {
      case 0:
        return {Form::kNegative, "", {NumberOf(depth)}, {}};
      case 1:
        return {Form::kCall, Of({"count", "sum"}), {ListOf(depth)}, {}};
      case 2:
        return {
            Form::kFilter, "", {ListOf(depth), {Form::kNumber, Of({"1", "2", "0"}), {}, {}}}, {}};
      default:
        return {Form::kBinary, Of({"+", "-", "*", "/"}), {NumberOf(depth), NumberOf(depth)}, {}};
    }
  }

  Tree BooleanTree(int depth) {
    const Want same = OneIn(3) ? Want::kText : Want::kNumber;
    switch (Below(8)) {
      case 0:
        return {Form::kBinary, Of({"=", "!="}), {Any(depth - 1), Any(depth - 1)}, {}};
      case 1:
      case 2:
        return {Form::kBinary,
                Of({"<", "<=", ">", ">=", "=", "!="}),
                {Grow(same, depth - 1), Grow(same, depth - 1)},
                {}};
      case 3:
        return {Form::kBetween,
                "",
                {Grow(same, depth - 1), Grow(same, depth - 1), Grow(same, depth - 1)},
                {}};
      case 4:
        return InTree(same, depth);
      case 5:
        return Quantifier(depth);
      case 6:
        if (OneIn(2)) return {Form::kCall, "not", {Boolean(depth)}, {}};
        return {Form::kCall, "list contains", {ListOf(depth), NumberOf(depth)}, {}};
      default:
        return {Form::kBinary, Of({"and", "or"}), {Boolean(depth), Boolean(depth)}, {}};
    }
  }

  Tree InTree(Want same, int depth) {
    Tree tree{Form::kIn, "", {Grow(same, depth - 1)}, {}};
    for (size_t n = 1 + Below(3); n > 0; --n) {
      switch (Below(4)) {
        case 0:
          tree.parts.push_back(
              {Form::kTest, Of({"<", "<=", ">", ">=", "=", "!="}), {Grow(same, depth - 1)}, {}});
          break;
        case 1:
          tree.parts.push_back({Form::kRange,
                                Of({"[]", "(]", "[)", "()"}),
                                {Grow(same, depth - 1), Grow(same, depth - 1)},
                                {}});
          break;
        default:
          tree.parts.push_back(Any(depth - 1));
      }
    }
    return tree;
  }

  // A part in which one more name is known.
  template <class Make>
  Tree Inside(const std::string& variable, Make make) {
    variables_.push_back(variable);
    Tree tree = make();
    variables_.pop_back();
    return tree;
  }

  Tree Quantifier(int depth) {
    const std::string variable = Of({"v", "w w"});
    const Form form = OneIn(2) ? Form::kSome : Form::kEvery;
    Tree list = ListOf(depth);
    return {
        form, variable, {std::move(list), Inside(variable, [&] { return Boolean(depth); })}, {}};
  }

  Tree Lambda(Want want, int depth) {
    const std::string variable = Of({"v", "p"});
    Tree body = Inside(variable, [&] { return Grow(want, depth - 1); });
    return {Form::kLambda, variable, {std::move(body), Any(depth - 1)}, {}};
  }

  Tree ListTree(int depth) {
    const std::string variable = Of({"v", "w w"});
    switch (Below(6)) {
      case 0: {
        Tree list = ListOf(depth);
        return {Form::kFor,
                variable,
                {std::move(list), Inside(variable, [&] { return Any(depth - 1); })},
                {}};
      }
      case 1:
        return {Form::kCount,
                variable,
                {{Form::kNumber, Of({"1", "3"}), {}, {}},
                 {Form::kNumber, Of({"0", "2", "4"}), {}, {}},
                 Inside(variable, [&] { return Any(depth - 1); })},
                {}};
      case 2: {
        Tree list = ListOf(depth);
        return {Form::kFilter,
                "",
                {std::move(list), Inside("item", [&] { return Boolean(depth); })},
                {}};
      }
      case 3:
        return {Form::kCall, "concatenate", {ListOf(depth), ListOf(depth)}, {}};
      case 4:
        return {Form::kCall, Of({"reverse", "distinct values"}), {ListOf(depth)}, {}};
      default: {
        Tree tree{Form::kList, "", {}, {}};
        for (size_t n = Below(4); n > 0; --n) tree.parts.push_back(Any(depth - 1));
        return tree;
      }
    }
  }

  Tree ContextTree(int depth) {
    Tree tree{Form::kContext, "", {}, {}};
    const size_t outer = variables_.size();
    for (const char* name : {"x", "two words", "d-e"}) {
      if (OneIn(3)) continue;
      tree.names.push_back(name);
      tree.parts.push_back(Any(depth - 1));
      variables_.push_back(name);
    }
    variables_.resize(outer);
    return tree;
  }

  std::mt19937_64 dice_;
  std::vector<std::string> variables_;
};

Scope Inputs() {
  const auto number = [](const char* digits) { return Thing{*Number::Parse(digits)}; };
  const auto list = [](Things items) {
    return Thing{std::make_shared<const Things>(std::move(items))};
  };
  return {{"a", number("3")},
          {"b c", number("-1.25")},
          {"text", Thing{std::string("ab")}},
          {"numbers", list({number("1"), number("2.5"), number("-3"), Thing{}})},
          {"k", Thing{std::make_shared<const Entries>(
                    Entries{{"x", number("7")}, {"two words", Thing{std::string("b")}}})}}};
}

Value ToValue(Arena& arena, const Thing& thing) {
  if (thing.boolean()) return Value::Bool(*thing.boolean());
  if (thing.number()) return Value::Of(arena, *thing.number());
  if (thing.text()) return Value::String(arena, *thing.text());
  if (thing.list()) {
    std::vector<Value> items;
    for (const Thing& item : *thing.list()) items.push_back(ToValue(arena, item));
    return Value::List(arena, items);
  }
  if (!thing.context()) return Value();
  ContextBuilder context(arena);
  for (const auto& [name, value] : *thing.context()) context.Set(name, ToValue(arena, value));
  return context.Build();
}

// As ToFeel writes it, but for names that it would quote.
std::string Unquoted(std::string text) {
  for (const std::string name : {"two words", "d-e"}) {
    for (size_t at; (at = text.find("\"" + name + "\": ")) != std::string::npos;)
      text.replace(at, name.size() + 2, name);
  }
  return text;
}

TEST(Reference, TheCompiledEngineAgreesOnRandomExpressions) {
  const Scope inputs = Inputs();
  std::vector<std::string_view> names;
  for (const auto& [name, value] : inputs) names.push_back(name);
  int nulls = 0;
  constexpr int kExpressions = 20'000;
  for (uint64_t seed = 1; seed <= kExpressions; ++seed) {
    const Tree tree = Grower(seed).Any(5);
    const std::string text = Print(tree);
    const auto compiled = Expression::Compile(text, names);
    ASSERT_TRUE(compiled) << compiled.error().ToString() << "\n" << text;
    Arena arena;
    ContextBuilder context(arena);
    for (const auto& [name, value] : inputs) context.Set(name, ToValue(arena, value));
    const Outcome outcome = compiled->Evaluate(arena, context.Build());
    if (outcome.stopped) continue;
    const Thing expected = Evaluate(tree, inputs);
    nulls += expected.null() ? 1 : 0;
    ASSERT_EQ(Unquoted(ToFeel(outcome.value)), Show(expected)) << "seed " << seed << ": " << text;
  }
  EXPECT_LT(nulls, kExpressions / 2);  // or the expressions would say little
}

TEST(Printed, ExpressionsMeanTheSameAndPrintTheSame) {
  const Scope inputs = Inputs();
  std::vector<std::string_view> names;
  for (const auto& [name, value] : inputs) names.push_back(name);
  for (uint64_t seed = 1; seed <= 3'000; ++seed) {
    const std::string text = Print(Grower(seed).Any(4));
    const auto first = Expression::Compile(text, names);
    ASSERT_TRUE(first) << text;
    const std::string printed = first->ToText();
    const auto second = Expression::Compile(printed, names);
    ASSERT_TRUE(second) << second.error().ToString() << "\n" << text << "\n" << printed;
    ASSERT_EQ(second->ToText(), printed) << text;
    Arena arena;
    ContextBuilder context(arena);
    for (const auto& [name, value] : inputs) context.Set(name, ToValue(arena, value));
    const Value given = context.Build();
    ASSERT_EQ(ToFeel(second->Evaluate(arena, given).value),
              ToFeel(first->Evaluate(arena, given).value))
        << text << "\n"
        << printed;
  }
}

}  // namespace
}  // namespace extramile::feel::reference
