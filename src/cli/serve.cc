#include "cli/serve.h"

#include <atomic>
#include <iostream>

#include "app/housekeeping.h"
#include "app/policy_library.h"
#include "app/queue_forecast.h"
#include "app/queue_state.h"
#include "cli/file_clock.h"
#include "cli/seed.h"
#include "http/log.h"
#include "http/server.h"
#include "http/site.h"
#include "store/open_store.h"

namespace extramile::cli {
namespace {

std::chrono::milliseconds Milliseconds(int64_t count) { return std::chrono::milliseconds(count); }

Result<ListenAddress> CheckListen(const Settings& settings) {
  EM_ASSIGN(ListenAddress listen, ParseListen(settings.listen));
  if (http::IsLoopback(listen.host)) return listen;
  if (!settings.test_clock.empty()) {
    return Fail(ErrorKind::kInvalid, "test-clock-remote",
                "A test clock is for servers that only this machine reaches.", settings.listen,
                "Listen on 127.0.0.1, or leave --test-clock out.");
  }
  if (!settings.allow_remote) {
    return Fail(ErrorKind::kInvalid, "listen-remote",
                "This address can be reached by other machines.", settings.listen,
                "Add --allow-remote if that is meant, with a TLS proxy in front; else listen on "
                "127.0.0.1.");
  }
  return listen;
}

Result<void> SetUpLog(const Settings& settings) {
  EM_ASSIGN(const http::Level level, http::ParseLevel(settings.log_level));
  if (settings.log_format != "text" && settings.log_format != "json") {
    return Fail(ErrorKind::kInvalid, "setting-value", "The log's format is text or json.",
                "log-format");
  }
  http::SetUpLog({.level = level, .json = settings.log_format == "json"});
  return {};
}

http::ServerSettings ForServer(const Settings& settings, const ListenAddress& listen) {
  http::ServerSettings out;
  out.address = listen.host;
  out.port = listen.port;
  out.threads = static_cast<int>(settings.connection_threads);
  out.max_connections = static_cast<size_t>(settings.max_connections);
  out.header_timeout = Milliseconds(settings.header_timeout_ms);
  out.body_timeout = Milliseconds(settings.body_timeout_ms);
  out.write_timeout = Milliseconds(settings.write_timeout_ms);
  out.idle_timeout = Milliseconds(settings.idle_timeout_ms);
  out.stop_timeout = Milliseconds(settings.stop_timeout_ms);
  out.handle_signals = true;
  return out;
}

Result<void> LoadDemonstration(app::Services& services, const Settings& settings) {
  EM_ASSIGN(const Seed seed, ReadSeed(settings.seed));
  EM_ASSIGN(const bool loaded, LoadSeed(services, seed));
  if (!loaded) return {};
  std::cout << "Loaded the demonstration organisation: " << seed.name << ".\nSign in as\n";
  for (const SeedPerson& person : seed.people) {
    std::string roles;
    for (const std::string& role : person.roles) roles += (roles.empty() ? "" : ", ") + role;
    std::cout << "  " << person.sign_in_name << "  (" << person.display_name << ": " << roles
              << ")\n";
  }
  std::cout << "with the password " << seed.password << "\n";
  return {};
}

void ReloadRules(app::PolicySource& policies) {
  if (auto reloaded = policies.Reload(); !reloaded) {
    http::LogError("rules not reloaded; the old ones stay in force", reloaded.error());
  } else {
    http::Log(http::Level::kInfo, "rules reloaded");
  }
}

void CompilePublished(app::Services& services) {
  if (auto prepared = app::PreparePolicies(services); !prepared) {
    http::LogError("a published policy set does not load", prepared.error());
  }
}

void Sweep(app::Services& services) {
  if (auto kept = app::KeepHouse(services, services.clock.Now()); !kept) {
    http::LogError("housekeeping", kept.error());
  }
  CompilePublished(services);
}

// Of the queues that this process was asked about or told of.
void WatchQueueEvents(http::Metrics& metrics, const app::LiveQueues& queues) {
  const auto watch = [&](const std::string& what, int64_t app::QueueCounts::* count) {
    metrics.Watch("extramile_queue_events_" + what, "Events of live queues: " + what + ".",
                  [&queues, count] { return static_cast<double>(queues.Counts().*count); });
  };
  watch("accepted", &app::QueueCounts::accepted);
  watch("duplicate", &app::QueueCounts::duplicate);
  watch("late", &app::QueueCounts::late);
  watch("out_of_order", &app::QueueCounts::out_of_order);
  watch("refused", &app::QueueCounts::refused);
}

// Each second: what another process has published is compiled here, and forecast tables that are a
// minute old are made anew; each minute the rest. One at a time, however long the slow lane is
// busy.
class Ticker {
 public:
  explicit Ticker(app::Services& services) : services_(services) {}

