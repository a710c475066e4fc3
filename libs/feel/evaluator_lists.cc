// The evaluator's lists: filters, iterations, and lists and contexts made of expressions.
#include <algorithm>

#include "feel/evaluator.h"

namespace extramile::feel {
namespace {

// A list that grows while its beginning may already be shared: what was handed out is never written
// again.
class GrowingList {
 public:
  explicit GrowingList(Arena& arena) : arena_(arena) {}
  void Add(const Value& value) {
    if (size_ == capacity_) {
      capacity_ = std::max<size_t>(8, capacity_ * 2);
      Value* larger = arena_.NewArray<Value>(capacity_);
      std::copy(items_, items_ + size_, larger);
      items_ = larger;
    }
    items_[size_++] = value;
  }
  Value View() const { return Value::ListView({items_, size_}); }

 private:
  Arena& arena_;
  Value* items_ = nullptr;
  size_t size_ = 0, capacity_ = 0;
};

}  // namespace

Value Evaluator::ItemAt(std::span<const Value> items, const Value& index, NodeId id) {
  const auto position = index.number().ToInt64();
  const auto size = static_cast<int64_t>(items.size());
  if (position && *position >= 1 && *position <= size)
    return items[static_cast<size_t>(*position - 1)];
  if (position && *position <= -1 && *position >= -size) {
    return items[static_cast<size_t>(size + *position)];
  }
  return Null(Cause::kNoSuchIndex, id, index, Value::Int(size));
}

Value Evaluator::Filter(const Node& node, NodeId id) {
  const Value list = Eval(node.a);
  const std::span<const Value> items = list.is_list()   ? list.items()
                                       : list.is_null() ? std::span<const Value>()
                                                        : std::span(&list, 1);
  if (program_->nodes[node.b].op == Op::kConstant &&
      program_->constants[program_->nodes[node.b].a].is_number()) {
    if (list.is_null() && list.reason() != 0) return list;
    return ItemAt(items, program_->constants[program_->nodes[node.b].a], id);
  }
  GrowingList kept(*arena_);
  if (items.empty()) {
    stack_[base_ + node.c] = Value();
    const Value predicate = Eval(node.b);
    return predicate.is_number() ? ItemAt(items, predicate, id) : kept.View();
  }
  for (const Value& item : items) {
    if (!Step(id)) return Value();
    stack_[base_ + node.c] = item;
    const Value predicate = Eval(node.b);
    if (predicate.is_number()) return ItemAt(items, predicate, id);
    if (predicate.is_true()) {
      kept.Add(item);
    } else if (!predicate.is_boolean() && !predicate.is_null()) {
      return Null(Cause::kNotBoolean, id, predicate);
    }
  }
  return kept.View();
}

// Calls `visit` for each combination of the iterators' items; stops where it returns false. False:
// not iterable or stopped.
template <class Visit>
bool Evaluator::Iterate(const Node& node, NodeId id, uint32_t iterator, Visit visit) {
  if (iterator == node.count) return visit();
  const uint32_t* words = &program_->extra[node.a + iterator * 3];
  const uint32_t slot = words[0];
  const Value first = Eval(words[1]);
  const auto turn = [&](const Value& item) {
    if (!Step(id)) return false;
    stack_[base_ + slot] = item;
    return Iterate(node, id, iterator + 1, visit);
  };
  Value low = first, high;
  if (words[2] != kNoNode) {
    high = Eval(words[2]);
  } else if (first.is_range()) {
    low = first.range().low;
    high = first.range().high;
    if (Compare(low, high).value_or(0) > 0) {
      Null(Cause::kTypeMismatch, id, low, high, "A range in brackets counts upwards");
      return false;
    }
  } else {
    if (first.is_null()) {
      if (first.reason() == 0) Null(Cause::kArgument, id, first, {}, "for, some, every");
      return false;
    }
    if (!first.is_list()) return turn(first);
    for (const Value& item : first.items()) {
      if (!turn(item)) return false;
    }
    return true;
  }
  const bool of_range = words[2] == kNoNode;
  if (low.kind() == Kind::kDate && high.kind() == Kind::kDate) {
    int64_t from = low.date().days, to = high.date().days;
    const int64_t step = from <= to ? 1 : -1;
    if (of_range && !first.range().low_included) from += step;
    if (of_range && !first.range().high_included) to -= step;
    for (int64_t day = from; step > 0 ? day <= to : day >= to; day += step) {
      if (!turn(Value::Of(Date{day}))) return false;
    }
    return true;
  }
  const auto from = low.is_number() ? low.number().ToInt64() : std::nullopt;
  const auto to = high.is_number() ? high.number().ToInt64() : std::nullopt;
  constexpr int64_t kFarthest = 1'000'000'000'000'000'000;
  const auto countable = [](const std::optional<int64_t>& end) {
    return end && *end <= kFarthest && *end >= -kFarthest;
  };
  if (!countable(from) || !countable(to)) {
    Null(Cause::kTypeMismatch, id, low, high, "A range to count through needs whole numbers");
    return false;
  }
  const int64_t step = *from <= *to ? 1 : -1;
  int64_t begin = *from, end = *to;
  if (of_range && !first.range().low_included) begin += step;
  if (of_range && !first.range().high_included) end -= step;
  for (int64_t i = begin; step > 0 ? i <= end : i >= end; i += step) {
    if (!turn(Value::Int(i))) return false;
  }
  return true;
}

Value Evaluator::For(const Node& node, NodeId id) {
  GrowingList results(*arena_);
  stack_[base_ + node.c] = results.View();
  const bool complete = Iterate(node, id, 0, [&] {
    results.Add(Eval(node.b));
    stack_[base_ + node.c] = results.View();
    return true;
  });
  // What kept it from being complete was the last to go wrong.
  return complete ? results.View() : Value::Null(static_cast<uint32_t>(causes_.size()));
}

Value Evaluator::Quantified(const Node& node, NodeId id) {
  const bool some = node.op == Op::kSome;
  bool decided = false;
  Value unknown;
  bool any_unknown = false;
  const bool complete = Iterate(node, id, 0, [&] {
    const Value satisfied = Eval(node.b);
    if (satisfied.is_boolean() && satisfied.boolean() == some) {
      decided = true;
      return false;
    }
    if (!satisfied.is_boolean() && !any_unknown) {
      any_unknown = true;
      unknown = satisfied.is_null() ? satisfied : Null(Cause::kNotBoolean, id, satisfied);
    }
    return true;
  });
  if (decided) return Value::Bool(some);
  if (!complete) return Value::Null(static_cast<uint32_t>(causes_.size()));
  return any_unknown ? unknown : Value::Bool(!some);
}

Value Evaluator::MakeList(const Node& node) {
  Value* items = arena_->NewArray<Value>(node.b);
  for (uint32_t i = 0; i < node.b; ++i) items[i] = Eval(program_->extra[node.a + i]);
  return Value::ListView({items, node.b});
}

Value Evaluator::MakeContext(const Node& node, NodeId) {
  const bool has_result = node.op == Op::kContextResult;
  const uint32_t count = has_result ? node.b - 1 : node.b;
  Entry* entries = arena_->NewArray<Entry>(count);
  for (uint32_t i = 0; i < count; ++i) {
    const uint32_t* words = &program_->extra[node.a + i * 3];
    const Value value = Eval(words[1]);
    stack_[base_ + words[2]] = value;
    entries[i] = {program_->constants[words[0]], value};
  }
  if (has_result) return Eval(program_->extra[node.a + count * 3 + 1]);
  return Value::ContextView({entries, count});
}

}  // namespace extramile::feel
