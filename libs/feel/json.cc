#include "feel/json.h"

namespace extramile::feel {

Value FromJson(Arena& arena, const JsonValue& json) {
  switch (json.type) {
    case JsonValue::Type::kNull:
      return Value();
    case JsonValue::Type::kBool:
      return Value::Bool(json.boolean);
    case JsonValue::Type::kNumber: {
      const auto number = Number::Parse(json.text);
      return number ? Value::Of(arena, *number) : Value();
    }
    case JsonValue::Type::kString:
      return Value::String(arena, json.text);
    case JsonValue::Type::kArray: {
      Value* items = arena.NewArray<Value>(json.items.size());
      for (size_t i = 0; i < json.items.size(); ++i) items[i] = FromJson(arena, json.items[i]);
      return Value::ListView({items, json.items.size()});
    }
    case JsonValue::Type::kObject: {
      Entry* entries = arena.NewArray<Entry>(json.members.size());
      for (size_t i = 0; i < json.members.size(); ++i) {
        entries[i] = {Value::String(arena, json.members[i].name),
                      FromJson(arena, json.members[i].value)};
      }
      return Value::ContextView({entries, json.members.size()});
    }
  }
  return Value();
}

namespace {

void Write(JsonWriter& json, const Value& value, int depth) {
  const bool nested = value.is_list() || value.is_context();
  if (nested && (depth > kMaxShownDepth || json.text().size() > kMaxJsonBytes)) {
    json.String("...");
    return;
  }
  switch (value.kind()) {
    case Kind::kNull:
      json.Null();
      return;
    case Kind::kBoolean:
      json.Bool(value.boolean());
      return;
    case Kind::kNumber:
      json.Raw(value.number().ToString());
      return;
    case Kind::kList:
      json.BeginArray();
      for (const Value& item : value.items()) Write(json, item, depth + 1);
      json.EndArray();
      return;
    case Kind::kContext:
      json.BeginObject();
      for (const Entry& entry : value.entries()) {
        json.Key(entry.name());
        Write(json, entry.value, depth + 1);
      }
      json.EndObject();
      return;
    default:
      json.String(ToText(value));
  }
}

}  // namespace

void WriteJson(JsonWriter& json, const Value& value) { Write(json, value, 0); }

std::string ToJson(const Value& value) {
  JsonWriter json;
  WriteJson(json, value);
  return std::move(json).Take();
}

}  // namespace extramile::feel
