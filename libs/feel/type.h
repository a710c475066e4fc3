// Type: what a FEEL value may be, as far as a model says: for `instance of`, for coercion of inputs
// and results, and for the parser, which needs the members of a context to know which words after a
// dot are one name.
//
// Types are made once, while a model is loaded, live in a TypePool and are immutable after; share
// them freely.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "feel/value.h"

namespace extramile::feel {

struct FunctionCode;

struct Type {
  enum class Form : uint8_t {
    kAny,
    kNull,
    kBoolean,
    kNumber,
    kString,
    kDate,
    kTime,
    kDateTime,
    kDaysDuration,
    kMonthsDuration,
    kDuration,  // either duration
    kList,
    kContext,
    kRange,
    kFunction,
    kUnknown,  // a name that no model defines: nothing conforms to it
  };
  struct Member {
    std::string name;
    const Type* type;
  };

  Form form = Form::kAny;
  std::string name;                       // as the model calls it, for messages
  const Type* element = nullptr;          // of a list or range; a function's result; nullptr is any
  std::vector<Member> members;            // of a context; a function's parameters
  const FunctionCode* allowed = nullptr;  // unary tests on one parameter that a value must pass

  const Type* Find(std::string_view member) const;  // nullptr where there is no such member
};

// Owns types and knows FEEL's own by name.
class TypePool {
 public:
  TypePool();
  TypePool(const TypePool&) = delete;
  TypePool& operator=(const TypePool&) = delete;

  Type* New(Type type);
  const Type* ListOf(const Type* element);
  const Type* any() const { return &any_; }
  // "number", "date and time", "days and time duration", ...; nullptr for anything else. XML
  // Schema's names (dateTime, dayTimeDuration, yearMonthDuration, xsd:...) are understood too.
  const Type* Builtin(std::string_view name) const;

 private:
  std::deque<Type> types_;
  Type any_;
  std::vector<std::pair<std::string_view, const Type*>> builtin_;
};

// Whether the value is an instance of the type. With `allow_null`, null conforms to everything, at
// any depth: the rule of coercion. `allowed` values are not looked at. Whether every value of
// `type` is one of `to`: the lattice of DMN 1.5, 10.3.2.9.
bool TypeConforms(const Type& type, const Type& to);

bool Conforms(const Value& value, const Type& type, bool allow_null);

std::string TypeName(const Type& type);

}  // namespace extramile::feel
