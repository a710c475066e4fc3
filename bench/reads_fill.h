// Fills a database that has the demonstration's organisation with a large one's records: the
// statements of reads_fill.sql, run past the server, each with its sizes.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <string>

#include "base/error.h"

namespace extramile::bench {

// What stands in the statements in braces.
using FillWords = std::map<std::string, std::string, std::less<>>;

// How many of each, where scale 1 is an organisation of 5,000 people.
FillWords SizesAt(double scale);

using RunStatement = std::function<Result<void>(const std::string& sql)>;
Result<void> Fill(const std::filesystem::path& statements, const FillWords& words,
                  const RunStatement& run);

// The statements' functions, and the fill itself, without syncs. Nobody else may be connected.
Result<void> FillSqlite(const std::string& path, const std::filesystem::path& statements,
                        const FillWords& words);
Result<void> FillPostgres(const RunStatement& run, const std::filesystem::path& statements,
                          const FillWords& words);

}  // namespace extramile::bench
