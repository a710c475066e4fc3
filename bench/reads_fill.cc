#include "reads_fill.h"

#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <memory>
#include <utility>

#include "cli/seed.h"

namespace extramile::bench {
namespace {

// A well-mixed number of what is asked (the last steps of SplitMix64).
uint64_t Mixed(uint64_t x) {
  x += 0x9e3779b97f4a7c15;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
  x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
  return x ^ (x >> 31);
}

// xxxxxxxx-xxxx-7kkk-8000-000000000000: x the number, k the kind.
void Eid(sqlite3_context* context, int, sqlite3_value** arguments) {
  const int kind = sqlite3_value_int(arguments[0]);
  const int64_t number = sqlite3_value_int64(arguments[1]);
  std::array<uint8_t, 16> bytes{};
  for (int i = 0; i < 6; ++i) bytes[i] = static_cast<uint8_t>(number >> (40 - 8 * i));
  bytes[6] = static_cast<uint8_t>(0x70 | kind >> 8);
  bytes[7] = static_cast<uint8_t>(kind);
  bytes[8] = 0x80;
  sqlite3_result_blob(context, bytes.data(), bytes.size(), SQLITE_TRANSIENT);
}

void Pick(sqlite3_context* context, int, sqlite3_value** arguments) {
  const auto number = static_cast<uint64_t>(sqlite3_value_int64(arguments[0]));
  const auto salt = static_cast<uint64_t>(sqlite3_value_int64(arguments[1]));
  const auto below = static_cast<uint64_t>(sqlite3_value_int64(arguments[2]));
  sqlite3_result_int64(context, static_cast<int64_t>(Mixed(number * 64 + salt) % below));
}

void Filler(sqlite3_context* context, int, sqlite3_value** arguments) {
  const std::string bytes(static_cast<size_t>(sqlite3_value_int(arguments[0])), '\xa7');
  sqlite3_result_blob(context, bytes.data(), static_cast<int>(bytes.size()), SQLITE_TRANSIENT);
}

constexpr const char* kPostgresFunctions[] = {
    "create function eid(kind bigint, i bigint) returns uuid language sql immutable parallel safe "
    "as $$ select (lpad(to_hex(i), 12, '0') || '7' || lpad(to_hex(kind), 3, '0') || "
    "'8000000000000000')::uuid $$",
    "create function pick(i bigint, salt bigint, n bigint) returns bigint language sql immutable "
    "parallel safe as $$ select (hashint8extended(i * 64 + salt, 0) & 9223372036854775807) % n $$",
    "create function filler(n bigint) returns bytea language sql immutable parallel safe as "
    "$$ select decode(repeat('a7', n::int), 'hex') $$"};

Error SqliteError(sqlite3* db, const std::string& sql) {
  return {ErrorKind::kInternal, "bench-fill", std::string(sqlite3_errmsg(db)) + ": " + sql};
}

}  // namespace

FillWords SizesAt(double scale) {
  FillWords words;
  int64_t most = 0;
  const auto add = [&](const char* name, int64_t at_one, int64_t least) {
    const int64_t size =
        std::max<int64_t>(least, std::llround(static_cast<double>(at_one) * scale));
    words[name] = std::to_string(size);
    most = std::max(most, size);
  };
  add("people", 5'000, 200);
  add("customers", 60'000, 100);
  add("cases", 200'000, 1'000);
  add("ideas", 300'000, 1'500);
  add("consultations", 100'000, 500);
  add("actions", 60'000, 300);
  add("feedback", 60'000, 300);
  add("events", 1'500'000, 7'500);
  add("calls", 500'000, 2'500);
  words["incidents"] = "100";
  words["incident_roots"] = "10";  // their product: a few incidents have most of the cases
  words["proposals"] = "200";
  words["most"] = std::to_string(std::max<int64_t>(most, 24 * std::stoll(words["people"])));
  return words;
}

Result<void> Fill(const std::filesystem::path& statements, const FillWords& words,
                  const RunStatement& run) {
  EM_ASSIGN(const std::string text, cli::ReadFile(statements));
  std::string sql;
  for (size_t at = 0; at < text.size(); ++at) {
    const std::string_view rest = std::string_view(text).substr(at);
    if (rest.starts_with("--")) {
      at += std::min(rest.find('\n'), rest.size()) - 1;
    } else if (rest.starts_with(";\n")) {
      EM_TRY(run(sql));
      sql.clear();
    } else if (const auto word =
                   rest[0] == '{' ? words.find(rest.substr(1, rest.find('}') - 1)) : words.end();
               word != words.end()) {
      sql += word->second;
      at += word->first.size() + 1;
    } else {
      sql += rest[0];
    }
  }
  return {};
}

Result<void> FillSqlite(const std::string& path, const std::filesystem::path& statements,
                        const FillWords& words) {
  sqlite3* opened = nullptr;
  const int code = sqlite3_open(path.c_str(), &opened);
  const std::unique_ptr<sqlite3, int (*)(sqlite3*)> db(opened, sqlite3_close);
  if (code != SQLITE_OK) return Fail(SqliteError(db.get(), "open"));
  constexpr int kFlags = SQLITE_UTF8 | SQLITE_DETERMINISTIC;
  sqlite3_create_function(opened, "eid", 2, kFlags, nullptr, Eid, nullptr, nullptr);
  sqlite3_create_function(opened, "pick", 3, kFlags, nullptr, Pick, nullptr, nullptr);
  sqlite3_create_function(opened, "filler", 1, kFlags, nullptr, Filler, nullptr, nullptr);
  // The store's texts compare by bytes, as SQLite's own collation does.
  const auto compare = [](void*, int a_size, const void* a, int b_size, const void* b) {
    return std::string_view(static_cast<const char*>(a), static_cast<size_t>(a_size))
        .compare({static_cast<const char*>(b), static_cast<size_t>(b_size)});
  };
  sqlite3_create_collation(opened, "C", SQLITE_UTF8, nullptr, compare);
  const RunStatement run = [&](const std::string& sql) -> Result<void> {
    if (sqlite3_exec(opened, sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK) return {};
    return Fail(SqliteError(opened, sql));
  };
  EM_TRY(run("pragma journal_mode = off; pragma synchronous = off; pragma cache_size = -500000"));
  EM_TRY(run("begin"));
  EM_TRY(Fill(statements, words, run));
  return run("commit; pragma journal_mode = wal");
}

Result<void> FillPostgres(const RunStatement& run, const std::filesystem::path& statements,
                          const FillWords& words) {
  for (const char* function : kPostgresFunctions) EM_TRY(run(function));
  EM_TRY(Fill(statements, words, run));
  return run("vacuum analyze");
}

}  // namespace extramile::bench
