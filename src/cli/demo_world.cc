#include "cli/demo_world.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <sstream>
#include <thread>

#include "app/accounts.h"
#include "app/organisation.h"
#include "app/password.h"
#include "base/hash.h"
#include "base/json_writer.h"
#include "connect/call_log.h"
#include "connect/policy_files.h"
#include "http/routes.h"
#include "store/open_store.h"

namespace extramile::cli {
namespace {

constexpr char kChatwootSecret[] = "demo-secret-0123456789abcdef";

std::string Encoded(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (std::isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '_' || c == '.') {
      out += c;
    } else {
      char hex[4];
      std::snprintf(hex, sizeof hex, "%%%02X", static_cast<unsigned char>(c));
      out += hex;
    }
  }
  return out;
}

std::string Target(const http::Route& route, const StoryCall& call) {
  std::string target(route.path);
  for (const auto& [name, value] : call.path) {
    const std::string hole = "{" + name + "}";
    if (const size_t at = target.find(hole); at != std::string::npos) {
      target.replace(at, hole.size(), Encoded(value));
    }
  }
  char separator = '?';
  for (const auto& [name, value] : call.query) {
    target += separator + name + "=" + Encoded(value);
    separator = '&';
  }
  return target;
}

Error FromProblem(const http::ClientResponse& response) {
  Error error{ErrorKind::kInvalid, "status-" + std::to_string(response.status),
              "The server answered with this status."};
  const auto problem = ParseJson(response.body);
  if (!problem) return error;
  const auto text = [&](const char* name) {
    const JsonValue* found = problem->Find(name);
    return found ? found->text : std::string();
  };
  return {ErrorKind::kInvalid, text("code"), text("detail"), text("field"), text("advice")};
}

void Replace(std::string& text, const std::string& from, const std::string& to) {
  for (size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
}

}  // namespace

Result<std::unique_ptr<DemoWorld>> DemoWorld::Start(const DemoSettings& settings) {
  std::unique_ptr<DemoWorld> world(new DemoWorld(settings));
  std::string pattern = (std::filesystem::temp_directory_path() / "extramile-demo-XXXXXX").string();
  if (!mkdtemp(pattern.data())) {
    return Fail(ErrorKind::kUnavailable, "temporary-folder", "No temporary folder could be made.",
                pattern);
  }
  world->folder_ = pattern;
  EM_ASSIGN(world->seed_, ReadSeed(settings.demo / "organisation.json"));
  EM_TRY(world->ChooseDay());
  EM_TRY(world->MakeOrganisation());
  EM_TRY(world->StartServer());
  EM_TRY(world->TellOrganisation());
  return world;
}

DemoWorld::~DemoWorld() {
  if (server_ > 0) {
    kill(server_, SIGTERM);
    waitpid(server_, nullptr, 0);
  }
  std::error_code ignored;
  if (!folder_.empty()) std::filesystem::remove_all(folder_, ignored);
}

// A Tuesday to Thursday near the log's end, moved by whole weeks to just before today, so that
// citations and calendar fit.
Result<void> DemoWorld::ChooseDay() {
  EM_ASSIGN(columns_, ReadFile(settings_.columns));
  EM_ASSIGN(log_, ReadFile(settings_.log));
  EM_ASSIGN(const auto mapping, connect::ParseColumnMapping(columns_, settings_.columns.string()));
  std::istringstream stream(log_);
  EM_ASSIGN(const auto log, connect::ReadCallLog(stream, mapping));
  Instant last{INT64_MIN};
  for (const auto& call : log.calls) last = std::max(last, call.entered_queue_at);
  EM_ASSIGN(const TimeZone zone, TimeZone::Find(seed_.time_zone));
  zone_ = std::make_unique<TimeZone>(zone);
  Instant day = last + -3 * kMicrosPerDay;
  for (int weekday = zone.ToLocal(day).weekday; weekday < 2 || weekday > 4;
       weekday = zone.ToLocal(day).weekday) {
    day = day + -kMicrosPerDay;
  }
  const int64_t week = 7 * kMicrosPerDay;
  shift_days_ = (SystemClock().Now() - day) / week * 7;
  day_ = zone.StartOfDay(day + shift_days_ * kMicrosPerDay);
  return {};
}

Result<void> DemoWorld::MakeOrganisation() {
  std::filesystem::copy(settings_.policies, folder_ / "policies",
                        std::filesystem::copy_options::recursive);
  if (!settings_.rule_cell.empty()) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder_ / "policies")) {
      if (entry.path().extension() != ".dmn") continue;
      EM_ASSIGN(std::string text, ReadFile(entry.path()));
      Replace(text, settings_.rule_cell, settings_.rule_cell_instead);
      std::ofstream(entry.path(), std::ios::binary) << text;
    }
  }
  SetClock(day_ + 8 * kMicrosPerHour);
  ManualClock clock(day_ + 8 * kMicrosPerHour);
  EM_ASSIGN(auto policies, connect::PolicyFiles::Open(folder_ / "policies"));
  EM_ASSIGN(auto store, store::OpenStore({.url = "sqlite:" + (folder_ / "demo.sqlite").string()}));
  app::Services services{*store, clock, SystemRandom(), *policies};
  EM_TRY(CreateSeedOrganisation(services, seed_));
  store->Drain();
  return {};
}

