#include "store/event_record.h"

#include "base/json_writer.h"

namespace extramile::store {

std::string CanonicalEvent(OrganisationId organisation, int64_t seq, const app::EventBody& event,
                           Instant recorded_at) {
  JsonWriter json;
  json.BeginObject();
  json.Key("v").Int(1);
  json.Key("organisation").String(organisation.ToString());
  json.Key("seq").Int(seq);
  json.Key("kind").String(event.kind);
  json.Key("record_kind").String(event.record_kind);
  json.Key("record").String(event.record.ToString());
  json.Key("case");
  event.service_case ? json.String(event.service_case->ToString()) : json.Null();
  json.Key("actor").String(event.actor.ToString());
  json.Key("occurred_at").Int(event.occurred_at.micros);
  json.Key("recorded_at").Int(recorded_at.micros);
  json.Key("body").Raw(event.body);
  json.EndObject();
  return std::move(json).Take();
}

Sha256 HashEvent(const Salt& salt, std::string_view canonical) {
  return HashSalted("extramile event", salt, canonical);
}

}  // namespace extramile::store
