// Policy sets as a rule owner meets them: drafted, checked, published, superseded, rolled back; and
// what the checks of this and of another server process decide by meanwhile.
#include "app/policy_sets.h"

#include <gmock/gmock.h>

#include <atomic>
#include <thread>

#include "app/checks.h"
#include "app/configuration.h"
#include "app/desk_test_support.h"
#include "app/policy_info.h"
#include "app/policy_library.h"

namespace extramile::app {
namespace {

using testing::AnyOf;
using testing::HasSubstr;

const Sql kEventsOfKind = {"select count(*) from event where organisation_id = $1 and kind = $2"};
const Sql kInForce = {
    "select count(*) from policy_set where organisation_id = $1 and state = 'published'"};

class PolicySetsTest : public DeskTest {
 protected:
  // The starter rules; `to` in place of `from` makes them another set.
  static std::vector<PolicyFile> Files(const std::string& from = "", const std::string& to = "") {
    auto bundle = connect::ReadPolicyFolder(EXTRAMILE_SOURCE_DIR "/policies/uk-starter");
    std::vector<PolicyFile> files = std::move(bundle.value().files);
    if (from.empty()) return files;
    for (PolicyFile& file : files) {
      if (!file.holds_rules()) continue;
      const size_t at = file.text.find(from);
      EXPECT_NE(at, std::string::npos) << from;
      file.text.replace(at, from.size(), to);
    }
    return files;
  }
  // The same rules under another hash.
  static std::vector<PolicyFile> Remarked(const std::string& remark) {
    return Files("</definitions>", "<!-- " + remark + " --></definitions>");
  }
  static std::string Body(const std::vector<PolicyFile>& files, std::string_view name = "shop") {
    JsonWriter json;
    json.BeginObject().Key("name").String(name).Key("files");
    json.Raw(FilesJson({std::string(name), files})).EndObject();
    return std::move(json).Take();
  }

