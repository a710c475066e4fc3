#include "app/change_procedure.h"

#include <string>

#include "app/record.h"

namespace extramile::app {

const Sql kChangeProcedure = {
    "select body from change_procedure where organisation_id = $1 "
    "order by recorded_at desc, id desc limit 1"};

namespace {

const Sql kStatesInUse = {"select distinct state from proposal where organisation_id = $1"};
const Sql kInsertProcedure = {
    "insert into change_procedure (organisation_id, id, body, occurred_at, recorded_at, "
    "recorded_by) values ($1, $2, $3, $4, $4, $5)"};

}  // namespace

Result<desk::ChangeProcedure> ChangeProcedureFrom(const Rows& rows) {
  if (rows.empty()) return desk::ChangeProcedure::Standard();
  EM_ASSIGN(const JsonValue json, ParseJson(RowReader(rows.front()).Text()));
  return desk::ChangeProcedure::Parse(json);
}

Result<Answer> SeeChangeProcedure(Services& services, const Request& request) {
  EM_ASSIGN(const Rows rows, ReadOne(services.store, request.organisation.id, kChangeProcedure,
                                     {request.organisation.id}));
  EM_ASSIGN(const desk::ChangeProcedure procedure, ChangeProcedureFrom(rows));
  JsonWriter out;
  procedure.Write(out);
  return OkAnswer(std::move(out));
}

Result<Answer> SetChangeProcedure(Services& services, const Request& request) {
  EM_ASSIGN(const desk::ChangeProcedure next, desk::ChangeProcedure::Parse(BodyOf(request)));
  const Cell organisation = request.organisation.id;
  const Query queries[] = {{&kChangeProcedure, {organisation}}, {&kStatesInUse, {organisation}}};
  EM_ASSIGN(const auto rows, services.store.Read(request.organisation.id, queries));
  EM_ASSIGN(const desk::ChangeProcedure before, ChangeProcedureFrom(rows[0]));
  for (const Row& row : rows[1]) {
    const std::string state = RowReader(row).Text();
    if (before.MovesFrom(state).empty() || next.Find(state)) continue;
    return Fail(ErrorKind::kConflict, "procedure-in-use",
                "A proposal is '" + state + "', which the new procedure does not know.", "/states",
                "Keep the state until that proposal is decided.");
  }
  Change change(services, request);
  JsonWriter out;
  next.Write(out);
  const AnyId id = change.NewId();
  change.Step(kInsertProcedure,
              {request.organisation.id, id, out.text(), request.now, request.actor.person});
  change.Event({.kind = "change_procedure_set",
                .record_kind = "change_procedure",
                .record = id,
                .occurred_at = request.now},
               [&](JsonWriter& body) {
                 body.Key("procedure");
                 next.Write(body);
               });
  Answer answer = OkAnswer(std::move(out));
  answer.plan = std::move(change).Take();
  return answer;
}

}  // namespace extramile::app