  void Tick(http::Api& api) {
    ++seconds_;
    if (busy_.exchange(true)) return;
    if (!api.RunSlowly([this] { Run(); })) busy_ = false;
  }

 private:
  void Run() {
    if (auto compiled = app::CompileAwaited(services_); !compiled) {
      http::LogError("policy set not compiled; the one before stays in force", compiled.error());
    }
    const Instant now = services_.clock.Now();
    if (auto made = app::RefreshLiveTables(services_, now); !made) {
      http::LogError("forecast tables of the live queues", made.error());
    }
    const int64_t minute = seconds_ / 60;
    if (minutes_.exchange(minute) != minute) Sweep(services_);
    busy_ = false;
  }

  app::Services& services_;
  std::atomic<int64_t> seconds_{0};
  std::atomic<int64_t> minutes_{0};  // swept
  std::atomic<bool> busy_{false};
};

}  // namespace

Result<std::unique_ptr<World>> World::Open(const Settings& settings) {
  std::unique_ptr<World> world(new World());
  if (!settings.test_clock.empty()) {
    EM_ASSIGN(world->test_clock_, FileClock::Open(settings.test_clock));
  }
  EM_ASSIGN(world->policies_, connect::PolicyFiles::Open(settings.policies));
  EM_ASSIGN(world->frameworks_, connect::FrameworkFiles::Open(settings.frameworks));
  store::StoreSettings store;
  store.url = settings.database;
  store.readers = static_cast<int>(settings.readers);
  store.committers = static_cast<int>(settings.committers);
  EM_ASSIGN(world->store_, store::OpenStore(store));
  world->services_ = std::make_unique<app::Services>(
      app::Services{.store = *world->store_,
                    .clock = world->test_clock_ ? *world->test_clock_ : SystemClock(),
                    .random = SystemRandom(),
                    .policies = *world->policies_,
                    .call_logs = &world->call_logs_,
                    .frameworks = world->frameworks_.get(),
                    .tables = &world->tables_,
                    .helpdesk = &world->helpdesk_});
  return world;
}

Result<void> Serve(const Settings& settings) {
  EM_TRY(SetUpLog(settings));
  EM_ASSIGN(const ListenAddress listen, CheckListen(settings));
  EM_ASSIGN(const auto world, World::Open(settings));
  app::Services& services = world->services();
  if (settings.demo) EM_TRY(LoadDemonstration(services, settings));

  http::Metrics metrics;
  Ticker ticker(services);  // before the api, whose jobs use it
  http::Api api(services, metrics,
                {.quick_threads = static_cast<size_t>(settings.threads),
                 .max_waiting = static_cast<size_t>(settings.max_waiting),
                 .secure_cookie = settings.secure_cookie || !http::IsLoopback(listen.host)});
  http::Site site(api, services, metrics, {.frame_ancestors = settings.frame_ancestors});
  http::ServerSettings for_server = ForServer(settings, listen);
  for_server.on_hangup = [&] { api.RunSlowly([&] { ReloadRules(services.policies); }); };
  for_server.tick_every = std::chrono::seconds(1);
  for_server.on_tick = [&] { ticker.Tick(api); };
  WatchQueueEvents(metrics, *services.live_queues);
  CompilePublished(services);
  http::Server server(site, metrics, for_server);
  EM_TRY(server.Listen());
  const std::string host =
      listen.host.find(':') == std::string::npos ? listen.host : '[' + listen.host + ']';
  std::cout << "extramile serves http://" << host << ':' << server.port() << std::endl;
  server.Run();
  api.Drain();
  services.store.Drain();
  http::Log(http::Level::kInfo, "stopped");
  return {};
}

}  // namespace extramile::cli