  std::string Draft(const std::vector<PolicyFile>& files) {
    return At(Ok(DraftPolicySet, manager, Body(files)), "id");
  }
  std::string Reviewed(const std::string& id) {
    return R"({"reviewed": ")" + At(Ok(CheckPolicySet, manager, "", id), "findings_hash") + "\"}";
  }
  JsonValue Publish(const std::string& id) {
    return Ok(PublishPolicySet, manager, Reviewed(id), id);
  }
  std::string HashInForce() { return At(Ok(SeePolicy, agent), "hash"); }
  // What the agent's next check is recorded with: "shop sha256:...".
  std::string PolicyOfACheck() {
    return At(Check(Idea(Case("ann"), R"("gesture": "voucher")")), "policy");
  }
  // A server process of its own on the same database.
  Services OtherProcess() {
    return Services{.store = store(),
                    .clock = clock(),
                    .random = SystemRandom(),
                    .policies = services().policies};
  }
  std::string PolicyOfACheckIn(Services& process, const std::string& idea) {
    const JsonValue body = *ParseJson("{}");
    const Request request{.organisation = organisation(),
                          .actor = {agent, Role::kAgent},
                          .now = clock().Now(),
                          .path = {{"id", idea}},
                          .body = &body};
    const auto answer = RunAndWait(process, CheckIdea, request);
    EXPECT_TRUE(answer) << answer.error().ToString();
    return answer ? At(ParseJson(answer->body).value(), "policy") : "";
  }
};

TEST_F(PolicySetsTest, ADraftIsCheckedPublishedAndThenDecides) {
  const std::string folder = HashInForce();
  const JsonValue draft = Ok(DraftPolicySet, manager, Body(Remarked("mine")));
  const std::string id = At(draft, "id"), hash = At(draft, "hash");
  EXPECT_EQ(At(draft, "state"), "draft");
  EXPECT_EQ(At(draft, "number"), "1");
  EXPECT_EQ(At(draft, "published_at"), "null");
  EXPECT_EQ(HashInForce(), folder) << "a draft decides nothing";

  const JsonValue check = Ok(CheckPolicySet, manager, "", id);
  EXPECT_EQ(At(check, "tests/failed"), "0");
  EXPECT_EQ(At(check, "tests/covered"), At(check, "tests/rules"));
  EXPECT_EQ(At(check, "analysis/findings"), "0");
  EXPECT_EQ(At(check, "may_publish"), "true");
  EXPECT_EQ(Refused(PublishPolicySet, manager, R"({"reviewed": "no"})", id).code,
            "policy-not-reviewed");

  const JsonValue published = Publish(id);
  EXPECT_EQ(At(published, "state"), "published");
  EXPECT_EQ(At(published, "hash"), hash);
  EXPECT_EQ(HashInForce(), hash);
  EXPECT_EQ(At(Ok(SeePolicy, agent), "set"), id);
  EXPECT_EQ(PolicyOfACheck(), "shop sha256:" + hash);
  EXPECT_EQ(Count(kEventsOfKind, {"policy_drafted"}), 1);
  EXPECT_EQ(Count(kEventsOfKind, {"policy_published"}), 1);
}

TEST_F(PolicySetsTest, TheSameFilesHaveTheSameHashInAFolderAndInTheDatabase) {
  const std::string folder = HashInForce();
  EXPECT_EQ(At(Ok(DraftPolicySet, manager, Body(Files())), "hash"), folder);
  EXPECT_EQ(At(Ok(SeePolicy, agent), "set"), "null");
}

TEST_F(PolicySetsTest, WhatWasUploadedIsWhatIsRead) {
  const std::vector<PolicyFile> files = Remarked("kept \"as\" it\tis \xC2\xA3");
  const JsonValue seen = Ok(SeePolicySet, agent, "", Draft(files));
  ASSERT_EQ(Sub(seen, "files").items.size(), files.size());
  for (size_t i = 0; i < files.size(); ++i) {
    EXPECT_EQ(At(Sub(seen, "files").items[i], "name"), files[i].name);
    EXPECT_EQ(At(Sub(seen, "files").items[i], "text"), files[i].text);
  }
}

TEST_F(PolicySetsTest, ADraftIsReplacedAndAPublishedSetNever) {
  const std::string id = Draft(Files());
  const JsonValue replaced = Ok(ReplacePolicyDraft, manager, Body(Remarked("better")), id);
  EXPECT_EQ(At(replaced, "number"), "1");
  EXPECT_EQ(At(replaced, "version"), "2");
  Publish(id);
  EXPECT_EQ(HashInForce(), At(replaced, "hash"));
  EXPECT_EQ(Refused(ReplacePolicyDraft, manager, Body(Files()), id).code, "policy-set-fixed");
  EXPECT_EQ(Refused(PublishPolicySet, manager, R"({"reviewed": "x"})", id).code,
            "policy-set-fixed");
  EXPECT_EQ(Refused(DraftPolicySet, manager, Body(Remarked("better"))).code, "policy-set-known");
}

TEST_F(PolicySetsTest, RollingBackPutsAnEarlierSetInForceWithOneCall) {
  const std::string first = Draft(Remarked("first")), second = Draft(Remarked("second"));
  EXPECT_EQ(Refused(RollBackPolicySet, manager, "", first).code, "policy-set-not-superseded");
  const std::string first_hash = At(Publish(first), "hash");
  EXPECT_EQ(Refused(RollBackPolicySet, manager, "", first).code, "policy-set-not-superseded");
  const JsonValue in_force = Publish(second);
  EXPECT_EQ(At(in_force, "supersedes"), first);
  EXPECT_EQ(At(Ok(SeePolicySet, manager, "", first), "state"), "superseded");

  const JsonValue back = Ok(RollBackPolicySet, manager, "", first);
  EXPECT_EQ(At(back, "state"), "published");
  EXPECT_EQ(At(back, "supersedes"), second);
  EXPECT_EQ(PolicyOfACheck(), "shop sha256:" + first_hash);
  EXPECT_EQ(At(Ok(SeePolicySet, manager, "", second), "state"), "superseded");
  EXPECT_EQ(Count(kInForce), 1);
  EXPECT_EQ(Count(kEventsOfKind, {"policy_rolled_back"}), 1);
}

TEST_F(PolicySetsTest, AnExampleThatFailsStandsInTheWayOfPublishing) {
  const std::string id = Draft(Files("<text>(6..30]</text>", "<text>(60..300]</text>"));
  const JsonValue check = Ok(CheckPolicySet, manager, "", id);
  EXPECT_EQ(At(check, "tests/failures/0/file"), "tests/other-customers.xml");
  EXPECT_EQ(At(check, "may_publish"), "false");
  const Error refused = Refused(PublishPolicySet, manager, Reviewed(id), id);
  EXPECT_EQ(refused.code, "policy-tests-fail");
  EXPECT_THAT(refused.place, HasSubstr("tests/other-customers.xml, case "));
}

TEST_F(PolicySetsTest, WithoutExamplesNothingIsPublished) {
  std::vector<PolicyFile> files = Files();
  std::erase_if(files, [](const PolicyFile& file) { return file.holds_examples(); });
  const std::string id = Draft(files);
  EXPECT_EQ(Refused(PublishPolicySet, manager, Reviewed(id), id).code, "policy-untested");
}

TEST_F(PolicySetsTest, ARuleFileThatDoesNotLoadNamesFileTableAndCell) {
  const Error refused =
      Refused(DraftPolicySet, manager, Body(Files("<text>(6..30]</text>", "<text>(6..</text>")));
  EXPECT_THAT(refused.place, HasSubstr("shop/extra-mile.dmn"));
  EXPECT_THAT(refused.place, HasSubstr("other customers"));
  EXPECT_THAT(refused.place, HasSubstr("rule 4"));
  EXPECT_FALSE(refused.message.empty());
}

TEST_F(PolicySetsTest, ASetThatLacksADecisionIsRefused) {
  EXPECT_EQ(Refused(DraftPolicySet, manager,
                    Body({{"a.dmn",
                           "<definitions xmlns=\"https://www.omg.org/spec/DMN/20191111/"
                           "MODEL/\" namespace=\"n\" name=\"m\"></definitions>"}}))
                .code,
            "policy-incomplete");
}

TEST_F(PolicySetsTest, NamesNumberAndSizeOfFilesAreLimited) {
  const auto code = [&](const std::vector<PolicyFile>& files, std::string_view name = "shop") {
    return Refused(DraftPolicySet, manager, Body(files, name)).code;
  };
  for (const char* name : {"../a.dmn", "/a.dmn", "a//b.dmn", ".a.dmn", "a\\b.dmn", "a.txt", "a"}) {
    EXPECT_EQ(code({{name, "x"}}), "policy-file-name") << name;
  }
  EXPECT_EQ(code({{"a.dmn", "x"}, {"a.dmn", "y"}}), "policy-file-twice");
  EXPECT_EQ(code({{"a.xml", "x"}}), "policy-without-rules");
  EXPECT_EQ(code({{"a.dmn", "x"}}, "a/b"), "policy-name");
  const std::string mebibyte(size_t{1} << 20, ' ');
  EXPECT_EQ(code({{"a.dmn", mebibyte}, {"b.dmn", mebibyte}, {"c.dmn", mebibyte}, {"d.dmn", "x"}}),
            "policy-too-large");
}

TEST_F(PolicySetsTest, TwoPutInForceAtOnceAreNotBothInForce) {
  const std::string one = Draft(Remarked("one")), two = Draft(Remarked("two"));
  WritePlan first = Decide(PublishPolicySet, manager, Reviewed(one), one);
  WritePlan second = Decide(PublishPolicySet, manager, Reviewed(two), two);
  ASSERT_TRUE(CommitAndWait(store(), std::move(first)));
  const auto refused = CommitAndWait(store(), std::move(second));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::kStale);
  EXPECT_EQ(Count(kInForce), 1);
}

