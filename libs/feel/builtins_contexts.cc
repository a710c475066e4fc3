// Context functions: DMN 1.5, 10.3.4.10.
#include <vector>

#include "feel/builtins.h"

namespace extramile::feel {
namespace {

using Span = std::span<const Value>;

Value GetValue(Evaluator& evaluator, Span values, NodeId at) {
  Arguments in(evaluator, "get value", values, at);
  in.Count(2, 2);
  if (in.ok() && !values[0].is_context()) in.Fail(values[0]);
  if (!in.ok()) return in.failure();
  if (values[1].is_list()) {
    Value value = values[0];
    if (values[1].items().empty()) return in.Fail(values[1]);
    for (const Value& key : values[1].items()) {
      const Value* found = key.is_string() ? value.FindPointer(key.string()) : nullptr;
      if (!found) return evaluator.Null(Cause::kNoSuchEntry, at, value, key);
      value = *found;
    }
    return value;
  }
  const std::string_view key = in.Text(1);
  if (!in.ok()) return in.failure();
  const Value* found = values[0].FindPointer(key);
  return found ? *found : evaluator.Null(Cause::kNoSuchEntry, at, values[0], values[1]);
}

Value GetEntries(Evaluator& evaluator, Span values, NodeId at) {
  Arguments in(evaluator, "get entries", values, at);
  in.Count(1, 1);
  if (in.ok() && !values[0].is_context()) in.Fail(values[0]);
  if (!in.ok()) return in.failure();
  std::vector<Value> entries;
  for (const Entry& entry : values[0].entries()) {
    ContextBuilder pair(evaluator.arena());
    entries.push_back(pair.SetView("key", entry.key).SetView("value", entry.value).Build());
  }
  return Value::List(evaluator.arena(), entries);
}

Value MakeContextFromEntries(Evaluator& evaluator, Span values, NodeId at) {
  Arguments in(evaluator, "context", values, at);
  in.Count(1, 1);
  const Span entries = in.Items(0);
  if (!in.ok()) return in.failure();
  ContextBuilder context(evaluator.arena());
  std::vector<std::string_view> seen;
  for (const Value& entry : entries) {
    const Value* key = entry.FindPointer("key");
    const Value* value = entry.FindPointer("value");
    if (!key || !key->is_string() || !value) return in.Fail(entry);
    evaluator.Spend(2 * seen.size());
    if (!evaluator.Step(at)) return Value();
    for (const std::string_view other : seen) {
      if (other == key->string()) return in.Fail(entry);
    }
    seen.push_back(key->string());
    context.SetView(key->string(), *value);
  }
  return context.Build();
}

Value With(Evaluator& evaluator, const Value& context, std::string_view key, const Value& value,
           NodeId at) {
  evaluator.Spend(context.entries().size() * context.entries().size());
  if (!evaluator.Step(at)) return Value();
  ContextBuilder changed(evaluator.arena());
  for (const Entry& entry : context.entries()) changed.SetView(entry.name(), entry.value);
  return changed.SetView(key, value).Build();
}

// context put(context, key, value) and context put(context, keys, value).
Value ContextPut(Evaluator& evaluator, Span values, NodeId at) {
  Arguments in(evaluator, "context put", values, at);
  in.Count(3, 3);
  if (in.ok() && !values[0].is_context()) in.Fail(values[0]);
  if (!in.ok()) return in.failure();
  if (!values[1].is_list()) {
    const std::string_view key = in.Text(1);
    return in.ok() ? With(evaluator, values[0], key, values[2], at) : in.failure();
  }
  const Span keys = values[1].items();
  if (keys.empty()) return in.Fail(values[1]);
  std::vector<Value> owners = {values[0]};
  for (size_t i = 0; i < keys.size(); ++i) {
    if (!keys[i].is_string()) return in.Fail(keys[i]);
    if (i + 1 == keys.size()) break;
    const Value inner = owners.back().Find(keys[i].string());
    if (!inner.is_context()) return evaluator.Null(Cause::kNoSuchEntry, at, owners.back(), keys[i]);
    owners.push_back(inner);
  }
  Value value = values[2];
  for (size_t i = keys.size(); i-- > 0;)
    value = With(evaluator, owners[i], keys[i].string(), value, at);
  return value;
}

Value ContextPutKey(Evaluator& evaluator, Span values, NodeId at) {
  Arguments in(evaluator, "context put", values, at);
  in.Count(3, 3);
  if (in.ok() && values[1].is_list()) in.Fail(values[1]);
  return in.ok() ? ContextPut(evaluator, values, at) : in.failure();
}

Value ContextMerge(Evaluator& evaluator, Span values, NodeId at) {
  Arguments in(evaluator, "context merge", values, at);
  in.Count(1, 1);
  const Span contexts = in.Items(0);
  if (!in.ok()) return in.failure();
  ContextBuilder merged(evaluator.arena());
  size_t entries = 0;
  for (const Value& context : contexts) {
    if (!context.is_context()) return in.Fail(context);
    // Each entry is looked for among those before it.
    entries += context.entries().size();
    evaluator.Spend(entries * context.entries().size());
    if (!evaluator.Step(at)) return Value();
    for (const Entry& entry : context.entries()) merged.SetView(entry.name(), entry.value);
  }
  return merged.Build();
}

}  // namespace

std::vector<Builtin> ContextBuiltins() {
  return {
      {"get value", {"m,key", "context,keys", "m,keys", "context,key"}, GetValue},
      {"get entries", {"m", "context"}, GetEntries},
      {"context", {"entries"}, MakeContextFromEntries},
      {"context put", {"context,keys,value"}, ContextPut},
      {"context put", {"context,key,value"}, ContextPutKey},
      {"context merge", {"contexts"}, ContextMerge},
  };
}

}  // namespace extramile::feel
