// The server's log, one line an event on standard error: text for people or JSON for machines.
//
//   Log(Level::kInfo, "request", {{"operation", "check_idea"}, {"status", 201}, {"ms", 1.7}});
//   2026-11-22T09:05:00.123Z info request operation=check_idea status=201 ms=1.7
//
// Never put a person's data, a body, a path with its query, or a token into a field. Thread-safe;
// a line below the level costs one comparison. spdlog writes behind this header.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <variant>

#include "base/error.h"

namespace extramile::http {

enum class Level { kDebug, kInfo, kWarn, kError, kOff };

struct LogSettings {
  Level level = Level::kInfo;
  bool json = false;
};

// Before the first line; not thread-safe.
void SetUpLog(const LogSettings& settings);
Result<Level> ParseLevel(std::string_view word);

struct Field {
  std::string_view name;
  std::variant<int64_t, double, std::string_view> value;

  Field(std::string_view n, std::string_view text) : name(n), value(text) {}
  Field(std::string_view n, const char* text) : name(n), value(std::string_view(text)) {}
  Field(std::string_view n, const std::string& text) : name(n), value(std::string_view(text)) {}
  Field(std::string_view n, int64_t number) : name(n), value(number) {}
  Field(std::string_view n, int number) : name(n), value(static_cast<int64_t>(number)) {}
  Field(std::string_view n, double number) : name(n), value(number) {}
};

bool Logs(Level level);
void Log(Level level, std::string_view what, std::initializer_list<Field> fields = {});
// An error of ours: its code, message and place.
void LogError(std::string_view what, const Error& error);

}  // namespace extramile::http