TEST_F(PolicySetsTest, ACheckDecidedBeforeAPublicationIsDecidedAgain) {
  const std::string id = Draft(Remarked("new"));
  const std::string idea = Idea(Case("ann"), R"("gesture": "voucher")");
  WritePlan decided = Decide(CheckIdea, agent, "{}", idea);
  Publish(id);
  const auto refused = CommitAndWait(store(), std::move(decided));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::kStale) << "what a server decides again";
}

TEST_F(PolicySetsTest, ChecksWhileASetIsPublishedNeitherFailNorNameAThird) {
  const std::string before = PolicyOfACheck();
  const std::string id = Draft(Remarked("new")),
                    idea = Idea(Case("bob"), R"("gesture": "voucher")");
  const std::string reviewed = Reviewed(id);
  const std::string after = "shop sha256:" + At(Ok(SeePolicySet, manager, "", id), "hash");
  std::atomic<bool> published{false};
  std::vector<std::string> policies;
  std::thread desk([&] {
    for (bool last = false; !last;) {
      last = published;
      policies.push_back(PolicyOfACheckIn(services(), idea));
    }
  });
  Ok(PublishPolicySet, manager, reviewed, id);
  published = true;
  desk.join();
  EXPECT_THAT(policies, testing::Each(AnyOf(before, after)));
  EXPECT_EQ(policies.back(), after);
}

