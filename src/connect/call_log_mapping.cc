// The mapping file of a call log: TOML to a ColumnMapping that is whole, or an error that says what
// and where.
#include <algorithm>
#include <optional>
#include <utility>

#include "connect/call_log.h"
#include "toml++/toml.h"

namespace extramile::connect {
namespace {

constexpr size_t kLongestFile = 64 * 1024;
constexpr int kMostColumns = 1000;

struct ColumnKey {
  std::string_view key;
  ColumnMapping::Column column;
  bool required;
};
constexpr ColumnKey kColumnKeys[] = {
    {"date", ColumnMapping::kDate, true},
    {"arrived", ColumnMapping::kArrived, true},
    {"left_menu", ColumnMapping::kLeftMenu, false},
    {"menu_seconds", ColumnMapping::kMenuSeconds, false},
    {"queue_start", ColumnMapping::kQueueStart, true},
    {"queue_end", ColumnMapping::kQueueEnd, true},
    {"queue_seconds", ColumnMapping::kQueueSeconds, false},
    {"outcome", ColumnMapping::kOutcome, true},
    {"service_start", ColumnMapping::kServiceStart, true},
    {"service_end", ColumnMapping::kServiceEnd, true},
    {"service_seconds", ColumnMapping::kServiceSeconds, false},
    {"agent", ColumnMapping::kAgent, true},
    {"type", ColumnMapping::kType, false},
};

constexpr std::string_view kWeekdays[] = {"monday", "tuesday",  "wednesday", "thursday",
                                          "friday", "saturday", "sunday"};

// Reads one mapping; the first error wins and later reads return nothing, so that the steps can be
// written in a row.
class Reader {
 public:
  Reader(const toml::table& root, std::string_view file_name) : root_(root), file_(file_name) {}

  Result<ColumnMapping> Read() {
    OnlyKeys(
        root_, "",
        {"name", "separator", "header", "zone", "columns", "times", "outcomes", "agents", "days"});
    mapping_.name = Text(root_, "", "name", true);
    ReadSeparator();
    mapping_.header = Flag(root_, "", "header", true);
    ReadZone();
    ReadColumns();
    ReadTimes();
    ReadWords();
    ReadDays();
    if (error_) return Fail(*std::move(error_));
    return std::move(mapping_);
  }

 private:
  void Reject(const toml::node& node, std::string code, std::string message,
              std::string advice = {}) {
    if (error_) return;
    const auto where = node.source().begin;
    std::string place = file_;
    if (where) place += ":" + std::to_string(where.line) + ":" + std::to_string(where.column);
    error_ = Error{ErrorKind::kInvalid, std::move(code), std::move(message), std::move(place),
                   std::move(advice)};
  }

  static std::string Full(std::string_view section, std::string_view key) {
    return section.empty() ? std::string(key) : std::string(section) + "." + std::string(key);
  }

  void OnlyKeys(const toml::table& table, std::string_view section,
                std::initializer_list<std::string_view> known) {
    for (const auto& [key, node] : table) {
      if (std::find(known.begin(), known.end(), key.str()) != known.end()) continue;
      Reject(node, "columns-unknown-key",
             "'" + Full(section, key.str()) + "' is not a key of a mapping file.",
             "Check its spelling, or remove it.");
    }
  }

  const toml::node* Find(const toml::table& table, std::string_view section, std::string_view key,
                         bool required) {
    const toml::node* node = table.get(key);
    if (!node && required) {
      Reject(table, "columns-missing-key", "'" + Full(section, key) + "' is missing.", "Add it.");
    }
    return node;
  }

  const toml::table* Section(std::string_view name) {
    const toml::node* node = Find(root_, "", name, true);
    if (!node) return nullptr;
    if (!node->is_table()) {
      Reject(*node, "columns-wrong-type",
             "'" + std::string(name) + "' must be a section: [" + std::string(name) + "].");
    }
    return node->as_table();
  }

