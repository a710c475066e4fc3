// Who may use which route: every route with every role, with nobody, with a forged request and with
// tokens of too narrow a scope.

#include <gtest/gtest.h>

#include <map>

#include "http/routes.h"
#include "live_server.h"

namespace extramile {
namespace {

constexpr char kNobodysId[] = "0193553a-0000-7000-8000-000000000000";

// The route's address with ids that name nothing, and what it takes at least.
std::string TargetOf(const http::Route& route) {
  std::string target(route.path);
  for (size_t open; (open = target.find('{')) != std::string::npos;) {
    target.replace(open, target.find('}') - open + 1, kNobodysId);
  }
  return target;
}

std::optional<std::string> BodyOf(const http::Route& route) {
  if (route.body == http::BodyKind::kNone) return std::nullopt;
  return route.body == http::BodyKind::kJsonOrCsv ? "[]" : "{}";
}

std::vector<std::pair<std::string, std::string>> HeadersOf(const http::Route& route) {
  if (route.method != "PATCH") return {};
  return {{"If-Match", "\"1\""}};
}

class Access : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    server_ = std::make_unique<LiveServer>();
    for (const std::string_view role : kRoleNames) people_[role] = server_->SignIn("north", role);
  }
  static void TearDownTestSuite() {
    people_.clear();
    server_.reset();
  }

  static http::ClientResponse Try(const http::Route& route, const Caller& caller) {
    return server_->Send(caller, route.method, TargetOf(route), BodyOf(route), HeadersOf(route));
  }

  static std::unique_ptr<LiveServer> server_;
  static std::map<std::string_view, Caller> people_;
};
std::unique_ptr<LiveServer> Access::server_;
std::map<std::string_view, Caller> Access::people_;

TEST_F(Access, EveryRouteOpensToItsRolesAndToNoOther) {
  for (const http::Route& route : http::Routes()) {
    if (route.is_public()) continue;
    for (const std::string_view role : kRoleNames) {
      SCOPED_TRACE(std::string(route.operation) + " as " + std::string(role));
      const bool may = route.roles.HasAny(*app::Roles::Parse(role));
      // Signing out would end the session that the other routes are tried with.
      const Caller caller =
          route.operation == "sign_out" ? server_->SignIn("north", role) : people_[role];
      const auto answer = Try(route, caller);
      if (may) {
        EXPECT_NE(answer.status, 401) << answer.body;
        EXPECT_NE(answer.status, 403) << answer.body;
        EXPECT_LT(answer.status, 500) << answer.body;
      } else {
        EXPECT_EQ(answer.status, 403) << answer.body;
        EXPECT_EQ(CodeOf(answer), "role-missing");
      }
    }
  }
}

TEST_F(Access, NobodyGetsInWithoutSigningIn) {
  for (const http::Route& route : http::Routes()) {
    if (route.is_public()) continue;
    SCOPED_TRACE(route.operation);
    const auto answer = Try(route, {});
    EXPECT_EQ(answer.status, 401);
    EXPECT_EQ(CodeOf(answer), "not-signed-in");
    EXPECT_EQ(Try(route, {"extramile_session=guessed", "guessed", ""}).status, 401);
    EXPECT_EQ(Try(route, {"", "", "emt_guessed"}).status, 401);
  }
}

TEST_F(Access, AWriteNeedsTheWordOfItsSession) {
  for (const http::Route& route : http::Routes()) {
    if (route.is_public() || route.method == "GET") continue;
    SCOPED_TRACE(route.operation);
    for (const std::string_view role : kRoleNames) {
      if (!route.roles.HasAny(*app::Roles::Parse(role))) continue;
      Caller forged = people_[role];
      forged.csrf_token.clear();
      EXPECT_EQ(CodeOf(Try(route, forged)), "csrf-token-wrong");
      forged.csrf_token = people_["agent" == role ? "lead" : "agent"].csrf_token;
      EXPECT_EQ(CodeOf(Try(route, forged)), "csrf-token-wrong");
    }
  }
}

TEST_F(Access, ATokenDoesOnlyWhatItsScopesSay) {
  for (const std::string_view role : {"manager", "admin"}) {
    const Caller reads = server_->Token(people_[role], R"(["read"])");
    const Caller writes = server_->Token(people_[role], R"(["write"])");
    for (const http::Route& route : http::Routes()) {
      if (!route.roles.HasAny(*app::Roles::Parse(role))) continue;
      SCOPED_TRACE(std::string(route.operation) + " as " + std::string(role));
      const Caller& wrong = route.reads() ? writes : reads;
      const Caller& right = route.reads() ? reads : writes;
      const auto refused = Try(route, wrong);
      EXPECT_EQ(refused.status, 403);
      EXPECT_EQ(CodeOf(refused), "scope-missing");
      EXPECT_NE(CodeOf(Try(route, right)), "scope-missing");
    }
  }
}

