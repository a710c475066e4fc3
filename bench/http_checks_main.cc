// Durable checks a second through HTTP, and their latency, beside the store's own limit measured in
// the same run.
//
//   bench_http --server BINARY --sync-delay LIBRARY [--seconds 3] [--only sqlite|postgres] [--case
//   TEXT]
//     [--json]
//
// For each database, sync time (this disk's, and 1 ms more), number of organisations and clients: a
// fresh database, a fresh server process, and closed-loop clients that each check ideas of their
// own cases again and again (a re-check replaces its hold, so that nothing runs out). The peer is
// the bare store: a loop that runs the statements of the same checks, each check's reads and then
// the writes of as many as one organisation has clients in one commit, one after another, and
// nothing else running; what the program does in between is not timed. A second line compares with
// the loop's writes alone. The ratio is ours to the peer's.
#include <stdlib.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>

#include "app/accounts.h"
#include "app/use_case.h"
#include "base/json_writer.h"
#include "cli/seed.h"
#include "cli/serve.h"
#include "http/routes.h"
#include "http_load.h"
#include "server_process.h"
#include "store/migrations.h"
#include "store/open_store.h"
#include "store/postgres/writer.h"
#include "store/sqlite/migrator.h"
#include "store/sqlite/writer.h"
#include "support/postgres.h"

namespace extramile::bench {
namespace {

namespace fs = std::filesystem;
using SteadyClock = std::chrono::steady_clock;
using cli::LoadSeed;
using cli::ReadSeed;
using cli::Seed;

struct Options {
  std::string server, sync_delay, only, part;
  double seconds = 3;
  bool json = false;
};

struct Case {
  std::string database;  // sqlite or postgres
  int delay_us = 0;
  int organisations = 1;
  int clients = 1;

  int group() const { return std::max(1, clients / organisations); }
  std::string Name() const {
    return database + (delay_us ? " sync+1ms" : " this disk") + ", " +
           std::to_string(organisations) +
           (organisations == 1 ? " organisation, " : " organisations, ") + std::to_string(clients) +
           (clients == 1 ? " client" : " clients");
  }
};

constexpr int kIdeasAClient = 4;

JsonValue Step(const std::string& as, const std::string& operation, const std::string& id,
               const std::string& body, const std::string& keep) {
  JsonWriter out;
  out.BeginObject().Key("as").String(as).Key("do").String(operation).Key("with").Raw(body);
  if (!id.empty()) out.Key("id").String(id);
  if (!keep.empty()) out.Key("keep").String(keep);
  out.EndObject();
  return *ParseJson(out.text());
}

// The seed of one organisation, with cases and ideas for its clients.
Seed SeedFor(const Seed& plain, int organisation, int clients) {
  Seed seed = plain;
  const std::string suffix = "-" + std::to_string(organisation);
  seed.slug += suffix;
  for (auto& person : seed.people) person.sign_in_name += suffix;
  for (int i = 0; i < clients * kIdeasAClient; ++i) {
    const std::string name = "case" + std::to_string(i);
    seed.steps.items.push_back(
        Step("agent", "open_case", "",
             R"({"kind":"request","reason":"bench","channel":"phone","customer":{"reference":")" +
                 name + R"("}})",
             name));
    seed.steps.items.push_back(
        Step("agent", "propose_idea", "{" + name + ".id}", R"({"gesture":"goodwill"})", ""));
  }
  return seed;
}

const app::Sql kIdeas = {"select id from idea where organisation_id = $1 order by id"};
const app::Sql kAgent = {"select recorded_by from idea where organisation_id = $1 limit 1"};

Result<std::vector<std::string>> Ideas(app::Store& store, OrganisationId organisation) {
  EM_ASSIGN(const app::Rows rows, app::ReadOne(store, organisation, kIdeas, {organisation}));
  std::vector<std::string> ids;
  for (const app::Row& row : rows) ids.push_back(row[0].Identifier<AnyId>().ToString());
  return ids;
}

struct ServerResult {
  LoadResult load;
  double cpu_us = 0;  // the server's processor time for one check
};

