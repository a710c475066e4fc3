#include "feel/reference_interpreter.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <random>

#include "feel/expression.h"

namespace extramile::feel::reference {
namespace {

using Form = Tree::Form;

Thing Of(bool value) { return {value}; }
Thing Of(const std::optional<Number>& value) { return value ? Thing{*value} : Thing{}; }
Thing Of(Things items) { return {std::make_shared<const Things>(std::move(items))}; }
Thing Of(Entries entries) { return {std::make_shared<const Entries>(std::move(entries))}; }

// How tightly a form holds together; an operand that holds less tightly needs brackets.
int Level(const Tree& tree) {
  switch (tree.form) {
    case Form::kIf:
    case Form::kFor:
    case Form::kCount:
    case Form::kSome:
    case Form::kEvery:
      return 0;
    case Form::kBinary:
      if (tree.text == "or") return 1;
      if (tree.text == "and") return 2;
      if (tree.text == "+" || tree.text == "-") return 4;
      if (tree.text == "*" || tree.text == "/") return 5;
      return 3;
    case Form::kBetween:
    case Form::kIn:
      return 3;
    case Form::kNegative:
      return 7;
    default:
      return 8;
  }
}

std::string Held(const Tree& tree, int level) {
  const std::string text = Print(tree);
  return Level(tree) < level ? "(" + text + ")" : text;
}

std::string Joined(const std::vector<Tree>& parts, size_t from) {
  std::string text;
  for (size_t i = from; i < parts.size(); ++i) text += (i > from ? ", " : "") + Print(parts[i]);
  return text;
}

std::optional<bool> Equals(const Thing& a, const Thing& b) {
  if (a.null() || b.null()) return a.null() && b.null();
  if (a.is.index() != b.is.index()) return std::nullopt;
  if (a.boolean()) return *a.boolean() == *b.boolean();
  if (a.number()) return Compare(*a.number(), *b.number()) == 0;
  if (a.text()) return *a.text() == *b.text();
  if (a.list()) {
    return std::equal(a.list()->begin(), a.list()->end(), b.list()->begin(), b.list()->end(),
                      [](const Thing& x, const Thing& y) { return Equals(x, y).value_or(false); });
  }
  if (a.context()->size() != b.context()->size()) return false;
  for (const auto& [name, value] : *a.context()) {
    const auto found = std::find_if(b.context()->begin(), b.context()->end(),
                                    [&](const auto& entry) { return entry.first == name; });
    if (found == b.context()->end() || !Equals(value, found->second).value_or(false)) return false;
  }
  return true;
}

std::optional<int> Ordered(const Thing& a, const Thing& b) {
  if (a.number() && b.number()) return Compare(*a.number(), *b.number());
  if (a.text() && b.text()) return a.text()->compare(*b.text());
  return std::nullopt;
}

Thing Compared(const std::string& op, const Thing& a, const Thing& b) {
  if (op == "=" || op == "!=") {
    const auto equal = Equals(a, b);
    return equal ? Of(*equal == (op == "=")) : Thing{};
  }
  const auto order = Ordered(a, b);
  if (!order) return {};
  if (op == "<") return Of(*order < 0);
  if (op == "<=") return Of(*order <= 0);
  if (op == ">") return Of(*order > 0);
  return Of(*order >= 0);
}

bool Is(const Thing& thing, bool value) { return thing.boolean() && *thing.boolean() == value; }

Thing And(const Thing& a, const Thing& b) {
  if (Is(a, false) || Is(b, false)) return Of(false);
  return Is(a, true) && Is(b, true) ? Of(true) : Thing{};
}

Thing Or(const Thing& a, const Thing& b) {
  if (Is(a, true) || Is(b, true)) return Of(true);
  return Is(a, false) && Is(b, false) ? Of(false) : Thing{};
}

Thing Binary(const std::string& op, const Thing& a, const Thing& b) {
  if (op == "and") return And(a, b);
  if (op == "or") return Or(a, b);
  if (op == "+" && a.text() && b.text()) return {*a.text() + *b.text()};
  if (op == "+" || op == "-" || op == "*" || op == "/") {
    if (!a.number() || !b.number()) return {};
    if (op == "+") return Of(Add(*a.number(), *b.number()));
    if (op == "-") return Of(Subtract(*a.number(), *b.number()));
    if (op == "*") return Of(Multiply(*a.number(), *b.number()));
    return b.number()->sign() == 0 ? Thing{} : Of(Divide(*a.number(), *b.number()));
  }
  return Compared(op, a, b);
}

// What a list operand means: itself; a single value is a list of one.
Things ItemsOf(const Thing& thing) { return thing.list() ? *thing.list() : Things{thing}; }

Thing Contains(const Things& items, const Thing& wanted) {
  return Of(std::any_of(items.begin(), items.end(),
                        [&](const Thing& item) { return Equals(item, wanted).value_or(false); }));
}

Thing InRange(const std::string& ends, const Thing& value, const Thing& low, const Thing& high) {
  const auto above = Ordered(value, low), below = Ordered(value, high);
  const auto may_end = [](const Thing& end) { return end.null() || Ordered(end, end); };
  const bool range =
      may_end(low) && may_end(high) && (low.null() || high.null() || Ordered(low, high));
  // What is no range is null, which only null equals.
  if (!range) return Of(value.null());
  if (low.null() || high.null() || !above) return {};
  if (*above < 0 || (*above == 0 && ends[0] == '(')) return Of(false);
  if (!below) return {};
  return Of(*below < 0 || (*below == 0 && ends[1] == ']'));
}

Thing OneTest(const Tree& test, const Thing& value, const Scope& scope) {
  if (test.form == Form::kTest) return Compared(test.text, value, Evaluate(test.parts[0], scope));
  if (test.form == Form::kRange) {
    return InRange(test.text, value, Evaluate(test.parts[0], scope),
                   Evaluate(test.parts[1], scope));
  }
  const Thing wanted = Evaluate(test, scope);
  // A condition that holds by itself; but a literal is a value.
  const bool literal = test.form == Form::kWord;
  if (Is(wanted, true) && !value.boolean() && !literal) return wanted;
  if (!wanted.list()) return Compared("=", value, wanted);
  if (value.list() && Equals(value, wanted).value_or(false)) return Of(true);
  const auto holds = [&](const Thing& item) {
    return !(item.list() && !value.list()) && Equals(value, item).value_or(false);
  };
  return Of(std::any_of(wanted.list()->begin(), wanted.list()->end(), holds));
}

Thing In(const Tree& tree, const Scope& scope) {
  const Thing value = Evaluate(tree.parts[0], scope);
  bool unknown = false;
  for (size_t i = 1; i < tree.parts.size(); ++i) {
    const Thing answer = OneTest(tree.parts[i], value, scope);
    if (Is(answer, true)) return answer;
    unknown = unknown || !answer.boolean();
  }
  return unknown ? Thing{} : Of(false);
}

Thing Between(const Thing& value, const Thing& low, const Thing& high) {
  return And(Compared(">=", value, low), Compared("<=", value, high));
}

Scope With(Scope scope, const std::string& name, const Thing& value) {
  scope[name] = value;
  return scope;
}

Thing Looped(const Tree& tree, const Things& items, const Tree& body, const Scope& scope) {
  Things results;
  for (const Thing& item : items) results.push_back(Evaluate(body, With(scope, tree.text, item)));
  return Of(std::move(results));
}

Thing Counted(const Tree& tree, const Scope& scope) {
  const Thing low = Evaluate(tree.parts[0], scope), high = Evaluate(tree.parts[1], scope);
  const auto from = low.number() ? low.number()->ToInt64() : std::nullopt;
  const auto to = high.number() ? high.number()->ToInt64() : std::nullopt;
  if (!from || !to) return {};
  Things items;
  for (int64_t i = *from;; i += *from <= *to ? 1 : -1) {
    items.push_back({Number::Int(i)});
    if (i == *to) break;
  }
  return Looped(tree, items, tree.parts[2], scope);
}

Thing Quantified(const Tree& tree, bool some, const Scope& scope) {
  const Thing list = Evaluate(tree.parts[0], scope);
  if (list.null()) return {};
  bool unknown = false;
  for (const Thing& item : ItemsOf(list)) {
    const Thing answer = Evaluate(tree.parts[1], With(scope, tree.text, item));
    if (Is(answer, some)) return Of(some);
    unknown = unknown || !answer.boolean();
  }
  return unknown ? Thing{} : Of(!some);
}

Thing Entry(const Thing& owner, const std::string& name) {
  if (owner.list()) {
    Things items;
    for (const Thing& item : *owner.list()) items.push_back(Entry(item, name));
    return Of(std::move(items));
  }
  if (!owner.context()) return {};
  for (const auto& [key, value] : *owner.context()) {
    if (key == name) return value;
  }
  return {};
}

Thing ItemAt(const Things& items, const Number& index) {
  const auto position = index.ToInt64();
  const auto size = static_cast<int64_t>(items.size());
  if (!position || *position == 0 || *position > size || *position < -size) return {};
  return items[static_cast<size_t>(*position > 0 ? *position - 1 : size + *position)];
}

Thing Filtered(const Tree& tree, const Scope& scope) {
  const Thing list = Evaluate(tree.parts[0], scope);
  const Things items = list.null() ? Things{} : ItemsOf(list);
  const auto predicate = [&](const Thing& item) {
    Scope inner = scope;
    inner["item"] = item;
    // The entries of an item have names of their own.
    if (item.context()) {
      for (const auto& [name, value] : *item.context()) inner[name] = value;
    }
    return Evaluate(tree.parts[1], inner);
  };
  if (items.empty()) {
    const Thing answer = predicate({});
    return answer.number() ? Thing{} : Of(Things{});
  }
  Things kept;
  for (const Thing& item : items) {
    const Thing answer = predicate(item);
    if (answer.number()) return ItemAt(items, *answer.number());
    if (Is(answer, true)) kept.push_back(item);
    if (!answer.boolean() && !answer.null()) return {};
  }
  return Of(std::move(kept));
}

Thing Called(const std::string& name, const Things& arguments) {
  const Thing& first = arguments[0];
  if (name == "not") {
    const Thing single = first.list() && first.list()->size() == 1 ? first.list()->front() : first;
    return single.boolean() ? Of(!*single.boolean()) : Thing{};
  }
  if (first.null()) return {};
  const Things items = ItemsOf(first);
  if (name == "count") return Of(Number::Int(static_cast<int64_t>(items.size())));
  if (name == "list contains") return Contains(items, arguments[1]);
  if (name == "reverse") return Of(Things(items.rbegin(), items.rend()));
  if (name == "sum") {
    std::optional<Number> sum;
    for (const Thing& item : items) {
      if (!item.number()) return {};
      sum = sum ? Add(*sum, *item.number()) : *item.number();
      if (!sum) return {};
    }
    return Of(sum);
  }
  if (name == "concatenate") {
    if (arguments[1].null()) return {};
    Things all = items;
    for (const Thing& item : ItemsOf(arguments[1])) all.push_back(item);
    return Of(std::move(all));
  }
  Things kept;  // distinct values
  for (const Thing& item : items) {
    if (!Is(Contains(kept, item), true)) kept.push_back(item);
  }
  return Of(std::move(kept));
}

}  // namespace

std::string Print(const Tree& tree) {
  const auto part = [&](size_t i, int level) { return Held(tree.parts[i], level); };
  switch (tree.form) {
    case Form::kText:
      return "\"" + tree.text + "\"";
    case Form::kNegative:
      return "-" + part(0, 7);
    case Form::kBinary: {
      const int level = Level(tree);
      return part(0, level) + " " + tree.text + " " + part(1, level + 1);
    }
    case Form::kBetween:
      return part(0, 3) + " between " + part(1, 4) + " and " + part(2, 4);
    case Form::kIn:
      return part(0, 3) + " in (" + Joined(tree.parts, 1) + ")";
    case Form::kTest:
      return tree.text + " " + part(0, 4);
    case Form::kRange:
      return tree.text.substr(0, 1) + part(0, 4) + ".." + part(1, 4) + tree.text.substr(1);
    case Form::kIf:
      return "if " + part(0, 0) + " then " + part(1, 0) + " else " + part(2, 0);
    case Form::kFor:
      return "for " + tree.text + " in " + part(0, 0) + " return " + part(1, 0);
    case Form::kCount:
      return "for " + tree.text + " in " + part(0, 4) + ".." + part(1, 4) + " return " + part(2, 0);
    case Form::kSome:
    case Form::kEvery:
      return (tree.form == Form::kSome ? "some " : "every ") + tree.text + " in " + part(0, 0) +
             " satisfies " + part(1, 0);
    case Form::kList:
      return "[" + Joined(tree.parts, 0) + "]";
    case Form::kContext: {
      std::string text = "{";
      for (size_t i = 0; i < tree.parts.size(); ++i)
        text += (i > 0 ? ", " : "") + tree.names[i] + ": " + Print(tree.parts[i]);
      return text + "}";
    }
    case Form::kPath:
      return part(0, 8) + "." + tree.text;
    case Form::kFilter:
      return part(0, 8) + "[" + Print(tree.parts[1]) + "]";
    case Form::kCall:
      return tree.text + "(" + Joined(tree.parts, 0) + ")";
    case Form::kLambda:
      return "(function(" + tree.text + ") " + part(0, 0) + ")(" + Print(tree.parts[1]) + ")";
    default:
      return tree.text;
  }
}

Thing Evaluate(const Tree& tree, const Scope& scope) {
  const auto part = [&](size_t i) { return Evaluate(tree.parts[i], scope); };
  switch (tree.form) {
    case Form::kNumber:
      return Of(Number::Parse(tree.text));
    case Form::kText:
      return {tree.text};
    case Form::kWord:
      return tree.text == "null" ? Thing{} : Of(tree.text == "true");
    case Form::kName:
      return scope.at(tree.text);
    case Form::kNegative: {
      const Thing value = part(0);
      return value.number() ? Thing{Negate(*value.number())} : Thing{};
    }
    case Form::kBinary:
      return Binary(tree.text, part(0), part(1));
    case Form::kBetween:
      return Between(part(0), part(1), part(2));
    case Form::kIn:
      return In(tree, scope);
    case Form::kIf:
      return Is(part(0), true) ? part(1) : part(2);
    case Form::kFor: {
      const Thing list = part(0);
      return list.null() ? Thing{} : Looped(tree, ItemsOf(list), tree.parts[1], scope);
    }
    case Form::kCount:
      return Counted(tree, scope);
    case Form::kSome:
    case Form::kEvery:
      return Quantified(tree, tree.form == Form::kSome, scope);
    case Form::kList: {
      Things items;
      for (size_t i = 0; i < tree.parts.size(); ++i) items.push_back(part(i));
      return Of(std::move(items));
    }
    case Form::kContext: {
      Entries entries;
      Scope inner = scope;
      for (size_t i = 0; i < tree.parts.size(); ++i) {
        const Thing value = Evaluate(tree.parts[i], inner);
        entries.emplace_back(tree.names[i], value);
        inner[tree.names[i]] = value;
      }
      return Of(std::move(entries));
    }
    case Form::kPath:
      return Entry(part(0), tree.text);
    case Form::kFilter:
      return Filtered(tree, scope);
    case Form::kCall: {
      Things arguments;
      for (size_t i = 0; i < tree.parts.size(); ++i) arguments.push_back(part(i));
      return Called(tree.text, arguments);
    }
    case Form::kLambda:
      return Evaluate(tree.parts[0], With(scope, tree.text, part(1)));
    case Form::kTest:
    case Form::kRange:
      break;
  }
  return {};
}

std::string Show(const Thing& thing) {
  if (thing.boolean()) return *thing.boolean() ? "true" : "false";
  if (thing.number()) return thing.number()->ToString();
  if (thing.text()) return "\"" + *thing.text() + "\"";
  std::string text;
  if (thing.list()) {
    for (const Thing& item : *thing.list()) text += (text.empty() ? "" : ", ") + Show(item);
    return "[" + text + "]";
  }
  if (!thing.context()) return "null";
  for (const auto& [name, value] : *thing.context())
    text += (text.empty() ? "" : ", ") + name + ": " + Show(value);
  return "{" + text + "}";
}

namespace {

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
  return {{"a", number("3")},
          {"b c", number("-1.25")},
          {"text", Thing{std::string("ab")}},
          {"numbers", Of(Things{number("1"), number("2.5"), number("-3"), Thing{}})},
          {"k", Of(Entries{{"x", number("7")}, {"two words", Thing{std::string("b")}}})}};
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
