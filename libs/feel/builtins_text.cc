// String functions: DMN 1.5, 10.3.4.3, and string() and number() of 10.3.4.1.
#include <unicode/locid.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <string>

#include "feel/builtins.h"
#include "feel/pattern.h"
#include "feel/text.h"

namespace extramile::feel {
namespace {

using Span = std::span<const Value>;

Value StringLength(Evaluator& evaluator, Span values, NodeId at) {
  Arguments in(evaluator, "string length", values, at);
  in.Count(1, 1);
  const std::string_view text = in.Text(0);
  if (!in.ok()) return in.failure();
  return Value::Int(static_cast<int64_t>(CountCodePoints(text)));
}

Value Substring(Evaluator& evaluator, Span values, NodeId at) {
  Arguments in(evaluator, "substring", values, at);
  in.Count(2, 3);
  const std::string_view text = in.Text(0);
  int64_t start = in.Integer(1);
  const int64_t wanted = in.Has(2) ? in.Integer(2) : INT64_MAX;
  if (!in.ok()) return in.failure();
  const auto size = static_cast<int64_t>(CountCodePoints(text));
  if (start < 0) start = size + start + 1;
  if (start < 1 || start > size || wanted < 1) {
    return start == 0 || wanted < 1 ? in.Fail(values[start == 0 ? 1 : 2]) : Value::StringView("");
  }
  const size_t begin = ByteOfCodePoint(text, static_cast<size_t>(start - 1));
  const std::string_view rest = text.substr(begin);
  if (wanted >= size) return Value::StringView(rest);
  return Value::StringView(rest.substr(0, ByteOfCodePoint(rest, static_cast<size_t>(wanted))));
}

template <class Change>
Value ChangeText(Evaluator& evaluator, std::string_view name, Span values, NodeId at,
                 Change change) {
  Arguments in(evaluator, name, values, at);
  in.Count(1, 1);
  const std::string_view text = in.Text(0);
  if (!in.ok()) return in.failure();
  icu::UnicodeString unicode =
      icu::UnicodeString::fromUTF8(icu::StringPiece(text.data(), static_cast<int>(text.size())));
  change(unicode);
  std::string out;
  unicode.toUTF8String(out);
  return Value::String(evaluator.arena(), out);
}

Value UpperCase(Evaluator& evaluator, Span values, NodeId at) {
  return ChangeText(evaluator, "upper case", values, at,
                    [](icu::UnicodeString& text) { text.toUpper(icu::Locale::getRoot()); });
}

Value LowerCase(Evaluator& evaluator, Span values, NodeId at) {
  return ChangeText(evaluator, "lower case", values, at,
                    [](icu::UnicodeString& text) { text.toLower(icu::Locale::getRoot()); });
}

template <class Answer>
Value TwoTexts(Evaluator& evaluator, std::string_view name, Span values, NodeId at, Answer answer) {
  Arguments in(evaluator, name, values, at);
  in.Count(2, 2);
  const std::string_view text = in.Text(0), part = in.Text(1);
  if (!in.ok()) return in.failure();
  return answer(text, part);
}

Value SubstringBefore(Evaluator& evaluator, Span values, NodeId at) {
  return TwoTexts(evaluator, "substring before", values, at, [](auto text, auto part) {
    const size_t found = text.find(part);
    return Value::StringView(found == std::string_view::npos ? "" : text.substr(0, found));
  });
}

Value SubstringAfter(Evaluator& evaluator, Span values, NodeId at) {
  return TwoTexts(evaluator, "substring after", values, at, [](auto text, auto part) {
    const size_t found = text.find(part);
    return Value::StringView(found == std::string_view::npos ? ""
                                                             : text.substr(found + part.size()));
  });
}

Value ContainsText(Evaluator& evaluator, Span values, NodeId at) {
  return TwoTexts(evaluator, "contains", values, at, [](auto text, auto part) {
    return Value::Bool(text.find(part) != std::string_view::npos);
  });
}

Value StartsWith(Evaluator& evaluator, Span values, NodeId at) {
  return TwoTexts(evaluator, "starts with", values, at,
                  [](auto text, auto part) { return Value::Bool(text.starts_with(part)); });
}

Value EndsWith(Evaluator& evaluator, Span values, NodeId at) {
  return TwoTexts(evaluator, "ends with", values, at,
                  [](auto text, auto part) { return Value::Bool(text.ends_with(part)); });
}

Value FromPattern(Arguments& in, const Value& pattern, const PatternError& error) {
  return in.Fail(pattern, error.too_costly ? Cause::kLimit : Cause::kInvalidText);
}

Value Matches(Evaluator& evaluator, Span values, NodeId at) {
  Arguments in(evaluator, "matches", values, at);
  in.Count(2, 3);
  const std::string_view text = in.Text(0), pattern = in.Text(1);
  const std::string_view flags = in.Has(2) ? in.Text(2) : "";
  if (!in.ok()) return in.failure();
  const auto found = PatternFound(text, pattern, flags);
  return found ? Value::Bool(*found) : FromPattern(in, values[1], found.error());
}

Value Replace(Evaluator& evaluator, Span values, NodeId at) {
  Arguments in(evaluator, "replace", values, at);
  in.Count(3, 4);
  const std::string_view text = in.Text(0), pattern = in.Text(1), replacement = in.Text(2);
  const std::string_view flags = in.Has(3) ? in.Text(3) : "";
  if (!in.ok()) return in.failure();
  const auto replaced = ReplacePattern(text, pattern, replacement, flags);
  return replaced ? Value::String(evaluator.arena(), *replaced)
                  : FromPattern(in, values[1], replaced.error());
}

Value Split(Evaluator& evaluator, Span values, NodeId at) {
  Arguments in(evaluator, "split", values, at);
  in.Count(2, 2);
  const std::string_view text = in.Text(0), pattern = in.Text(1);
  if (!in.ok()) return in.failure();
  const auto parts = SplitByPattern(text, pattern);
  if (!parts) return FromPattern(in, values[1], parts.error());
  std::vector<Value> items;
  for (const std::string& part : *parts) items.push_back(Value::String(evaluator.arena(), part));
  return Value::List(evaluator.arena(), items);
}

Value StringJoin(Evaluator& evaluator, Span values, NodeId at) {
  Arguments in(evaluator, "string join", values, at);
  in.Count(1, 2);
  const auto items = in.Items(0);
  const std::string_view delimiter = in.Has(1) ? in.Text(1) : "";
  if (!in.ok()) return in.failure();
  std::string out;
  bool first = true;
  for (const Value& item : items) {
    if (item.is_null()) continue;
    if (!item.is_string()) return in.Fail(item);
    if (!first) out += delimiter;
    first = false;
    out += item.string();
  }
  return Value::String(evaluator.arena(), out);
}

Value ToStringFunction(Evaluator& evaluator, Span values, NodeId at) {
  Arguments in(evaluator, "string", values, at);
  if (!in.Count(1, 1)) return in.failure();
  if (values[0].is_null()) return values[0];
  const std::string text = ToText(values[0]);
  if (text.size() > kMaxShownBytes) return in.Fail(values[0], Cause::kLimit);
  return Value::String(evaluator.arena(), text);
}

// number(from, grouping separator, decimal separator)
Value ToNumber(Evaluator& evaluator, Span values, NodeId at) {
  Arguments in(evaluator, "number", values, at);
  in.Count(1, 3);
  if (in.ok() && values.size() == 1 && values[0].is_number()) return values[0];
  const std::string_view text = in.Text(0);
  const std::string_view grouping = in.Has(1) ? in.Text(1) : "";
  const std::string_view decimal = in.Has(2) ? in.Text(2) : "";
  if (!in.ok()) return in.failure();
  const bool grouping_fits =
      grouping.empty() || grouping == " " || grouping == "." || grouping == ",";
  const bool decimal_fits = decimal.empty() || decimal == "." || decimal == ",";
  if (!grouping_fits || !decimal_fits || (!grouping.empty() && grouping == decimal))
    return in.Fail(values[0]);
  std::string digits;
  for (const char c : text) {
    if (!grouping.empty() && c == grouping[0]) continue;
    if (!decimal.empty() && decimal[0] == ',' && c == '.')
      return in.Fail(values[0], Cause::kInvalidText);
    digits += !decimal.empty() && c == decimal[0] ? '.' : c;
  }
  const auto number = Number::Parse(digits);
  return number ? Value::Of(evaluator.arena(), *number) : in.Fail(values[0], Cause::kInvalidText);
}

}  // namespace

std::vector<Builtin> TextBuiltins() {
  return {
      {"string length", {"string"}, StringLength},
      {"substring", {"string,start position,length"}, Substring},
      {"upper case", {"string"}, UpperCase},
      {"lower case", {"string"}, LowerCase},
      {"substring before", {"string,match"}, SubstringBefore},
      {"substring after", {"string,match"}, SubstringAfter},
      {"contains", {"string,match"}, ContainsText},
      {"starts with", {"string,match"}, StartsWith},
      {"ends with", {"string,match"}, EndsWith},
      {"matches", {"input,pattern,flags"}, Matches},
      {"replace", {"input,pattern,replacement,flags"}, Replace},
      {"split", {"string,delimiter"}, Split},
      {"string join", {"list,delimiter"}, StringJoin},
      {"string", {"from"}, ToStringFunction},
      {"number", {"from,grouping separator,decimal separator"}, ToNumber},
  };
}

}  // namespace extramile::feel
