// A second FEEL, for tests only: expressions as trees, walked as they stand. Slow and obvious,
// without a parser, slots, constant folding or an arena; the compiled engine must give the same
// values. Only numbers' arithmetic is shared (number_test.cc compares it with decimal128).
#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "feel/number.h"

namespace extramile::feel::reference {

struct Thing;
using Things = std::vector<Thing>;
using Entries = std::vector<std::pair<std::string, Thing>>;
// A day of the years 1000 to 9999, which sort as their texts do.
struct Date {
  std::string iso;  // "2026-11-22"
};
// null, boolean, number, text, date, list or context.
struct Thing {
  std::variant<std::monostate, bool, Number, std::string, Date, std::shared_ptr<const Things>,
               std::shared_ptr<const Entries>>
      is;

  bool null() const { return is.index() == 0; }
  const bool* boolean() const { return std::get_if<bool>(&is); }
  const Number* number() const { return std::get_if<Number>(&is); }
  const std::string* text() const { return std::get_if<std::string>(&is); }
  const Date* date() const { return std::get_if<Date>(&is); }
  const Things* list() const {
    const auto* found = std::get_if<std::shared_ptr<const Things>>(&is);
    return found ? found->get() : nullptr;
  }
  const Entries* context() const {
    const auto* found = std::get_if<std::shared_ptr<const Entries>>(&is);
    return found ? found->get() : nullptr;
  }
};

// An expression. What `text` and `parts` hold depends on `form`.
struct Tree {
  enum class Form {
    kNumber,    // text: digits
    kText,      // text: characters
    kWord,      // text: true, false or null
    kDate,      // text: 2026-11-22
    kName,      // text
    kNegative,  // parts: 1
    kBinary,    // text: the operator; parts: 2
    kBetween,   // parts: value, low, high
    kIn,        // parts: value, then tests; a test that names ? is a condition by itself
    kTest,      // inside kIn; text: "<" and so on; parts: the operand
    kRange,     // inside kIn; text: "[]", "(]" ...; parts: low, high
    kIf,        // parts: 3
    kFor,       // text: variable; parts: list, body
    kCount,     // "for" over a range; text: variable; parts: low, high, body
    kSome,      // text: variable; parts: list, condition
    kEvery,
    kList,     // parts
    kContext,  // names and parts
    kPath,     // text: entry; parts: owner
    kFilter,   // parts: list, predicate
    kCall,     // text: a built-in function; parts: arguments
    kLambda,   // (function(text) parts[0])(parts[1])
  };
  Form form;
  std::string text;
  std::vector<Tree> parts;
  std::vector<std::string> names;
};

// As a person would type it, with the brackets that it needs and no others.
std::string Print(const Tree& tree);

using Scope = std::map<std::string, Thing>;
Thing Evaluate(const Tree& tree, const Scope& scope);
// As ToFeel shows it.
std::string Show(const Thing& thing);

}  // namespace extramile::feel::reference
