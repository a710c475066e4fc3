// How records are read from rows and written as JSON, in one place: the head that every record has,
// the words a person wrote, and the people a record names.
//
// A record's struct is filled either from a row (a read) or from a request (a write), and rendered
// by one function, so that a POST answers exactly what a later GET says.
//
//   RowReader in(row);
//   gesture.id = in.Id();
//   gesture.code = in.Text();
//   ...
//   Put(out, "code", gesture.code);
//   Put(out, "touchpoint", gesture.touchpoint);   // null where it is absent
//
// RowReader takes the cells in the order of the select list; reading past its end or as another
// type is a bug and throws.
#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/change.h"
#include "app/store.h"
#include "app/use_case.h"
#include "base/json_writer.h"

namespace extramile::app {

struct PersonRef {
  PersonId id;
  std::optional<std::string> name;  // absent once erased
};

// The first members of every record: when it happened, when and by whom it was written.
struct RecordHead {
  AnyId id;
  Instant occurred_at;
  Instant recorded_at;
  PersonRef recorded_by;
  int64_t version = 1;
};

// Words as they are stored: the text is absent once erased, whose they were is not.
struct StoredWords {
  std::optional<std::string> text;
  std::string author;
};
std::optional<StoredWords> Stored(const std::optional<WrittenWords>& words);

class RowReader {
 public:
  explicit RowReader(const Row& row, size_t at = 0) : row_(row), at_(at) {}

  const Cell& Next() { return row_.at(at_++); }
  AnyId Id() { return Next().Identifier<AnyId>(); }
  std::optional<AnyId> OptionalId();
  std::string Text() { return Next().Text(); }
  std::optional<std::string> OptionalText();
  int64_t Int() { return Next().Int(); }
  std::optional<int64_t> OptionalInt() { return Next().OptionalInt(); }
  bool Bool() { return Next().Bool(); }
  Instant Time() { return Next().Time(); }
  std::optional<Instant> OptionalTime();
  // id, name
  PersonRef Person();
  std::optional<PersonRef> OptionalPerson();
  // id, occurred_at, recorded_at, recorded_by, its name, version
  RecordHead Head();
  // text, author; nothing was written where author is null
  std::optional<StoredWords> Words();

 private:
  const Row& row_;
  size_t at_;
};

// $1 organisation, $2 person: the display name.
extern const Sql kPersonName;
// The one person of a kPersonName read; kNotFound where `rows` is empty.
Result<PersonRef> PersonFrom(const Rows& rows, PersonId id);
// The head of a record written now by the actor.
RecordHead NewHead(AnyId id, Instant occurred_at, const Request& request, const Rows& actor_name);

void Put(JsonWriter& out, std::string_view key, const char* value);
void Put(JsonWriter& out, std::string_view key, std::string_view value);
void Put(JsonWriter& out, std::string_view key, const std::string& value);
void Put(JsonWriter& out, std::string_view key, int64_t value);
void Put(JsonWriter& out, std::string_view key, bool value);
void Put(JsonWriter& out, std::string_view key, AnyId value);
void Put(JsonWriter& out, std::string_view key, PersonId value);
void Put(JsonWriter& out, std::string_view key, Instant value);
void Put(JsonWriter& out, std::string_view key, const Money& value);
void Put(JsonWriter& out, std::string_view key, const PersonRef& value);
void Put(JsonWriter& out, std::string_view key, const StoredWords& value);
void Put(JsonWriter& out, std::string_view key, const std::vector<std::string>& value);
template <class T>
void Put(JsonWriter& out, std::string_view key, const std::optional<T>& value) {
  if (value) {
    Put(out, key, *value);
  } else {
    out.Key(key).Null();
  }
}
// id, occurred_at, recorded_at, recorded_by, version.
void PutHead(JsonWriter& out, const RecordHead& head);

// A list of words as it stands in one text column: words with one space between them.
std::string JoinWords(const std::vector<std::string>& words);
std::vector<std::string> SplitWords(std::string_view joined);

// Eight characters of the id's random part (40 bits; digits and letters that are not mistaken for
// one another): what people read aloud, made without a counter. Unique only as far as a unique key
// of the table makes it so.
std::string ShortCode(AnyId id);

// A JSON array of strings, for statements that take a list.
std::string JsonList(const std::vector<std::string>& items);

// The answer to a read, and to a write that made something new (201).
Answer OkAnswer(JsonWriter body);
Answer CreatedAnswer(JsonWriter body, Change change, int64_t version = 1);
Answer ChangedAnswer(JsonWriter body, Change change, int64_t version);

// The version the client saw (If-Match), where it said one, against the one that is stored.
Result<void> CheckVersion(const Request& request, int64_t stored, std::string_view what);

// A parameter of the query string, where there is one. Errors: kInvalid, with its name as place.
Result<std::optional<std::string>> QueryWord(const Request& request, std::string_view name,
                                             std::initializer_list<std::string_view> words);
Result<std::optional<int64_t>> QueryInt(const Request& request, std::string_view name, int64_t min,
                                        int64_t max);
Result<std::optional<AnyId>> QueryId(const Request& request, std::string_view name);

// What a request's body must be where the route takes one and the client sent none.
const JsonValue& BodyOf(const Request& request);

}  // namespace extramile::app
