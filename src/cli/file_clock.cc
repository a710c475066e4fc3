#include "cli/file_clock.h"

#include <fstream>
#include <string>

namespace extramile::cli {
namespace {

Result<Instant> ReadInstant(const std::filesystem::path& file) {
  std::ifstream in(file);
  std::string text;
  in >> text;
  return ParseInstant(text);
}

}  // namespace

Result<std::unique_ptr<FileClock>> FileClock::Open(std::filesystem::path file) {
  const auto now = ReadInstant(file);
  if (!now) {
    return Fail(ErrorKind::kInvalid, "test-clock", "The test clock's file does not hold a time.",
                file.string(), "Write one RFC 3339 instant, such as 2026-11-22T13:05:00Z.");
  }
  std::unique_ptr<FileClock> clock(new FileClock(std::move(file)));
  clock->last_ = now->micros;
  return clock;
}

Instant FileClock::Now() {
  if (const auto now = ReadInstant(file_)) last_ = now->micros;
  return {last_};
}

}  // namespace extramile::cli
