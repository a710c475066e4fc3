// A clock that stands where a file says: for tests and demonstrations that must not wait for real
// time. The file holds one RFC 3339 instant and is read at each Now(), so that whoever writes it
// moves the time. Write a new file and rename it over the old one: a half-written one is not read.
#pragma once

#include <atomic>
#include <filesystem>
#include <memory>

#include "base/time.h"

namespace extramile::cli {

class FileClock final : public Clock {
 public:
  // kInvalid "test-clock" where the file does not hold an instant.
  static Result<std::unique_ptr<FileClock>> Open(std::filesystem::path file);
  // The last instant that could be read.
  Instant Now() override;

 private:
  explicit FileClock(std::filesystem::path file) : file_(std::move(file)) {}

  const std::filesystem::path file_;
  std::atomic<int64_t> last_{0};
};

}  // namespace extramile::cli
