// Stored checks asked again: the rules that made them agree with every one, and an edited cell
// flips just those that it is about.
#include "app/replay.h"

#include <gmock/gmock.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>

#include "app/desk_test_support.h"
#include "app/policy_library.h"
#include "app/policy_sets.h"
#include "connect/policy_files.h"

namespace extramile::app {
namespace {

using testing::HasSubstr;

class ReplayTest : public DeskTest {
 public:
  ReplayTest() {
    for (const char* members :
         {R"("gesture": "voucher")", R"("gesture": "hamper")", R"("gesture": "call-back")",
          R"("kind": "discount", "words": {"text": "A cake"}, "amount": "25.00", "minutes": 3)"}) {
      Check(Idea(Case("ann"), members));
      clock().Advance(kMicrosPerDay);
    }
  }

  std::shared_ptr<const Policy> InForce() {
    return services().policies.Current("uk-starter").value();
  }
  // The starter rules with another limit.
  std::string DraftText() {
    std::string text = ReadProjectFile("policies/uk-starter/extra-mile.dmn");
    const std::string limit = "idea.amount &gt; staff.authority.per case";
    size_t edits = 0;
    for (size_t at = text.find(limit); at != text.npos; at = text.find(limit, at + 1)) {
      text.replace(at, limit.size(), "idea.amount &gt; 40");
      ++edits;
    }
    EXPECT_GT(edits, 0u);
    return text;
  }
  std::shared_ptr<const Policy> Draft() {
    std::string folder =
        (std::filesystem::temp_directory_path() / "extramile-draft-XXXXXX").string();
    if (!mkdtemp(folder.data())) throw std::runtime_error("no temporary folder");
    std::ofstream(folder + "/extra-mile.dmn") << DraftText();
    auto policy = connect::LoadPolicyFolder(folder);
    std::filesystem::remove_all(folder);
    return policy.value();
  }
  ReplayReport Replay(const Policy& policy, ReplayOptions options = {}) {
    return ReplayChecks(store(), organisation(), policy, options).value();
  }
};

TEST_F(ReplayTest, TheRulesThatMadeTheChecksAgreeWithThem) {
  const ReplayReport report = Replay(*InForce());
  EXPECT_EQ(report.checks, 4);
  EXPECT_EQ(report.flips, 0);
  EXPECT_EQ(report.unreadable, 0);
  EXPECT_EQ(report.by_gesture.at("hamper").checks, 1);
  EXPECT_EQ(report.by_gesture.at("").checks, 1);
}

TEST_F(ReplayTest, AnEditedCellFlipsWhatItIsAbout) {
  const auto draft = Draft();
  const auto in_force = InForce();
  const ReplayReport report = Replay(*draft, {.in_force = in_force.get()});
  EXPECT_EQ(report.checks, 4);
  ASSERT_EQ(report.flips, 1);
  EXPECT_EQ(report.newly_allowed.checks, 1);
  EXPECT_EQ(report.newly_allowed.amount, 3500);
  EXPECT_EQ(report.no_longer_allowed.checks, 0);
  ASSERT_EQ(report.by_rule.size(), 1u);
  EXPECT_THAT(report.by_rule.begin()->first.first, HasSubstr("authority, rule"));
  ASSERT_EQ(report.examples.size(), 1u);
  const ReplayExample& hamper = report.examples[0];
  EXPECT_EQ(Word(hamper.change.from), "needs sign-off (lead)");
  EXPECT_EQ(Word(hamper.change.to), "allowed");
  EXPECT_THAT(hamper.was, HasSubstr("above your limit of GBP 20.00"));
  EXPECT_EQ(hamper.now, "Nothing stands in its way.");
}

TEST_F(ReplayTest, OnlyChecksSinceThenAreAsked) {
  const auto draft = Draft();
  const Instant third = clock().Now() + -2 * kMicrosPerDay + -2000;
  EXPECT_EQ(Replay(*draft, {.since = third}).checks, 2);
  EXPECT_EQ(Replay(*draft, {.since = clock().Now()}).checks, 0);
  for (const int threads : {1, 3}) {
    EXPECT_EQ(Replay(*draft, {.threads = threads}).flips, 1);
  }
}

TEST_F(ReplayTest, IsWrittenAsTheContractSays) {
  JsonWriter out;
  WriteReplay(out, Replay(*Draft()), organisation().currency);
  const JsonValue report = ParseJson(out.text()).value();
  EXPECT_EQ(At(report, "checks"), "4");
  EXPECT_EQ(At(report, "flips"), "1");
  EXPECT_EQ(At(report, "by_outcome/0/from"), "needs sign-off (lead)");
  EXPECT_EQ(At(report, "by_rule/0/rule"), "null");
  EXPECT_EQ(At(report, "cost_difference"), "35.00");
  EXPECT_EQ(At(report, "examples/0/gesture"), "hamper");
}

TEST_F(ReplayTest, ASetThatWasDraftedIsReplayedByItsId) {
  const std::string id = At(Ok(DraftPolicySet, manager,
                               R"({"name": "higher", "files": )" +
                                   FilesJson({"higher", {{"extra-mile.dmn", DraftText()}}}) + "}"),
                            "id");
  const JsonValue report = Ok(ReplayPolicySet, manager, "", id);
  EXPECT_EQ(At(report, "checks"), "4");
  EXPECT_EQ(At(report, "flips"), "1");
  EXPECT_THAT(At(report, "by_rule/0/rule"), HasSubstr("authority, rule"));
  EXPECT_EQ(At(Ok(ReplayPolicySet, manager, "", id, {{"since", "2030-01-01T00:00:00Z"}}), "checks"),
            "0");
}

}  // namespace
}  // namespace extramile::app
