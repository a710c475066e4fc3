#include "app/documents.h"

#include "app/cases.h"

namespace extramile::app {
namespace {

const Sql kDocuments = {
    "select id, kind, title, edition, location, supersedes_id, version from reference_document "
    "where organisation_id = $1 order by title, recorded_at"};
const Sql kDocumentById = {
    "select id, kind, title, edition, location, supersedes_id, version from reference_document "
    "where organisation_id = $1 and id = $2"};
const Sql kInsertDocument = {
    "insert into reference_document (organisation_id, id, kind, title, edition, location, "
    "supersedes_id, occurred_at, recorded_at, recorded_by) "
    "values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"};
const Sql kInsertSeen = {
    "insert into document_consulted (organisation_id, id, document_id, case_id, person_id, place, "
    "occurred_at, recorded_at, recorded_by) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)"};

struct DocumentRecord {
  AnyId id;
  std::string kind, title, edition;
  std::optional<std::string> location;
  std::optional<AnyId> supersedes;
  int64_t version = 1;
};

DocumentRecord DocumentFrom(const Row& row) {
  RowReader in(row);
  DocumentRecord document;
  document.id = in.Id();
  document.kind = in.Text();
  document.title = in.Text();
  document.edition = in.Text();
  document.location = in.OptionalText();
  document.supersedes = in.OptionalId();
  document.version = in.Int();
  return document;
}

void WriteDocument(JsonWriter& out, const DocumentRecord& document) {
  out.BeginObject();
  Put(out, "id", document.id);
  Put(out, "kind", document.kind);
  Put(out, "title", document.title);
  Put(out, "edition", document.edition);
  Put(out, "location", document.location);
  Put(out, "supersedes", document.supersedes);
  Put(out, "version", document.version);
  out.EndObject();
}

}  // namespace

const Sql kDocumentsSeenInCase = {
    "select s.id, s.occurred_at, s.recorded_at, s.recorded_by, p.display_name, s.version, "
    "s.document_id, d.title, s.place from document_consulted s "
    "left join reference_document d on d.organisation_id = s.organisation_id and "
    "d.id = s.document_id "
    "left join person p on p.organisation_id = s.organisation_id and p.id = s.recorded_by "
    "where s.organisation_id = $1 and s.case_id = $2 order by s.occurred_at, s.id"};

DocumentSeenRecord DocumentSeenFrom(const Row& row) {
  RowReader in(row);
  DocumentSeenRecord seen;
  seen.head = in.Head();
  seen.document = in.Id();
  seen.title = in.Text();
  seen.place = in.OptionalText();
  return seen;
}

void WriteDocumentSeen(JsonWriter& out, const DocumentSeenRecord& seen) {
  out.BeginObject();
  PutHead(out, seen.head);
  Put(out, "document", seen.document);
  Put(out, "title", seen.title);
  Put(out, "place", seen.place);
  out.EndObject();
}

Result<Answer> ListDocuments(Services& services, const Request& request) {
  EM_ASSIGN(const Rows rows, ReadOne(services.store, request.organisation.id, kDocuments,
                                     {request.organisation.id}));
  JsonWriter out;
  out.BeginArray();
  for (const Row& row : rows) WriteDocument(out, DocumentFrom(row));
  out.EndArray();
  return OkAnswer(std::move(out));
}

Result<Answer> AddDocument(Services& services, const Request& request) {
  ObjectReader in(BodyOf(request));
  DocumentRecord document;
  document.kind =
      in.Word("kind", {"procedure", "guideline", "law", "change_procedure", "assessment_guide"});
  document.title = in.String("title", {.max_bytes = 200});
  document.edition = in.String("edition", {.max_bytes = 200});
  document.location = in.OptionalString("location", {.max_bytes = 200});
  document.supersedes = in.OptionalIdentifier<AnyId>("supersedes");
  if (document.supersedes) {
    EM_ASSIGN(const Rows before, ReadOne(services.store, request.organisation.id, kDocumentById,
                                         {request.organisation.id, *document.supersedes}));
    if (before.empty()) {
      in.Reject("supersedes", "document-unknown", "There is no such document here.",
                "Give the id of the earlier edition, or leave this out.");
    }
  }
  EM_TRY(in.Finish());

  Change change(services, request);
  document.id = change.NewId();
  change.Step(kInsertDocument, {request.organisation.id, document.id, document.kind, document.title,
                                document.edition, document.location, document.supersedes,
                                request.now, request.now, request.actor.person});
  change.Event({.kind = "document_added",
                .record_kind = "reference_document",
                .record = document.id,
                .occurred_at = request.now},
               [&](JsonWriter& body) {
                 Put(body, "kind", document.kind);
                 Put(body, "supersedes", document.supersedes);
               });
  JsonWriter out;
  WriteDocument(out, document);
  return CreatedAnswer(std::move(out), std::move(change));
}

Result<Answer> ConsultDocument(Services& services, const Request& request) {
  EM_ASSIGN(const AnyId case_id, request.PathId<AnyId>("id"));
  ObjectReader in(BodyOf(request));
  DocumentSeenRecord seen;
  seen.document = in.Identifier<AnyId>("document");
  seen.place = in.OptionalString("place", {.max_bytes = 200});
  const Instant occurred_at = ReadOccurredAt(in, request);

  const Cell organisation = request.organisation.id;
  const Query queries[] = {{&kCaseById, {organisation, case_id}},
                           {&kDocumentById, {organisation, seen.document}},
                           {&kPersonName, {organisation, request.actor.person}}};
  EM_ASSIGN(const auto rows, services.store.Read(request.organisation.id, queries));
  if (rows[0].empty()) return Fail(Request::NotFoundError("case"));
  if (rows[1].empty()) {
    in.Reject("document", "document-unknown", "There is no such document here.",
              "Choose one of the listed documents.");
  }
  EM_TRY(in.Finish());
  seen.title = DocumentFrom(rows[1].front()).title;

  Change change(services, request);
  seen.head = NewHead(change.NewId(), occurred_at, request, rows[2]);
  change.Step(kInsertSeen,
              {organisation, seen.head.id, seen.document, case_id, request.actor.person, seen.place,
               occurred_at, request.now, request.actor.person});
  change.Event({.kind = "document_consulted",
                .record_kind = "document_consulted",
                .record = seen.head.id,
                .service_case = case_id,
                .occurred_at = occurred_at},
               [&](JsonWriter& body) { Put(body, "document", seen.document); });
  JsonWriter out;
  WriteDocumentSeen(out, seen);
  return CreatedAnswer(std::move(out), std::move(change));
}

}  // namespace extramile::app
