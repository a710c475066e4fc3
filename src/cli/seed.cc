#include "cli/seed.h"

#include <algorithm>
#include <fstream>
#include <sstream>

#include "app/accounts.h"
#include "app/organisation.h"
#include "app/password.h"
#include "base/json_writer.h"
#include "connect/call_log.h"
#include "http/routes.h"

namespace extramile::cli {
namespace {

std::string PersonBody(const SeedPerson& person, const std::string& password) {
  JsonWriter out;
  out.BeginObject().Key("display_name").String(person.display_name);
  out.Key("sign_in_name").String(person.sign_in_name).Key("password").String(password);
  out.Key("roles").BeginArray();
  for (const std::string& role : person.roles) out.String(role);
  out.EndArray().Key("team").String(person.team).EndObject();
  return std::move(out).Take();
}

JsonValue TextValue(std::string text) {
  JsonValue value;
  value.type = JsonValue::Type::kString;
  value.text = std::move(text);
  return value;
}

Result<app::Roles> RolesOf(const SeedPerson& person) {
  std::string words;
  for (const std::string& role : person.roles) words += (words.empty() ? "" : " ") + role;
  return app::Roles::Parse(words);
}

// Acts as the seed's people inside this process.
class InProcess {
 public:
  InProcess(app::Services& services, const Seed& seed, const app::Organisation& organisation)
      : services_(services), seed_(seed), organisation_(organisation) {}

  void Know(const std::string& key, app::Actor actor) { actors_[key] = actor; }

  Result<JsonValue> Call(const StoryCall& call) {
    const http::Route* route = http::FindOperation(call.operation);
    const auto actor = actors_.find(call.as);
    if (!route || actor == actors_.end()) {
      return Fail(ErrorKind::kInvalid, "seed-step",
                  "The seed names an operation or a person that does not exist.",
                  call.operation + " as " + call.as);
    }
    JsonValue body;
    if (!call.body.empty()) {
      EM_ASSIGN(body, ParseJson(call.body, {.max_bytes = route->unusual.max_body}));
    }
    const app::Request request{.organisation = organisation_,
                               .actor = actor->second,
                               .now = services_.clock.Now(),
                               .path = call.path,
                               .query = call.query,
                               .body = call.body.empty() ? nullptr : &body,
                               .raw_body = call.body,
                               .if_match = call.if_match};
    EM_ASSIGN(const app::Answer answer, app::RunAndWait(services_, route->use_case, request));
    if (answer.refusal) return Fail(*answer.refusal);
    if (answer.body.empty()) return JsonValue{};
    EM_ASSIGN(JsonValue json, ParseJson(answer.body, {.max_bytes = size_t{16} << 20}));
    if (call.operation == "add_person") EM_TRY(KnowAdded(json));
    return json;
  }

 private:
  Result<void> KnowAdded(const JsonValue& json) {
    const JsonValue* name = json.Find("display_name");
    for (const SeedPerson& person : seed_.people) {
      if (!name || person.display_name != name->text) continue;
      EM_ASSIGN(const PersonId id, PersonId::Parse(json.Find("id")->text));
      EM_ASSIGN(const app::Roles roles, RolesOf(person));
      Know(person.key, {id, roles});
    }
    return {};
  }

  app::Services& services_;
  const Seed& seed_;
  const app::Organisation& organisation_;
  std::map<std::string, app::Actor> actors_;
};

}  // namespace

Result<std::string> ReadFile(const std::filesystem::path& path, size_t max_bytes) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    return Fail(ErrorKind::kNotFound, "file-unreadable", "This file cannot be read.", path.string(),
                "Check the path and its permissions.");
  }
  std::string text(max_bytes + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<size_t>(file.gcount()));
  if (text.size() > max_bytes) {
    return Fail(ErrorKind::kTooLarge, "file-too-large",
                "This file has more than " + std::to_string(max_bytes >> 20) + " MiB.",
                path.string(), "Split it.");
  }
  return text;
}

