// How long the reads of the pages take in a large organisation, through HTTP.
//
//   bench_reads --server BINARY [--only sqlite|postgres] [--scale 1] [--seconds 0.4]
//     [--case TEXT] [--file DATABASE] [--json]
//
// The demonstration's organisation, into which reads_fill.sql puts the records of 5,000 people over
// two years, a fresh server process, and one client that asks each of the pages' routes again and
// again as an agent, a lead and a manager with much to do: the first answer by itself, then p50 and
// p99. `--file` keeps the SQLite database, and asks of it without filling it where it is there.
#include <stdlib.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>

#include "app/accounts.h"
#include "base/json_writer.h"
#include "cli/seed.h"
#include "http_load.h"
#include "reads_fill.h"
#include "server_process.h"
#include "support/postgres.h"

namespace extramile::bench {
namespace {

namespace fs = std::filesystem;
using SteadyClock = std::chrono::steady_clock;

constexpr char kSeed[] = "demo/organisation.json";
constexpr char kStatements[] = "bench/reads_fill.sql";

struct Options {
  std::string server, only, part, file;
  double seconds = 0.4, scale = 1;
  bool json = false;
};

// Those who ask, by their names in the seed, with a letter each.
struct Asker {
  char letter;
  const char* role;
  const char* sign_in_name;
};
constexpr Asker kAskers[] = {{'a', "agent", "amira"},
                             {'l', "lead", "carys"},
                             {'m', "manager", "daniel"},
                             {'w', "admin", "gwen"}};

struct Route {
  const char* target;  // after /api/v1/; words in braces are ids
  const char* askers;
};
// In the order of the page: what stands around every screen, then screen by screen.
constexpr Route kRoutes[] = {{"session", "alm"},
                             {"authority", "alm"},
                             {"consultations?with=me", "lm"},
                             {"open-ends", "alm"},
                             {"cases?state=open&mine=true", "alm"},
                             {"cases?state=open&mine=false", "alm"},
                             {"cases?state=closed&mine=true", "alm"},
                             {"cases?state=closed&mine=false", "alm"},
                             {"cases/{case}", "alm"},
                             {"cases/{incident_case}", "alm"},
                             {"cases/{case}/tiles", "al"},
                             {"cases/{case}/match", "al"},
                             {"consultations?with=mine", "al"},
                             {"checks/{check}", "al"},
                             {"customers/{customer}", "al"},
                             {"people", "alm"},
                             {"gestures", "alm"},
                             {"gestures/evidence", "am"},
                             {"monitor", "am"},
                             {"offers", "al"},
                             {"offers/current", "al"},
                             {"proposals", "alm"},
                             {"proposals/{proposal}/improvement", "lm"},
                             {"change-procedure", "al"},
                             {"incidents", "alm"},
                             {"incidents/{incident}", "alm"},
                             {"incidents/{incident}/candidates", "lm"},
                             {"incidents/{incident}/candidates?reason=nobody+wrote+this", "lm"},
                             {"documents", "al"},
                             {"job-roles", "al"},
                             {"grants", "lm"},
                             {"budgets", "lm"},
                             {"tokens", "al"},
                             {"working-hours", "al"},
                             {"queues", "al"},
                             {"calibrations/current?team=Customer+line", "al"},
                             {"forecast", "al"},
                             {"policy", "al"},
                             {"policy-sets", "al"},
                             {"frameworks", "a"},
                             {"enrolments", "aw"},
                             {"enrolments/{enrolment}/coverage", "a"},
                             {"events", "m"},
                             {"events?after=500000", "m"},
                             {"events?case={case}", "m"},
                             {"events?record={case}", "m"},
                             {"connections", "w"}};

JsonValue Step(const char* operation, const std::string& more) {
  return *ParseJson(R"({"as":"amira","do":")" + std::string(operation) + "\"," + more + "}");
}

// The demonstration, and a check whose columns the others copy.
Result<cli::Seed> SeedWithCheck() {
  EM_ASSIGN(cli::Seed seed, cli::ReadSeed(kSeed));
  auto& steps = seed.steps.items;
  steps.push_back(
      Step("open_case",
           R"("keep":"bench_case","with":{"kind":"request","reason":"bench","channel":"phone"})"));
  steps.push_back(
      Step("propose_idea",
           R"("id":"{bench_case.id}","keep":"bench_idea","with":{"gesture":"call-back"})"));
  steps.push_back(Step("check_idea", R"("id":"{bench_idea.id}","with":{})"));
  return seed;
}

const app::Sql kPeople = {
    "select m.person_id from membership m join identity i on i.id = m.identity_id where "
    "m.organisation_id = $1 and i.sign_in_name = $2"};
const app::Sql kLastEvent = {"select event_seq from organisation_head where organisation_id = $1"};
// $2 the agent. A recent case of theirs upon which something was done.
const app::Sql kCase = {
    "select a.case_id, a.check_id, c.customer_id from action a join service_case c on "
    "c.organisation_id = a.organisation_id and c.id = a.case_id where a.organisation_id = $1 and "
    "c.agent_id = $2 order by a.id desc limit 1"};
const app::Sql kIncidentCase = {
    "select id, incident_id from service_case where organisation_id = $1 and incident_id = "
    "(select id from incident where organisation_id = $1 order by id limit 1) order by id desc "
    "limit "
    "1"};
const app::Sql kProposal = {
    "select id from proposal where organisation_id = $1 and kind = 'improvement' order by id desc "
    "limit 1"};
const app::Sql kEnrolment = {
    "select id from enrolment where organisation_id = $1 and person_id = $2 order by id desc limit "
    "1"};

std::string IdAt(const app::Rows& rows, size_t column = 0) {
  return rows.empty() ? "" : rows[0][column].Identifier<AnyId>().ToString();
}

// Who asks and where, as literals of the database.
Result<FillWords> WordsFor(const Options& options, app::Services& services, OrganisationId org,
                           bool postgres) {
  FillWords words = SizesAt(options.scale);
  const auto literal = [&](std::string id) {
    if (postgres) return "'" + id + "'::uuid";
    std::erase(id, '-');
    return "x'" + id + "'";
  };
  words["org"] = literal(org.ToString());
  for (const Asker& asker : kAskers) {
    EM_ASSIGN(const app::Rows person,
              app::ReadOne(services.store, org, kPeople, {org, std::string(asker.sign_in_name)}));
    words[asker.role] = literal(IdAt(person));
  }
  EM_ASSIGN(const app::Rows last, app::ReadOne(services.store, org, kLastEvent, {org}));
  words["last_event"] = std::to_string(last.at(0)[0].Int());
  const int64_t now = SystemClock().Now().micros, span = 730 * kMicrosPerDay;
  words["now"] = std::to_string(now);
  words["from"] = std::to_string(now - span);
  words["span"] = std::to_string(span);
  return words;
}

Result<void> MakeOrganisation(const Options& options, const std::string& url, const cli::Seed& seed,
                              const PostgresServer* postgres) {
  FillWords words;
  {
    EM_ASSIGN(const auto world, OpenWorld(url));
    EM_TRY(cli::LoadSeed(world->services(), seed));
    EM_ASSIGN(const auto organisation,
              app::FindOrganisationBySlug(world->services().store, seed.slug));
    world->services().store.Drain();
    EM_ASSIGN(words, WordsFor(options, world->services(), organisation.id, postgres != nullptr));
  }
  if (!postgres) return FillSqlite(url.substr(7), kStatements, words);
  const std::string database = url.substr(url.rfind('/') + 1);
  const RunStatement run = [&](const std::string& sql) -> Result<void> {
    try {
      postgres->Run(sql, database);
      return {};
    } catch (const std::exception& error) {
      return Fail(ErrorKind::kInternal, "bench-fill", error.what());
    }
  };
  return FillPostgres(run, kStatements, words);
}

// What the routes' words stand for.
Result<FillWords> ExamplesIn(const std::string& url, const cli::Seed& seed) {
  EM_ASSIGN(const auto world, OpenWorld(url));
  app::Store& store = world->services().store;
  EM_ASSIGN(const auto organisation, app::FindOrganisationBySlug(store, seed.slug));
  const OrganisationId org = organisation.id;
  EM_ASSIGN(const app::Rows agent,
            app::ReadOne(store, org, kPeople, {org, std::string(kAskers[0].sign_in_name)}));
  const PersonId person = agent.at(0)[0].Identifier<PersonId>();
  const app::Query queries[] = {{&kCase, {org, person}},
                                {&kIncidentCase, {org}},
                                {&kProposal, {org}},
                                {&kEnrolment, {org, person}}};
  EM_ASSIGN(const auto rows, store.Read(org, queries));
  return FillWords{{"case", IdAt(rows[0])},        {"check", IdAt(rows[0], 1)},
                   {"customer", IdAt(rows[0], 2)}, {"incident_case", IdAt(rows[1])},
                   {"incident", IdAt(rows[1], 1)}, {"proposal", IdAt(rows[2])},
                   {"enrolment", IdAt(rows[3])}};
}

std::string WithIds(std::string target, const FillWords& ids) {
  for (const auto& [word, id] : ids) {
    const std::string braced = "{" + word + "}";
    if (const size_t at = target.find(braced); at != std::string::npos)
      target.replace(at, braced.size(), id);
  }
  return target;
}

// The first of a request's header lines, as the client takes it.
std::pair<std::string, std::string> CookieOf(const std::string& headers) {
  const size_t colon = headers.find(": ");
  return {headers.substr(0, colon), headers.substr(colon + 2, headers.find('\r') - colon - 2)};
}

struct Measured {
  double first_ms = 0;
  LoadResult load;
  double cpu_ms = 0;  // of the server, an answer
};

Result<Measured> Ask(const Options& options, RunningServer& server, const std::string& target,
                     const std::string& headers) {
  const std::string request =
      "GET " + target + " HTTP/1.1\r\nHost: localhost\r\n" + headers + "\r\n";
  // Slow ones get the time for a few answers.
  Measured measured;
  LoadPlan plan{.port = server.port,
                .requests = {{request}},
                .warm_up_s = 0,
                .measure_s = options.seconds,
                .expected_status = 200};
  const auto began = SteadyClock::now();
  EM_TRY(server.client->Send({.target = target, .headers = {CookieOf(headers)}}));
  measured.first_ms = std::chrono::duration<double, std::milli>(SteadyClock::now() - began).count();
  for (int longer = 0; measured.load.answers < 4 && longer < 4; ++longer, plan.measure_s *= 5) {
    const double cpu_before = server.process->CpuSeconds();
    EM_ASSIGN(measured.load, RunLoad(plan));
    if (measured.load.unexpected > 0) {
      return Fail(ErrorKind::kInternal, "bench-answer",
                  target + ": " + measured.load.first_unexpected);
    }
    measured.cpu_ms = (server.process->CpuSeconds() - cpu_before) * 1e3 /
                      static_cast<double>(std::max<int64_t>(1, measured.load.all_answers));
  }
  return measured;
}

void Report(const Options& options, const std::string& name, const Measured& measured) {
  if (!options.json) {
    std::printf("%-76s first %8.2f  p50 %8.2f  p99 %8.2f ms  %6lld answers  %8.2f ms cpu\n",
                name.c_str(), measured.first_ms, measured.load.p50_ms, measured.load.p99_ms,
                static_cast<long long>(measured.load.answers), measured.cpu_ms);
  } else {
    const auto line = [&](const char* unit, double value) {
      JsonWriter out;
      out.BeginObject().Key("bench").String("reads").Key("case").String(name);
      out.Key("value").Double(value).Key("unit").String(unit);
      out.Key("peer").Null().Key("peer_value").Null().Key("ratio").Null().EndObject();
      std::printf("%s\n", out.text().c_str());
    };
    line("ms first", measured.first_ms);
    line("ms p50", measured.load.p50_ms);
    line("ms p99", measured.load.p99_ms);
    line("ms of the server's processors an answer", measured.cpu_ms);
  }
  std::fflush(stdout);
}

Result<void> AskAll(const Options& options, const std::string& database, const std::string& url,
                    const cli::Seed& seed, const fs::path& folder) {
  EM_ASSIGN(const FillWords ids, ExamplesIn(url, seed));
  EM_ASSIGN(RunningServer server, StartServer(options.server, url, folder));
  std::map<char, std::string> headers;
  for (const Asker& asker : kAskers) {
    EM_ASSIGN(headers[asker.letter], SignIn(*server.client, asker.sign_in_name, seed.password));
  }
  for (const Route& route : kRoutes) {
    for (const Asker& asker : kAskers) {
      if (std::string_view(route.askers).find(asker.letter) == std::string_view::npos) continue;
      const std::string name = database + ", " + asker.role + ", " + route.target;
      if (name.find(options.part) == std::string::npos) continue;
      EM_ASSIGN(
          const Measured measured,
          Ask(options, server, "/api/v1/" + WithIds(route.target, ids), headers[asker.letter]));
      Report(options, name, measured);
    }
  }
  return {};
}

Result<void> MeasureIn(const Options& options, const std::string& database, const cli::Seed& seed,
                       const fs::path& folder) {
  std::unique_ptr<PostgresServer> postgres;
  std::string url;
  if (database == "postgres") {
    postgres = std::make_unique<PostgresServer>();
    url = postgres->CreateDatabase();
  } else {
    url = "sqlite:" + (options.file.empty() ? (folder / "bench.sqlite").string() : options.file);
  }
  if (postgres || !fs::exists(url.substr(7))) {
    const auto began = SteadyClock::now();
    EM_TRY(MakeOrganisation(options, url, seed, postgres.get()));
    std::fprintf(stderr, "%s filled in %.0f s\n", database.c_str(),
                 std::chrono::duration<double>(SteadyClock::now() - began).count());
  }
  return AskAll(options, database, url, seed, folder);
}

Result<void> Measure(const Options& options) {
  EM_ASSIGN(const cli::Seed seed, SeedWithCheck());
  for (const char* database : {"sqlite", "postgres"}) {
    if (!options.only.empty() && options.only != database) continue;
    if (std::string_view(database) == "postgres" && PostgresServer::ProgramFolder().empty()) {
      std::fprintf(stderr, "PostgreSQL is not installed here: left out.\n");
      continue;
    }
    std::string pattern = (fs::temp_directory_path() / "extramile-bench-XXXXXX").string();
    if (!mkdtemp(pattern.data()))
      return Fail(ErrorKind::kUnavailable, "temporary-folder", "No temporary folder.");
    const auto done = MeasureIn(options, database, seed, pattern);
    std::error_code ignored;
    fs::remove_all(pattern, ignored);
    EM_TRY(done);
  }
  return {};
}

int Main(int argc, char** argv) {
  Options options;
  CLI::App app("How long the pages' reads take in a large organisation");
  app.add_option("--server", options.server, "The extramile program");
  app.add_option("--only", options.only, "sqlite or postgres");
  app.add_option("--scale", options.scale, "1: 5,000 people, 200,000 cases")->capture_default_str();
  app.add_option("--seconds", options.seconds, "Measured time of each")->capture_default_str();
  app.add_option("--case", options.part, "Only cases whose name contains this");
  app.add_option("--file", options.file, "Keep the SQLite database here, and use it where it is");
  app.add_flag("--json", options.json, "A line of JSON a result");
  CLI11_PARSE(app, argc, argv);
  const auto done = Measure(options);
  if (!done) std::fprintf(stderr, "%s\n", done.error().ToString().c_str());
  return done ? 0 : 1;
}

}  // namespace
}  // namespace extramile::bench

int main(int argc, char** argv) { return extramile::bench::Main(argc, argv); }
