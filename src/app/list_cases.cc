// The list of cases, newest first, each with what is open in it.
#include <algorithm>
#include <charconv>

#include "app/case_progress.h"
#include "app/cases.h"

namespace extramile::app {
namespace {

constexpr int64_t kMostPerPage = 200;
constexpr int64_t kUsualPerPage = 50;

// What was opened for an incident waits for its turn there. $2 and $3: the last case of the page
// before; $4: at most so many.
#define CASE_SUMMARY_COLUMNS                                                                \
  "select c.id, c.reference, c.kind, c.reason, c.channel, c.state, c.stage, u.pseudonym, "  \
  "c.agent_id, p.display_name, c.opened_at, c.version, " CASE_PROGRESS_COLUMNS              \
  " from service_case c "                                                                   \
  "left join customer u on u.organisation_id = c.organisation_id and u.id = c.customer_id " \
  "left join person p on p.organisation_id = c.organisation_id and p.id = c.agent_id "      \
  "where c.organisation_id = $1 and (c.opened_at < $2 or (c.opened_at = $2 and c.id < $3)) "
#define NEWEST_FIRST "order by c.opened_at desc, c.id desc limit $4"
#define OPEN_ONES "and c.state = 'open' and c.source <> 'incident' "
// $5: another state beside closed, or none.
#define CLOSED_AND "and (c.state = 'closed' or (c.state = $5 and c.source <> 'incident')) "
// The open ones are few, and have an index of their own.
const Sql kOpenCases = {CASE_SUMMARY_COLUMNS OPEN_ONES NEWEST_FIRST};
const Sql kOpenCasesOfAgent = {CASE_SUMMARY_COLUMNS OPEN_ONES "and c.agent_id = $5 " NEWEST_FIRST};
const Sql kCases = {CASE_SUMMARY_COLUMNS CLOSED_AND NEWEST_FIRST};
const Sql kCasesOfAgent = {CASE_SUMMARY_COLUMNS CLOSED_AND "and c.agent_id = $6 " NEWEST_FIRST};
#undef CLOSED_AND
#undef OPEN_ONES
#undef NEWEST_FIRST
#undef CASE_SUMMARY_COLUMNS

// Where a page ended. As text it is opaque to clients: hexadecimal digits.
struct Cursor {
  Instant opened_at{INT64_MAX};
  AnyId id{[] {
    Uuid last;
    last.fill(0xff);
    return last;
  }()};

  std::string ToString() const {
    std::array<uint8_t, 24> bytes;
    for (int i = 0; i < 8; ++i) {
      bytes[i] = static_cast<uint8_t>(static_cast<uint64_t>(opened_at.micros) >> (56 - 8 * i));
    }
    std::copy(id.bytes.begin(), id.bytes.end(), bytes.begin() + 8);
    return ToHex(bytes);
  }

  static Result<Cursor> Parse(std::string_view text) {
    std::array<uint8_t, 24> bytes{};
    bool good = text.size() == 48;
    for (size_t i = 0; good && i < bytes.size(); ++i) {
      const char* begin = text.data() + 2 * i;
      const auto parsed = std::from_chars(begin, begin + 2, bytes[i], 16);
      good = parsed.ec == std::errc() && parsed.ptr == begin + 2;
    }
    if (!good) {
      return Fail(ErrorKind::kInvalid, "cursor-unknown", "This is no cursor of ours.", "/cursor",
                  "Use the 'next' of the page before, or leave it out.");
    }
    uint64_t micros = 0;
    for (int i = 0; i < 8; ++i) micros = micros << 8 | bytes[i];
    Cursor cursor;
    cursor.opened_at.micros = static_cast<int64_t>(micros);
    std::copy(bytes.begin() + 8, bytes.end(), cursor.id.bytes.begin());
    return cursor;
  }
};

struct ListQuery {
  std::optional<std::string> state;
  bool mine = false;
  Cursor after;
  int64_t limit = kUsualPerPage;
};

Result<ListQuery> ReadListQuery(const Request& request) {
  ListQuery query;
  EM_ASSIGN(query.state, QueryWord(request, "state", {"open", "closed"}));
  EM_ASSIGN(const auto mine, QueryWord(request, "mine", {"true", "false"}));
  query.mine = mine == "true";
  EM_ASSIGN(const auto limit, QueryInt(request, "limit", 1, kMostPerPage));
  query.limit = limit.value_or(kUsualPerPage);
  if (const auto cursor = request.query.find("cursor"); cursor != request.query.end()) {
    EM_ASSIGN(query.after, Cursor::Parse(cursor->second));
  }
  return query;
}

// Writes one case of the list, and returns where it stands.
Cursor WriteSummary(JsonWriter& out, const Row& row) {
  RowReader in(row);
  Cursor at;
  out.BeginObject();
  at.id = in.Id();
  Put(out, "id", at.id);
  for (const char* key : {"reference", "kind", "reason", "channel", "state", "stage"}) {
    Put(out, key, in.Text());
  }
  Put(out, "customer", in.OptionalText());
  Put(out, "agent", in.Person());
  at.opened_at = in.Time();
  Put(out, "opened_at", at.opened_at);
  const int64_t version = in.Int();
  Put(out, "next_step", desk::NextStep(CaseProgressFrom(in)));
  Put(out, "version", version);
  out.EndObject();
  return at;
}

}  // namespace

Result<Answer> ListCases(Services& services, const Request& request) {
  EM_ASSIGN(const ListQuery query, ReadListQuery(request));
  Params params = {request.organisation.id, query.after.opened_at, query.after.id, query.limit + 1};
  const bool open = query.state == "open";
  if (!open) params.push_back(query.state ? "" : "open");
  if (query.mine) params.push_back(request.actor.person);
  const Sql& sql =
      open ? (query.mine ? kOpenCasesOfAgent : kOpenCases) : (query.mine ? kCasesOfAgent : kCases);
  EM_ASSIGN(const Rows rows,
            ReadOne(services.store, request.organisation.id, sql, std::move(params)));
  const size_t shown = std::min(rows.size(), static_cast<size_t>(query.limit));
  JsonWriter out;
  out.BeginObject().Key("items").BeginArray();
  Cursor last;
  for (size_t i = 0; i < shown; ++i) last = WriteSummary(out, rows[i]);
  out.EndArray();
  out.Key("next");
  if (rows.size() > shown) {
    out.String(last.ToString());
  } else {
    out.Null();
  }
  out.EndObject();
  return OkAnswer(std::move(out));
}

}  // namespace extramile::app
