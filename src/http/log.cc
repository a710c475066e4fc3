#include "http/log.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <array>
#include <atomic>
#include <cstdio>
#include <memory>

#include "base/json_writer.h"
#include "base/time.h"

namespace extramile::http {
namespace {

constexpr std::array<std::string_view, 5> kWords = {"debug", "info", "warn", "error", "off"};

struct State {
  std::atomic<Level> level{Level::kInfo};
  std::atomic<bool> json{false};
  std::shared_ptr<spdlog::logger> logger;
  State()
      : logger(std::make_shared<spdlog::logger>(
            "extramile", std::make_shared<spdlog::sinks::stderr_sink_mt>())) {
    logger->set_pattern("%v");
    logger->set_level(spdlog::level::trace);
  }
};

State& Global() {
  static State* const state =
      new State();  // outlives every thread that logs while the program ends
  return *state;
}

std::string ShortDouble(double value) {
  char text[32];
  const int length = std::snprintf(text, sizeof text, "%.3f", value);
  return {text, static_cast<size_t>(length)};
}

// A value with a space, a quote or a control character is quoted as in JSON.
void AppendText(std::string& line, std::string_view text) {
  bool plain = !text.empty();
  for (const char c : text) {
    plain = plain && c > ' ' && c != '"' && c != '=' && c != '\\' && c != 0x7f;
  }
  if (plain) {
    line += text;
  } else {
    line += JsonWriter().String(text).text();
  }
}

std::string TextLine(Level level, std::string_view what, std::initializer_list<Field> fields) {
  std::string line = FormatInstant(SystemClock().Now());
  line += ' ';
  line += kWords[static_cast<size_t>(level)];
  line += ' ';
  line += what;
  for (const Field& field : fields) {
    line += ' ';
    line += field.name;
    line += '=';
    if (const auto* whole = std::get_if<int64_t>(&field.value)) {
      line += std::to_string(*whole);
    } else if (const auto* real = std::get_if<double>(&field.value)) {
      line += ShortDouble(*real);
    } else {
      AppendText(line, std::get<std::string_view>(field.value));
    }
  }
  return line;
}

std::string JsonLine(Level level, std::string_view what, std::initializer_list<Field> fields) {
  JsonWriter out;
  out.BeginObject().Key("time").String(FormatInstant(SystemClock().Now()));
  out.Key("level").String(kWords[static_cast<size_t>(level)]).Key("what").String(what);
  for (const Field& field : fields) {
    out.Key(field.name);
    if (const auto* whole = std::get_if<int64_t>(&field.value)) {
      out.Int(*whole);
    } else if (const auto* real = std::get_if<double>(&field.value)) {
      out.Raw(ShortDouble(*real));
    } else {
      out.String(std::get<std::string_view>(field.value));
    }
  }
  out.EndObject();
  return std::move(out).Take();
}

}  // namespace

void SetUpLog(const LogSettings& settings) {
  Global().level = settings.level;
  Global().json = settings.json;
}

Result<Level> ParseLevel(std::string_view word) {
  for (size_t i = 0; i < kWords.size(); ++i) {
    if (kWords[i] == word) return static_cast<Level>(i);
  }
  return Fail(ErrorKind::kInvalid, "log-level-unknown", "There is no such log level.",
              std::string(word), "Use debug, info, warn, error or off.");
}

bool Logs(Level level) { return level >= Global().level.load(std::memory_order_relaxed); }

void Log(Level level, std::string_view what, std::initializer_list<Field> fields) {
  if (!Logs(level) || level == Level::kOff) return;
  State& state = Global();
  const std::string line =
      state.json ? JsonLine(level, what, fields) : TextLine(level, what, fields);
  state.logger->log(spdlog::level::info, std::string_view(line));
}

void LogError(std::string_view what, const Error& error) {
  Log(Level::kError, what,
      {{"code", error.code}, {"message", error.message}, {"place", error.place}});
}

}  // namespace extramile::http
