// Replay against the slow way of asking: every check's snapshot judged by the whole draft, one
// after the other, for drafts that change a little, a lot, or only what does not matter.
#include <gtest/gtest.h>

#include <deque>
#include <functional>
#include <random>
#include <regex>

#include "app/assessment.h"
#include "app/check_blocks.h"
#include "app/desk_test_support.h"
#include "app/housekeeping.h"
#include "app/replay.h"
#include "check_facts.h"
#include "desk/for_all.h"
#include "desk/snapshot.h"

namespace extramile::app {
namespace {

const Sql kInsertCheck = {
    "insert into idea_check (organisation_id, id, idea_id, gesture_code, outcome, sign_off_role, "
    "timing, valid_until, amount, minutes, policy_hash, sentence, policy, snapshot, gates, "
    "occurred_at, recorded_at, recorded_by) values ($1, $2, $2, $3, $4, $5, 'before', $6, $7, $8, "
    "$9, 'As it was.', 'uk-starter', $10, '[]', $6, $6, $2)"};
const Sql kSnapshots = {
    "select gesture_code, outcome, sign_off_role, amount, snapshot from idea_check where "
    "organisation_id = $1 order by id"};
const Sql kDropCheck = {
    "delete from idea_check where organisation_id = $1 and id = (select last_id from "
    "check_block where organisation_id = $1 and number = 1)"};

const Sql kBlocks = {"select count(*) from check_block where organisation_id = $1"};

// What a draft is made of: the starter rules, edited.
using Edit = std::function<void(std::string&)>;

void Replace(std::string& text, std::string_view from, std::string_view to) {
  const size_t at = text.find(from);
  ASSERT_NE(at, text.npos) << from;
  text.replace(at, from.size(), to);
}

std::shared_ptr<const Policy> Compiled(std::string text) {
  auto bundle = MakeBundle("draft", {{"extra-mile.dmn", std::move(text)}});
  EXPECT_TRUE(bundle) << bundle.error().ToString();
  auto policy = CompilePolicy(*bundle);
  EXPECT_TRUE(policy) << policy.error().ToString();
  return policy.value_or(nullptr);
}

class ReplayOracleTest : public UseCaseTest {
 public:
  static constexpr int kChecks = 2300;

  ReplayOracleTest() {
    in_force_ = services().policies.Current("uk-starter").value();
    starter_ = ReadProjectFile("policies/uk-starter/extra-mile.dmn");
    std::mt19937 random(7);
    WritePlan plan;
    plan.organisation = organisation().id;
    const Instant now = clock().Now();
    for (int i = 0; i < kChecks; ++i) Add(random, now + (i - kChecks - 100) * kMicrosPerHour, plan);
    EXPECT_TRUE(CommitAndWait(store(), std::move(plan)));
  }

  // Most checks as the rules in force decide them; some for several customers, some by a set that
  // nobody has any more, some unreadable.
  void Add(std::mt19937& random, Instant at, WritePlan& plan) {
    const desk::Facts facts = bench::RandomFacts(random);
    dmn::Evaluation evaluation;
    const feel::Value context = desk::BuildContext(evaluation.arena(), facts);
    std::string snapshot = desk::EncodeSnapshot(context);
    const auto kind = random() % 20;
    if (kind == 0) {
      desk::InputsOfAll inputs;
      inputs.Add("", context);
      std::deque<desk::Facts> each;
      for (int i = 0; i < 3; ++i) {
        each.push_back(facts);
        each.back().customer.gestures_last_12_months = static_cast<int64_t>(random() % 8);
        inputs.Add("K-" + std::to_string(i), desk::BuildContext(evaluation.arena(), each.back()));
      }
      snapshot = inputs.Take();
    }
    dmn::Evaluation again;
    const auto judgement =
        desk::JudgeSnapshot(in_force_->model, snapshot, organisation().time_zone, again);
    ASSERT_TRUE(judgement) << judgement.error().ToString();
    Sha256 hash = in_force_->hash;
    if (kind == 1) hash.fill(9);
    if (kind == 2) snapshot = snapshot.substr(0, snapshot.size() / 2);
    std::optional<std::string> role;
    if (judgement->role != desk::Rank::kNone) role = Word(judgement->role);
    plan.steps.push_back(
        {&kInsertCheck,
         {organisation().id, AnyId::Make(at, services().random), facts.idea.gesture,
          Word(judgement->outcome), role, at, facts.idea.amount, facts.idea.minutes, hash,
          Bytes(snapshot.begin(), snapshot.end())}});
  }

  void Pack(int blocks) {
    const auto packed = PackChecks(services(), organisation(), clock().Now(), 100);
    ASSERT_TRUE(packed) << packed.error().ToString();
    EXPECT_EQ(*packed, blocks);
  }

