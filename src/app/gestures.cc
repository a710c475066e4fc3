#include "app/gestures.h"

#include <algorithm>

#include "app/vocabulary.h"

namespace extramile::app {
namespace {

// A code stands in paths and in rule files: letters, digits and - _ . only.
bool IsCode(std::string_view code) {
  return !code.empty() && code.size() <= 60 && std::all_of(code.begin(), code.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.';
  });
}

const Sql kGestureById = {
    "select g.id, g.code, g.kind, g.title, g.description, g.amount, g.minutes, g.goods_value, "
    "g.cash, g.dimension, g.touchpoint, g.needs, g.conditions, g.state, g.version, "
    "(select count(*) from offer_item i join service_offer o on "
    "o.organisation_id = i.organisation_id and o.id = i.offer_id where i.organisation_id = $1 and "
    "i.gesture_code = g.code and o.state = 'published') from gesture g "
    "where g.organisation_id = $1 and g.id = $2"};
const Sql kInsertGesture = {
    "insert into gesture (organisation_id, id, code, kind, title, description, amount, minutes, "
    "goods_value, cash, dimension, touchpoint, needs, conditions, state, occurred_at, recorded_at, "
    "recorded_by) values "
    "($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, 'active', $15, $16, $17)"};
const Sql kRetireGesture = {
    "update gesture set state = 'retired', version = version + 1 "
    "where organisation_id = $1 and id = $2 and version = $3"};

Error CodeTakenError() {
  return {ErrorKind::kConflict, "gesture-code-taken", "There is a gesture with this code already.",
          "/code", "Choose another code; a code names one gesture for ever."};
}

int64_t ReadAmount(ObjectReader& in, std::string_view key, Currency currency) {
  const auto money = in.OptionalAmount(key, currency);
  if (money && money->minor < 0) {
    in.Reject(key, "amount-negative", "The amount is below zero.", "Give 0 or more.");
  }
  return money ? money->minor : 0;
}

Result<GestureRecord> ReadNewGesture(const Request& request) {
  const Currency currency = request.organisation.currency;
  ObjectReader in(BodyOf(request));
  GestureRecord gesture;
  gesture.code = in.String("code", {.max_bytes = 60});
  if (in.ok() && !IsCode(gesture.code)) {
    in.Reject("code", "gesture-code", "A code has letters, digits, and - _ . between them.",
              "Write it like handwritten-card.");
  }
  gesture.kind = in.Word("kind", kGestureKinds);
  gesture.title = in.String("title", {.max_bytes = 200});
  gesture.description = in.OptionalString("description").value_or("");
  gesture.amount = ReadAmount(in, "amount", currency);
  gesture.minutes = in.Int("minutes", 0, 10'000);
  gesture.goods_value = ReadAmount(in, "goods_value", currency);
  gesture.cash =
      in.OptionalBool("cash").value_or(gesture.kind == "money" || gesture.kind == "refund");
  gesture.dimension = in.OptionalWord("dimension", kDimensions);
  gesture.touchpoint = in.OptionalString("touchpoint", {.max_bytes = 200});
  gesture.needs = in.OptionalString("needs", {.max_bytes = 200}).value_or("");
  gesture.conditions = in.Strings("conditions", 20, {.max_bytes = 60});
  for (const std::string& condition : gesture.conditions) {
    if (!IsCode(condition)) {
      in.Reject("conditions", "condition-word", "A condition is one word, such as review.",
                "Use letters, digits, and - _ . only.");
    }
  }
  gesture.state = "active";
  EM_TRY(in.Finish());
  return gesture;
}

}  // namespace

const Sql kAllGestures = {
    "select g.id, g.code, g.kind, g.title, g.description, g.amount, g.minutes, g.goods_value, "
    "g.cash, g.dimension, g.touchpoint, g.needs, g.conditions, g.state, g.version, "
    "(select count(*) from offer_item i join service_offer o on "
    "o.organisation_id = i.organisation_id and o.id = i.offer_id where i.organisation_id = $1 and "
    "i.gesture_code = g.code and o.state = 'published') from gesture g "
    "where g.organisation_id = $1 order by g.code"};
const Sql kGestureByCode = {
    "select g.id, g.code, g.kind, g.title, g.description, g.amount, g.minutes, g.goods_value, "
    "g.cash, g.dimension, g.touchpoint, g.needs, g.conditions, g.state, g.version, "
    "(select count(*) from offer_item i join service_offer o on "
    "o.organisation_id = i.organisation_id and o.id = i.offer_id where i.organisation_id = $1 and "
    "i.gesture_code = g.code and o.state = 'published') from gesture g "
    "where g.organisation_id = $1 and g.code = $2"};

GestureRecord GestureFrom(const Row& row) {
  RowReader in(row);
  GestureRecord gesture;
  gesture.id = in.Id();
  gesture.code = in.Text();
  gesture.kind = in.Text();
  gesture.title = in.Text();
  gesture.description = in.Text();
  gesture.amount = in.Int();
  gesture.minutes = in.Int();
  gesture.goods_value = in.Int();
  gesture.cash = in.Bool();
  gesture.dimension = in.OptionalText();
  gesture.touchpoint = in.OptionalText();
  gesture.needs = in.Text();
  gesture.conditions = SplitWords(in.Text());
  gesture.state = in.Text();
  gesture.version = in.Int();
  gesture.routine = in.Int() > 0;
  return gesture;
}

void WriteGesture(JsonWriter& out, const GestureRecord& gesture, Currency currency) {
  out.BeginObject();
  Put(out, "id", gesture.id);
  Put(out, "code", gesture.code);
  Put(out, "kind", gesture.kind);
  Put(out, "title", gesture.title);
  Put(out, "description", gesture.description);
  Put(out, "amount", Money{gesture.amount, currency});
  Put(out, "minutes", gesture.minutes);
  Put(out, "goods_value", Money{gesture.goods_value, currency});
  Put(out, "cash", gesture.cash);
  Put(out, "dimension", gesture.dimension);
  Put(out, "touchpoint", gesture.touchpoint);
  Put(out, "needs", gesture.needs);
  Put(out, "conditions", gesture.conditions);
  Put(out, "state", gesture.state);
  Put(out, "routine", gesture.routine);
  Put(out, "version", gesture.version);
  out.EndObject();
}

Result<Answer> ListGestures(Services& services, const Request& request) {
  EM_ASSIGN(const Rows rows, ReadOne(services.store, request.organisation.id, kAllGestures,
                                     {request.organisation.id}));
  JsonWriter out;
  out.BeginArray();
  for (const Row& row : rows) WriteGesture(out, GestureFrom(row), request.organisation.currency);
  out.EndArray();
  return OkAnswer(std::move(out));
}

Result<Answer> AddGesture(Services& services, const Request& request) {
  EM_ASSIGN(GestureRecord gesture, ReadNewGesture(request));
  EM_ASSIGN(const Rows same_code, ReadOne(services.store, request.organisation.id, kGestureByCode,
                                          {request.organisation.id, gesture.code}));
  if (!same_code.empty()) return Fail(CodeTakenError());

  Change change(services, request);
  gesture.id = change.NewId();
  change.Guard(kInsertGesture,
               {request.organisation.id, gesture.id, gesture.code, gesture.kind, gesture.title,
                gesture.description, gesture.amount, gesture.minutes, gesture.goods_value,
                gesture.cash, gesture.dimension, gesture.touchpoint, gesture.needs,
                JoinWords(gesture.conditions), request.now, request.now, request.actor.person},
               CodeTakenError());
  change.ConfigurationChanged();
  change.Event({.kind = "gesture_added",
                .record_kind = "gesture",
                .record = gesture.id,
                .occurred_at = request.now},
               [&](JsonWriter& body) {
                 Put(body, "code", gesture.code);
                 Put(body, "kind", gesture.kind);
                 Put(body, "amount", gesture.amount);
                 Put(body, "minutes", gesture.minutes);
               });
  JsonWriter out;
  WriteGesture(out, gesture, request.organisation.currency);
  return CreatedAnswer(std::move(out), std::move(change));
}

Result<Answer> RetireGesture(Services& services, const Request& request) {
  EM_ASSIGN(const AnyId id, request.PathId<AnyId>("id"));
  EM_ASSIGN(const Rows rows, ReadOne(services.store, request.organisation.id, kGestureById,
                                     {request.organisation.id, id}));
  if (rows.empty()) return Fail(Request::NotFoundError("gesture"));
  GestureRecord gesture = GestureFrom(rows.front());
  EM_TRY(CheckVersion(request, gesture.version, "gesture"));

  Change change(services, request);
  if (gesture.state == "active") {
    change.Guard(kRetireGesture, {request.organisation.id, id, gesture.version},
                 StaleError("gesture"));
    change.ConfigurationChanged();
    change.Event({.kind = "gesture_retired",
                  .record_kind = "gesture",
                  .record = id,
                  .occurred_at = request.now},
                 [&](JsonWriter& body) { Put(body, "code", gesture.code); });
    gesture.state = "retired";
    gesture.version += 1;
  }
  JsonWriter out;
  WriteGesture(out, gesture, request.organisation.currency);
  return ChangedAnswer(std::move(out), std::move(change), gesture.version);
}

}  // namespace extramile::app
