// A fresh server for the demonstration: a process of its own on a free loopback port, with a
// database in a temporary folder, a clock that the demonstration moves, the seed's organisation,
// and the call log up to the day on which it happens. Both folder and process are gone when the
// object is.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>

#include "base/error.h"
#include "cli/demo_story.h"
#include "cli/seed.h"
#include "http/client.h"

namespace extramile::cli {

struct DemoSettings {
  std::filesystem::path demo = "demo";  // organisation.json, columns/, call-log/
  std::filesystem::path policies = "policies";
  std::filesystem::path frameworks = "frameworks";
  std::filesystem::path log, columns;  // the call log that forecasts rest on
  std::string agent_limit;             // replaces an agent's limit a case; empty leaves the seed's
  // A cell of the rule files: every occurrence of the first text becomes the second.
  std::string rule_cell, rule_cell_instead;
};

class DemoWorld {
 public:
  static Result<std::unique_ptr<DemoWorld>> Start(const DemoSettings& settings);
  ~DemoWorld();
  DemoWorld(const DemoWorld&) = delete;
  DemoWorld& operator=(const DemoWorld&) = delete;

  // The world as the story sees it; `tell` gets each line.
  DemoStory::World World(std::function<void(const DemoLine&)> tell);

 private:
  struct SignedIn {
    std::string cookie, csrf_token;
  };

  explicit DemoWorld(DemoSettings settings) : settings_(std::move(settings)) {}
  Result<void> ChooseDay();
  Result<void> MakeOrganisation();
  Result<void> StartServer();
  Result<void> TellOrganisation();
  Result<JsonValue> Call(const StoryCall& call);
  Result<SignedIn> SignIn(const std::string& person);
  Result<JsonValue> ImportPart(std::optional<Instant> from, Instant until);
  void SetClock(Instant now);

  DemoSettings settings_;
  Seed seed_;
  std::filesystem::path folder_;
  std::string log_, columns_;
  int64_t shift_days_ = 0;
  Instant day_;
  std::unique_ptr<TimeZone> zone_;
  uint16_t port_ = 0;
  int server_ = 0;  // its process id
  std::unique_ptr<http::Client> client_;
  std::map<std::string, SignedIn> signed_in_;
  std::unique_ptr<Story> story_;
};

}  // namespace extramile::cli
