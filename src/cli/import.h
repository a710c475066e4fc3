// `extramile import`: a call log, or cases from CSV or JSON, through the API of a running server.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "base/error.h"

namespace extramile::cli {

struct CallsToImport {
  std::filesystem::path log;
  std::filesystem::path columns;
  std::string team;
  std::string name;  // empty: the file's
  std::optional<int64_t> shift_days;
  std::string server;
};

// Reads the log and prints what would be taken, without a server.
Result<void> TryCalls(const CallsToImport& what);
Result<void> ImportCalls(const CallsToImport& what);
// CSV, or JSON where the file is called *.json.
Result<void> ImportCases(const std::filesystem::path& file, const std::string& server);

}  // namespace extramile::cli
