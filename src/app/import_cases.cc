#include "app/import_cases.h"

#include <algorithm>
#include <map>
#include <set>

#include "app/cases.h"
#include "app/inbound.h"

namespace extramile::app {
namespace {

constexpr size_t kMostRows = 5000;

constexpr std::string_view kTextColumns[] = {"kind",     "reason",      "channel",    "customer_id",
                                             "incident", "severity",    "setting",    "sector",
                                             "load",     "external_id", "occurred_at"};
constexpr std::string_view kFlagColumns[] = {"simulated", "regulated_product", "remedy_due"};
constexpr std::string_view kCustomerTexts[] = {"reference", "name",    "contact",
                                               "kind",      "segment", "country"};
constexpr std::string_view kCustomerFlags[] = {"business", "public_official", "vulnerable",
                                               "age_verified"};
constexpr std::string_view kCustomerPrefix = "customer_";

template <size_t n>
bool Has(const std::string_view (&words)[n], std::string_view word) {
  return std::find(std::begin(words), std::end(words), word) != std::end(words);
}

JsonValue TextValue(std::string text) {
  JsonValue value;
  value.type = JsonValue::Type::kString;
  value.text = std::move(text);
  return value;
}

// true, yes and 1; false, no and 0; anything else stays a text, which the reader refuses by name.
JsonValue FlagValue(const std::string& text) {
  const bool yes = text == "true" || text == "yes" || text == "1";
  if (!yes && text != "false" && text != "no" && text != "0") return TextValue(text);
  JsonValue value;
  value.type = JsonValue::Type::kBool;
  value.boolean = yes;
  return value;
}

JsonValue EmptyObject() {
  JsonValue value;
  value.type = JsonValue::Type::kObject;
  return value;
}

// Where a column's cell goes.
enum class Place { kText, kFlag, kCustomerText, kCustomerFlag, kWords, kUnknown };
Place PlaceOf(std::string_view column) {
  if (column == "words") return Place::kWords;
  if (Has(kTextColumns, column)) return Place::kText;
  if (Has(kFlagColumns, column)) return Place::kFlag;
  if (column.starts_with(kCustomerPrefix)) {
    column.remove_prefix(kCustomerPrefix.size());
    if (Has(kCustomerTexts, column)) return Place::kCustomerText;
    if (Has(kCustomerFlags, column)) return Place::kCustomerFlag;
  }
  return Place::kUnknown;
}

Result<void> CheckColumns(const std::vector<std::string>& columns) {
  for (const std::string& column : columns) {
    if (PlaceOf(column) != Place::kUnknown) continue;
    return Fail(ErrorKind::kInvalid, "column-unknown",
                "There is no column '" + column.substr(0, 60) + "' for cases.",
                "/" + column.substr(0, 60),
                "Use the fields of NewCase, words, and customer_ before those of a customer; leave "
                "other columns out.");
  }
  return {};
}

// A row as the body of open_case. An empty cell says nothing.
JsonValue BodyFrom(const std::vector<std::string>& columns, const std::vector<std::string>& cells) {
  JsonValue body = EmptyObject();
  JsonValue customer = EmptyObject();
  for (size_t i = 0; i < columns.size(); ++i) {
    if (cells[i].empty()) continue;
    const std::string& column = columns[i];
    const auto of_customer = [&] { return column.substr(kCustomerPrefix.size()); };
    switch (PlaceOf(column)) {
      case Place::kText:
        body.members.emplace_back(column, TextValue(cells[i]));
        break;
      case Place::kFlag:
        body.members.emplace_back(column, FlagValue(cells[i]));
        break;
      case Place::kCustomerText:
        customer.members.emplace_back(of_customer(), TextValue(cells[i]));
        break;
      case Place::kCustomerFlag:
        customer.members.emplace_back(of_customer(), FlagValue(cells[i]));
        break;
      case Place::kWords: {
        JsonValue words = EmptyObject();
        words.members.emplace_back("text", TextValue(cells[i]));
        body.members.emplace_back("words", std::move(words));
        break;
      }
      case Place::kUnknown:
        break;
    }
  }
  if (!customer.members.empty()) body.members.emplace_back("customer", std::move(customer));
  return body;
}

// "/customer/name" as the column that holds it: "customer_name".
std::string ColumnOf(std::string place) {
  if (place.starts_with("/words")) return "words";
  if (place.starts_with('/')) place.erase(0, 1);
  std::replace(place.begin(), place.end(), '/', '_');
  return place;
}

// A row that is to become a case, or why it will not.
struct ImportRow {
  int64_t number = 0;
  Result<NewCase> input = NewCase{};
};

Result<std::vector<ImportRow>> ReadCsvRows(Services& services, const Request& request) {
  if (!services.tables) {
    return Fail(ErrorKind::kUnavailable, "csv-unavailable", "This program reads no CSV.", "",
                "Send a JSON array.");
  }
  EM_ASSIGN(const Table table, services.tables->Read(request.raw_body));
  EM_TRY(CheckColumns(table.columns));
  std::vector<ImportRow> rows;
  for (const TableRow& row : table.rows) {
    if (row.fault) {
      rows.push_back({row.number, Fail(*row.fault)});
      continue;
    }
    auto input = ReadNewCase(BodyFrom(table.columns, row.cells), request, "imported");
    if (!input) input.error().place = ColumnOf(std::move(input.error().place));
    rows.push_back({row.number, std::move(input)});
  }
  return rows;
}

Result<std::vector<ImportRow>> ReadJsonRows(const JsonValue& body, const Request& request) {
  if (body.type != JsonValue::Type::kArray) {
    return Fail(ErrorKind::kInvalid, "wrong-type", "A list of cases is expected here.", "",
                "Send a JSON array of NewCase, or CSV as text/csv.");
  }
  std::vector<ImportRow> rows;
  for (size_t i = 0; i < body.items.size(); ++i) {
    rows.push_back({static_cast<int64_t>(i) + 1, ReadNewCase(body.items[i], request, "imported")});
  }
  return rows;
}

struct Report {
  int64_t read = 0, opened = 0, known_already = 0;
  std::vector<std::pair<int64_t, Error>> refused;  // by row
};

void WriteReport(JsonWriter& out, const Report& report) {
  out.BeginObject();
  Put(out, "read", report.read);
  Put(out, "opened", report.opened);
  Put(out, "known_already", report.known_already);
  out.Key("refused").BeginArray();
  for (const auto& [row, error] : report.refused) {
    out.BeginObject();
    Put(out, "row", row);
    Put(out, "code", error.code);
    Put(out, "field", error.place);
    Put(out, "detail", error.message);
    out.EndObject();
  }
  out.EndArray().EndObject();
}

}  // namespace

Result<Answer> ImportCases(Services& services, const Request& request) {
  EM_ASSIGN(const std::vector<ImportRow> rows,
            request.body ? ReadJsonRows(*request.body, request) : ReadCsvRows(services, request));
  if (rows.size() > kMostRows) {
    return Fail(ErrorKind::kTooLarge, "too-many-rows",
                "There are " + std::to_string(rows.size()) + " rows; " + std::to_string(kMostRows) +
                    " are allowed at once.",
                "", "Import them in parts.");
  }
  std::vector<const NewCase*> cases;
  for (const ImportRow& row : rows) {
    if (row.input) cases.push_back(&*row.input);
  }
  EM_ASSIGN(CaseOpener opener, CaseOpener::Read(services, request, "import", cases));

  Change change(services, request);
  Report report;
  report.read = static_cast<int64_t>(rows.size());
  for (const ImportRow& row : rows) {
    if (!row.input) {
      report.refused.emplace_back(row.number, row.input.error());
      continue;
    }
    if (row.input->external_id && opener.Knows(*row.input->external_id)) {
      report.known_already += 1;
      continue;
    }
    if (const auto opened = opener.Open(change, *row.input); !opened) {
      Error error = opened.error();
      if (!request.body) error.place = ColumnOf(std::move(error.place));
      report.refused.emplace_back(row.number, std::move(error));
      continue;
    }
    report.opened += 1;
  }
  JsonWriter out;
  WriteReport(out, report);
  Answer answer = OkAnswer(std::move(out));
  answer.plan = std::move(change).Take();
  return answer;
}

}  // namespace extramile::app