Result<ServerResult> MeasureServer(const Options& options, const Case& what, const std::string& url,
                                   const Seed& plain, const fs::path& folder,
                                   const PostgresServer* postgres) {
  std::vector<std::vector<std::string>> ideas;  // of each organisation
  {
    EM_ASSIGN(const auto world, OpenWorld(url));
    app::Services& services = world->services();
    for (int i = 0; i < what.organisations; ++i) {
      const Seed seed = SeedFor(plain, i, what.group());
      EM_TRY(LoadSeed(services, seed));
      EM_ASSIGN(const auto organisation, app::FindOrganisationBySlug(services.store, seed.slug));
      EM_ASSIGN(auto ids, Ideas(services.store, organisation.id));
      ideas.push_back(std::move(ids));
    }
    services.store.Drain();
  }
  // With PostgreSQL the delay is in the database's own process.
  const int delay_us = what.database == "sqlite" ? what.delay_us : 0;
  EM_ASSIGN(const RunningServer server,
            StartServer(options.server, url, folder, {options.sync_delay, delay_us}));
  LoadPlan load{.port = server.port, .measure_s = options.seconds};
  for (int organisation = 0; organisation < what.organisations; ++organisation) {
    EM_ASSIGN(const std::string headers,
              SignIn(*server.client, "agent-" + std::to_string(organisation), plain.password));
    const auto& ids = ideas[static_cast<size_t>(organisation)];
    for (int i = 0; i < what.group(); ++i) {
      std::vector<std::string> requests;
      for (int k = 0; k < kIdeasAClient; ++k) {
        requests.push_back("POST /api/v1/ideas/" + ids[static_cast<size_t>(i * kIdeasAClient + k)] +
                           "/check HTTP/1.1\r\nHost: localhost\r\n" + headers +
                           "Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}");
      }
      load.requests.push_back(std::move(requests));
    }
  }
  LoadPlan first = load;
  first.warm_up_s = 0;
  first.measure_s = 0.5;
  EM_TRY(RunLoad(first));
  // What autovacuum does once a minute: the planner knows the tables.
  if (postgres) postgres->Run("analyze", url.substr(url.rfind('/') + 1));
  const double cpu_before = server.process->CpuSeconds();
  EM_ASSIGN(const LoadResult result, RunLoad(load));
  const double cpu_s = server.process->CpuSeconds() - cpu_before;
  if (result.unexpected > 0) {
    return Fail(ErrorKind::kInternal, "bench-answer",
                std::to_string(result.unexpected) +
                    " unexpected answers; the first: " + result.first_unexpected);
  }
  return ServerResult{result, cpu_s * 1e6 / static_cast<double>(result.all_answers)};
}

// A store whose time is taken.
class TimedStore final : public app::Store {
 public:
  explicit TimedStore(app::Store& store) : store_(store) {}

  Result<std::vector<app::Rows>> Read(OrganisationId organisation,
                                      std::span<const app::Query> queries) override {
    const auto began = SteadyClock::now();
    auto rows = store_.Read(organisation, queries);
    reading += SteadyClock::now() - began;
    return rows;
  }
  void Commit(app::WritePlan plan, app::CommitDone done) override {
    store_.Commit(std::move(plan), std::move(done));
  }
  Result<void> Ready() override { return store_.Ready(); }
  void Drain() override { store_.Drain(); }

  SteadyClock::duration reading{};

 private:
  app::Store& store_;
};

// Checks a second.
struct PeerResult {
  double all = 0;     // reads and writes
  double writes = 0;  // alone
};