  std::string Text(const toml::table& table, std::string_view section, std::string_view key,
                   bool required, std::string otherwise = {}) {
    const toml::node* node = Find(table, section, key, required);
    if (!node) return otherwise;
    const auto* text = node->as_string();
    if (!text || text->get().empty()) {
      Reject(*node, "columns-wrong-type", "'" + Full(section, key) + "' must be a text in quotes.");
      return otherwise;
    }
    return text->get();
  }

  bool Flag(const toml::table& table, std::string_view section, std::string_view key,
            bool otherwise) {
    const toml::node* node = table.get(key);
    if (!node) return otherwise;
    if (const auto* flag = node->as_boolean()) return flag->get();
    Reject(*node, "columns-wrong-type", "'" + Full(section, key) + "' must be true or false.");
    return otherwise;
  }

  std::vector<std::string> Words(const toml::table& table, std::string_view section,
                                 std::string_view key, bool required) {
    std::vector<std::string> words;
    const toml::node* node = Find(table, section, key, required);
    if (!node) return words;
    const auto* array = node->as_array();
    const bool texts =
        array && std::all_of(array->begin(), array->end(),
                             [](const toml::node& item) { return item.is_string(); });
    if (!texts || (required && array->empty())) {
      Reject(*node, "columns-wrong-type",
             "'" + Full(section, key) + "' must be a list of texts, such as [\"one\", \"two\"].");
      return words;
    }
    for (const toml::node& item : *array) words.push_back(item.as_string()->get());
    return words;
  }

  void ReadSeparator() {
    const std::string word = Text(root_, "", "separator", true);
    if (word == "tab")
      mapping_.separator = '\t';
    else if (word == "comma")
      mapping_.separator = ',';
    else if (word == "semicolon")
      mapping_.separator = ';';
    else if (const toml::node* node = root_.get("separator")) {
      Reject(*node, "columns-separator", "'separator' must be tab, comma or semicolon.");
    }
  }

  void ReadZone() {
    mapping_.zone = Text(root_, "", "zone", true);
    if (error_ || TimeZone::Find(mapping_.zone)) return;
    Reject(*root_.get("zone"), "columns-zone", "'zone' names no time zone that this system knows.",
           "Give an IANA name such as \"Europe/London\".");
  }

  void ReadColumns() {
    mapping_.positions.fill(-1);
    const toml::table* section = Section("columns");
    if (!section) return;
    for (const auto& [key, node] : *section) {
      const auto known = std::find_if(std::begin(kColumnKeys), std::end(kColumnKeys),
                                      [&](const ColumnKey& k) { return k.key == key.str(); });
      if (known == std::end(kColumnKeys)) {
        Reject(node, "columns-unknown-key",
               "'columns." + std::string(key.str()) + "' is not a column.",
               "The columns are those of demo/columns/anonymous-bank.toml.");
      } else {
        ReadColumn(*section, *known);
      }
    }
    for (const ColumnKey& column : kColumnKeys)
      Find(*section, "columns", column.key, column.required);
  }

  void ReadColumn(const toml::table& section, const ColumnKey& column) {
    if (mapping_.header) {
      mapping_.names[column.column] = Text(section, "columns", column.key, true);
      return;
    }
    const toml::node& node = *section.get(column.key);
    const auto* number = node.as_integer();
    if (!number || number->get() < 1 || number->get() > kMostColumns) {
      Reject(node, "columns-position",
             "'columns." + std::string(column.key) + "' must be a number from 1 to 1000.",
             "Without a header, columns are given by their number, counted from 1.");
      return;
    }
    mapping_.positions[column.column] = static_cast<int>(number->get()) - 1;
  }