TEST_F(Access, AChangeSaysWhichVersionItWasMadeOn) {
  for (const http::Route& route : http::Routes()) {
    if (route.method != "PATCH") continue;
    SCOPED_TRACE(route.operation);
    const Caller& caller = people_[route.roles.Has(app::Role::kAdmin) ? "admin" : "manager"];
    const auto answer = server_->Send(caller, "PATCH", TargetOf(route), "{}");
    EXPECT_EQ(answer.status, 428);
    EXPECT_EQ(CodeOf(answer), "if-match-missing");
  }
}

TEST_F(Access, UnknownFieldsAreRefusedEverywhere) {
  for (const http::Route& route : http::Routes()) {
    if (route.body != http::BodyKind::kJson && route.body != http::BodyKind::kOptionalJson)
      continue;
    if (route.is_public()) continue;
    SCOPED_TRACE(route.operation);
    Caller caller;
    for (const std::string_view role : kRoleNames) {
      if (route.roles.HasAny(*app::Roles::Parse(role))) caller = people_[role];
    }
    const auto answer =
        server_->Send(caller, route.method, TargetOf(route), R"({"surprise":1})", HeadersOf(route));
    // A route may look for its record first (404), or miss a required field before the surprise.
    EXPECT_TRUE(answer.status == 422 || answer.status == 404) << answer.status << answer.body;
  }
}

// Whatever the south has on record is not there for the north, whoever asks and however.
TEST_F(Access, RecordsOfAnotherOrganisationAreNotThere) {
  const Caller south = server_->SignIn("south", "manager");
  const auto make = [&](std::string_view target, const std::string& body) {
    const auto made = server_->Send(south, "POST", target, body);
    EXPECT_EQ(made.status, 201) << target << made.body;
    return Member(made, "id");
  };
  const std::string service_case = make("/api/v1/cases/now", "{}");
  const std::vector<std::string> theirs = {
      service_case,
      make("/api/v1/cases/" + service_case + "/ideas", R"({"kind":"attention","minutes":5,)"
                                                       R"("words":{"text":"A call next week"}})"),
      make("/api/v1/gestures", R"({"code":"call","kind":"attention","title":"Call","minutes":5})"),
      make("/api/v1/offers", R"({"title":"O","summary":"S","items":[{"promise":"P"}]})"),
      make("/api/v1/incidents", R"({"title":"Late post","cause":"systems"})"),
      make("/api/v1/tokens", R"({"name":"t","scopes":["read"]})")};
  for (const http::Route& route : http::Routes()) {
    if (route.is_public() || route.path.find("{id}") == std::string_view::npos) continue;
    Caller north;
    for (const std::string_view role : kRoleNames) {
      if (route.roles.HasAny(*app::Roles::Parse(role))) north = people_[role];
    }
    for (const std::string& id : theirs) {
      SCOPED_TRACE(std::string(route.operation) + " " + id);
      std::string target = TargetOf(route);
      target.replace(target.find(kNobodysId), std::string_view(kNobodysId).size(), id);
      const auto answer =
          server_->Send(north, route.method, target, BodyOf(route), HeadersOf(route));
      // What has no body to be wrong in can only be missing.
      if (route.body == http::BodyKind::kNone) {
        EXPECT_EQ(answer.status, 404) << answer.body;
      } else {
        EXPECT_TRUE(answer.status == 404 || answer.status == 422) << answer.status << answer.body;
      }
    }
  }
}

TEST_F(Access, AmountsAreTheDigitsThatWereSent) {
  const Caller& agent = people_["agent"];
  const auto service_case = server_->Send(agent, "POST", "/api/v1/cases/now", "{}");
  const Caller& manager = people_["manager"];
  for (const char* code : {"stamp", "card"}) {
    const auto made = server_->Send(
        manager, "POST", "/api/v1/gestures",
        R"({"code":")" + std::string(code) + R"(","kind":"goods","title":"T","minutes":1})");
    ASSERT_EQ(made.status, 201) << made.body;
  }
  const auto idea =
      server_->Send(agent, "POST", "/api/v1/cases/" + Member(service_case, "id") + "/ideas",
                    R"({"lines":[{"gesture":"stamp","amount":0.1,"minutes":1},)"
                    R"({"gesture":"card","amount":"0.2","minutes":1}]})");
  ASSERT_EQ(idea.status, 201) << idea.body;
  EXPECT_EQ(Member(idea, "amount"), "0.30");
}

}  // namespace
}  // namespace extramile