// The bare store, in this process (run with its syncs delayed by the caller).
Result<PeerResult> MeasurePeer(const Case& what, const std::string& url, const Seed& plain,
                               double seconds) {
  EM_ASSIGN(const auto world, OpenWorld(url));
  TimedStore store(world->services().store);
  app::Services services{store, world->services().clock, world->services().random,
                         world->services().policies};
  services.call_logs = world->services().call_logs;
  const Seed seed = SeedFor(plain, 999, what.group());
  EM_TRY(LoadSeed(services, seed));
  EM_ASSIGN(const auto organisation, app::FindOrganisationBySlug(services.store, seed.slug));
  EM_ASSIGN(const auto ids, Ideas(services.store, organisation.id));
  EM_ASSIGN(const app::Rows agent,
            app::ReadOne(services.store, organisation.id, kAgent, {organisation.id}));
  services.store.Drain();

  std::function<std::vector<Result<app::Receipt>>(std::span<const app::WritePlan>)> apply;
  const std::set<std::string> bytes_columns = store::BytesColumns(store::EmbeddedMigrations());
  std::unique_ptr<store::sqlite::Writer> sqlite;
  std::unique_ptr<store::postgres::Writer> postgres;
  if (what.database == "sqlite") {
    EM_ASSIGN(auto connection,
              store::sqlite::Connection::Open(
                  {.path = url.substr(7), .vfs = "", .bytes_columns = &bytes_columns}));
    sqlite = std::make_unique<store::sqlite::Writer>(std::move(connection));
    apply = [&](std::span<const app::WritePlan> plans) { return sqlite->Apply(plans); };
  } else {
    postgres = std::make_unique<store::postgres::Writer>(
        store::postgres::ConnectionOptions{url, "extramile_app", true});
    apply = [&](std::span<const app::WritePlan> plans) { return postgres->Apply(plans); };
  }

  const JsonValue body = *ParseJson("{}");
  const http::Route* route = http::FindOperation("check_idea");
  SteadyClock::duration reading{}, writing{};
  int64_t applied = 0;
  for (size_t next = 0; reading + writing < std::chrono::duration<double>(seconds);) {
    std::vector<app::WritePlan> plans;
    store.reading = {};
    for (int i = 0; i < what.group(); ++i) {
      const app::Request request{
          .organisation = organisation,
          .actor = {agent.at(0)[0].Identifier<PersonId>(), app::Role::kAgent},
          .now = SystemClock().Now(),
          .path = {{"id", ids[next++ % ids.size()]}},
          .body = &body};
      EM_ASSIGN(app::Answer answer, route->use_case(services, request));
      plans.push_back(std::move(answer.plan));
    }
    const auto began = SteadyClock::now();
    const auto results = apply(plans);
    const auto wrote = SteadyClock::now() - began;
    for (const auto& result : results) {
      if (!result) return Fail(result.error());
    }
    if (applied > 0) {  // the first group prepares the statements
      reading += store.reading;
      writing += wrote;
    }
    applied += static_cast<int64_t>(plans.size());
  }
  const auto measured = static_cast<double>(applied - what.group());
  const auto seconds_of = [](auto duration) {
    return std::chrono::duration<double>(duration).count();
  };
  return PeerResult{measured / seconds_of(reading + writing), measured / seconds_of(writing)};
}

void Report(const Options& options, const Case& what, const ServerResult& server,
            const PeerResult& peer) {
  const LoadResult& ours = server.load;
  if (!options.json) {
    std::printf(
        "%-48s %6.0f checks/s  p50 %6.2f ms  p99 %6.2f ms  server %4.0f us cpu  store alone "
        "%6.0f/s  ratio %.2f  (its writes %6.0f/s  %.2f)\n",
        what.Name().c_str(), ours.per_second, ours.p50_ms, ours.p99_ms, server.cpu_us, peer.all,
        ours.per_second / peer.all, peer.writes, ours.per_second / peer.writes);
  } else {
    const auto line = [&](const char* unit, double value, const char* peer_name = nullptr,
                          double peer_value = 0) {
      JsonWriter out;
      out.BeginObject()
          .Key("bench")
          .String("http")
          .Key("case")
          .String(what.Name())
          .Key("value")
          .Double(value);
      out.Key("unit").String(unit).Key("peer");
      if (peer_name) {
        out.String(peer_name).Key("peer_value").Double(peer_value);
        out.Key("ratio").Double(value / peer_value);
      } else {
        out.Null().Key("peer_value").Null().Key("ratio").Null();
      }
      out.EndObject();
      std::printf("%s\n", out.text().c_str());
    };
    line("checks/s", ours.per_second, "store alone", peer.all);
    line("checks/s", ours.per_second, "store alone, writes only", peer.writes);
    line("ms p50", ours.p50_ms);
    line("ms p99", ours.p99_ms);
    line("us of the server's processors a check", server.cpu_us);
  }
  std::fflush(stdout);
}

