#include "cli/story.h"

#include <charconv>

namespace extramile::cli {

const JsonValue* At(const JsonValue& value, std::string_view dotted) {
  const JsonValue* here = &value;
  while (here && !dotted.empty()) {
    const size_t dot = dotted.find('.');
    const std::string_view name = dotted.substr(0, dot);
    dotted = dot == std::string_view::npos ? std::string_view() : dotted.substr(dot + 1);
    if (here->type == JsonValue::Type::kArray) {
      size_t index = 0;
      const auto parsed = std::from_chars(name.data(), name.data() + name.size(), index);
      here = parsed.ec == std::errc() && index < here->items.size() ? &here->items[index] : nullptr;
    } else {
      here = here->Find(name);
    }
  }
  return here;
}

const JsonValue* Story::Kept(std::string_view name) const {
  const auto found = kept_.find(name);
  return found == kept_.end() ? nullptr : &found->second;
}

std::string Story::Text(std::string_view dotted) const {
  const size_t dot = dotted.find('.');
  const JsonValue* kept = Kept(dotted.substr(0, dot));
  if (!kept) return {};
  const JsonValue* found = dot == std::string_view::npos ? kept : At(*kept, dotted.substr(dot + 1));
  if (!found) return {};
  if (found->type == JsonValue::Type::kBool) return found->boolean ? "true" : "false";
  return found->text;
}

Result<JsonValue> Story::Filled(
    const JsonValue& value, const std::function<Result<JsonValue>(std::string_view)>& files) const {
  JsonValue out = value;
  if (value.type == JsonValue::Type::kString) {
    const std::string& text = value.text;
    if (text.starts_with('@')) return files(std::string_view(text).substr(1));
    if (text.size() > 2 && text.front() == '{' && text.back() == '}') {
      const std::string name = text.substr(1, text.size() - 2);
      out.text = Text(name);
      if (out.text.empty()) {
        return Fail(ErrorKind::kInvalid, "story-name",
                    "Nothing called '" + name + "' was kept before this step.", text,
                    "Give an earlier step \"keep\".");
      }
    }
  }
  for (JsonValue& item : out.items) {
    EM_ASSIGN(item, Filled(item, files));
  }
  for (auto& [key, member] : out.members) {
    EM_ASSIGN(member, Filled(member, files));
  }
  return out;
}

Result<void> Story::Step(const JsonValue& step,
                         const std::function<Result<JsonValue>(std::string_view)>& files) {
  EM_ASSIGN(const JsonValue filled, Filled(step, files));
  ObjectReader in(filled);
  StoryCall call{.as = in.String("as"), .operation = in.String("do")};
  if (auto id = in.OptionalString("id")) call.path["id"] = *id;
  call.if_match = in.OptionalInt("if_match", 1, INT64_MAX);
  const auto keep = in.OptionalString("keep");
  if (const JsonValue* body = in.Object("with", false)) call.body = JsonText(*body);
  EM_TRY(in.Finish());
  auto answer = Do(call);
  if (!answer) {
    Error error = std::move(answer).error();
    error.place =
        call.operation + " as " + call.as + (error.place.empty() ? "" : ", " + error.place);
    return Fail(std::move(error));
  }
  if (keep) Keep(*keep, *std::move(answer));
  return {};
}

}  // namespace extramile::cli