Result<Seed> ReadSeed(const std::filesystem::path& file) {
  EM_ASSIGN(const std::string text, ReadFile(file));
  auto parsed = ParseJson(text, {.max_bytes = size_t{4} << 20});
  if (!parsed) {
    Error error = std::move(parsed).error();
    error.place = file.string() + error.place;
    return Fail(std::move(error));
  }
  ObjectReader in(*parsed, file.string());
  Seed seed;
  seed.folder = file.parent_path();
  seed.password = in.String("password");
  if (const JsonValue* object = in.Object("organisation", true)) {
    ObjectReader organisation(*object, in.PlaceOf("organisation"));
    seed.slug = organisation.String("slug");
    seed.name = organisation.String("name");
    seed.time_zone = organisation.String("time_zone");
    seed.currency = organisation.String("currency");
    seed.policy_set = organisation.String("policy_set");
    EM_TRY(organisation.Finish());
  }
  if (const JsonValue* people = in.Array("people", true, 1000)) {
    for (const JsonValue& item : people->items) {
      ObjectReader person(item, in.PlaceOf("people"));
      seed.people.push_back({person.String("key"), person.String("display_name"),
                             person.String("sign_in_name"), person.String("team"),
                             person.Strings("roles", 8)});
      EM_TRY(person.Finish());
    }
  }
  if (const JsonValue* steps = in.Array("steps", true, 10000)) seed.steps = *steps;
  EM_TRY(in.Finish());
  return seed;
}

Result<int64_t> DaysToNow(std::string_view columns, std::string_view log, Instant now) {
  EM_ASSIGN(const auto mapping, connect::ParseColumnMapping(columns, "columns"));
  std::istringstream stream{std::string(log)};
  EM_ASSIGN(const auto read, connect::ReadCallLog(stream, mapping));
  Instant last{INT64_MIN};
  for (const auto& call : read.calls) last = std::max(last, call.entered_queue_at);
  const int64_t week = 7 * kMicrosPerDay;
  const int64_t gap = now - last;
  return (gap >= 0 ? gap / week : -((-gap + week - 1) / week)) * 7;
}

Result<void> TellSeed(const Seed& seed, Story& story, Instant now) {
  for (size_t i = 1; i < seed.people.size(); ++i) {
    const SeedPerson& person = seed.people[i];
    EM_ASSIGN(const JsonValue added, story.Do({.as = seed.people[0].key,
                                               .operation = "add_person",
                                               .body = PersonBody(person, seed.password)}));
    story.Keep(person.key, *added.Find("id"));
  }
  for (const JsonValue& step : seed.steps.items) {
    const JsonValue* body = step.Find("with");
    const auto files = [&](std::string_view name) -> Result<JsonValue> {
      if (name != "shift-to-now") {
        EM_ASSIGN(std::string text, ReadFile(seed.folder / name));
        return TextValue(std::move(text));
      }
      EM_ASSIGN(const std::string columns,
                ReadFile(seed.folder / body->Find("columns")->text.substr(1)));
      EM_ASSIGN(const std::string log, ReadFile(seed.folder / body->Find("log")->text.substr(1)));
      EM_ASSIGN(const int64_t days, DaysToNow(columns, log, now));
      JsonValue number;
      number.type = JsonValue::Type::kNumber;
      number.text = std::to_string(days);
      return number;
    };
    EM_TRY(story.Step(step, files));
  }
  return {};
}

Result<SeedOrganisation> CreateSeedOrganisation(app::Services& services, const Seed& seed) {
  const SeedPerson& first = seed.people.at(0);
  EM_ASSIGN(const app::Organisation organisation,
            app::CreateOrganisation(services, {.slug = seed.slug,
                                               .name = seed.name,
                                               .kind = "both",
                                               .time_zone = seed.time_zone,
                                               .currency = seed.currency,
                                               .policy_set = seed.policy_set}));
  app::NewPerson admin;
  admin.display_name = first.display_name;
  admin.team = first.team;
  admin.sign_in_name = first.sign_in_name;
  EM_ASSIGN(admin.roles, RolesOf(first));
  EM_ASSIGN(admin.password_hash, app::HashPassword(seed.password));
  EM_ASSIGN(const PersonId id, app::CreatePerson(services, organisation, admin));
  return SeedOrganisation{organisation, {id, admin.roles}};
}

Result<bool> LoadSeed(app::Services& services, const Seed& seed) {
  if (app::FindOrganisationBySlug(services.store, seed.slug)) return false;
  EM_ASSIGN(const SeedOrganisation made, CreateSeedOrganisation(services, seed));
  const std::string& first = seed.people.at(0).key;
  InProcess people(services, seed, made.organisation);
  people.Know(first, made.admin);
  Story story([&](const StoryCall& call) { return people.Call(call); });
  story.Keep(first, TextValue(made.admin.person.ToString()));
  EM_TRY(TellSeed(seed, story, services.clock.Now()));
  return true;
}

}  // namespace extramile::cli
