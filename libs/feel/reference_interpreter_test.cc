// The reference interpreter itself; random_expressions_test.cc uses it, and random_tables_test.cc
// of libs/dmn.
#include "feel/reference_interpreter.h"

#include <algorithm>
#include <optional>

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
  if (a.date()) return a.date()->iso == b.date()->iso;
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
  if (a.date() && b.date()) return a.date()->iso.compare(b.date()->iso);
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

Scope With(Scope scope, const std::string& name, const Thing& value) {
  scope[name] = value;
  return scope;
}

bool AsksForItself(const Tree& test) {
  return (test.form == Form::kName && test.text == "?") ||
         std::any_of(test.parts.begin(), test.parts.end(), AsksForItself);
}

Thing OneTest(const Tree& test, const Thing& value, const Scope& scope) {
  if (test.form == Form::kTest) return Compared(test.text, value, Evaluate(test.parts[0], scope));
  if (test.form == Form::kRange) {
    return InRange(test.text, value, Evaluate(test.parts[0], scope),
                   Evaluate(test.parts[1], scope));
  }
  if (AsksForItself(test)) {
    const Thing answer = Evaluate(test, With(scope, "?", value));
    return answer.boolean() ? answer : Thing{};
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
    case Form::kDate:
      return "@\"" + tree.text + "\"";
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
    case Form::kDate:
      return {Date{tree.text}};
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
  if (thing.date()) return "@\"" + thing.date()->iso + "\"";
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

}  // namespace extramile::feel::reference
