#include "app/incident_piece.h"

#include <array>

#include "app/ledger.h"
#include "app/record.h"

namespace extramile::app {
namespace {

const Sql kPieceById = {EM_PIECE_COLUMNS "where p.organisation_id = $1 and p.id = $2"};
const Sql kPiecesOfSubject = {
    EM_PIECE_COLUMNS
    "where p.organisation_id = $1 and p.incident_id = $2 and p.subject_id = $3 and "
    "p.state <> 'cancelled' order by p.id"};
const Sql kCancel = {
    "update incident_piece set state = 'cancelled', version = version + 1 "
    "where organisation_id = $1 and id = $2 and version = $3 and state in ('waiting', 'taken')"};
const Sql kPlan = {
    "select f.incident_id, f.check_id, f.consultation_id, f.accepted, f.recorded_by, f.holds, "
    "w.text, w.author from incident_fulfilment f left join words w on "
    "w.organisation_id = f.organisation_id and w.record_id = f.id and w.field = 'message' "
    "where f.organisation_id = $1 and f.id = $2"};
const Sql kIdeaLines = {
    "select gesture_code, amount, minutes from idea_line "
    "where organisation_id = $1 and idea_id = $2 order by position"};
const Sql kWhom = {
    "select c.reference, c.channel, c.team, c.customer_id, u.pseudonym, x.name, x.contact from "
    "service_case c left join customer u on u.organisation_id = c.organisation_id and "
    "u.id = c.customer_id left join customer_personal x on "
    "x.organisation_id = c.organisation_id and x.customer_id = c.customer_id "
    "where c.organisation_id = $1 and c.id = $2"};
const Sql kTold = {"select count(*) from awareness where organisation_id = $1 and action_id = $2"};

// The contract's IncidentPiece.
void WritePiece(JsonWriter& out, const PieceView& view, Currency currency) {
  const Piece& piece = view.piece;
  out.BeginObject();
  Put(out, "id", piece.id);
  Put(out, "version", piece.version);
  Put(out, "incident", piece.incident);
  Put(out, "state", piece.state);
  Put(out, "planned_at", piece.planned_at);
  Put(out, "case_id", piece.service_case);
  Put(out, "case_reference", view.service_case.reference);
  Put(out, "channel", view.service_case.channel);
  Put(out, "pseudonym", view.pseudonym);
  Put(out, "name", view.name);
  Put(out, "contact", view.contact);
  Put(out, "title", view.idea.title);
  Put(out, "amount", Money{view.idea.amount, currency});
  Put(out, "minutes", view.idea.minutes);
  Put(out, "message", view.message);
  Put(out, "action", piece.action);
  Put(out, "told", view.told);
  out.EndObject();
}

}  // namespace

Piece PieceFrom(const Row& row) {
  RowReader in(row);
  Piece piece;
  piece.id = in.Id();
  piece.version = in.Int();
  piece.fulfilment = in.Id();
  piece.incident = in.Id();
  piece.idea = in.Id();
  piece.service_case = in.Id();
  piece.planned_at = in.Time();
  piece.state = in.Text();
  if (const auto taken_by = in.OptionalId()) piece.taken_by = PersonId{taken_by->bytes};
  piece.action = in.OptionalId();
  piece.hold = OptionalHoldFrom(in);
  return piece;
}

Result<Piece> FindPiece(Services& services, const Request& request) {
  EM_ASSIGN(const AnyId id, request.PathId<AnyId>("id"));
  const OrganisationId org = request.organisation.id;
  EM_ASSIGN(const Rows rows, ReadOne(services.store, org, kPieceById, {org, id}));
  if (rows.empty()) return Fail(Request::NotFoundError("piece"));
  Piece piece = PieceFrom(rows[0]);
  EM_TRY(CheckVersion(request, piece.version, "piece"));
  return piece;
}

Result<std::vector<Piece>> PiecesOfSubject(Services& services, const Request& request,
                                           AnyId incident, AnyId subject) {
  const OrganisationId org = request.organisation.id;
  EM_ASSIGN(const Rows rows,
            ReadOne(services.store, org, kPiecesOfSubject, {org, incident, subject}));
  std::vector<Piece> pieces;
  for (const Row& row : rows) pieces.push_back(PieceFrom(row));
  return pieces;
}

void CancelPiece(Change& change, const Request& request, const Piece& piece) {
  change.Guard(kCancel, {request.organisation.id, piece.id, piece.version}, StaleError("piece"));
  if (piece.hold) ledger::Release(change.plan(), piece.hold->current());
}

Result<PieceView> ReadView(Services& services, const Request& request, Piece piece) {
  const OrganisationId org = request.organisation.id;
  const std::array<Query, 6> queries = {{{&kIdeaById, {org, piece.idea}},
                                         {&kIdeaLines, {org, piece.idea}},
                                         {&kPlan, {org, piece.fulfilment}},
                                         {&kWhom, {org, piece.service_case}},
                                         {&kPersonName, {org, request.actor.person}},
                                         {&kTold, {org, piece.action.value_or(AnyId())}}}};
  EM_ASSIGN(const std::vector<Rows> rows, services.store.Read(org, queries));
  if (rows[0].empty() || rows[2].empty() || rows[3].empty()) {
    return Fail(Request::NotFoundError("piece"));
  }
  PieceView view;
  view.idea = IdeaFrom(rows[0][0]);
  for (const Row& line : rows[1]) {
    view.lines.push_back({line[0].Text(), line[1].Int(), line[2].Int()});
  }
  RowReader plan(rows[2][0]);
  plan.Next();
  view.check = plan.Id();
  view.consultation = plan.OptionalId();
  view.accepted = desk::ParseVerdict(plan.Text()).value_or(desk::Verdict::kOk);
  view.planner = plan.Next().Identifier<PersonId>();
  view.holds = plan.Bool();
  view.message = plan.Words();
  RowReader whom(rows[3][0]);
  CaseInQuestion& service_case = view.service_case;
  service_case.id = piece.service_case;
  service_case.incident = piece.incident;
  service_case.reference = whom.Text();
  service_case.channel = whom.Text();
  service_case.team = whom.Text();
  service_case.customer = whom.OptionalId();
  view.pseudonym = whom.OptionalText();
  view.name = whom.OptionalText();
  view.contact = whom.OptionalText();
  view.actor_name = rows[4];
  view.told = rows[5][0][0].Int() > 0;
  view.piece = std::move(piece);
  return view;
}

Answer PieceAnswer(const Request& request, PieceView view, Change change) {
  JsonWriter out;
  WritePiece(out, view, request.organisation.currency);
  return ChangedAnswer(std::move(out), std::move(change), view.piece.version);
}

void AddPieceEvent(Change& change, const Piece& piece, std::string kind, Instant at) {
  change.Event({.kind = std::move(kind),
                .record_kind = "incident_piece",
                .record = piece.id,
                .service_case = piece.service_case,
                .occurred_at = at},
               [&](JsonWriter& body) {
                 Put(body, "incident", piece.incident);
                 Put(body, "idea", piece.idea);
               });
}

}  // namespace extramile::app
