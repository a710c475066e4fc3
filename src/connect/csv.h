// CSV as RFC 4180 has it: rows of cells between commas, a first row of column names, cells with
// commas, quotes or line breaks between double quotes (a quote inside is doubled).
//
// Lines may end in CRLF or LF, a byte order mark before the first is skipped, blank lines are no
// rows. What is wrong with one row (too few or too many cells, a quote in the wrong place, text
// that is not UTF-8, a cell too long) is that row's fault and leaves the others alone; a quoted
// cell that never ends, repeated or empty column names, and sizes beyond the limits refuse the
// whole text.
//
//   EM_ASSIGN(app::Table table, ParseCsv(text));
//   table.columns[0]; table.rows[0].cells[0]; table.rows[0].number == 2
//
// Pure; one pass, O(bytes), memory for the cells. Faults name rows, never their content.
#pragma once

#include <cstddef>
#include <string_view>

#include "app/inbound.h"
#include "base/error.h"

namespace extramile::connect {

struct CsvLimits {
  size_t max_bytes = size_t{5} << 20;
  size_t max_rows = 5000;  // without the column names
  size_t max_columns = 100;
  size_t max_cell_bytes = 8000;
};

// Errors: kTooLarge "csv-too-large", "too-many-rows"; kMalformed "csv-empty", "csv-quote",
// "csv-columns".
Result<app::Table> ParseCsv(std::string_view text, const CsvLimits& limits = {});

// The port over ParseCsv with its usual limits. Thread-safe.
class CsvReader final : public app::TableReader {
 public:
  Result<app::Table> Read(std::string_view text) override { return ParseCsv(text); }
};

}  // namespace extramile::connect
