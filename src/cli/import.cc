#include "cli/import.h"

#include <fstream>
#include <iostream>

#include "base/json_reader.h"
#include "base/json_writer.h"
#include "cli/api_client.h"
#include "cli/seed.h"
#include "connect/call_log.h"

namespace extramile::cli {

Result<void> TryCalls(const CallsToImport& what) {
  EM_ASSIGN(const std::string columns, ReadFile(what.columns));
  EM_ASSIGN(const auto mapping, connect::ParseColumnMapping(columns, what.columns.string()));
  std::ifstream in(what.log, std::ios::binary);
  if (!in) {
    return Fail(ErrorKind::kNotFound, "file-unreadable", "This file cannot be read.",
                what.log.string(), "Check the path and its permissions.");
  }
  EM_ASSIGN(const auto log, connect::ReadCallLog(in, mapping));
  std::cout << log.report.ToText() << "Nothing was imported: this was a dry run.\n";
  return {};
}

Result<void> ImportCalls(const CallsToImport& what) {
  EM_ASSIGN(const std::string columns, ReadFile(what.columns));
  EM_ASSIGN(const std::string log, ReadFile(what.log));
  JsonWriter body;
  body.BeginObject().Key("team").String(what.team);
  body.Key("name").String(what.name.empty() ? what.log.filename().string() : what.name);
  body.Key("columns").String(columns).Key("log").String(log);
  if (what.shift_days) body.Key("shift_days").Int(*what.shift_days);
  body.EndObject();
  EM_ASSIGN(ApiClient api, ApiClient::Open(what.server));
  EM_ASSIGN(const std::string answer,
            api.Call({.operation = "import_calls", .body = std::move(body).Take()}));
  EM_ASSIGN(const JsonValue report, ParseJson(answer));
  const auto number = [&](const char* name) {
    const JsonValue* value = report.Find(name);
    return value ? value->text : std::string("?");
  };
  std::cout << "Read " << number("rows_read") << " rows: " << number("rows_clean") << " calls, "
            << number("new_calls") << " of them new.\n";
  if (const JsonValue* dirty = report.Find("dirty")) {
    for (const JsonValue& reason : dirty->items) {
      std::cout << "  set aside " << reason.Find("rows")->text << ": "
                << reason.Find("reason")->text << " (first in line "
                << reason.Find("example_row")->text << ")\n";
    }
  }
  return {};
}

Result<void> ImportCases(const std::filesystem::path& file, const std::string& server) {
  EM_ASSIGN(std::string text, ReadFile(file, size_t{5} << 20));
  EM_ASSIGN(ApiClient api, ApiClient::Open(server));
  const bool json = file.extension() == ".json";
  EM_ASSIGN(const std::string answer,
            api.Call({.operation = "import_cases",
                      .body = std::move(text),
                      .content_type = json ? "application/json" : "text/csv"}));
  std::cout << answer << '\n';
  return {};
}

}  // namespace extramile::cli
