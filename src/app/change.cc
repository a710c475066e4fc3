#include "app/change.h"

#include "base/hash.h"

namespace extramile::app {
namespace {

const Sql kInsertWords = {
    "insert into words (organisation_id, id, record_kind, record_id, field, author, written_by, "
    "text, salt, occurred_at, "
    "recorded_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"};
const Sql kBumpConfiguration = {
    "update organisation_head set config_version = config_version + 1 where organisation_id = $1"};

}  // namespace

std::optional<WrittenWords> ReadWords(ObjectReader& in, std::string_view key, bool required) {
  const JsonValue* object = in.Object(key, required);
  if (!object) return std::nullopt;
  ObjectReader words(*object, in.PlaceOf(key));
  WrittenWords out;
  out.text = words.String("text", {.min_bytes = 1, .max_bytes = 4000});
  out.author = words
                   .OptionalWord("author", {"own_words", "suggestion_accepted", "suggestion_edited",
                                            "imported", "colleague", "customer"})
                   .value_or("own_words");
  if (auto done = words.Finish(); !done) {
    in.Adopt(std::move(done).error());
    return std::nullopt;
  }
  return out;
}

Instant ReadOccurredAt(ObjectReader& in, const Request& request) {
  const auto at = in.OptionalTime("occurred_at");
  if (at && *at > request.now) {
    in.Reject("occurred_at", "time-in-future", "This time has not come yet.",
              "Leave it out for now, or give the time when it happened.");
  }
  return at.value_or(request.now);
}

void WriteWords(JsonWriter& out, const Cell& text, const Cell& author) {
  if (author.is_null()) {
    out.Null();
    return;
  }
  out.BeginObject().Key("text");
  if (text.is_null()) {
    out.Null();
  } else {
    out.String(text.Text());
  }
  out.Key("author").String(author.Text()).EndObject();
}

void WritePerson(JsonWriter& out, const Cell& id, const Cell& name) {
  if (id.is_null()) {
    out.Null();
    return;
  }
  out.BeginObject().Key("id").String(id.Identifier<PersonId>().ToString()).Key("name");
  if (name.is_null()) {
    out.Null();
  } else {
    out.String(name.Text());
  }
  out.EndObject();
}

void WriteRecord(JsonWriter& out, const Row& row, size_t at) {
  out.Key("id").String(row[at].Identifier<AnyId>().ToString());
  out.Key("occurred_at").String(FormatInstant(row[at + 1].Time()));
  out.Key("recorded_at").String(FormatInstant(row[at + 2].Time()));
  out.Key("recorded_by");
  WritePerson(out, row[at + 3], row[at + 4]);
  out.Key("version").Int(row[at + 5].Int());
}

Change::Change(Services& services, const Request& request)
    : services_(services), request_(request) {
  plan_.organisation = request.organisation.id;
  plan_.recorded_at = request.now;
}

AnyId Change::NewId() { return AnyId::Make(request_.now, services_.random); }

void Change::Words(AnyId record, std::string_view record_kind, std::string_view field,
                   const WrittenWords& words, Instant occurred_at) {
  std::array<uint8_t, 16> salt;
  services_.random.Fill(salt);
  hashes_.push_back(
      {record, std::string(field), ToHex(HashSalted("extramile words v1", salt, words.text))});
  Step(kInsertWords, {plan_.organisation, NewId(), record_kind, record, field, words.author,
                      request_.actor.person, words.text, Bytes(salt.begin(), salt.end()),
                      occurred_at, request_.now});
}

void Change::Event(EventHead head, const std::function<void(JsonWriter&)>& members) {
  JsonWriter body;
  body.BeginObject();
  if (members) members(body);
  bool any = false;
  for (const auto& written : hashes_) {
    if (written.record != head.record) continue;
    if (!any) body.Key("words").BeginObject();
    any = true;
    body.Key(written.field).String(written.hash);
  }
  if (any) body.EndObject();
  body.EndObject();
  plan_.events.push_back({std::move(head.kind), std::move(head.record_kind), head.record,
                          head.service_case, request_.actor.person, head.occurred_at,
                          std::move(body).Take()});
}

void Change::ConfigurationChanged() { Step(kBumpConfiguration, {plan_.organisation}); }

}  // namespace extramile::app
