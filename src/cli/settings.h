// What `extramile serve` can be told: from a TOML file, from the environment and from flags; flags
// win over the environment, and it over the file.
//
// Every setting stands once in the table of settings.cc and has one name in three spellings:
// --log-level, EXTRAMILE_LOG_LEVEL, and log-level = "info" in the file.
//
//   Settings settings;
//   EM_TRY(ApplyFile(settings, "extramile.toml"));
//   EM_TRY(ApplyEnvironment(settings, getenv));
//   EM_TRY(Apply(settings, "log-level", "debug", "--log-level"));
#pragma once

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <variant>

#include "base/error.h"

namespace extramile::cli {

struct Settings {
  std::string listen = "127.0.0.1:8080";
  bool allow_remote = false;
  std::string database = "sqlite:extramile.sqlite";
  std::string policies = "policies";
  std::string frameworks = "frameworks";
  bool demo = false;
  std::string seed = "demo/organisation.json";
  std::string test_clock;
  std::string log_level = "info";
  std::string log_format = "text";
  std::string frame_ancestors = "'self'";
  bool secure_cookie = false;
  int64_t connection_threads = 1;
  int64_t threads =
      std::max(2u, std::thread::hardware_concurrency());  // more only wait for each other
  int64_t max_waiting = 2000;
  int64_t max_connections = 4096;
  int64_t header_timeout_ms = 10'000;
  int64_t body_timeout_ms = 30'000;
  int64_t write_timeout_ms = 30'000;
  int64_t idle_timeout_ms = 75'000;
  int64_t stop_timeout_ms = 30'000;
  int64_t readers = 4;
  int64_t committers = 8;
};

struct SettingInfo {
  std::string_view name;  // "log-level"
  std::string_view help;
  std::variant<std::string Settings::*, int64_t Settings::*, bool Settings::*> member;
  int64_t least = 0;  // of a number

  bool is_flag() const { return std::holds_alternative<bool Settings::*>(member); }
  std::string environment_name() const;  // "EXTRAMILE_LOG_LEVEL"
};

std::span<const SettingInfo> AllSettings();

// Sets one setting from text. Errors: kInvalid "setting-unknown", "setting-value"; `place` says
// where the text came from.
Result<void> Apply(Settings& settings, std::string_view name, std::string_view text,
                   std::string_view place);
// Errors: kNotFound "settings-file", kMalformed "settings-syntax" with line and column, Apply's.
Result<void> ApplyFile(Settings& settings, const std::filesystem::path& file);
Result<void> ApplyEnvironment(Settings& settings,
                              const std::function<const char*(const char*)>& get);

// As a TOML file, ready to be used as one.
std::string ToToml(const Settings& settings);

struct ListenAddress {
  std::string host;
  uint16_t port = 0;
};
// "127.0.0.1:8080", "[::1]:8080". kInvalid "listen-address".
Result<ListenAddress> ParseListen(std::string_view text);

}  // namespace extramile::cli
