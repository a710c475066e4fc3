// Job roles and their duties: added and changed, on both databases.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "live_server.h"

namespace extramile {
namespace {

class JobRoles : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    if (const std::string why = LiveServer::SkipReason(GetParam()); !why.empty()) {
      GTEST_SKIP() << why;
    }
    server_ = std::make_unique<LiveServer>(GetParam());
    manager_ = server_->SignIn("north", "manager");
    for (const std::string code : {"call-back", "kind-word", "large-print"}) {
      const auto added =
          server_->Send(manager_, "POST", "/api/v1/gestures",
                        R"({"code":")" + code + R"(","kind":"attention","title":"T","minutes":1})");
      ASSERT_EQ(added.status, 201) << added.body;
    }
    const auto added = server_->Send(manager_, "POST", "/api/v1/job-roles",
                                     R"({"title":"Adviser","duties":["kind-word","call-back"]})");
    ASSERT_EQ(added.status, 201) << added.body;
    address_ = "/api/v1/job-roles/" + Member(added, "id");
  }

  http::ClientResponse Change(const std::string& body, const std::string& version) {
    return server_->Send(manager_, "PATCH", address_, body, {{"If-Match", '"' + version + '"'}});
  }
  std::string List() { return server_->Send(manager_, "GET", "/api/v1/job-roles").body; }

  std::unique_ptr<LiveServer> server_;
  Caller manager_;
  std::string address_;
};

TEST_P(JobRoles, DutiesThatAreGivenReplaceThoseBefore) {
  const auto changed = Change(R"({"duties":["large-print","call-back"]})", "1");
  EXPECT_EQ(changed.status, 200) << changed.body;
  EXPECT_EQ(changed.Header("etag"), "\"2\"");
  EXPECT_THAT(List(), testing::HasSubstr(
                          R"("title":"Adviser","duties":["call-back","large-print"],"version":2)"));
  EXPECT_EQ(Change(R"({"duties":[]})", "2").status, 200);
  EXPECT_THAT(List(), testing::HasSubstr(R"("duties":[],"version":3)"));
}

TEST_P(JobRoles, ANewTitleLeavesTheDuties) {
  EXPECT_EQ(Change(R"({"title":"Senior adviser"})", "1").status, 200);
  EXPECT_THAT(List(),
              testing::HasSubstr(R"("title":"Senior adviser","duties":["call-back","kind-word"])"));
}

TEST_P(JobRoles, AreChangedOnlyAsTheyWereSeen) {
  EXPECT_EQ(Change(R"({"title":"Mine"})", "7").status, 412);
  EXPECT_EQ(Member(Change(R"({"duties":["no-such"]})", "1"), "code"), "gesture-unknown");
  EXPECT_THAT(List(), testing::HasSubstr(R"("duties":["call-back","kind-word"],"version":1)"));
}

INSTANTIATE_TEST_SUITE_P(OnBoth, JobRoles, testing::Values("sqlite", "postgresql"),
                         [](const auto& given) { return std::string(given.param); });

}  // namespace
}  // namespace extramile