  void ReadTimes() {
    const toml::table* section = Section("times");
    if (!section) return;
    OnlyKeys(*section, "times", {"date_format", "century", "zero_means_none"});
    mapping_.date_format = Text(*section, "times", "date_format", true);
    mapping_.zero_time_means_none = Flag(*section, "times", "zero_means_none", false);
    if (error_) return;
    const std::string& format = mapping_.date_format;
    const bool four = format.find("YYYY") != std::string::npos;
    const auto once = [&](char letter, long count) {
      return std::count(format.begin(), format.end(), letter) == count &&
             format.find(std::string(static_cast<size_t>(count), letter)) != std::string::npos;
    };
    if (!once('Y', four ? 4 : 2) || !once('M', 2) || !once('D', 2)) {
      Reject(*section->get("date_format"), "columns-date-format",
             "'times.date_format' must hold YYYY or YY, MM and DD once each.",
             "Such as \"YYMMDD\" or \"YYYY-MM-DD\".");
    }
    if (four) return;
    const toml::node* century = Find(*section, "times", "century", true);
    if (!century) return;
    const auto* number = century->as_integer();
    if (!number || number->get() < 0 || number->get() > 9900 || number->get() % 100 != 0) {
      Reject(*century, "columns-century", "'times.century' must be a year such as 1900 or 2000.");
      return;
    }
    mapping_.century = static_cast<int>(number->get());
  }

  void ReadWords() {
    if (const toml::table* outcomes = Section("outcomes")) {
      OnlyKeys(*outcomes, "outcomes", {"answered", "abandoned", "phantom"});
      mapping_.answered = Words(*outcomes, "outcomes", "answered", true);
      mapping_.abandoned = Words(*outcomes, "outcomes", "abandoned", true);
      mapping_.phantom = Words(*outcomes, "outcomes", "phantom", false);
      std::vector<std::string> all = mapping_.answered;
      all.insert(all.end(), mapping_.abandoned.begin(), mapping_.abandoned.end());
      all.insert(all.end(), mapping_.phantom.begin(), mapping_.phantom.end());
      std::sort(all.begin(), all.end());
      if (std::adjacent_find(all.begin(), all.end()) != all.end()) {
        Reject(*outcomes, "columns-outcomes", "An outcome word stands in 'outcomes' twice.");
      }
    }
    if (!root_.contains("agents")) return;
    if (const toml::table* agents = Section("agents")) {
      OnlyKeys(*agents, "agents", {"nobody"});
      mapping_.no_agent = Words(*agents, "agents", "nobody", false);
    }
  }

  void ReadDays() {
    if (!root_.contains("days")) {
      mapping_.day_classes = queueing::WesternWeek();
      return;
    }
    const toml::table* section = Section("days");
    if (!section) return;
    std::array<bool, 7> seen{};
    for (const auto& [key, node] : *section) {
      queueing::DayClass day_class{std::string(key.str()), {}};
      for (const std::string& word : Words(*section, "days", key.str(), true)) {
        const auto weekday = std::find(std::begin(kWeekdays), std::end(kWeekdays), word);
        const auto index = static_cast<size_t>(weekday - std::begin(kWeekdays));
        if (weekday == std::end(kWeekdays) || seen[index]) {
          Reject(node, "columns-days",
                 "'" + word + "' is no day of the week, or stands in [days] twice.",
                 "Give every day from monday to sunday once.");
          return;
        }
        seen[index] = true;
        day_class.weekdays.push_back(static_cast<int>(index) + 1);
      }
      mapping_.day_classes.push_back(std::move(day_class));
    }
    if (std::count(seen.begin(), seen.end(), false) > 0) {
      Reject(*section, "columns-days", "[days] leaves out a day of the week.",
             "Give every day from monday to sunday once.");
    }
  }

  const toml::table& root_;
  std::string file_;
  ColumnMapping mapping_;
  std::optional<Error> error_;
};

}  // namespace

Result<ColumnMapping> ParseColumnMapping(std::string_view toml_text, std::string_view file_name) {
  if (toml_text.size() > kLongestFile) {
    return Fail(ErrorKind::kTooLarge, "columns-too-large",
                "The mapping file is larger than 64 KiB.", std::string(file_name));
  }
  try {
    const toml::table root = toml::parse(toml_text, file_name);
    return Reader(root, file_name).Read();
  } catch (const toml::parse_error& error) {
    const auto where = error.source().begin;
    return Fail(ErrorKind::kMalformed, "columns-syntax",
                "The mapping file is not TOML: " + std::string(error.description()) + ".",
                std::string(file_name) + ":" + std::to_string(where.line) + ":" +
                    std::to_string(where.column),
                "Compare it with demo/columns/anonymous-bank.toml.");
  }
}

}  // namespace extramile::connect
