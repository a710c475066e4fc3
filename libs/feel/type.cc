#include "feel/type.h"

#include <algorithm>

#include "feel/program.h"

namespace extramile::feel {

const Type* Type::Find(std::string_view member) const {
  for (const Member& candidate : members) {
    if (candidate.name == member) return candidate.type;
  }
  return nullptr;
}

TypePool::TypePool() {
  any_.name = "Any";
  const auto add = [this](Type::Form form, std::initializer_list<std::string_view> names) {
    Type type;
    type.form = form;
    type.name = std::string(*names.begin());
    const Type* made = New(std::move(type));
    for (const std::string_view name : names) builtin_.emplace_back(name, made);
  };
  builtin_.emplace_back("Any", &any_);
  add(Type::Form::kNull, {"Null"});
  add(Type::Form::kBoolean, {"boolean"});
  add(Type::Form::kNumber, {"number"});
  add(Type::Form::kString, {"string"});
  add(Type::Form::kDate, {"date"});
  add(Type::Form::kTime, {"time"});
  add(Type::Form::kDateTime, {"date and time", "dateTime"});
  add(Type::Form::kDaysDuration, {"days and time duration", "dayTimeDuration"});
  add(Type::Form::kMonthsDuration, {"years and months duration", "yearMonthDuration"});
  add(Type::Form::kDuration, {"duration"});
  add(Type::Form::kList, {"list"});
  add(Type::Form::kContext, {"context"});
  add(Type::Form::kRange, {"range"});
  add(Type::Form::kFunction, {"function"});
}

Type* TypePool::New(Type type) { return &types_.emplace_back(std::move(type)); }

const Type* TypePool::ListOf(const Type* element) {
  Type type;
  type.form = Type::Form::kList;
  type.element = element;
  return New(std::move(type));
}

const Type* TypePool::Builtin(std::string_view name) const {
  for (const std::string_view prefix : {"feel:", "xsd:", "feel."}) {
    if (name.starts_with(prefix)) name.remove_prefix(prefix.size());
  }
  for (const auto& [builtin, type] : builtin_) {
    if (builtin == name) return type;
  }
  return nullptr;
}

namespace {

bool FunctionConforms(const Function& function, const Type& type) {
  if (type.members.empty() && !type.element) return true;
  // FEEL's own functions check their arguments when called.
  if (function.builtin) return true;
  if (!function.code || function.code->parameters.size() != type.members.size()) return false;
  // Parameters are contravariant, the result covariant; where either side says nothing, it fits.
  for (size_t i = 0; i < type.members.size(); ++i) {
    const Type* mine = function.code->parameters[i].type;
    const Type* wanted = type.members[i].type;
    if (mine && wanted && !TypeConforms(*wanted, *mine)) return false;
  }
  return !type.element || !function.code->result ||
         TypeConforms(*function.code->result, *type.element);
}

}  // namespace

bool TypeConforms(const Type& type, const Type& to) {
  using Form = Type::Form;
  if (&type == &to || to.form == Form::kAny) return true;
  if (type.form == Form::kNull) return true;
  if (type.form != to.form) {
    return to.form == Form::kDuration &&
           (type.form == Form::kDaysDuration || type.form == Form::kMonthsDuration);
  }
  const auto element_fits = [&] {
    if (!to.element) return true;
    return type.element && TypeConforms(*type.element, *to.element);
  };
  switch (to.form) {
    case Form::kList:
    case Form::kRange:
      return element_fits();
    case Form::kContext:
      return std::all_of(to.members.begin(), to.members.end(), [&](const Type::Member& wanted) {
        const Type* mine = type.Find(wanted.name);
        return mine && TypeConforms(*mine, *wanted.type);
      });
    case Form::kFunction:
      if (to.members.empty() && !to.element) return true;
      if (type.members.size() != to.members.size()) return false;
      for (size_t i = 0; i < to.members.size(); ++i) {
        if (!TypeConforms(*to.members[i].type, *type.members[i].type)) return false;
      }
      return element_fits();
    default:
      return true;
  }
}

namespace {

// Types are of bounded depth, values are not wide but may share their parts: `visits` ends the ways
// through them.
bool ConformsWithin(const Value& value, const Type& type, bool allow_null, int64_t& visits) {
  using Form = Type::Form;
  if (--visits < 0) return false;
  if (value.is_null()) return allow_null || type.form == Form::kNull;
  switch (type.form) {
    case Form::kAny:
      return true;
    case Form::kUnknown:
    case Form::kNull:
      return false;
    case Form::kBoolean:
      return value.is_boolean();
    case Form::kNumber:
      return value.is_number();
    case Form::kString:
      return value.is_string();
    case Form::kDate:
      return value.kind() == Kind::kDate;
    case Form::kTime:
      return value.kind() == Kind::kTime;
    case Form::kDateTime:
      return value.kind() == Kind::kDateTime;
    case Form::kDaysDuration:
      return value.kind() == Kind::kDaysDuration;
    case Form::kMonthsDuration:
      return value.kind() == Kind::kMonthsDuration;
    case Form::kDuration:
      return value.kind() == Kind::kDaysDuration || value.kind() == Kind::kMonthsDuration;
    case Form::kList:
      return value.is_list() &&
             (!type.element ||
              std::all_of(value.items().begin(), value.items().end(), [&](const Value& item) {
                return ConformsWithin(item, *type.element, allow_null, visits);
              }));
    case Form::kContext:
      return value.is_context() &&
             std::all_of(type.members.begin(), type.members.end(), [&](const Type::Member& member) {
               const Value* found = value.FindPointer(member.name);
               return found ? ConformsWithin(*found, *member.type, true, visits) : false;
             });
    case Form::kRange: {
      if (!value.is_range() || !type.element) return value.is_range();
      const Range& range = value.range();
      return ConformsWithin(range.low, *type.element, true, visits) &&
             ConformsWithin(range.high, *type.element, true, visits);
    }
    case Form::kFunction:
      return value.is_function() && FunctionConforms(value.function(), type);
  }
  return false;
}

}  // namespace

bool Conforms(const Value& value, const Type& type, bool allow_null) {
  int64_t visits = 10'000'000;
  return ConformsWithin(value, type, allow_null, visits);
}

std::string TypeName(const Type& type) {
  if (!type.name.empty()) return type.name;
  switch (type.form) {
    case Type::Form::kList:
      return type.element ? "list<" + TypeName(*type.element) + ">" : "list";
    case Type::Form::kRange:
      return type.element ? "range<" + TypeName(*type.element) + ">" : "range";
    case Type::Form::kContext: {
      std::string name = "context<";
      for (const Type::Member& member : type.members) {
        if (name.back() != '<') name += ", ";
        name += member.name + ": " + TypeName(*member.type);
      }
      return name + ">";
    }
    case Type::Form::kFunction:
      return "function";
    default:
      return "Any";
  }
}

}  // namespace extramile::feel
