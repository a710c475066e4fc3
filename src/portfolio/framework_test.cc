#include "portfolio/framework.h"

#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <sstream>

#include "base/json_reader.h"
#include "portfolio/record_kinds.h"

namespace extramile::portfolio {
namespace {

std::string ReadFile(const std::string& name) {
  std::ifstream in(std::string(EXTRAMILE_SOURCE_DIR) + "/frameworks/" + name);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

// A whole framework of one criterion, to be broken one place at a time.
constexpr std::string_view kSmall = R"({
  "format": 1, "code": "X1", "edition": "1", "title": "T", "awarding_body": "A", "level": "1",
  "level_scheme": "S", "summary": "S", "simulation": "none", "settings": ["paid"], "sectors": [],
  "outcomes": [{"code": "1", "text": "O", "criteria": [
    {"code": "1.1", "kind": "performance", "verb": "check", "text": "C", "evidenced_by": [
      {"record": "idea_check", "where": {"gate": ["authority"]}, "at_least": 2, "per": "case",
       "missing": "None yet."}]}]}],
  "sufficiency": [{"code": "E1", "requirement": "R", "basis": "local", "rule": "load",
                   "of": "busy", "at_least": 3}],
  "warnings": [{"warning": "action without anything after it", "after_days": 7}]
})";

Error Broken(std::string_view from, std::string_view to) {
  std::string text(kSmall);
  const size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  text.replace(at, from.size(), to);
  const auto framework = ParseFramework(text, "small.json");
  EXPECT_FALSE(framework) << "loaded in spite of: " << to;
  return framework ? Error{} : framework.error();
}

TEST(Framework, ReadsEveryPart) {
  const auto framework = ParseFramework(kSmall, "small.json");
  ASSERT_TRUE(framework) << framework.error().ToString();
  ASSERT_EQ(framework->criteria(), 1u);
  const Requirement& requirement = framework->outcomes[0].criteria[0].evidenced_by[0];
  EXPECT_EQ(requirement.at_least, 2);
  EXPECT_TRUE(requirement.per_case);
  EXPECT_EQ(requirement.where[0].words, std::vector<std::string>{"authority"});
  EXPECT_EQ(framework->sufficiency[0].basis, Basis::kLocal);
  EXPECT_EQ(framework->sufficiency[0].word, "busy");
  EXPECT_EQ(framework->sufficiency[0].at_least, 3);
  EXPECT_EQ(framework->warnings[0].after_days, 7);
}

TEST(Framework, RefusesWhatItDoesNotKnowAndNamesThePlace) {
  struct {
    std::string_view from, to, code, place;
  } const cases[] = {
      {"\"level\":", "\"levle\":", "", "small.json:/level"},
      {"\"format\": 1", "\"format\": 2", "", "small.json:/format"},
      {"\"idea_check\"", "\"idea_chek\"", "framework-record",
       "small.json:/outcomes/0/criteria/0/evidenced_by/0/record"},
      {"\"gate\"", "\"gates\"", "framework-fact",
       "small.json:/outcomes/0/criteria/0/evidenced_by/0/where/gates"},
      {"\"authority\"", "\"autority\"", "framework-fact-word",
       "small.json:/outcomes/0/criteria/0/evidenced_by/0/where/gate"},
      {"\"per\": \"case\"", "\"per\": \"day\"", "",
       "small.json:/outcomes/0/criteria/0/evidenced_by/0/per"},
      {"\"rule\": \"load\"", "\"rule\": \"moon\"", "framework-rule",
       "small.json:/sufficiency/0/rule"},
      {"\"of\": \"busy\"", "\"of\": \"let_down\"", "framework-rule-word",
       "small.json:/sufficiency/0/of"},
      {"\"basis\": \"local\"", "\"basis\": \"mine\"", "", "small.json:/sufficiency/0/basis"},
      {"action without anything after it", "rudeness", "framework-warning",
       "small.json:/warnings/0/warning"},
      {", \"after_days\": 7", "", "", "small.json:/warnings/0/after_days"},
      {"\"evidenced_by\"", "\"supported_by\"", "",
       "small.json:/outcomes/0/criteria/0/evidenced_by"},
      {"\"summary\": \"S\",", "\"summary\": \"S\", \"note\": 1,", "", "small.json:/note"},
  };
  for (const auto& broken : cases) {
    SCOPED_TRACE(broken.to);
    const Error error = Broken(broken.from, broken.to);
    EXPECT_EQ(error.place, broken.place);
    if (!broken.code.empty()) {
      EXPECT_EQ(error.code, broken.code);
    }
    EXPECT_FALSE(error.message.empty());
  }
}

TEST(Framework, RefusesWhatIsNoJsonAndCriteriaTwice) {
  const auto cut = ParseFramework(std::string_view(kSmall).substr(0, 100), "cut.json");
  ASSERT_FALSE(cut);
  EXPECT_EQ(cut.error().code, "json-syntax");
  EXPECT_EQ(cut.error().place, "cut.json");
  const Error twice = Broken(
      "]}],\n  \"sufficiency\"",
      ", {\"code\": \"1.1\", \"kind\": \"knowledge\", \"verb\": \"v\", \"text\": \"t\"}]}],\n  "
      "\"sufficiency\"");
  EXPECT_EQ(twice.code, "framework-code-twice");
}

TEST(Cu801, HasItsTwentyTwoCriteriaAndFiveEvidenceRequirements) {
  const auto framework = ParseFramework(ReadFile("cu801.json"), "cu801.json");
  ASSERT_TRUE(framework) << framework.error().ToString();
  EXPECT_EQ(framework->code, "CU801");
  EXPECT_EQ(framework->credit, 6);
  EXPECT_EQ(framework->simulation, Simulation::kNone);
  std::vector<std::string> codes;
  size_t knowledge = 0;
  for (const Outcome& outcome : framework->outcomes) {
    for (const Criterion& criterion : outcome.criteria) {
      codes.push_back(criterion.code);
      knowledge += criterion.kind == CriterionKind::kKnowledge;
      EXPECT_FALSE(criterion.official_wording) << "the owner's sentence is the centre's to add";
    }
  }
  const std::vector<std::string> expected = {"1.1", "1.2", "1.3", "1.4", "1.5", "2.1", "2.2", "2.3",
                                             "2.4", "2.5", "3.1", "3.2", "3.3", "3.4", "3.5", "4.1",
                                             "4.2", "4.3", "4.4", "4.5", "4.6", "4.7"};
  EXPECT_EQ(codes, expected);
  EXPECT_EQ(knowledge, 7u);
  std::set<char> requirements;
  for (const Sufficiency& rule : framework->sufficiency) {
    if (rule.code[0] == 'E') requirements.insert(rule.code[1]);
  }
  EXPECT_EQ(requirements, (std::set<char>{'1', '2', '3', '4', '5'}));
}

// The published schema and the reader must not drift apart.
TEST(Schema, NamesTheRecordKindsThatTheReaderKnows) {
  const auto schema = ParseJson(ReadFile("framework.schema.json"));
  ASSERT_TRUE(schema) << schema.error().ToString();
  const JsonValue* kinds =
      schema->Find("$defs")->Find("requirement")->Find("properties")->Find("record")->Find("enum");
  ASSERT_NE(kinds, nullptr);
  std::set<std::string> in_schema, in_reader;
  for (const JsonValue& kind : kinds->items) in_schema.insert(kind.text);
  for (const RecordKind& kind : RecordKinds()) in_reader.insert(std::string(kind.name));
  EXPECT_EQ(in_schema, in_reader);
}

}  // namespace
}  // namespace extramile::portfolio