TEST_F(PolicySetsTest, AnotherProcessDecidesByTheSetBeforeUntilItHasCompiledTheNewOne) {
  Services other = OtherProcess();
  const std::string idea = Idea(Case("ann"), R"("gesture": "voucher")");
  const std::string folder = PolicyOfACheckIn(other, idea);
  const std::string first = Draft(Remarked("first"));
  const std::string first_policy = "shop sha256:" + At(Publish(first), "hash");
  EXPECT_EQ(PolicyOfACheckIn(other, idea), folder) << "no check waits for compiling";
  ASSERT_TRUE(CompileAwaited(other));
  EXPECT_EQ(PolicyOfACheckIn(other, idea), first_policy);

  Publish(Draft(Remarked("second")));
  EXPECT_EQ(PolicyOfACheckIn(other, idea), first_policy);
  ASSERT_TRUE(PreparePolicies(other)) << "what happens where nobody asks";
  EXPECT_EQ(PolicyOfACheckIn(other, idea), "shop sha256:" + HashInForce());

  Ok(RollBackPolicySet, manager, "", first);
  EXPECT_EQ(PolicyOfACheckIn(other, idea), first_policy) << "compiled before, so at once";
}

TEST_F(PolicySetsTest, AProcessThatStartsKnowsThePublishedSet) {
  Publish(Draft(Remarked("mine")));
  Services started = OtherProcess();
  ASSERT_TRUE(PreparePolicies(started));
  EXPECT_EQ(PolicyOfACheckIn(started, Idea(Case("ann"), R"("gesture": "voucher")")),
            "shop sha256:" + HashInForce());
}

TEST_F(PolicySetsTest, AStoredSetThatNoLongerLoadsIsNotTheFaultOfWhoeverAsks) {
  static const Sql kSpoil = {
      "update policy_set set files = $2 where organisation_id = $1 and state = 'published'"};
  Publish(Draft(Remarked("mine")));
  Write(kSpoil, {organisation().id, R"([{"name": "a.dmn", "text": "<definitions"}])"});
  Services started = OtherProcess();
  const auto prepared = PreparePolicies(started);
  ASSERT_FALSE(prepared);
  EXPECT_EQ(prepared.error().kind, ErrorKind::kUnavailable);
  EXPECT_THAT(prepared.error().place, HasSubstr("shop/a.dmn"));

  Publish(Draft(Remarked("another")));
  EXPECT_EQ(PolicyOfACheckIn(started, Idea(Case("ann"), R"("gesture": "voucher")")),
            "shop sha256:" + HashInForce());
}

TEST_F(PolicySetsTest, ASetIsLoadedByIdAndByHashInAnyState) {
  const std::string id = Draft(Remarked("draft"));
  const auto by_id = LoadPolicySet(services(), organisation().id, *AnyId::Parse(id));
  ASSERT_TRUE(by_id) << by_id.error().ToString();
  const auto by_hash = LoadPolicySet(services(), organisation().id, (*by_id)->hash);
  ASSERT_TRUE(by_hash);
  EXPECT_EQ(*by_hash, *by_id) << "compiled once";
  EXPECT_TRUE((*by_id)->model.HasDecision("feasibility"));
  EXPECT_EQ(LoadPolicySet(services(), organisation().id, Sha256{}).error().kind,
            ErrorKind::kNotFound);
}

TEST_F(PolicySetsTest, DraftsAreLimitedInNumber) {
  for (int64_t i = 0; i < kMostPolicyDrafts; ++i) Draft(Remarked("draft " + std::to_string(i)));
  EXPECT_EQ(Refused(DraftPolicySet, manager, Body(Files())).code, "policy-drafts-many");
}

}  // namespace
}  // namespace extramile::app
