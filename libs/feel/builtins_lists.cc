// List functions: DMN 1.5, 10.3.4.4, and sort of 10.3.4.8.
#include <algorithm>
#include <memory>
#include <vector>

#include "feel/builtins.h"
#include "feel/bytes.h"

namespace extramile::feel {
namespace {

using Span = std::span<const Value>;

Value Out(Evaluator& evaluator, const std::vector<Value>& items) {
  return Value::List(evaluator.arena(), items);
}

Value ListContains(Evaluator& evaluator, Span values, NodeId at) {
  if (values.size() == 2 && values[0].is_list() && values[1].is_string()) {
    const Span texts = values[0].items();
    return Value::Bool(std::any_of(texts.begin(), texts.end(), [&](const Value& item) {
      return item.is_string() && SameText(item.string(), values[1].string());
    }));
  }
  Arguments in(evaluator, "list contains", values, at);
  in.Count(2, 2);
  const Span items = in.Items(0);
  if (!in.ok()) return in.failure();
  return Value::Bool(std::any_of(items.begin(), items.end(), [&](const Value& item) {
    return evaluator.Same(item, values[1], at);
  }));
}

Value CountItems(Evaluator& evaluator, Span values, NodeId at) {
  Arguments in(evaluator, "count", values, at);
  in.Count(1, 1);
  const Span items = in.Items(0);
  return in.ok() ? Value::Int(static_cast<int64_t>(items.size())) : in.failure();
}

// all() and any(): kDeciding ends the search, null or another kind makes the answer unknown.
template <bool kDeciding>
Value Truth(Evaluator& evaluator, Span values, NodeId at) {
  Arguments in(evaluator, kDeciding ? "any" : "all", values, at);
  if (values.empty()) return in.Fail(Value());
  const Span items = values.size() == 1 ? in.Items(0) : values;
  if (!in.ok()) return in.failure();
  const Value* unknown = nullptr;
  for (const Value& item : items) {
    if (item.is_boolean() && item.boolean() == kDeciding) return item;
    if (!item.is_boolean()) unknown = &item;
  }
  return unknown ? in.Fail(*unknown, Cause::kNotBoolean) : Value::Bool(!kDeciding);
}

Value Sublist(Evaluator& evaluator, Span values, NodeId at) {
  Arguments in(evaluator, "sublist", values, at);
  in.Count(2, 3);
  const Span items = in.Items(0);
  int64_t start = in.Integer(1);
  const auto size = static_cast<int64_t>(items.size());
  int64_t length = in.Has(2) ? in.Integer(2) : -1;
  if (!in.ok()) return in.failure();
  if (start < 0) start = size + start + 1;
  if (start < 1 || start > size) return in.Fail(values[1], Cause::kArgument);
  if (in.Has(2) && (length < 0 || length > size - start + 1)) return in.Fail(values[2]);
  if (!in.Has(2)) length = size - start + 1;
  return Value::ListView(
      items.subspan(static_cast<size_t>(start - 1), static_cast<size_t>(length)));
}

Value Append(Evaluator& evaluator, Span values, NodeId at) {
  Arguments in(evaluator, "append", values, at);
  if (values.empty()) return in.Fail(Value());
  std::vector<Value> items;
  if (values[0].is_null()) {
    items.push_back(values[0]);
  } else {
    const Span first = in.Items(0);
    items.assign(first.begin(), first.end());
  }
  items.insert(items.end(), values.begin() + 1, values.end());
  return Out(evaluator, items);
}

Value Concatenate(Evaluator& evaluator, Span values, NodeId at) {
  Arguments in(evaluator, "concatenate", values, at);
  size_t size = 0;
  for (size_t i = 0; i < values.size(); ++i) size += in.Items(i).size();
  if (!in.ok()) return in.failure();
  auto* const items = static_cast<Value*>(evaluator.arena().Allocate(size * sizeof(Value)));
  Value* end = items;
  for (size_t i = 0; i < values.size(); ++i) {
    const Span part = in.Items(i);
    end = std::uninitialized_copy(part.begin(), part.end(), end);
  }
  return Value::ListView({items, size});
}

// A position counted from 1, or from the end when negative; nullopt outside 1..size.
std::optional<size_t> Position(int64_t position, size_t size) {
  const auto length = static_cast<int64_t>(size);
  if (position < 0) position = length + position + 1;
  if (position < 1 || position > length) return std::nullopt;
  return static_cast<size_t>(position - 1);
}

Value InsertBefore(Evaluator& evaluator, Span values, NodeId at) {
  Arguments in(evaluator, "insert before", values, at);
  in.Count(3, 3);
  const Span list = in.Items(0);
  const int64_t position = in.Integer(1);
  if (!in.ok()) return in.failure();
  std::vector<Value> items(list.begin(), list.end());
  const auto index = Position(position, items.size() + (position > 0 ? 1 : 0));
  if (!index) return in.Fail(values[1]);
  items.insert(items.begin() + static_cast<ptrdiff_t>(*index), values[2]);
  return Out(evaluator, items);
}

Value Remove(Evaluator& evaluator, Span values, NodeId at) {
  Arguments in(evaluator, "remove", values, at);
  in.Count(2, 2);
  const Span list = in.Items(0);
  const int64_t position = in.Integer(1);
  if (!in.ok()) return in.failure();
  const auto index = Position(position, list.size());
  if (!index) return in.Fail(values[1]);
  std::vector<Value> items(list.begin(), list.end());
  items.erase(items.begin() + static_cast<ptrdiff_t>(*index));
  return Out(evaluator, items);
}

// list replace(list, position, newItem) or list replace(list, match, newItem).
Value ListReplace(Evaluator& evaluator, Span values, NodeId at) {
  Arguments in(evaluator, "list replace", values, at);
  in.Count(3, 3);
  const Span list = in.Items(0);
  if (!in.ok()) return in.failure();
  std::vector<Value> items(list.begin(), list.end());
  if (!values[1].is_function()) {
    const int64_t position = in.Integer(1);
    if (!in.ok()) return in.failure();
    const auto index = Position(position, items.size());
    if (!index) return in.Fail(values[1]);
    items[*index] = values[2];
    return Out(evaluator, items);
  }
  for (Value& item : items) {
    const Value arguments[] = {item, values[2]};
    const Value matched = evaluator.Call(values[1], arguments, at);
    if (!matched.is_boolean())
      return matched.is_null() ? matched : in.Fail(matched, Cause::kNotBoolean);
    if (matched.is_true()) item = values[2];
  }
  return Out(evaluator, items);
}

Value Reverse(Evaluator& evaluator, Span values, NodeId at) {
  Arguments in(evaluator, "reverse", values, at);
  in.Count(1, 1);
  const Span list = in.Items(0);
  if (!in.ok()) return in.failure();
  return Out(evaluator, std::vector<Value>(list.rbegin(), list.rend()));
}

Value IndexOf(Evaluator& evaluator, Span values, NodeId at) {
  Arguments in(evaluator, "index of", values, at);
  in.Count(2, 2);
  const Span list = in.Items(0);
  if (!in.ok()) return in.failure();
  std::vector<Value> found;
  for (size_t i = 0; i < list.size(); ++i) {
    if (evaluator.Same(list[i], values[1], at))
      found.push_back(Value::Int(static_cast<int64_t>(i + 1)));
  }
  return Out(evaluator, found);
}

Value Distinct(Evaluator& evaluator, Span items, NodeId at) {
  std::vector<Value> kept;
  for (const Value& item : items) {
    evaluator.Spend(kept.size());
    if (!evaluator.Step(at)) return Value();
    if (std::none_of(kept.begin(), kept.end(),
                     [&](const Value& other) { return evaluator.Same(other, item, at); }))
      kept.push_back(item);
  }
  return Out(evaluator, kept);
}

Value DistinctValues(Evaluator& evaluator, Span values, NodeId at) {
  Arguments in(evaluator, "distinct values", values, at);
  in.Count(1, 1);
  const Span items = in.Items(0);
  return in.ok() ? Distinct(evaluator, items, at) : in.failure();
}

Value Union(Evaluator& evaluator, Span values, NodeId at) {
  const Value all = Concatenate(evaluator, values, at);
  return all.is_list() ? Distinct(evaluator, all.items(), at) : all;
}

bool FlattenInto(Evaluator& evaluator, Span items, std::vector<Value>& out, int depth, NodeId at) {
  constexpr int kMaxDepth = 500;
  if (depth > kMaxDepth) return false;
  for (const Value& item : items) {
    if (!evaluator.Step(at)) return false;
    if (!item.is_list()) {
      out.push_back(item);
    } else if (!FlattenInto(evaluator, item.items(), out, depth + 1, at)) {
      return false;
    }
  }
  return true;
}

Value Flatten(Evaluator& evaluator, Span values, NodeId at) {
  Arguments in(evaluator, "flatten", values, at);
  in.Count(1, 1);
  const Span items = in.Items(0);
  if (!in.ok()) return in.failure();
  std::vector<Value> out;
  if (!FlattenInto(evaluator, items, out, 0, at)) return in.Fail(values[0]);
  return Out(evaluator, out);
}

// Merges runs of growing length. Unlike std::sort it stays in bounds whatever the user's `precedes`
// answers.
template <class Precedes>
void MergeSort(std::vector<Value>& items, Precedes precedes) {
  std::vector<Value> merged(items.size());
  for (size_t width = 1; width < items.size(); width *= 2) {
    for (size_t begin = 0; begin < items.size(); begin += 2 * width) {
      const size_t middle = std::min(begin + width, items.size()),
                   end = std::min(begin + 2 * width, items.size());
      size_t left = begin, right = middle;
      for (size_t out = begin; out < end; ++out) {
        const bool take_right =
            left == middle || (right < end && precedes(items[right], items[left]));
        merged[out] = take_right ? items[right++] : items[left++];
      }
    }
    items.swap(merged);
  }
}

Value Sort(Evaluator& evaluator, Span values, NodeId at) {
  Arguments in(evaluator, "sort", values, at);
  in.Count(1, 2);
  const Span list = in.Items(0);
  if (!in.ok()) return in.failure();
  if (values.size() == 2 && !values[1].is_function()) return in.Fail(values[1]);
  std::vector<Value> items(list.begin(), list.end());
  Value failure;
  bool failed = false;
  MergeSort(items, [&](const Value& a, const Value& b) {
    if (failed) return false;
    if (values.size() == 1) {
      const auto order = Compare(a, b);
      if (!order) failure = evaluator.Null(Cause::kNotComparable, at, a, b);
      failed = !order;
      return order.value_or(0) < 0;
    }
    const Value arguments[] = {a, b};
    const Value answer = evaluator.Call(values[1], arguments, at);
    if (answer.is_boolean()) return answer.boolean();
    failed = true;
    failure = answer.is_null() ? answer : evaluator.Null(Cause::kNotBoolean, at, answer);
    return false;
  });
  return failed ? failure : Out(evaluator, items);
}

}  // namespace

std::vector<Builtin> ListBuiltins() {
  return {
      {"list contains", {"list,element"}, ListContains},
      {"count", {"list"}, CountItems},
      {"all", {"list"}, Truth<false>},
      {"any", {"list"}, Truth<true>},
      {"sublist", {"list,start position,length"}, Sublist},
      {"append", {"list,item"}, Append},
      {"concatenate", {"list"}, Concatenate},
      {"insert before", {"list,position,newItem"}, InsertBefore},
      {"remove", {"list,position"}, Remove},
      {"list replace", {"list,position,newItem", "list,match,newItem"}, ListReplace},
      {"reverse", {"list"}, Reverse},
      {"index of", {"list,match"}, IndexOf},
      {"union", {"list"}, Union},
      {"distinct values", {"list"}, DistinctValues},
      {"flatten", {"list"}, Flatten},
      {"sort", {"list,precedes"}, Sort},
  };
}

}  // namespace extramile::feel
