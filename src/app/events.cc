#include "app/events.h"

#include "app/record.h"

namespace extramile::app {
namespace {

constexpr int64_t kMostPerPage = 1000;
constexpr int64_t kUsualPerPage = 100;

// $2: a sequence number; $3: at most so many; then the record and the case, as far as they are
// said.
#define EVENTS(beyond, of, order)                                                             \
  "select e.seq, e.kind, e.record_kind, e.record_id, e.case_id, e.actor_id, p.display_name, " \
  "e.occurred_at, e.recorded_at, e.body, e.hash from event e "                                \
  "left join person p on p.organisation_id = e.organisation_id and p.id = e.actor_id "        \
  "where e.organisation_id = $1 and e.seq " beyond " $2 " of "order by e.seq " order " limit $3"
#define EVENTS_BY_ORDER(of) \
  {EVENTS(">", of, "asc")}, { EVENTS("<", of, "desc") }
// By what is said (the record is 2, the case 4) and whether the newest come first (1).
const Sql kEvents[] = {EVENTS_BY_ORDER(""), EVENTS_BY_ORDER("and e.record_id = $4 "),
                       EVENTS_BY_ORDER("and e.case_id = $4 "),
                       EVENTS_BY_ORDER("and e.record_id = $4 and e.case_id = $5 ")};
#undef EVENTS_BY_ORDER
#undef EVENTS

void WriteEvent(JsonWriter& out, const Row& row) {
  RowReader in(row);
  out.BeginObject();
  Put(out, "seq", in.Int());
  Put(out, "kind", in.Text());
  Put(out, "record_kind", in.Text());
  Put(out, "record", in.Id());
  Put(out, "case_id", in.OptionalId());
  Put(out, "actor", in.Person());
  Put(out, "occurred_at", in.Time());
  Put(out, "recorded_at", in.Time());
  out.Key("body").Raw(in.Text());
  const Bytes& hash = in.Next().Blob();
  Put(out, "hash", ToHex(hash));
  out.EndObject();
}

}  // namespace

Result<Answer> ListEvents(Services& services, const Request& request) {
  EM_ASSIGN(const auto after, QueryInt(request, "after", 0, INT64_MAX));
  EM_ASSIGN(const auto before, QueryInt(request, "before", 1, INT64_MAX));
  EM_ASSIGN(const auto asked, QueryInt(request, "limit", 1, kMostPerPage));
  EM_ASSIGN(const auto record, QueryId(request, "record"));
  EM_ASSIGN(const auto service_case, QueryId(request, "case"));
  if (after && before) {
    return Fail(ErrorKind::kInvalid, "events-both-ways", "Events are read one way at a time.",
                "before", "Give after for the oldest first, or before for the newest first.");
  }
  const int64_t limit = asked.value_or(kUsualPerPage);

  Params params = {request.organisation.id, before ? *before : after.value_or(0), limit + 1};
  if (record) params.push_back(*record);
  if (service_case) params.push_back(*service_case);
  const Sql* sql = &kEvents[(service_case ? 4 : 0) + (record ? 2 : 0) + (before ? 1 : 0)];
  EM_ASSIGN(const Rows rows,
            ReadOne(services.store, request.organisation.id, *sql, std::move(params)));
  const size_t shown = std::min(rows.size(), static_cast<size_t>(limit));
  JsonWriter out;
  out.BeginObject().Key("items").BeginArray();
  for (size_t i = 0; i < shown; ++i) WriteEvent(out, rows[i]);
  out.EndArray().Key("next");
  if (rows.size() > shown) {
    out.String(std::to_string(rows[shown - 1][0].Int()));
  } else {
    out.Null();
  }
  out.EndObject();
  return OkAnswer(std::move(out));
}

}  // namespace extramile::app
