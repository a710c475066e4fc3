#include "desk/line_checker.h"

namespace extramile::desk {
namespace {

using feel::Kind;
using feel::Value;

// What no check can do without: rules compare these, and a comparison with nothing would not speak.
struct Needed {
  std::string_view owner, name;
  Kind kind;
};
constexpr Needed kNeeded[] = {{"idea", "kind", Kind::kString},
                              {"idea", "amount", Kind::kNumber},
                              {"idea", "minutes", Kind::kNumber},
                              {"staff", "role", Kind::kString}};

tl::unexpected<Error> Missing(std::string place, std::string message) {
  return Fail(ErrorKind::kInvalid, "context-incomplete", std::move(message), std::move(place));
}

Instant InstantOf(const Value& value) {
  if (value.kind() != Kind::kDateTime) return {};
  const feel::DateTime& at = value.date_time();
  return {feel::UtcSeconds(at) * kMicrosPerSecond + at.nanos % feel::kNanosPerSecond / 1000};
}

}  // namespace

LineChecker::LineChecker(dmn::Model model, const TimeZone* zone)
    : model_(std::move(model)),
      zone_(zone),
      parser_({.temporal = {"when", "opened", "time of check"}}) {}

Result<Value> LineChecker::ReadContext(std::string_view line) {
  EM_ASSIGN(const Value context, parser_.Parse(line, evaluation_.arena()));
  if (!context.is_context()) return Missing("", "The line is no JSON object.");
  for (const dmn::InputInfo& input : model_.inputs()) {
    const Value* given = context.FindPointer(input.name);
    if (given && given->is_context()) continue;
    return Missing("/" + std::string(input.name),
                   "The rules read this object, and it is not there.");
  }
  for (const Needed& needed : kNeeded) {
    const Value value = context.Find(needed.owner).Find(needed.name);
    if (value.kind() == needed.kind) continue;
    return Missing("/" + std::string(needed.owner) + "/" + std::string(needed.name),
                   "A check needs this " + std::string(KindName(needed.kind)) + ".");
  }
  return context;
}

Result<void> LineChecker::Check(std::string_view line, std::string& out) {
  evaluation_.Reset();
  EM_ASSIGN(const Value context, ReadContext(line));
  const dmn::When when{InstantOf(context.Find("time of check")), zone_};
  EM_ASSIGN(const Judgement judgement, Judge(model_, context, when, evaluation_));
  const Value currency = context.Find("idea").Find("currency");
  EM_ASSIGN(const Currency parsed,
            currency.is_string() ? Currency::Parse(currency.string()) : Currency::Gbp());
  JsonWriter json;
  json.BeginObject().Key("outcome").String(Word(judgement.outcome)).Key("role");
  judgement.role == Rank::kNone ? json.Null() : json.String(Word(judgement.role));
  json.Key("gates");
  WriteGates(json, judgement, parsed);
  json.EndObject();
  out += json.text();
  return {};
}

}  // namespace extramile::desk
