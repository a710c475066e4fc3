#include "app/record.h"

#include <algorithm>
#include <charconv>

namespace extramile::app {

const Sql kPersonName = {"select display_name from person where organisation_id = $1 and id = $2"};

std::optional<StoredWords> Stored(const std::optional<WrittenWords>& words) {
  if (!words) return std::nullopt;
  return StoredWords{words->text, words->author};
}

std::optional<AnyId> RowReader::OptionalId() {
  const Cell& cell = Next();
  if (cell.is_null()) return std::nullopt;
  return cell.Identifier<AnyId>();
}

std::optional<std::string> RowReader::OptionalText() {
  const Cell& cell = Next();
  if (cell.is_null()) return std::nullopt;
  return cell.Text();
}

std::optional<Instant> RowReader::OptionalTime() {
  const Cell& cell = Next();
  if (cell.is_null()) return std::nullopt;
  return cell.Time();
}

PersonRef RowReader::Person() {
  PersonRef person;
  person.id = Next().Identifier<PersonId>();
  person.name = OptionalText();
  return person;
}

std::optional<PersonRef> RowReader::OptionalPerson() {
  PersonRef person = Person();
  if (person.id.is_nil()) return std::nullopt;
  return person;
}

RecordHead RowReader::Head() {
  RecordHead head;
  head.id = Id();
  head.occurred_at = Time();
  head.recorded_at = Time();
  head.recorded_by = Person();
  head.version = Int();
  return head;
}

std::optional<StoredWords> RowReader::Words() {
  std::optional<std::string> text = OptionalText();
  const std::optional<std::string> author = OptionalText();
  if (!author) return std::nullopt;
  return StoredWords{std::move(text), *author};
}

Result<PersonRef> PersonFrom(const Rows& rows, PersonId id) {
  if (rows.empty()) return Fail(Request::NotFoundError("person"));
  return PersonRef{id, RowReader(rows.front()).OptionalText()};
}

RecordHead NewHead(AnyId id, Instant occurred_at, const Request& request, const Rows& actor_name) {
  PersonRef actor{request.actor.person, std::nullopt};
  if (!actor_name.empty()) actor.name = RowReader(actor_name.front()).OptionalText();
  return {id, occurred_at, request.now, std::move(actor), 1};
}

void Put(JsonWriter& out, std::string_view key, const char* value) { out.Key(key).String(value); }
void Put(JsonWriter& out, std::string_view key, std::string_view value) {
  out.Key(key).String(value);
}
void Put(JsonWriter& out, std::string_view key, const std::string& value) {
  out.Key(key).String(value);
}
void Put(JsonWriter& out, std::string_view key, int64_t value) { out.Key(key).Int(value); }
void Put(JsonWriter& out, std::string_view key, bool value) { out.Key(key).Bool(value); }
void Put(JsonWriter& out, std::string_view key, AnyId value) {
  out.Key(key).String(value.ToString());
}
void Put(JsonWriter& out, std::string_view key, PersonId value) {
  out.Key(key).String(value.ToString());
}
void Put(JsonWriter& out, std::string_view key, Instant value) {
  out.Key(key).String(FormatInstant(value));
}
void Put(JsonWriter& out, std::string_view key, const Money& value) {
  out.Key(key).String(FormatAmount(value));
}

void Put(JsonWriter& out, std::string_view key, const PersonRef& value) {
  out.Key(key).BeginObject();
  Put(out, "id", value.id);
  Put(out, "name", value.name);
  out.EndObject();
}

void Put(JsonWriter& out, std::string_view key, const StoredWords& value) {
  out.Key(key).BeginObject();
  Put(out, "text", value.text);
  Put(out, "author", value.author);
  out.EndObject();
}

void Put(JsonWriter& out, std::string_view key, const std::vector<std::string>& value) {
  out.Key(key).BeginArray();
  for (const std::string& item : value) out.String(item);
  out.EndArray();
}

void PutHead(JsonWriter& out, const RecordHead& head) {
  Put(out, "id", head.id);
  Put(out, "occurred_at", head.occurred_at);
  Put(out, "recorded_at", head.recorded_at);
  Put(out, "recorded_by", head.recorded_by);
  Put(out, "version", head.version);
}

std::string JoinWords(const std::vector<std::string>& words) {
  std::string joined;
  for (const std::string& word : words) joined += (joined.empty() ? "" : " ") + word;
  return joined;
}

std::vector<std::string> SplitWords(std::string_view joined) {
  std::vector<std::string> words;
  while (!joined.empty()) {
    const size_t space = joined.find(' ');
    if (space != 0) words.emplace_back(joined.substr(0, space));
    joined = space == std::string_view::npos ? std::string_view() : joined.substr(space + 1);
  }
  return words;
}

std::string ShortCode(AnyId id) {
  static constexpr char kDigits[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  uint64_t bits = 0;
  for (size_t i = 11; i < 16; ++i) bits = bits << 8 | id.bytes[i];
  std::string code(8, '0');
  for (size_t i = 0; i < 8; ++i) code[7 - i] = kDigits[bits >> (5 * i) & 31];
  return code;
}

std::string JsonList(const std::vector<std::string>& items) {
  JsonWriter out;
  out.BeginArray();
  for (const std::string& item : items) out.String(item);
  out.EndArray();
  return std::move(out).Take();
}

Answer OkAnswer(JsonWriter body) {
  Answer answer;
  answer.body = std::move(body).Take();
  return answer;
}

Answer CreatedAnswer(JsonWriter body, Change change, int64_t version) {
  Answer answer = ChangedAnswer(std::move(body), std::move(change), version);
  answer.status = 201;
  return answer;
}

Answer ChangedAnswer(JsonWriter body, Change change, int64_t version) {
  Answer answer = OkAnswer(std::move(body));
  answer.version = version;
  answer.plan = std::move(change).Take();
  return answer;
}

Result<void> CheckVersion(const Request& request, int64_t stored, std::string_view what) {
  if (request.if_match && *request.if_match != stored) return Fail(StaleError(what));
  return {};
}

Result<std::optional<std::string>> QueryWord(const Request& request, std::string_view name,
                                             std::initializer_list<std::string_view> words) {
  const auto found = request.query.find(name);
  if (found == request.query.end()) return std::nullopt;
  if (std::find(words.begin(), words.end(), found->second) == words.end()) {
    std::string list;
    for (auto word : words) list += (list.empty() ? "" : ", ") + std::string(word);
    return Fail(ErrorKind::kInvalid, "unknown-word",
                "This is not a word for '" + std::string(name) + "'.", "/" + std::string(name),
                "Use one of: " + list + ".");
  }
  return found->second;
}

Result<std::optional<int64_t>> QueryInt(const Request& request, std::string_view name, int64_t min,
                                        int64_t max) {
  const auto found = request.query.find(name);
  if (found == request.query.end()) return std::nullopt;
  int64_t value = 0;
  const char* end = found->second.data() + found->second.size();
  const auto parsed = std::from_chars(found->second.data(), end, value);
  if (parsed.ec != std::errc() || parsed.ptr != end || value < min || value > max) {
    return Fail(ErrorKind::kInvalid, "number-range",
                "'" + std::string(name) + "' must be a whole number from " + std::to_string(min) +
                    " to " + std::to_string(max) + ".",
                "/" + std::string(name));
  }
  return value;
}

Result<std::optional<AnyId>> QueryId(const Request& request, std::string_view name) {
  const auto found = request.query.find(name);
  if (found == request.query.end()) return std::nullopt;
  auto id = AnyId::Parse(found->second);
  if (!id) {
    id.error().place = "/" + std::string(name);
    return Fail(std::move(id).error());
  }
  return *id;
}

const JsonValue& BodyOf(const Request& request) {
  static const JsonValue empty{JsonValue::Type::kObject, false, {}, {}, {}};
  return request.body ? *request.body : empty;
}

}  // namespace extramile::app
