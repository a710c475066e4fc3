#include "app/incident_affected.h"

#include <algorithm>
#include <map>
#include <set>

#include "app/cases.h"
#include "app/inbound.h"
#include "app/incident_piece.h"
#include "app/vocabulary.h"

namespace extramile::app {
namespace {

constexpr int64_t kMostFound = 500;

// Newest first, along the index of time until there are enough; most cases have no incident, so the
// index of incidents would find nearly all (the case expression keeps SQLite from taking it).
// $2 incident, $3 words of the reason in lower case, $4 channel, $5 team ("" for any), $6 from, $7
// to, $8 at most so many.
const Sql kFound = {
    "select c.id, c.reference, c.reason, c.channel, c.team, c.state, c.opened_at, u.pseudonym "
    "from service_case c left join customer u on u.organisation_id = c.organisation_id and "
    "u.id = c.customer_id where c.organisation_id = $1 and "
    "case when c.incident_id is null then 1 end = 1 and c.opened_at >= $6 and c.opened_at <= $7 "
    "and ($3 = '' or lower(c.reason) like '%' || $3 || "
    "'%') "
    "and ($4 = '' or c.channel = $4) and ($5 = '' or c.team = $5) and "
    "not exists (select 1 from service_case d where d.organisation_id = $1 and "
    "d.customer_id = c.customer_id and d.incident_id = $2) "
    "order by c.opened_at desc, c.id desc limit $8"};
const Sql kTied = {
    "select c.id, c.customer_id from service_case c where c.organisation_id = $1 and "
    "c.incident_id = $2"};
const Sql kCaseToTie = {
    "select id, customer_id, incident_id, version from service_case where organisation_id = $1 "
    "and id = $2"};
const Sql kTie = {
    "update service_case set incident_id = $4, situation = 'let_down', version = version + 1 "
    "where organisation_id = $1 and id = $2 and version = $3 and incident_id is null"};
const Sql kSubject = {
    "select coalesce(customer_id, id) from service_case where organisation_id = $1 and id = $2 "
    "and incident_id = $3"};
// What was opened for the incident alone has no other business.
const Sql kUntie = {
    "update service_case set incident_id = null, version = version + 1, "
    "closed_at = case when source = 'incident' and state = 'open' then cast($4 as bigint) else "
    "closed_at end, state = case when source = 'incident' then 'closed' else state end "
    "where organisation_id = $1 and incident_id = $2 and coalesce(customer_id, id) = $3"};

Result<std::optional<Instant>> QueryTime(const Request& request, std::string_view name) {
  const auto found = request.query.find(name);
  if (found == request.query.end()) return std::nullopt;
  auto at = ParseInstant(found->second);
  if (!at) {
    return Fail(ErrorKind::kInvalid, "time-format", "This is no time.", "/" + std::string(name),
                "Write it like 2026-11-22T14:05:00Z.");
  }
  return *at;
}

std::string QueryText(const Request& request, std::string_view name) {
  const auto found = request.query.find(name);
  return found == request.query.end() ? std::string() : found->second;
}

// A pattern's own signs are meant as they stand.
std::string ForPattern(std::string text) {
  std::erase_if(text, [](char c) { return c == '%' || c == '_' || c == '\\'; });
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

// Somebody who shall be added: exactly one of the three.
struct NewAffected {
  int64_t row = 0;
  std::optional<AnyId> service_case, customer_id;
  std::optional<CustomerInput> customer;
};

struct AffectedList {
  std::string channel = "email";  // of the cases that have to be opened
  std::vector<NewAffected> items;
  std::vector<std::pair<int64_t, Error>> refused;
};

Error RowError(std::string code, std::string message, std::string field = {}) {
  return {ErrorKind::kInvalid, std::move(code), std::move(message), std::move(field), ""};
}

Result<AffectedList> ReadJsonList(const JsonValue& body) {
  ObjectReader in(body);
  AffectedList list;
  const auto row = [&list] { return static_cast<int64_t>(list.items.size()) + 1; };
  list.channel = in.OptionalWord("channel", kChannels).value_or(list.channel);
  for (const char* key : {"cases", "customers"}) {
    for (const std::string& text : in.Strings(key, kMostAffected, {.max_bytes = 36})) {
      const auto id = AnyId::Parse(text);
      if (!id) in.Reject(key, "id-format", "One of these is not an id.", "Give ids.");
      auto& item = list.items.emplace_back(NewAffected{.row = row()});
      (key[1] == 'a' ? item.service_case : item.customer_id) = id.value_or(AnyId());
    }
  }
  for (std::string& reference : in.Strings("references", kMostAffected, {.max_bytes = 200})) {
    auto& item = list.items.emplace_back(NewAffected{.row = row()});
    item.customer.emplace().reference = std::move(reference);
  }
  EM_TRY(in.Finish());
  return list;
}

// Columns: case_id, customer_id, customer_reference, customer_name, customer_contact.
Result<NewAffected> RowFrom(const std::vector<std::string>& columns, const TableRow& row) {
  NewAffected item{.row = row.number};
  CustomerInput customer;
  for (size_t i = 0; i < columns.size(); ++i) {
    const std::string& cell = row.cells[i];
    if (cell.empty()) continue;
    if (columns[i] == "case_id" || columns[i] == "customer_id") {
      const auto id = AnyId::Parse(cell);
      if (!id) return Fail(RowError("id-format", "This is no id.", columns[i]));
      (columns[i] == "case_id" ? item.service_case : item.customer_id) = *id;
    } else if (cell.size() > 200) {
      return Fail(RowError("text-too-long", "This is longer than 200 bytes.", columns[i]));
    } else {
      (columns[i] == "customer_reference" ? customer.reference
       : columns[i] == "customer_name"    ? customer.name
                                          : customer.contact) = cell;
    }
  }
  if (item.service_case || item.customer_id) return item;
  if (!customer.reference) {
    return Fail(RowError("reference-missing", "Nothing says who this is.", "customer_reference"));
  }
  item.customer = std::move(customer);
  return item;
}

Result<AffectedList> ReadCsvList(Services& services, const Request& request) {
  if (!services.tables) {
    return Fail(ErrorKind::kUnavailable, "csv-unavailable", "This program reads no CSV.", "",
                "Send JSON.");
  }
  EM_ASSIGN(const Table table, services.tables->Read(request.raw_body));
  for (const std::string& column : table.columns) {
    if (column == "case_id" || column == "customer_id" || column == "customer_reference" ||
        column == "customer_name" || column == "customer_contact") {
      continue;
    }
    return Fail(ErrorKind::kInvalid, "column-unknown",
                "There is no column '" + column.substr(0, 60) + "' for those affected.", "",
                "Use case_id, customer_id, customer_reference, customer_name, customer_contact.");
  }
  AffectedList list;
  for (const TableRow& row : table.rows) {
    auto item = row.fault ? Result<NewAffected>(Fail(*row.fault)) : RowFrom(table.columns, row);
    if (item) {
      list.items.push_back(*std::move(item));
    } else {
      list.refused.emplace_back(row.number, std::move(item).error());
    }
  }
  return list;
}

// Adds them one by one to one change, and keeps count.
class Adding {
 public:
  // Reads what the list names, in one snapshot.
  static Result<Adding> Read(Services& services, const Request& request,
                             const IncidentRecord& incident, const AffectedList& list) {
    const OrganisationId org = request.organisation.id;
    std::vector<std::string> references;
    for (const NewAffected& item : list.items) {
      if (item.customer) references.push_back(*item.customer->reference);
    }
    std::vector<Query> queries = {
        {&kTied, {org, incident.head.id}},
        {&kCustomersByReference,
         {org, JsonList(references), TwelveMonthsBefore(request.organisation, request.now)}}};
    for (const NewAffected& item : list.items) {
      if (item.service_case) queries.push_back({&kCaseToTie, {org, *item.service_case}});
    }
    EM_ASSIGN(const std::vector<Rows> rows, services.store.Read(org, queries));
    Adding adding(request, incident);
    for (const Row& row : rows[0]) {
      RowReader in(row);
      const AnyId id = in.Id();
      adding.subjects_.insert(in.OptionalId().value_or(id));
    }
    for (const Row& row : rows[1]) {
      const CustomerRecord customer = CustomerFrom(row);
      adding.by_reference_.emplace(customer.reference.value_or(""), customer.id);
    }
    for (size_t i = 2; i < rows.size(); ++i) {
      for (const Row& row : rows[i]) {
        RowReader in(row);
        const AnyId id = in.Id();
        adding.cases_[id] = {in.OptionalId(), in.OptionalId(), in.Int()};
      }
    }
    EM_TRY(adding.ReadOpener(services, list));
    return adding;
  }

  // True where somebody was added; false where they are affected already.
  Result<bool> Add(Change& change, const NewAffected& item) {
    if (item.service_case) return Tie(change, *item.service_case);
    const auto id = IdOf(item);
    if (id && subjects_.contains(*id)) return false;
    if (subjects_.size() >= kMostAffected) return Fail(TooMany());
    EM_ASSIGN(const CaseView view, opener_->Open(change, NewCaseFor(item)));
    subjects_.insert(view.customer->id);
    if (item.customer) by_reference_.insert_or_assign(*item.customer->reference, view.customer->id);
    return true;
  }

 private:
  struct CaseToTie {
    std::optional<AnyId> customer, incident;
    int64_t version = 0;
  };

  Adding(const Request& request, const IncidentRecord& incident)
      : request_(&request), incident_(&incident) {}

  static Error TooMany() {
    return RowError("too-many-affected",
                    "An incident is handled for " + std::to_string(kMostAffected) +
                        " customers at most; report a second one for the others.");
  }

  std::optional<AnyId> IdOf(const NewAffected& item) const {
    if (item.customer_id) return item.customer_id;
    const auto found = by_reference_.find(*item.customer->reference);
    return found == by_reference_.end() ? std::nullopt : std::optional(found->second);
  }

  NewCase NewCaseFor(const NewAffected& item) const {
    NewCase input;
    input.kind = "other";
    input.reason = incident_->kind;
    input.channel = channel_;
    input.customer = item.customer;
    input.customer_id = item.customer_id;
    input.incident = incident_->head.id;
    input.occurred_at = request_->now;
    return input;
  }

  Result<void> ReadOpener(Services& services, const AffectedList& list) {
    channel_ = list.channel;
    std::vector<NewCase> inputs;
    for (const NewAffected& item : list.items) {
      if (!item.service_case) inputs.push_back(NewCaseFor(item));
    }
    std::vector<const NewCase*> pointers;
    for (const NewCase& input : inputs) pointers.push_back(&input);
    EM_ASSIGN(opener_, CaseOpener::Read(services, *request_, "incident", pointers));
    return {};
  }

  Result<bool> Tie(Change& change, AnyId id) {
    const auto found = cases_.find(id);
    if (found == cases_.end()) return Fail(RowError("case-unknown", "There is no such case here."));
    const CaseToTie& service_case = found->second;
    if (subjects_.contains(service_case.customer.value_or(id))) return false;
    if (service_case.incident) {
      return Fail(RowError("case-of-another-incident", "This case belongs to another incident."));
    }
    if (subjects_.size() >= kMostAffected) return Fail(TooMany());
    change.Guard(kTie, {request_->organisation.id, id, service_case.version, incident_->head.id},
                 StaleError("case"));
    change.Event({.kind = "incident_affected_added",
                  .record_kind = "incident",
                  .record = incident_->head.id,
                  .service_case = id,
                  .occurred_at = request_->now});
    subjects_.insert(service_case.customer.value_or(id));
    return true;
  }

  const Request* request_;
  const IncidentRecord* incident_;
  std::string channel_;
  std::set<AnyId> subjects_;
  std::map<std::string, AnyId, std::less<>> by_reference_;
  std::map<AnyId, CaseToTie> cases_;
  std::optional<CaseOpener> opener_;
};

Result<IncidentRecord> OpenIncident(Services& services, const Request& request) {
  EM_ASSIGN(const AnyId id, request.PathId<AnyId>("id"));
  EM_ASSIGN(const Rows rows, ReadOne(services.store, request.organisation.id, kIncidentById,
                                     {request.organisation.id, id}));
  if (rows.empty()) return Fail(Request::NotFoundError("incident"));
  IncidentRecord incident = IncidentFrom(rows[0]);
  if (incident.closed_at) {
    return Fail(ErrorKind::kConflict, "incident-closed", "This incident is closed.", "",
                "Report a new one.");
  }
  return incident;
}

}  // namespace

const Sql kAffected = {
    "select c.id, c.reference, c.customer_id, u.pseudonym, x.name, c.opened_at, p.id, p.version, "
    "p.fulfilment_id, p.state, p.planned_at, p.taken_by, t.display_name, p.action_id, a.state, "
    "a.done_at, p.unreached_at, w.occurred_at, w.channel, w.acknowledged from service_case c "
    "left join customer u on u.organisation_id = c.organisation_id and u.id = c.customer_id "
    "left join customer_personal x on x.organisation_id = c.organisation_id and "
    "x.customer_id = c.customer_id "
    "left join incident_piece p on p.organisation_id = c.organisation_id and p.incident_id = $2 "
    "and p.subject_id = case when c.customer_id is null then c.id else c.customer_id end and "
    "p.state <> 'cancelled' "
    "left join person t on t.organisation_id = p.organisation_id and t.id = p.taken_by "
    "left join action a on a.organisation_id = p.organisation_id and a.id = p.action_id "
    "left join awareness w on w.organisation_id = a.organisation_id and w.action_id = a.id "
    "where c.organisation_id = $1 and c.incident_id = $2 "
    "order by c.opened_at + 0, c.id, p.id, w.id desc"};

namespace {

// One row for each customer: of their earliest case, with the newest piece and how they were told
// of it first.
std::vector<const Row*> EachOnce(const Rows& rows) {
  std::vector<const Row*> once;
  std::map<AnyId, size_t> places;
  for (const Row& row : rows) {
    const AnyId service_case = row[0].Identifier<AnyId>();
    const AnyId subject = row[2].is_null() ? service_case : row[2].Identifier<AnyId>();
    const auto [at, anew] = places.try_emplace(subject, once.size());
    if (anew) {
      once.push_back(&row);
    } else if (const Row*& known = once[at->second];
               (*known)[0].Identifier<AnyId>() == service_case) {
      known = &row;
    }
  }
  return once;
}

}  // namespace

void WriteAffected(JsonWriter& out, const Rows& rows) {
  int64_t planned = 0, waiting = 0, taken = 0, done = 0, told = 0, unreached = 0;
  std::optional<Instant> next, last;
  out.Key("affected").BeginArray();
  const std::vector<const Row*> customers = EachOnce(rows);
  for (const Row* row : customers) {
    RowReader in(*row);
    out.BeginObject();
    Put(out, "case_id", in.Id());
    Put(out, "case_reference", in.Text());
    Put(out, "customer_id", in.OptionalId());
    Put(out, "pseudonym", in.OptionalText());
    Put(out, "name", in.OptionalText());
    Put(out, "opened_at", in.Time());
    const auto piece = in.OptionalId();
    Put(out, "piece", piece);
    Put(out, "piece_version", in.OptionalInt());
    Put(out, "fulfilment", in.OptionalId());
    const std::string state = in.OptionalText().value_or("not planned");
    Put(out, "state", state);
    const auto planned_at = in.OptionalTime();
    Put(out, "planned_at", planned_at);
    Put(out, "taken_by", in.OptionalPerson());
    Put(out, "action", in.OptionalId());
    in.Next();
    Put(out, "done_at", in.OptionalTime());
    const auto unreached_at = in.OptionalTime();
    const auto told_at = in.OptionalTime();
    out.Key("told").BeginObject();
    Put(out, "state", told_at ? "told" : unreached_at ? "not reached" : "not yet");
    Put(out, "at", told_at ? told_at : unreached_at);
    Put(out, "channel", in.OptionalText());
    Put(out, "acknowledged", in.Bool());
    out.EndObject().EndObject();
    planned += piece.has_value();
    waiting += state == "waiting";
    taken += state == "taken";
    done += state == "done";
    told += told_at.has_value();
    unreached += !told_at && unreached_at;
    if (state == "waiting") {
      next = std::min(next.value_or(*planned_at), *planned_at);
      last = std::max(last.value_or(*planned_at), *planned_at);
    }
  }
  out.EndArray().Key("progress").BeginObject();
  Put(out, "affected", static_cast<int64_t>(customers.size()));
  Put(out, "planned", planned);
  Put(out, "waiting", waiting);
  Put(out, "taken", taken);
  Put(out, "done", done);
  Put(out, "told", told);
  Put(out, "not_reached", unreached);
  Put(out, "next_at", next);
  Put(out, "last_at", last);
  out.EndObject();
}

Result<Answer> FindAffected(Services& services, const Request& request) {
  EM_ASSIGN(const AnyId id, request.PathId<AnyId>("id"));
  EM_ASSIGN(const auto from, QueryTime(request, "from"));
  EM_ASSIGN(const auto to, QueryTime(request, "to"));
  const OrganisationId org = request.organisation.id;
  const Query queries[] = {{&kIncidentById, {org, id}},
                           {&kFound,
                            {org, id, ForPattern(QueryText(request, "reason")),
                             QueryText(request, "channel"), QueryText(request, "team"),
                             from.value_or(Instant{}), to.value_or(request.now), kMostFound}}};
  EM_ASSIGN(const std::vector<Rows> rows, services.store.Read(org, queries));
  if (rows[0].empty()) return Fail(Request::NotFoundError("incident"));
  JsonWriter out;
  out.BeginObject().Key("items").BeginArray();
  for (const Row& row : rows[1]) {
    RowReader in(row);
    out.BeginObject();
    Put(out, "case_id", in.Id());
    Put(out, "case_reference", in.Text());
    Put(out, "reason", in.Text());
    Put(out, "channel", in.Text());
    Put(out, "team", in.Text());
    Put(out, "state", in.Text());
    Put(out, "opened_at", in.Time());
    Put(out, "pseudonym", in.OptionalText());
    out.EndObject();
  }
  out.EndArray();
  Put(out, "more", static_cast<int64_t>(rows[1].size()) == kMostFound);
  out.EndObject();
  return OkAnswer(std::move(out));
}

Result<Answer> AddAffected(Services& services, const Request& request) {
  EM_ASSIGN(const IncidentRecord incident, OpenIncident(services, request));
  EM_ASSIGN(AffectedList list,
            request.body ? ReadJsonList(*request.body) : ReadCsvList(services, request));
  const size_t read = list.items.size() + list.refused.size();
  EM_ASSIGN(Adding adding, Adding::Read(services, request, incident, list));
  Change change(services, request);
  int64_t added = 0, known = 0;
  for (const NewAffected& item : list.items) {
    const auto done = adding.Add(change, item);
    if (!done) {
      list.refused.emplace_back(item.row, done.error());
    } else {
      (*done ? added : known) += 1;
    }
  }
  JsonWriter out;
  out.BeginObject();
  Put(out, "read", static_cast<int64_t>(read));
  Put(out, "added", added);
  Put(out, "known_already", known);
  out.Key("refused").BeginArray();
  for (const auto& [row, error] : list.refused) {
    out.BeginObject();
    Put(out, "row", row);
    Put(out, "code", error.code);
    Put(out, "field", error.place);
    Put(out, "detail", error.message);
    out.EndObject();
  }
  out.EndArray().EndObject();
  Answer answer = OkAnswer(std::move(out));
  answer.plan = std::move(change).Take();
  return answer;
}

Result<Answer> RemoveAffected(Services& services, const Request& request) {
  EM_ASSIGN(const AnyId id, request.PathId<AnyId>("id"));
  EM_ASSIGN(const AnyId service_case, request.PathId<AnyId>("case"));
  const OrganisationId org = request.organisation.id;
  EM_ASSIGN(const Rows rows, ReadOne(services.store, org, kSubject, {org, service_case, id}));
  if (rows.empty()) return Fail(Request::NotFoundError("case"));
  const AnyId subject = rows[0][0].Identifier<AnyId>();
  EM_ASSIGN(const std::vector<Piece> pieces, PiecesOfSubject(services, request, id, subject));
  Change change(services, request);
  for (const Piece& piece : pieces) {
    if (piece.state != "waiting") {
      return Fail(ErrorKind::kConflict, "piece-under-way",
                  "What this customer is given is under way or done.", "",
                  "Reverse the action first, if it should not have been.");
    }
    CancelPiece(change, request, piece);
  }
  change.Step(kUntie, {org, id, subject, request.now});
  change.Event({.kind = "incident_affected_removed",
                .record_kind = "incident",
                .record = id,
                .service_case = service_case,
                .occurred_at = request.now});
  Answer answer;
  answer.status = 204;
  answer.plan = std::move(change).Take();
  return answer;
}

}  // namespace extramile::app