Result<void> DemoWorld::StartServer() {
  EM_ASSIGN(port_, http::FreePort());
  const std::string address = "127.0.0.1:" + std::to_string(port_);
  const std::string database = "sqlite:" + (folder_ / "demo.sqlite").string();
  const std::string policies = (folder_ / "policies").string();
  const std::string frameworks = settings_.frameworks.string();
  const std::string clock = (folder_ / "clock").string();
  const std::string log = (folder_ / "server.log").string();
  server_ = fork();
  if (server_ == 0) {
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    const int out = open(log.c_str(), O_WRONLY | O_CREAT, 0600);
    dup2(out, 1);
    dup2(out, 2);
    execl("/proc/self/exe", "extramile", "serve", "--database", database.c_str(), "--policies",
          policies.c_str(), "--frameworks", frameworks.c_str(), "--test-clock", clock.c_str(),
          "--listen", address.c_str(), nullptr);
    _exit(127);
  }
  EM_ASSIGN(http::Client client, http::Client::For("http://" + address));
  client_ = std::make_unique<http::Client>(std::move(client));
  for (int attempt = 0; attempt < 1000; ++attempt) {
    const auto answer = client_->Send({.target = "/readyz"});
    if (answer && answer->status == 200) return {};
    int status = 0;
    if (waitpid(server_, &status, WNOHANG) == server_) {
      server_ = 0;
      break;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  const auto said = ReadFile(log);
  return Fail(ErrorKind::kUnavailable, "demo-server",
              "The server did not start: " + (said ? *said : std::string()));
}

Result<void> DemoWorld::TellOrganisation() {
  for (JsonValue& step : seed_.steps.items) {
    const JsonValue* operation = step.Find("do");
    for (auto& [key, body] : step.members) {
      if (key != "with" || settings_.agent_limit.empty() || operation->text != "grant_authority")
        continue;
      const JsonValue* role = body.Find("role");
      for (auto& [name, value] : body.members) {
        if (name == "per_case" && role && role->text == "agent") value.text = settings_.agent_limit;
      }
    }
  }
  std::erase_if(seed_.steps.items,
                [](const JsonValue& step) { return step.Find("do")->text == "import_calls"; });
  story_ = std::make_unique<Story>([this](const StoryCall& call) { return Call(call); });
  EM_TRY(TellSeed(seed_, *story_, day_));
  EM_TRY(ImportPart(std::nullopt, day_));
  return {};
}

Result<DemoWorld::SignedIn> DemoWorld::SignIn(const std::string& person) {
  const auto known = signed_in_.find(person);
  if (known != signed_in_.end()) return known->second;
  const auto found =
      std::find_if(seed_.people.begin(), seed_.people.end(),
                   [&](const SeedPerson& candidate) { return candidate.key == person; });
  if (found == seed_.people.end()) {
    return Fail(ErrorKind::kInvalid, "seed-person", "The seed has nobody called '" + person + "'.");
  }
  JsonWriter body;
  body.BeginObject()
      .Key("sign_in_name")
      .String(found->sign_in_name)
      .Key("password")
      .String(seed_.password)
      .EndObject();
  EM_ASSIGN(const auto answer, client_->Send({.method = "POST",
                                              .target = "/api/v1/session",
                                              .headers = {{"Content-Type", "application/json"}},
                                              .body = body.text()}));
  if (answer.status != 200) return Fail(FromProblem(answer));
  EM_ASSIGN(const JsonValue session, ParseJson(answer.body));
  const std::string_view cookie = answer.Header("set-cookie");
  SignedIn signed_in{std::string(cookie.substr(0, cookie.find(';'))),
                     session.Find("csrf_token")->text};
  signed_in_[person] = signed_in;
  return signed_in;
}

Result<JsonValue> DemoWorld::Call(const StoryCall& call) {
  const http::Route* route = http::FindOperation(call.operation);
  if (!route)
    return Fail(ErrorKind::kInvalid, "seed-operation",
                "There is no operation '" + call.operation + "'.");
  http::ClientRequest request{
      .method = std::string(route->method), .target = Target(*route, call), .body = call.body};
  if (!call.body.empty()) request.headers.emplace_back("Content-Type", call.content_type);
  if (!call.as.empty()) {
    EM_ASSIGN(const SignedIn signed_in, SignIn(call.as));
    request.headers.emplace_back("Cookie", signed_in.cookie);
    request.headers.emplace_back("X-CSRF-Token", signed_in.csrf_token);
  }
  if (call.if_match)
    request.headers.emplace_back("If-Match", "\"" + std::to_string(*call.if_match) + "\"");
  for (const auto& [name, value] : call.headers) request.headers.emplace_back(name, value);
  EM_ASSIGN(const auto answer, client_->Send(request));
  if (answer.status >= 400) return Fail(FromProblem(answer));
  if (answer.body.empty()) return JsonValue{};
  return ParseJson(answer.body, {.max_bytes = size_t{16} << 20});
}

Result<JsonValue> DemoWorld::ImportPart(std::optional<Instant> from, Instant until) {
  JsonWriter body;
  body.BeginObject()
      .Key("team")
      .String(seed_.people.front().team)
      .Key("name")
      .String(settings_.log.filename().string());
  body.Key("columns").String(columns_).Key("log").String(log_).Key("shift_days").Int(shift_days_);
  if (from) body.Key("from").String(FormatInstant(*from));
  body.Key("until").String(FormatInstant(until)).EndObject();
  return Call({.as = seed_.people.front().key, .operation = "import_calls", .body = body.text()});
}

void DemoWorld::SetClock(Instant now) {
  // Written beside and moved over it, so that the server never reads half a time.
  const auto path = folder_ / "clock";
  std::ofstream(folder_ / "clock.next") << FormatInstant(now) << "\n";
  std::filesystem::rename(folder_ / "clock.next", path);
}

DemoStory::World DemoWorld::World(std::function<void(const DemoLine&)> tell) {
  return {.story = *story_,
          .zone = *zone_,
          .day = day_,
          .set_clock = [this](Instant now) { SetClock(now); },
          .import_part = [this](Instant from, Instant until) { return ImportPart(from, until); },
          .sign_chatwoot =
              [](std::string_view body, Instant now, bool valid) {
                const std::string text =
                    std::to_string(now.micros / kMicrosPerSecond) + "." + std::string(body);
                return ToHex(HmacSha256(valid ? kChatwootSecret : "another secret", text));
              },
          .tell = std::move(tell)};
}

}  // namespace extramile::cli