  // The slow way: flips, and by gesture.
  std::map<std::string, int64_t> Flips(const Policy& draft) {
    std::map<std::string, int64_t> flips;
    const Rows rows = ReadOne(store(), organisation().id, kSnapshots, {organisation().id}).value();
    for (const Row& row : rows) {
      dmn::Evaluation evaluation;
      const auto judgement = desk::JudgeSnapshot(draft.model, View(row[4].Blob()),
                                                 organisation().time_zone, evaluation);
      if (!judgement) {
        ++flips["unreadable"];
        continue;
      }
      std::string now(Word(judgement->outcome));
      std::string then = row[1].Text();
      if (judgement->role != desk::Rank::kNone)
        now += " (" + std::string(Word(judgement->role)) + ")";
      if (!row[2].is_null()) then += " (" + row[2].Text() + ")";
      if (now == then) continue;
      ++flips[row[0].Text()];
      ++flips[then + " -> " + now];
    }
    return flips;
  }
  static std::map<std::string, int64_t> Flips(const ReplayReport& report) {
    std::map<std::string, int64_t> flips;
    if (report.unreadable > 0) flips["unreadable"] = report.unreadable;
    for (const auto& [gesture, counts] : report.by_gesture) {
      if (counts.flips > 0) flips[gesture] += counts.flips;
    }
    for (const auto& [change, count] : report.by_outcome) {
      flips[Word(change.from) + " -> " + Word(change.to)] += count;
    }
    return flips;
  }

  std::string Report(const Policy& draft, bool full, int threads = 2) {
    ReplayOptions options{.in_force = in_force_.get(), .full = full, .threads = threads};
    options.earlier = EarlierPolicies(services(), organisation().id, in_force_);
    const auto report = ReplayChecks(store(), organisation(), draft, options);
    EXPECT_TRUE(report) << report.error().ToString();
    if (!report) return "";
    EXPECT_EQ(report->checks, kChecks);
    EXPECT_EQ(Flips(*report), Flips(draft));
    JsonWriter json;
    WriteReplay(json, *report, organisation().currency);
    return std::move(json).Take();
  }

  // The same report from rows and blocks, in full and not.
  void Agree(const std::vector<std::pair<std::string, Edit>>& edits) {
    std::vector<std::shared_ptr<const Policy>> drafts;
    std::vector<std::string> expected;
    for (const auto& [name, edit] : edits) {
      SCOPED_TRACE(name);
      std::string text = starter_;
      edit(text);
      drafts.push_back(Compiled(text));
      ASSERT_TRUE(drafts.back());
      expected.push_back(Report(*drafts.back(), true));
      EXPECT_EQ(Report(*drafts.back(), false), expected.back()) << "rows";
    }
    Pack(kChecks / 1000);
    for (size_t i = 0; i < drafts.size(); ++i) {
      SCOPED_TRACE(edits[i].first);
      EXPECT_EQ(Report(*drafts[i], true, 1), expected[i]) << "blocks, in full";
      EXPECT_EQ(Report(*drafts[i], false, 3), expected[i]) << "blocks";
    }
  }

