// Story: calls operations of the API by name, as a named person, and remembers what they answered.
// The demonstration's seed (demo/organisation.json) and `extramile demo` are told through it; the
// one in process, the other over HTTP.
//
//   Story story(caller);
//   story.Keep("case", *story.Do("amira", "open_case_now", R"({"reason":"card has not
//   arrived"})")); story.Do("amira", "propose_idea", {{"id", story.Text("case", "id")}},
//   R"({"gesture":"call-back"})");
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/json_reader.h"

namespace extramile::cli {

using PathArguments = std::map<std::string, std::string, std::less<>>;

struct StoryCall {
  std::string as = {};    // a person's key
  std::string operation;  // operationId
  PathArguments path = {};
  PathArguments query = {};
  std::string body = {};  // JSON (or CSV for import_cases); empty for none
  std::string content_type = "application/json";
  std::optional<int64_t> if_match = std::nullopt;
  std::map<std::string, std::string> headers = {};
};

// Answers with the response's JSON (null for an empty one), or the problem as an Error.
using StoryCaller = std::function<Result<JsonValue>(const StoryCall&)>;

class Story {
 public:
  explicit Story(StoryCaller caller) : caller_(std::move(caller)) {}

  Result<JsonValue> Do(StoryCall call) { return caller_(call); }

  void Keep(const std::string& name, JsonValue value) { kept_[name] = std::move(value); }
  const JsonValue* Kept(std::string_view name) const;
  // A kept value's member by dotted path as text ("case.id", "check.gates.0.verdict"); empty where
  // there is none.
  std::string Text(std::string_view dotted) const;

  // Runs one step of a seed file: {"as", "do", "id"?, "if_match"?, "with"?, "keep"?}. Strings
  // "{name.member}" are replaced by what was kept; `files` answers strings that begin with '@'.
  Result<void> Step(const JsonValue& step,
                    const std::function<Result<JsonValue>(std::string_view)>& files);

 private:
  Result<JsonValue> Filled(const JsonValue& value,
                           const std::function<Result<JsonValue>(std::string_view)>& files) const;

  StoryCaller caller_;
  std::map<std::string, JsonValue, std::less<>> kept_;
};

// A member of `value` by dotted path; nullptr where there is none.
const JsonValue* At(const JsonValue& value, std::string_view dotted);

}  // namespace extramile::cli
