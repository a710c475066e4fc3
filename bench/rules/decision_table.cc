#include "rules/decision_table.h"

#include <cstdio>
#include <fstream>
#include <iterator>
#include <random>

namespace extramile::bench {
namespace {

struct Column {
  std::string name, type;
};

std::string Escaped(std::string_view text) { return "<![CDATA[" + std::string(text) + "]]>"; }

// Cells row by row, the output last.
std::string ModelOf(const std::string& policy, const std::vector<Column>& columns,
                    const std::vector<std::vector<std::string>>& rows) {
  std::string inputs, requirements, clauses, rules;
  for (const auto& [name, type] : columns) {
    const std::string reference = type.empty() ? "" : " typeRef=\"" + type + "\"";
    inputs += "<inputData id=\"" + name + "\" name=\"" + name + "\"><variable name=\"" + name +
              "\"" + reference + "/></inputData>";
    requirements +=
        "<informationRequirement><requiredInput href=\"#" + name + "\"/></informationRequirement>";
    clauses += "<input><inputExpression><text>" + name + "</text></inputExpression></input>";
  }
  for (size_t r = 0; r < rows.size(); ++r) {
    rules += "<rule id=\"r" + std::to_string(r) + "\">";
    for (size_t c = 0; c < columns.size(); ++c)
      rules += "<inputEntry><text>" + Escaped(rows[r][c]) + "</text></inputEntry>";
    rules += "<outputEntry><text>" + Escaped(rows[r].back()) + "</text></outputEntry>" +
             "<annotationEntry><text>row " + std::to_string(r) + "</text></annotationEntry></rule>";
  }
  return R"(<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" name="m" id="m" namespace="urn:m">)" +
         inputs + R"(<decision id="d" name="answer"><variable name="answer"/>)" + requirements +
         "<decisionTable hitPolicy=\"" + policy + "\">" + clauses +
         "<output/><annotation name=\"Source\"/>" + rules +
         "</decisionTable></decision></definitions>";
}

Result<JsonValue> ReadJson(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  const std::string text((std::istreambuf_iterator<char>(in)), {});
  return ParseJson(text, {.max_bytes = size_t{64} << 20});
}

std::string Quoted(const JsonValue* text) { return "\"" + text->text + "\""; }

std::vector<std::string> CellsOf(const JsonValue& row) {
  const auto given = [&](std::string_view name) -> const JsonValue* {
    const JsonValue* found = row.Find(name);
    return found->type == JsonValue::Type::kNull ? nullptr : found;
  };
  return {Quoted(given("g")),
          "[" + given("lo")->text + ".." + given("hi")->text + (given("hic")->boolean ? "]" : ")"),
          given("v") ? (given("v")->boolean ? "true" : "false") : "-",
          given("t") ? "list contains(?, " + Quoted(given("t")) + ")" : "-",
          given("d") ? given("op")->text + " @" + Quoted(given("d")) : "-",
          Quoted(given("res"))};
}

}  // namespace

Result<BenchTable> SharedTable(const std::string& folder, const std::string& policy) {
  EM_ASSIGN(const JsonValue rows, ReadJson(folder + "/rows.json"));
  EM_ASSIGN(const JsonValue inputs, ReadJson(folder + "/inputs.json"));
  EM_ASSIGN(const JsonValue expected, ReadJson(folder + "/expected.json"));
  BenchTable table;
  std::vector<std::vector<std::string>> cells;
  for (const JsonValue& row : rows.items) cells.push_back(CellsOf(row));
  table.dmn = ModelOf(policy,
                      {{"gesture", "string"},
                       {"amount", "number"},
                       {"vip", "boolean"},
                       {"tags", ""},
                       {"date", "date"}},
                      cells);
  for (const JsonValue& input : inputs.items) table.inputs.push_back(JsonText(input));
  for (const JsonValue& answer : expected.items) {
    const size_t underscore = answer.text.rfind('_');
    table.expected.push_back(
        answer.type == JsonValue::Type::kNull ? -1 : std::stoi(answer.text.substr(underscore + 1)));
  }
  return table;
}

BenchTable MadeTable(size_t rules, size_t columns) {
  std::mt19937_64 dice(rules * 1000 + columns);
  const auto below = [&](size_t count) { return static_cast<size_t>(dice() % count); };
  const auto day = [](size_t n) {
    char text[16];
    std::snprintf(text, sizeof text, "20%02zu-%02zu-%02zu", n / 336 % 100, n / 28 % 12 + 1,
                  n % 28 + 1);
    return std::string(text);
  };
  const char* const types[] = {"number", "string", "boolean", "date"};
  std::vector<Column> heads;
  for (size_t c = 0; c < columns; ++c) heads.push_back({"x" + std::to_string(c), types[c % 4]});
  std::vector<std::vector<std::string>> rows(rules);
  for (size_t r = 0; r < rules; ++r) {
    for (size_t c = 0; c < columns; ++c) {
      std::string cell = "-";
      if (r + 1 < rules && (c == 0 || below(2) == 0)) {
        const size_t n = below(4 * rules);
        if (c % 4 == 0) cell = "[" + std::to_string(n) + ".." + std::to_string(n + 8) + ")";
        if (c % 4 == 1) cell = "\"name " + std::to_string(below(rules)) + "\"";
        if (c % 4 == 2) cell = below(2) == 0 ? "true" : "false";
        if (c % 4 == 3) cell = ">= date(\"" + day(below(rules)) + "\")";
      }
      rows[r].push_back(std::move(cell));
    }
    rows[r].push_back(std::to_string(r));
  }
  BenchTable table;
  table.dmn = ModelOf("FIRST", heads, rows);
  for (size_t i = 0; i < 1000; ++i) {
    std::string text = "{";
    for (size_t c = 0; c < columns; ++c) {
      text += (c == 0 ? "\"x" : ",\"x") + std::to_string(c) + "\":";
      if (c % 4 == 0) text += std::to_string(below(4 * rules));
      if (c % 4 == 1) text += "\"name " + std::to_string(below(rules)) + "\"";
      if (c % 4 == 2) text += below(2) == 0 ? "true" : "false";
      if (c % 4 == 3) text += "\"" + day(below(rules)) + "\"";
    }
    table.inputs.push_back(text + "}");
  }
  return table;
}

}  // namespace extramile::bench
