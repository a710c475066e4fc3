#include "cli/call.h"

#include <algorithm>

#include "base/json_reader.h"
#include "cli/seed.h"

namespace extramile::cli {
namespace {

Error FlagError(const std::string& flag, std::string what, std::string advice = {}) {
  return {ErrorKind::kInvalid, "flag-wrong", std::move(what), flag, std::move(advice)};
}

JsonValue StringValue(std::string text) {
  JsonValue value;
  value.type = JsonValue::Type::kString;
  value.text = std::move(text);
  return value;
}

// Numbers, true, false and null are themselves, everything else is a string.
JsonValue ValueByLook(const std::string& text) {
  const auto parsed = ParseJson(text);
  const bool plain =
      parsed && (parsed->type == JsonValue::Type::kNumber ||
                 parsed->type == JsonValue::Type::kBool || parsed->type == JsonValue::Type::kNull);
  return plain ? *parsed : StringValue(text);
}

// "words.text" walks into the member "words", which is made where it is not there yet.
JsonValue* Place(JsonValue& object, std::string_view name, bool list) {
  const size_t dot = name.find('.');
  const std::string_view head = name.substr(0, dot);
  if (object.type != JsonValue::Type::kObject) return nullptr;
  auto found = std::find_if(object.members.begin(), object.members.end(),
                            [&](const auto& member) { return member.name == head; });
  const bool last = dot == std::string_view::npos;
  if (found == object.members.end()) {
    JsonValue fresh;
    fresh.type = !last  ? JsonValue::Type::kObject
                 : list ? JsonValue::Type::kArray
                        : JsonValue::Type::kNull;
    object.members.emplace_back(std::string(head), std::move(fresh));
    found = object.members.end() - 1;
  } else if (last && !list) {
    return nullptr;  // given twice
  }
  return last ? &found->value : Place(found->value, name.substr(dot + 1), list);
}

struct Flag {
  std::string name;  // underscores, without marks
  std::string value;
  bool json = false;
  bool list = false;
};

Result<Flag> ReadFlag(const std::string& flag, const std::string& value) {
  if (!flag.starts_with("--") || flag.size() < 3) {
    return Fail(FlagError(flag, "This is no flag.", "Give --NAME VALUE."));
  }
  Flag out{flag.substr(2), value};
  if (out.name.ends_with(":json")) {
    out.json = true;
    out.name.resize(out.name.size() - 5);
  }
  if (out.name.ends_with("[]")) {
    out.list = true;
    out.name.resize(out.name.size() - 2);
  }
  std::replace(out.name.begin(), out.name.end(), '-', '_');
  return out;
}

Result<void> PutIntoBody(JsonValue& body, const Flag& flag, const std::string& as_typed) {
  JsonValue value;
  if (flag.json) {
    EM_ASSIGN(value, ParseJson(flag.value));
  } else {
    value = ValueByLook(flag.value);
  }
  JsonValue* place = Place(body, flag.name, flag.list);
  if (!place || (flag.list && place->type != JsonValue::Type::kArray)) {
    return Fail(FlagError(as_typed, "This flag is given twice, or contradicts another.",
                          "A list's items are given as --NAME[] VALUE."));
  }
  if (flag.list) {
    place->items.push_back(std::move(value));
  } else {
    *place = std::move(value);
  }
  return {};
}

// --json BODY or --json @FILE
Result<std::string> WholeBody(const std::string& text) {
  if (!text.starts_with('@')) return text;
  return ReadFile(text.substr(1));
}

}  // namespace

Result<ApiCall> ReadCall(const std::string& operation, std::span<const std::string> flags) {
  const http::Route* route = http::FindOperation(operation);
  if (!route) {
    return Fail(ErrorKind::kInvalid, "operation-unknown",
                "There is no operation '" + operation + "'.", "",
                "extramile call --list shows them all.");
  }
  ApiCall call{.operation = operation};
  JsonValue body;
  body.type = JsonValue::Type::kObject;
  for (size_t i = 0; i < flags.size(); i += 2) {
    if (i + 1 == flags.size()) return Fail(FlagError(flags[i], "This flag has no value."));
    EM_ASSIGN(const Flag flag, ReadFlag(flags[i], flags[i + 1]));
    if (route->path.find("{" + flag.name + "}") != std::string_view::npos) {
      call.path[flag.name] = flag.value;
    } else if (flag.name == "json") {
      EM_ASSIGN(call.body, WholeBody(flag.value));
    } else if (flag.name == "if_match") {
      call.headers["If-Match"] = '"' + flag.value + '"';
    } else if (flag.name == "idempotency_key") {
      call.headers["Idempotency-Key"] = flag.value;
    } else if (route->method == "GET") {
      call.query[flag.name] = flag.value;
    } else {
      EM_TRY(PutIntoBody(body, flag, flags[i]));
    }
  }
  if (!body.members.empty() && call.body) {
    return Fail(FlagError("--json", "A whole body and single fields do not go together."));
  }
  if (!body.members.empty() || (!call.body && route->body == http::BodyKind::kJson)) {
    call.body = JsonText(body);
  }
  return call;
}

std::string ListOperations() {
  std::string out;
  for (const http::Route& route : http::Routes()) {
    std::string line(route.operation);
    line.resize(std::max<size_t>(line.size() + 1, 24), ' ');
    line += route.method;
    line.resize(std::max<size_t>(line.size() + 1, 31), ' ');
    line += route.path;
    line.resize(std::max<size_t>(line.size() + 1, 78), ' ');
    line += route.is_public() ? "anyone" : route.roles.ToString();
    out += line + '\n';
  }
  return out;
}

}  // namespace extramile::cli