 protected:
  std::shared_ptr<const Policy> in_force_;
  std::string starter_;
};

Edit Replacing(std::string from, std::string to) {
  return
      [from = std::move(from), to = std::move(to)](std::string& text) { Replace(text, from, to); };
}

TEST_F(ReplayOracleTest, EveryKindOfEditGivesWhatTheSlowWayGives) {
  const std::string authority = "<decision id=\"authority\"";
  const std::string knowledge =
      "<businessKnowledgeModel id=\"share\" name=\"share\"><variable name=\"share\"/>"
      "<encapsulatedLogic><formalParameter name=\"a\"/><literalExpression><text>a / 2</text>"
      "</literalExpression></encapsulatedLogic></businessKnowledgeModel>";
  const std::string needs =
      "<knowledgeRequirement><requiredKnowledge href=\"#share\"/></knowledgeRequirement>";
  Agree({
      {"nothing", [](std::string&) {}},
      {"a limit", Replacing("idea.amount &gt; staff.authority.per case",
                            "idea.amount &gt; 2 * staff.authority.per case")},
      {"a reason", Replacing("This is part of your job, so doing it is routine.", "Your job.")},
      {"a citation", Replacing("The duties of the job role", "Somewhere else")},
      {"the words of a verdict",
       Replacing("\"routine\"</text></outputEntry>", "\"perhaps\"</text></outputEntry>")},
      {"a hit policy",
       [](std::string& text) {
         Replace(text, "id=\"guidelines_table\" hitPolicy=\"COLLECT\"",
                 "id=\"guidelines_table\" hitPolicy=\"FIRST\"");
       }},
      {"a rule less",
       [](std::string& text) {
         const size_t from = text.find("<rule id=\"regulation_rule_9\">");
         const size_t to = text.find("</rule>", from) + 7;
         text.erase(from, to - from);
       }},
      {"a rule more",
       [](std::string& text) {
         const size_t from = text.find("<rule id=\"resources_rule_3\">");
         const size_t to = text.find("</rule>", from) + 7;
         std::string rule = text.substr(from, to - from);
         rule = std::regex_replace(rule, std::regex("rule_3"), "rule_4");
         Replace(rule, "&gt; 60", "&gt; 5");
         text.insert(to, rule);
       }},
      {"the fold", Replacing("else if list contains(verdicts, \"undecided\")",
                             "else if count(verdicts) > 2 then \"undecided\" else if list "
                             "contains(verdicts, \"undecided\")")},
      {"an input's type", Replacing("<variable id=\"idea_variable\" name=\"idea\"/>",
                                    "<variable id=\"idea_variable\" name=\"idea\" "
                                    "typeRef=\"string\"/>")},
      {"a knowledge model of two tables",
       [&](std::string& text) {
         Replace(text, authority, knowledge + authority);
         for (const char* at : {"<informationRequirement id=\"authority_needs_idea\">",
                                "<informationRequirement id=\"resources_needs_idea\">"}) {
           Replace(text, at, needs + at);
         }
         Replace(text, "idea.amount &gt; staff.authority.per case",
                 "share(idea.amount) &gt; staff.authority.per case");
         Replace(text, "idea.amount &gt; budget.team left",
                 "share(idea.amount) &gt; budget.team left");
       }},
      {"another layout",
       [](std::string& text) {
         const size_t from = text.find("  <decision id=\"resources\"");
         const size_t to = text.find("</decision>", from) + 11;
         const std::string decision = text.substr(from, to - from);
         text.erase(from, to - from);
         Replace(text, "  <decision id=\"routine_or_extra\"",
                 decision + "\n\n\n  <decision id=\"routine_or_extra\"");
         text = std::regex_replace(text, std::regex("resources_rule_"), "another_id_");
       }},
      {"a gate that can never be decided",
       Replacing("others.extra wait minutes</text></inputExpression>",
                 "others.extra wait minutes + \"x\"</text></inputExpression>")},
  });
}

TEST_F(ReplayOracleTest, RandomEditsGiveWhatTheSlowWayGives) {
  std::vector<std::pair<std::string, Edit>> edits;
  for (unsigned seed = 0; seed < 8; ++seed) {
    edits.push_back({"seed " + std::to_string(seed), [seed](std::string& text) {
                       std::mt19937 random(seed);
                       const std::regex limit("(&[lg]t;=? )([0-9]+)(</text></inputEntry>)");
                       std::string out;
                       auto last = text.cbegin();
                       for (std::sregex_iterator it(text.begin(), text.end(), limit), end;
                            it != end; ++it) {
                         if (random() % 4 != 0) continue;
                         out.append(last, (*it)[2].first);
                         out += std::to_string(random() % 120);
                         last = (*it)[2].second;
                       }
                       text = out.append(last, text.cend());
                       for (int dropped = 0; dropped < 2; ++dropped) {
                         size_t at = text.find("<rule id", random() % (text.size() * 3 / 4));
                         if (at != text.npos) text.erase(at, text.find("</rule>", at) + 7 - at);
                       }
                     }});
  }
  Agree(edits);
}

TEST_F(ReplayOracleTest, ABlockCountsOnlyWhileItsChecksStandAsTheyWere) {
  Pack(kChecks / 1000);
  Pack(0);
  Write(kDropCheck, {organisation().id});
  ReplayOptions options{.in_force = in_force_.get()};
  options.earlier = EarlierPolicies(services(), organisation().id, in_force_);
  EXPECT_EQ(ReplayChecks(store(), organisation(), *in_force_, options)->checks, kChecks - 1);
}

TEST_F(ReplayOracleTest, HousekeepingPacksChecksThatAreAnHourOld) {
  const auto blocks = [&](Instant now) {
    EXPECT_TRUE(KeepHouse(services(), now));
    return Count(kBlocks);
  };
  // Of the oldest thousand the last is not an hour old yet; then it is.
  const Instant last = clock().Now() + -(kChecks + 100 - 999) * kMicrosPerHour;
  EXPECT_EQ(blocks(last + kMicrosPerHour), 0);
  EXPECT_EQ(blocks(last + kMicrosPerHour + 1), 1);
  EXPECT_EQ(blocks(clock().Now()), kChecks / 1000);
}

TEST_F(ReplayOracleTest, SinceCutsWithinABlockToo) {
  const auto checks = [&](Instant since) {
    return ReplayChecks(store(), organisation(), *in_force_, {.since = since})->checks;
  };
  const std::vector<Instant> times = {{},
                                      clock().Now() + -2000 * kMicrosPerHour,
                                      clock().Now() + -400 * kMicrosPerHour + 1,
                                      clock().Now()};
  std::vector<int64_t> before;
  for (const Instant since : times) before.push_back(checks(since));
  EXPECT_EQ(before, (std::vector<int64_t>{kChecks, 1900, 299, 0}));
  Pack(kChecks / 1000);
  for (size_t i = 0; i < times.size(); ++i) EXPECT_EQ(checks(times[i]), before[i]);
}

}  // namespace
}  // namespace extramile::app
