// Runs every file of coverage_cases/: a learner's records and what the coverage must say of them.
// To add a case, add a file; coverage_cases/README.md says what stands in one.
#include "portfolio/coverage.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "base/json_reader.h"

namespace extramile::portfolio {
namespace {

namespace fs = std::filesystem;

std::string ReadFile(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  EXPECT_TRUE(in) << path;
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

// Ids in the files are short words; the same word is the same id.
AnyId IdOf(const std::string& word) {
  AnyId id;
  for (size_t i = 0; i < word.size(); ++i) {
    id.bytes[i % 16] = static_cast<uint8_t>(id.bytes[i % 16] * 31 + word[i]);
  }
  return id;
}

std::string Text(const JsonValue& object, std::string_view key, std::string otherwise = "") {
  const JsonValue* found = object.Find(key);
  return found ? found->text : otherwise;
}
bool Flag(const JsonValue& object, std::string_view key, bool otherwise) {
  const JsonValue* found = object.Find(key);
  return found ? found->boolean : otherwise;
}
Instant Time(const JsonValue& object, std::string_view key, std::string_view otherwise) {
  const JsonValue* found = object.Find(key);
  return ParseInstant(found ? found->text : otherwise).value();
}

EvidenceCase ReadCase(const JsonValue& in) {
  EvidenceCase out;
  out.reference = Text(in, "case");
  out.id = IdOf(out.reference);
  out.opened_at = Time(in, "opened_at", "2026-11-12T10:00:00Z");
  if (in.Find("customer")) out.customer = IdOf(Text(in, "customer"));
  out.internal_customer = Flag(in, "internal", false);
  out.load = Text(in, "load", "normal");
  out.load_basis = Text(in, "load_basis", "computed");
  out.situation = Text(in, "situation", "routine");
  out.setting = Text(in, "setting", "paid");
  out.sector = Text(in, "sector", "private");
  out.simulated = Flag(in, "simulated", false);
  out.use_as_evidence = Flag(in, "use_as_evidence", true);
  return out;
}

EvidenceRecord ReadRecord(const JsonValue& in, size_t number) {
  EvidenceRecord out;
  out.kind = Text(in, "record");
  out.id = IdOf(Text(in, "id", out.kind + std::to_string(number)));
  if (in.Find("case")) out.service_case = IdOf(Text(in, "case"));
  out.occurred_at = Time(in, "occurred_at", "2026-11-12T10:00:00Z");
  out.recorded_at = Time(in, "recorded_at", FormatInstant(out.occurred_at));
  out.gesture = Text(in, "gesture");
  out.needed_sign_off = Flag(in, "needed_sign_off", false);
  out.signed_off = Flag(in, "signed_off", false);
  if (in.Find("follows")) {
    out.follows_up = true;
    out.action = IdOf(Text(in, "follows"));
  }
  if (const JsonValue* facts = in.Find("facts")) {
    for (const auto& [fact, value] : facts->members) {
      if (value.items.empty()) out.facts.emplace_back(fact, value.text);
      for (const JsonValue& item : value.items) out.facts.emplace_back(fact, item.text);
    }
  }
  return out;
}

Evidence ReadEvidence(const JsonValue& in) {
  Evidence out;
  for (const JsonValue& item : in.Find("cases")->items) out.cases.push_back(ReadCase(item));
  for (const JsonValue& item : in.Find("records")->items) {
    out.records.push_back(ReadRecord(item, out.records.size()));
  }
  if (const JsonValue* promises = in.Find("promises")) {
    for (const JsonValue& item : promises->items) {
      out.promises.push_back(
          {IdOf(Text(item, "case")), Time(item, "due_at", ""), Text(item, "state")});
    }
  }
  return out;
}

std::vector<std::string> Sentences(const JsonValue& list) {
  std::vector<std::string> out;
  for (const JsonValue& item : list.items) out.push_back(item.text);
  return out;
}

void ExpectCriteria(const JsonValue& expected, const Coverage& coverage) {
  for (const auto& [code, want] : expected.members) {
    SCOPED_TRACE("criterion " + code);
    const auto found =
        std::find_if(coverage.criteria.begin(), coverage.criteria.end(),
                     [&, &c = code](const auto& one) { return one.criterion->code == c; });
    ASSERT_NE(found, coverage.criteria.end());
    EXPECT_EQ(CriterionStateWord(found->state), Text(want, "state"));
    if (const JsonValue* missing = want.Find("missing")) {
      EXPECT_EQ(found->missing, Sentences(*missing));
    }
    if (const JsonValue* records = want.Find("records")) {
      std::vector<AnyId> ids, got;
      for (const JsonValue& item : records->items) ids.push_back(IdOf(item.text));
      for (const EvidenceRecord* record : found->records) got.push_back(record->id);
      EXPECT_EQ(got, ids);
    }
  }
}

void ExpectSufficiency(const JsonValue& expected, const Coverage& coverage) {
  for (const auto& [code, want] : expected.members) {
    SCOPED_TRACE("sufficiency " + code);
    const auto found =
        std::find_if(coverage.sufficiency.begin(), coverage.sufficiency.end(),
                     [&, &c = code](const auto& one) { return one.rule->code == c; });
    ASSERT_NE(found, coverage.sufficiency.end());
    EXPECT_EQ(found->met, want.Find("met")->boolean);
    if (want.Find("says")) {
      EXPECT_EQ(found->says, Text(want, "says"));
    }
  }
}

class CoverageFile : public testing::TestWithParam<fs::path> {};

TEST_P(CoverageFile, SaysWhatItMust) {
  const auto json = ParseJson(ReadFile(GetParam()));
  ASSERT_TRUE(json) << json.error().ToString();
  const std::string name = Text(*json, "framework");
  const auto framework =
      ParseFramework(ReadFile(fs::path(EXTRAMILE_SOURCE_DIR) / "frameworks" / name), name);
  ASSERT_TRUE(framework) << framework.error().ToString();
  const Evidence evidence = ReadEvidence(*json);
  const auto zone = TimeZone::Find("Europe/London");
  const Coverage coverage =
      Cover(*framework, evidence, Time(*json, "now", "2026-11-22T12:00:00Z"), *zone);
  const JsonValue& expect = *json->Find("expect");
  if (const JsonValue* count = expect.Find("evidenced")) {
    EXPECT_EQ(std::to_string(coverage.evidenced()), count->text);
  }
  if (const JsonValue* criteria = expect.Find("criteria")) ExpectCriteria(*criteria, coverage);
  if (const JsonValue* rules = expect.Find("sufficiency")) ExpectSufficiency(*rules, coverage);
  if (const JsonValue* warnings = expect.Find("warnings")) {
    EXPECT_EQ(coverage.warnings, Sentences(*warnings));
  }
}

std::vector<fs::path> Files() {
  std::vector<fs::path> files;
  for (const auto& entry :
       fs::directory_iterator(EXTRAMILE_SOURCE_DIR "/src/portfolio/coverage_cases")) {
    if (entry.path().extension() == ".json") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

INSTANTIATE_TEST_SUITE_P(All, CoverageFile, testing::ValuesIn(Files()), [](const auto& file) {
  std::string name = file.param.stem();
  std::replace_if(name.begin(), name.end(), [](char c) { return !std::isalnum(c); }, '_');
  return name;
});

TEST(DayInWords, NamesTheYearOnlyWhereItIsNotThisOne) {
  const auto zone = TimeZone::Find("Europe/London");
  const Instant now = *ParseInstant("2026-11-22T12:00:00Z");
  EXPECT_EQ(DayInWords(*ParseInstant("2026-11-12T10:00:00Z"), now, *zone), "12 November");
  EXPECT_EQ(DayInWords(*ParseInstant("2025-12-31T23:30:00Z"), now, *zone), "31 December 2025");
  // The local day, not UTC's.
  EXPECT_EQ(DayInWords(*ParseInstant("2026-06-30T23:30:00Z"), now, *zone), "1 July");
}

}  // namespace
}  // namespace extramile::portfolio
