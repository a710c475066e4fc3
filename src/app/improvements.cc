#include "app/improvements.h"

#include "app/customers.h"

namespace extramile::app {
namespace {

// $2 one of the incidents, $3 twelve months ago.
const Sql kFiguresOfKind = {
    "select (select count(*) from incident n where n.organisation_id = $1 and n.kind = j.kind and "
    "n.opened_at >= $3), count(a.id), cast(coalesce(sum(a.amount), 0) as bigint), "
    "cast(coalesce(sum(a.minutes), 0) as bigint) from incident j "
    "left join incident i on i.organisation_id = j.organisation_id and i.kind = j.kind "
    "left join action a on a.organisation_id = i.organisation_id and a.incident_id = i.id and "
    "a.state in ('done', 'partly done') and coalesce(a.done_at, a.occurred_at) >= $3 "
    "where j.organisation_id = $1 and j.id = $2 group by j.kind"};

}  // namespace

Query KindQuery(const Request& request, AnyId incident) {
  return {
      &kFiguresOfKind,
      {request.organisation.id, incident, TwelveMonthsBefore(request.organisation, request.now)}};
}

void WriteKind(JsonWriter& out, const std::string& kind, const Rows& rows, Currency currency) {
  out.BeginObject();
  Put(out, "name", kind);
  RowReader in(rows.at(0));
  Put(out, "incidents", in.Int());
  Put(out, "gestures", in.Int());
  Put(out, "gesture_cost", Money{in.Int(), currency});
  Put(out, "minutes", in.Int());
  out.EndObject();
}

}  // namespace extramile::app
