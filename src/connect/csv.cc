#include "connect/csv.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/utf8.h"

namespace extramile::connect {
namespace {

Error Fault(std::string code, std::string message, std::string advice) {
  return {ErrorKind::kInvalid, std::move(code), std::move(message), "", std::move(advice)};
}

// One row as it stands in the text.
struct RawRow {
  std::vector<std::string> cells;
  std::optional<Error> fault;
  bool blank = false;       // an empty line
  bool unfinished = false;  // the text ends inside quotes
};

class Scanner {
 public:
  Scanner(std::string_view text, const CsvLimits& limits) : text_(text), limits_(limits) {
    constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
    if (text_.starts_with(kByteOrderMark)) at_ = kByteOrderMark.size();
  }
  bool at_end() const { return at_ >= text_.size(); }

  RawRow Next() {
    RawRow row;
    row.blank = AtLineEnd();
    for (;;) {
      std::string cell;
      if (Peek('"')) {
        ReadQuoted(cell, row);
      } else {
        ReadPlain(cell, row);
      }
      if (row.unfinished) return row;
      Keep(std::move(cell), row);
      if (!Peek(',')) break;
      ++at_;
    }
    SkipLineEnd();
    return row;
  }

 private:
  bool Peek(char c) const { return at_ < text_.size() && text_[at_] == c; }
  bool AtLineEnd() const {
    return at_end() || Peek('\n') ||
           (Peek('\r') && at_ + 1 < text_.size() && text_[at_ + 1] == '\n');
  }
  void SkipLineEnd() {
    if (Peek('\r')) ++at_;
    if (Peek('\n')) ++at_;
  }

  void ReadPlain(std::string& cell, RawRow& row) {
    const size_t start = at_;
    while (!AtLineEnd() && text_[at_] != ',') {
      if (text_[at_] == '"') {
        Blame(row, Fault("csv-quote", "A quote stands inside a cell that has none around it.",
                         "Put quotes around the cell and double the one inside."));
      }
      ++at_;
    }
    cell = text_.substr(start, at_ - start);
  }

  void ReadQuoted(std::string& cell, RawRow& row) {
    ++at_;
    for (;;) {
      const size_t quote = text_.find('"', at_);
      if (quote == std::string_view::npos) {
        row.unfinished = true;
        at_ = text_.size();
        return;
      }
      cell += text_.substr(at_, quote - at_);
      at_ = quote + 1;
      if (!Peek('"')) break;
      cell += '"';
      ++at_;
    }
    if (AtLineEnd() || Peek(',')) return;
    Blame(row, Fault("csv-quote", "Something follows a cell's closing quote.",
                     "Double a quote that stands inside a cell."));
    while (!AtLineEnd() && text_[at_] != ',') ++at_;
  }

  void Keep(std::string cell, RawRow& row) {
    if (cell.size() > limits_.max_cell_bytes) {
      Blame(row, Fault("cell-too-long",
                       "A cell has more than " + std::to_string(limits_.max_cell_bytes) + " bytes.",
                       "Shorten it."));
      cell.clear();
    }
    if (!IsUtf8(cell) || cell.find('\0') != std::string::npos) {
      Blame(row, Fault("not-utf8", "A cell is not text in UTF-8.", "Save the file as UTF-8."));
      cell.clear();
    }
    if (row.cells.size() < limits_.max_columns) {
      row.cells.push_back(std::move(cell));
    } else {
      Blame(row, Fault("too-many-cells", "The row has more cells than there are columns.",
                       "Put quotes around cells that contain commas."));
    }
  }

  static void Blame(RawRow& row, Error fault) {
    if (!row.fault) row.fault = std::move(fault);
  }

  std::string_view text_;
  const CsvLimits& limits_;
  size_t at_ = 0;
};

tl::unexpected<Error> Unfinished(int64_t number) {
  return Fail(ErrorKind::kMalformed, "csv-quote",
              "A quoted cell that begins in row " + std::to_string(number) + " never ends.",
              "row " + std::to_string(number), "Close the quote, or double it if it is text.");
}

Result<std::vector<std::string>> ReadColumns(Scanner& scanner) {
  RawRow names = scanner.Next();
  if (names.unfinished) return Unfinished(1);
  const std::set<std::string> different(names.cells.begin(), names.cells.end());
  if (names.fault || different.size() != names.cells.size() || different.contains("")) {
    return Fail(ErrorKind::kMalformed, "csv-columns",
                "The first row does not name each column once.", "row 1",
                "Begin with a row of column names, each given and each different.");
  }
  return std::move(names.cells);
}

app::TableRow RowFrom(RawRow raw, int64_t number, size_t columns) {
  app::TableRow row;
  row.number = number;
  row.fault = std::move(raw.fault);
  if (!row.fault && raw.cells.size() != columns) {
    const bool fewer = raw.cells.size() < columns;
    row.fault = Fault(fewer ? "too-few-cells" : "too-many-cells",
                      "The row has " + std::to_string(raw.cells.size()) + " cells for " +
                          std::to_string(columns) + " columns.",
                      "Put quotes around cells that contain commas.");
  }
  if (!row.fault) row.cells = std::move(raw.cells);
  return row;
}

}  // namespace

Result<app::Table> ParseCsv(std::string_view text, const CsvLimits& limits) {
  if (text.size() > limits.max_bytes) {
    return Fail(ErrorKind::kTooLarge, "csv-too-large",
                "The file has " + std::to_string(text.size()) + " bytes; " +
                    std::to_string(limits.max_bytes) + " are allowed.",
                "", "Import it in parts.");
  }
  Scanner scanner(text, limits);
  if (scanner.at_end()) {
    return Fail(ErrorKind::kMalformed, "csv-empty", "The file is empty.", "",
                "Begin with a row of column names.");
  }
  app::Table table;
  EM_ASSIGN(table.columns, ReadColumns(scanner));
  for (int64_t number = 2; !scanner.at_end(); ++number) {
    RawRow raw = scanner.Next();
    if (raw.unfinished) return Unfinished(number);
    if (raw.blank) continue;
    if (table.rows.size() == limits.max_rows) {
      return Fail(ErrorKind::kTooLarge, "too-many-rows",
                  "The file has more than " + std::to_string(limits.max_rows) + " rows.", "",
                  "Import it in parts.");
    }
    table.rows.push_back(RowFrom(std::move(raw), number, table.columns.size()));
  }
  return table;
}

}  // namespace extramile::connect
