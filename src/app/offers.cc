#include "app/offers.h"

#include <algorithm>
#include <map>
#include <set>

#include "app/vocabulary.h"

namespace extramile::app {
namespace {

const Sql kAllOffers = {
    "select o.id, o.occurred_at, o.recorded_at, o.recorded_by, p.display_name, o.version, "
    "o.number, o.title, o.summary, o.state, o.published_at, o.proposal_id from service_offer o "
    "left join person p on p.organisation_id = o.organisation_id and p.id = o.recorded_by "
    "where o.organisation_id = $1 order by o.number desc"};
const Sql kOfferById = {
    "select o.id, o.occurred_at, o.recorded_at, o.recorded_by, p.display_name, o.version, "
    "o.number, o.title, o.summary, o.state, o.published_at, o.proposal_id from service_offer o "
    "left join person p on p.organisation_id = o.organisation_id and p.id = o.recorded_by "
    "where o.organisation_id = $1 and o.id = $2"};
const Sql kAllItems = {
    "select offer_id, id, position, promise, standard, standard_minutes, channel, segment, "
    "touchpoint, dimension, gesture_code from offer_item where organisation_id = $1 "
    "order by offer_id, position"};
const Sql kItemsOfOffer = {
    "select offer_id, id, position, promise, standard, standard_minutes, channel, segment, "
    "touchpoint, dimension, gesture_code from offer_item where organisation_id = $1 and "
    "offer_id = $2 order by position"};
const Sql kGestureCodes = {"select code from gesture where organisation_id = $1"};

const Sql kInsertOffer = {
    "insert into service_offer (organisation_id, id, number, title, summary, state, supersedes_id, "
    "proposal_id, published_at, occurred_at, recorded_at, recorded_by) "
    "values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"};
const Sql kInsertItem = {
    "insert into offer_item (organisation_id, id, offer_id, position, promise, standard, "
    "standard_minutes, channel, segment, touchpoint, dimension, gesture_code, occurred_at, "
    "recorded_at, recorded_by) "
    "values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)"};
const Sql kSupersede = {
    "update service_offer set state = 'superseded', version = version + 1 "
    "where organisation_id = $1 and id = $2 and version = $3 and state = 'published'"};
// The last condition holds when two first versions are published at once: one of them only.
const Sql kPublish = {
    "update service_offer set state = 'published', supersedes_id = $4, published_at = $5, "
    "version = version + 1 where organisation_id = $1 and id = $2 and version = $3 and "
    "state = 'draft' and not exists (select 1 from service_offer o where o.organisation_id = $1 "
    "and o.state = 'published')"};

OfferRecord OfferFrom(const Row& row) {
  RowReader in(row);
  OfferRecord offer;
  offer.head = in.Head();
  offer.number = in.Int();
  offer.title = in.Text();
  offer.summary = in.Text();
  offer.state = in.Text();
  offer.published_at = in.OptionalTime();
  offer.from_proposal = in.OptionalId();
  return offer;
}

OfferItem ItemFrom(const Row& row) {
  RowReader in(row, 1);
  OfferItem item;
  item.id = in.Id();
  item.position = in.Int();
  item.promise = in.Text();
  item.standard = in.OptionalText();
  item.standard_minutes = in.OptionalInt();
  item.channel = in.OptionalText();
  item.segment = in.OptionalText();
  item.touchpoint = in.OptionalText();
  item.dimension = in.OptionalText();
  item.gesture = in.OptionalText();
  return item;
}

OfferItem ReadItem(ObjectReader& in) {
  OfferItem item;
  item.promise = in.String("promise");
  item.standard = in.OptionalString("standard", {.max_bytes = 200});
  item.standard_minutes = in.OptionalInt("standard_minutes", 0, 1'000'000);
  item.channel = in.OptionalWord("channel", kChannels);
  item.segment = in.OptionalString("segment", {.max_bytes = 200});
  item.touchpoint = in.OptionalString("touchpoint", {.max_bytes = 200});
  item.dimension = in.OptionalWord("dimension", kDimensions);
  item.gesture = in.OptionalString("gesture", {.max_bytes = 200});
  return item;
}

// Reads the contract's NewOffer; a promised gesture must be in the catalogue.
Result<OfferRecord> ReadNewOffer(const JsonValue& body, const std::set<std::string>& gestures) {
  ObjectReader in(body);
  OfferRecord offer;
  offer.title = in.String("title", {.max_bytes = 200});
  offer.summary = in.String("summary");
  const JsonValue* items = in.Array("items", true, 500);
  if (items && items->items.empty()) {
    in.Reject("items", "offer-empty", "An offer promises at least one thing.",
              "Give one item or more.");
  }
  for (size_t i = 0; items && in.ok() && i < items->items.size(); ++i) {
    ObjectReader item_in(items->items[i], in.PlaceOf("items") + "/" + std::to_string(i));
    OfferItem item = ReadItem(item_in);
    item.position = static_cast<int64_t>(i) + 1;
    if (item.gesture && !gestures.contains(*item.gesture)) {
      item_in.Reject("gesture", "gesture-unknown", "The catalogue has no such gesture.",
                     "Add the gesture first, or leave this out.");
    }
    if (auto done = item_in.Finish(); !done) in.Adopt(std::move(done).error());
    offer.items.push_back(std::move(item));
  }
  EM_TRY(in.Finish());
  return offer;
}

void WriteItem(JsonWriter& out, const OfferItem& item) {
  out.BeginObject();
  Put(out, "id", item.id);
  Put(out, "position", item.position);
  Put(out, "promise", item.promise);
  Put(out, "standard", item.standard);
  Put(out, "standard_minutes", item.standard_minutes);
  Put(out, "channel", item.channel);
  Put(out, "segment", item.segment);
  Put(out, "touchpoint", item.touchpoint);
  Put(out, "dimension", item.dimension);
  Put(out, "gesture", item.gesture);
  out.EndObject();
}

}  // namespace

const Sql kCurrentOffer = {
    "select o.id, o.occurred_at, o.recorded_at, o.recorded_by, p.display_name, o.version, "
    "o.number, o.title, o.summary, o.state, o.published_at, o.proposal_id from service_offer o "
    "left join person p on p.organisation_id = o.organisation_id and p.id = o.recorded_by "
    "where o.organisation_id = $1 and o.state = 'published'"};
const Sql kCurrentOfferItems = {
    "select i.offer_id, i.id, i.position, i.promise, i.standard, i.standard_minutes, i.channel, "
    "i.segment, i.touchpoint, i.dimension, i.gesture_code from offer_item i "
    "join service_offer o on o.organisation_id = i.organisation_id and o.id = i.offer_id "
    "where i.organisation_id = $1 and o.state = 'published' order by i.position"};
const Sql kLastOfferNumber = {
    "select coalesce(max(number), 0) from service_offer where organisation_id = $1"};

std::optional<OfferRecord> CurrentOfferFrom(const Rows& offers, const Rows& items) {
  if (offers.empty()) return std::nullopt;
  OfferRecord offer = OfferFrom(offers.front());
  for (const Row& row : items) offer.items.push_back(ItemFrom(row));
  return offer;
}

Error NoOfferError() {
  return {ErrorKind::kConflict, "no-offer", "No service offer is in force yet.", "",
          "A manager drafts and publishes one first."};
}

void WriteOffer(JsonWriter& out, const OfferRecord& offer) {
  out.BeginObject();
  PutHead(out, offer.head);
  Put(out, "number", offer.number);
  Put(out, "title", offer.title);
  Put(out, "summary", offer.summary);
  Put(out, "state", offer.state);
  Put(out, "published_at", offer.published_at);
  Put(out, "from_proposal", offer.from_proposal);
  out.Key("items").BeginArray();
  for (const OfferItem& item : offer.items) WriteItem(out, item);
  out.EndArray().EndObject();
}

void AddOfferSteps(Change& change, const Request& request, const OfferRecord& offer,
                   const std::optional<AnyId>& supersedes) {
  const OrganisationId organisation = request.organisation.id;
  change.Guard(kInsertOffer,
               {organisation, offer.head.id, offer.number, offer.title, offer.summary, offer.state,
                supersedes, offer.from_proposal, offer.published_at, offer.head.occurred_at,
                request.now, request.actor.person},
               StaleError("service offer"));
  for (const OfferItem& item : offer.items) {
    change.Step(kInsertItem,
                {organisation, item.id, offer.head.id, item.position, item.promise, item.standard,
                 item.standard_minutes, item.channel, item.segment, item.touchpoint, item.dimension,
                 item.gesture, offer.head.occurred_at, request.now, request.actor.person});
  }
}

void SupersedeOfferStep(Change& change, const Request& request, const OfferRecord& before) {
  change.Guard(kSupersede, {request.organisation.id, before.head.id, before.head.version},
               StaleError("service offer"));
}

Result<Answer> ListOffers(Services& services, const Request& request) {
  const Cell organisation = request.organisation.id;
  const Query queries[] = {{&kAllOffers, {organisation}}, {&kAllItems, {organisation}}};
  EM_ASSIGN(const auto rows, services.store.Read(request.organisation.id, queries));
  std::map<AnyId, std::vector<OfferItem>> items;
  for (const Row& row : rows[1]) items[RowReader(row).Id()].push_back(ItemFrom(row));
  JsonWriter out;
  out.BeginArray();
  for (const Row& row : rows[0]) {
    OfferRecord offer = OfferFrom(row);
    offer.items = std::move(items[offer.head.id]);
    WriteOffer(out, offer);
  }
  out.EndArray();
  return OkAnswer(std::move(out));
}

Result<Answer> DraftOffer(Services& services, const Request& request) {
  const Cell organisation = request.organisation.id;
  const Query queries[] = {{&kGestureCodes, {organisation}},
                           {&kLastOfferNumber, {organisation}},
                           {&kPersonName, {organisation, request.actor.person}}};
  EM_ASSIGN(const auto rows, services.store.Read(request.organisation.id, queries));
  std::set<std::string> gestures;
  for (const Row& row : rows[0]) gestures.insert(row[0].Text());
  EM_ASSIGN(OfferRecord offer, ReadNewOffer(BodyOf(request), gestures));

  Change change(services, request);
  offer.head = NewHead(change.NewId(), request.now, request, rows[2]);
  offer.number = rows[1].front()[0].Int() + 1;
  offer.state = "draft";
  for (OfferItem& item : offer.items) item.id = change.NewId();
  AddOfferSteps(change, request, offer, std::nullopt);
  change.Event({.kind = "offer_drafted",
                .record_kind = "service_offer",
                .record = offer.head.id,
                .occurred_at = request.now},
               [&](JsonWriter& body) {
                 Put(body, "number", offer.number);
                 Put(body, "items", static_cast<int64_t>(offer.items.size()));
               });
  JsonWriter out;
  WriteOffer(out, offer);
  return CreatedAnswer(std::move(out), std::move(change));
}

Result<Answer> SeeCurrentOffer(Services& services, const Request& request) {
  const Cell organisation = request.organisation.id;
  const Query queries[] = {{&kCurrentOffer, {organisation}}, {&kCurrentOfferItems, {organisation}}};
  EM_ASSIGN(const auto rows, services.store.Read(request.organisation.id, queries));
  const auto offer = CurrentOfferFrom(rows[0], rows[1]);
  if (!offer) return Fail(Request::NotFoundError("offer in force"));
  JsonWriter out;
  WriteOffer(out, *offer);
  Answer answer = OkAnswer(std::move(out));
  answer.version = offer->head.version;
  return answer;
}

Result<Answer> SeeOffer(Services& services, const Request& request) {
  EM_ASSIGN(const AnyId id, request.PathId<AnyId>("id"));
  const Cell organisation = request.organisation.id;
  const Query queries[] = {{&kOfferById, {organisation, id}}, {&kItemsOfOffer, {organisation, id}}};
  EM_ASSIGN(const auto rows, services.store.Read(request.organisation.id, queries));
  const auto offer = CurrentOfferFrom(rows[0], rows[1]);
  if (!offer) return Fail(Request::NotFoundError("offer"));
  JsonWriter out;
  WriteOffer(out, *offer);
  Answer answer = OkAnswer(std::move(out));
  answer.version = offer->head.version;
  return answer;
}

Result<Answer> PublishOffer(Services& services, const Request& request) {
  EM_ASSIGN(const AnyId id, request.PathId<AnyId>("id"));
  const Cell organisation = request.organisation.id;
  const Query queries[] = {{&kOfferById, {organisation, id}},
                           {&kItemsOfOffer, {organisation, id}},
                           {&kCurrentOffer, {organisation}}};
  EM_ASSIGN(const auto rows, services.store.Read(request.organisation.id, queries));
  auto offer = CurrentOfferFrom(rows[0], rows[1]);
  if (!offer) return Fail(Request::NotFoundError("offer"));
  if (offer->state != "draft") {
    return Fail(ErrorKind::kConflict, "offer-not-draft",
                "This version is " + offer->state + " and cannot be published again.", "",
                "Draft the next version instead.");
  }
  EM_TRY(CheckVersion(request, offer->head.version, "service offer"));

  Change change(services, request);
  std::optional<AnyId> supersedes;
  if (!rows[2].empty()) {
    const OfferRecord before = OfferFrom(rows[2].front());
    supersedes = before.head.id;
    SupersedeOfferStep(change, request, before);
  }
  change.Guard(kPublish, {organisation, id, offer->head.version, supersedes, request.now},
               StaleError("service offer"));
  change.ConfigurationChanged();
  change.Event({.kind = "offer_published",
                .record_kind = "service_offer",
                .record = id,
                .occurred_at = request.now},
               [&](JsonWriter& body) {
                 Put(body, "number", offer->number);
                 Put(body, "supersedes", supersedes);
               });
  offer->state = "published";
  offer->published_at = request.now;
  offer->head.version += 1;
  JsonWriter out;
  WriteOffer(out, *offer);
  return ChangedAnswer(std::move(out), std::move(change), offer->head.version);
}

}  // namespace extramile::app
