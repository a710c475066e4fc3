// A write that is sent again with its Idempotency-Key is answered, not done again.

#include <gtest/gtest.h>

#include "live_server.h"

namespace extramile {
namespace {

class Idempotency : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    if (const std::string why = LiveServer::SkipReason(GetParam()); !why.empty()) {
      GTEST_SKIP() << why;
    }
    server_ = std::make_unique<LiveServer>(GetParam());
    admin_ = server_->SignIn("north", "admin");
  }

  http::ClientResponse AddPerson(const Caller& caller, std::string_view key,
                                 const std::string& name = "Sam") {
    return server_->Send(caller, "POST", "/api/v1/people",
                         R"({"display_name":")" + name + R"(","roles":["agent"]})",
                         {{"Idempotency-Key", std::string(key)}});
  }
  size_t CountPeople(const Caller& caller) {
    return ParseJson(server_->Send(caller, "GET", "/api/v1/people").body)->items.size();
  }

  std::unique_ptr<LiveServer> server_;
  Caller admin_;
};

TEST_P(Idempotency, TheFirstAnswerIsGivenAgain) {
  const auto first = AddPerson(admin_, "key-1");
  ASSERT_EQ(first.status, 201) << first.body;
  EXPECT_EQ(first.Header("idempotency-replayed"), "");
  const size_t people = CountPeople(admin_);
  const auto second = AddPerson(admin_, "key-1");
  EXPECT_EQ(second.status, 201);
  EXPECT_EQ(second.body, first.body);
  EXPECT_EQ(second.Header("etag"), first.Header("etag"));
  EXPECT_EQ(second.Header("location"), first.Header("location"));
  EXPECT_EQ(second.Header("idempotency-replayed"), "true");
  EXPECT_EQ(CountPeople(admin_), people);
}

TEST_P(Idempotency, AKeyOfAnotherRequestIsRefused) {
  ASSERT_EQ(AddPerson(admin_, "key-1", "Sam").status, 201);
  const auto other = AddPerson(admin_, "key-1", "Kim");
  EXPECT_EQ(other.status, 422);
  EXPECT_EQ(CodeOf(other), "idempotency-key-reused");
}

TEST_P(Idempotency, OrganisationsDoNotShareKeys) {
  const auto first = AddPerson(admin_, "key-1");
  const auto theirs = AddPerson(server_->SignIn("south", "admin"), "key-1");
  EXPECT_EQ(theirs.status, 201);
  EXPECT_NE(Member(theirs, "id"), Member(first, "id"));
}

TEST_P(Idempotency, ARefusedRequestMayBeMendedUnderItsKey) {
  EXPECT_EQ(AddPerson(admin_, "key-1", "").status, 422);
  EXPECT_EQ(AddPerson(admin_, "key-1", "Sam").status, 201);
}

TEST_P(Idempotency, ASecretIsNotKeptForARepeat) {
  const auto make = [&] {
    return server_->Send(admin_, "POST", "/api/v1/tokens", R"({"name":"t","scopes":["read"]})",
                         {{"Idempotency-Key", "key-1"}});
  };
  const auto first = make();
  ASSERT_EQ(first.status, 201) << first.body;
  EXPECT_NE(Member(first, "token"), "");
  const auto second = make();
  EXPECT_EQ(second.status, 201);
  EXPECT_EQ(Member(second, "id"), Member(first, "id"));
  EXPECT_EQ(Member(second, "token"), "");
}

INSTANTIATE_TEST_SUITE_P(OnBoth, Idempotency, testing::Values("sqlite", "postgresql"),
                         [](const auto& given) { return std::string(given.param); });

}  // namespace
}  // namespace extramile