Result<void> Measure(const Options& options, const Case& what, const Seed& plain,
                     PostgresServer* postgres) {
  std::string pattern = (fs::temp_directory_path() / "extramile-bench-XXXXXX").string();
  if (!mkdtemp(pattern.data()))
    return Fail(ErrorKind::kUnavailable, "temporary-folder", "No temporary folder.");
  const fs::path folder = pattern;
  const std::string url =
      postgres ? postgres->CreateDatabase() : "sqlite:" + (folder / "bench.sqlite").string();
  const auto ours = MeasureServer(options, what, url, plain, folder, postgres);
  // The peer runs as a process of its own, so that its syncs can be delayed like the server's.
  const fs::path said = folder / "peer.txt";
  if (ours) {
    Process peer({"/proc/self/exe", "--peer", url, "--clients", std::to_string(what.clients),
                  "--organisations", std::to_string(what.organisations), "--seconds",
                  std::to_string(options.seconds)},
                 said, {options.sync_delay, postgres ? 0 : what.delay_us});
    peer.Wait();
  }
  std::string text;
  std::getline(std::ifstream(said), text);
  std::error_code ignored;
  fs::remove_all(folder, ignored);
  if (!ours) return Fail(ours.error());
  PeerResult peer;
  if (std::sscanf(text.c_str(), "%lf %lf", &peer.all, &peer.writes) != 2)
    return Fail(ErrorKind::kInternal, "bench-peer", "The peer failed: " + text);
  Report(options, what, *ours, peer);
  return {};
}

Result<void> MeasureAll(const Options& options, const Seed& seed) {
  for (const char* database : {"sqlite", "postgres"}) {
    if (!options.only.empty() && options.only != database) continue;
    for (const int delay_us : {0, 1000}) {
      std::unique_ptr<PostgresServer> postgres;
      if (std::string_view(database) == "postgres") {
        setenv("EXTRAMILE_SYNC_DELAY_US", std::to_string(delay_us).c_str(), 1);
        postgres = std::make_unique<PostgresServer>(true, delay_us > 0 ? options.sync_delay : "");
        unsetenv("EXTRAMILE_SYNC_DELAY_US");
      }
      for (const int organisations : {1, 8}) {
        for (const int clients : {1, 16, 64}) {
          if (clients < organisations) continue;
          const Case what{database, delay_us, organisations, clients};
          if (what.Name().find(options.part) == std::string::npos) continue;
          EM_TRY(Measure(options, what, seed, postgres.get()));
        }
      }
    }
  }
  return {};
}

int Main(int argc, char** argv) {
  Options options;
  std::string peer_url;
  Case peer_case;
  CLI::App app("Durable checks a second through HTTP, beside the store's own limit");
  app.add_option("--server", options.server, "The extramile program");
  app.add_option("--sync-delay", options.sync_delay, "The library that delays syncs");
  app.add_option("--seconds", options.seconds, "Measured time of each case")->capture_default_str();
  app.add_option("--only", options.only, "sqlite or postgres");
  app.add_option("--case", options.part, "Only cases whose name contains this");
  app.add_flag("--json", options.json, "A line of JSON a result");
  app.add_option("--peer", peer_url, "(used by the benchmark itself)")->group("");
  app.add_option("--clients", peer_case.clients)->group("");
  app.add_option("--organisations", peer_case.organisations)->group("");
  CLI11_PARSE(app, argc, argv);

  const auto seed = ReadSeed("bench/organisation.json");
  if (!seed) {
    std::fprintf(stderr, "%s\n", seed.error().ToString().c_str());
    return 1;
  }
  if (!peer_url.empty()) {
    peer_case.database = peer_url.starts_with("sqlite:") ? "sqlite" : "postgres";
    const auto measured = MeasurePeer(peer_case, peer_url, *seed, options.seconds);
    if (measured) {
      std::printf("%f %f\n", measured->all, measured->writes);
    } else {
      std::printf("%s\n", measured.error().ToString().c_str());
    }
    return measured ? 0 : 1;
  }
  const auto done = MeasureAll(options, *seed);
  if (!done) std::fprintf(stderr, "%s\n", done.error().ToString().c_str());
  return done ? 0 : 1;
}

}  // namespace
}  // namespace extramile::bench

int main(int argc, char** argv) { return extramile::bench::Main(argc, argv); }
