// Signing in and out, tokens, and the people of an organisation, over HTTP on both databases.

#include <gtest/gtest.h>

#include "app/accounts.h"
#include "app/change.h"
#include "live_server.h"

namespace extramile {
namespace {

class Session : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    if (const std::string why = LiveServer::SkipReason(GetParam()); !why.empty()) {
      GTEST_SKIP() << why;
    }
    server_ = std::make_unique<LiveServer>(GetParam());
  }

  http::ClientResponse TrySignIn(std::string_view name, std::string_view password,
                                 std::string_view organisation = "") {
    std::string body = R"({"sign_in_name":")" + std::string(name) + R"(","password":")" +
                       std::string(password) + '"';
    if (!organisation.empty()) body += R"(,"organisation":")" + std::string(organisation) + '"';
    return server_->Send({}, "POST", "/api/v1/session", body + '}');
  }

  // The id and version of the person of this name.
  std::pair<std::string, std::string> Find(const Caller& caller, std::string_view display_name) {
    const auto people = server_->Send(caller, "GET", "/api/v1/people");
    const auto list = ParseJson(people.body);
    for (const JsonValue& person : list->items) {
      if (person.Find("display_name")->text == display_name) {
        return {person.Find("id")->text, person.Find("version")->text};
      }
    }
    ADD_FAILURE() << "no " << display_name;
    return {};
  }

  http::ClientResponse Change(const Caller& admin, const std::pair<std::string, std::string>& who,
                              const std::string& body) {
    return server_->Send(admin, "PATCH", "/api/v1/people/" + who.first, body,
                         {{"If-Match", '"' + who.second + '"'}});
  }

  std::unique_ptr<LiveServer> server_;
};

TEST_P(Session, SaysWhoOneIsUntilSigningOut) {
  const Caller lead = server_->SignIn("north", "lead");
  const auto me = server_->Send(lead, "GET", "/api/v1/session");
  EXPECT_EQ(me.status, 200);
  const auto json = ParseJson(me.body);
  EXPECT_EQ(json->Find("person")->Find("name")->text, "lead of north");
  EXPECT_EQ(json->Find("organisation")->Find("slug")->text, "north");
  EXPECT_EQ(json->Find("roles")->items.at(0).text, "lead");
  EXPECT_EQ(json->Find("csrf_token")->text, lead.csrf_token);
  EXPECT_EQ(server_->Send(lead, "DELETE", "/api/v1/session").status, 204);
  EXPECT_EQ(server_->Send(lead, "GET", "/api/v1/session").status, 401);
}

TEST_P(Session, CookieIsKeptFromScriptsAndOtherSites) {
  const auto answer = TrySignIn("lead@north", LiveServer::kPassword);
  const std::string cookie(answer.Header("set-cookie"));
  EXPECT_NE(cookie.find("; HttpOnly"), std::string::npos);
  EXPECT_NE(cookie.find("; SameSite=Lax"), std::string::npos);
  EXPECT_EQ(answer.Header("cache-control"), "no-store");
}

TEST_P(Session, UnknownNameAndWrongPasswordGetTheSameAnswer) {
  const auto unknown = TrySignIn("nobody@north", LiveServer::kPassword);
  const auto wrong = TrySignIn("lead@north", "not this one, no");
  EXPECT_EQ(unknown.status, 401);
  EXPECT_EQ(wrong.status, 401);
  EXPECT_EQ(CodeOf(unknown), CodeOf(wrong));
  EXPECT_EQ(Member(unknown, "detail"), Member(wrong, "detail"));
}

TEST_P(Session, ANameRestsAfterFiveWrongPasswords) {
  for (int i = 0; i < 5; ++i) EXPECT_EQ(TrySignIn("lead@north", "a wrong guess").status, 401);
  EXPECT_EQ(TrySignIn("lead@north", LiveServer::kPassword).status, 401);
  EXPECT_EQ(TrySignIn("agent@north", LiveServer::kPassword).status, 200);
  server_->clock().Advance(31 * kMicrosPerSecond);
  EXPECT_EQ(TrySignIn("lead@north", LiveServer::kPassword).status, 200);
}

TEST_P(Session, EndsAfterTwelveHours) {
  const Caller lead = server_->SignIn("north", "lead");
  server_->clock().Advance(11 * kMicrosPerHour);
  EXPECT_EQ(server_->Send(lead, "GET", "/api/v1/session").status, 200);
  server_->clock().Advance(kMicrosPerHour + 1);
  EXPECT_EQ(server_->Send(lead, "GET", "/api/v1/session").status, 401);
}

TEST_P(Session, SomebodyOfTwoOrganisationsSaysWhich) {
  const app::Sql find = {"select id from identity where sign_in_name = $1"};
  const auto identity =
      app::ReadOne(server_->services().store, {}, find, {"lead@north"}).value().at(0)[0];
  const auto south = app::FindOrganisationBySlug(server_->services().store, "south").value();
  app::NewPerson person{.display_name = "lead of both", .roles = app::Role::kManager};
  person.identity = identity.Identifier<AnyId>();
  ASSERT_TRUE(app::CreatePerson(server_->services(), south, person));

  EXPECT_EQ(CodeOf(TrySignIn("lead@north", LiveServer::kPassword)), "organisation-needed");
  const auto chosen = TrySignIn("lead@north", LiveServer::kPassword, "south");
  EXPECT_EQ(chosen.status, 200);
  EXPECT_EQ(ParseJson(chosen.body)->Find("roles")->items.at(0).text, "manager");
  EXPECT_EQ(TrySignIn("lead@north", LiveServer::kPassword, "elsewhere").status, 401);
  EXPECT_EQ(CodeOf(TrySignIn("lead@north", "a wrong guess")), "sign-in-refused");

  // Their password opens both, so that the admin of one gives them no new one.
  const Caller admin = server_->SignIn("north", "admin");
  const auto refused =
      Change(admin, Find(admin, "lead of north"), R"({"password":"another four words"})");
  EXPECT_EQ(refused.status, 403);
  EXPECT_EQ(CodeOf(refused), "belongs-elsewhere-too");
}

TEST_P(Session, ATokenWorksUntilItIsRevokedAndIsShownOnce) {
  const Caller lead = server_->SignIn("north", "lead");
  const auto made =
      server_->Send(lead, "POST", "/api/v1/tokens", R"({"name":"reports","scopes":["read"]})");
  ASSERT_EQ(made.status, 201) << made.body;
  const Caller token{"", "", Member(made, "token")};
  EXPECT_EQ(server_->Send(token, "GET", "/api/v1/session").status, 200);
  const auto listed = server_->Send(lead, "GET", "/api/v1/tokens");
  EXPECT_NE(listed.body.find("reports"), std::string::npos);
  EXPECT_EQ(listed.body.find(token.bearer), std::string::npos);
  const std::string address = "/api/v1/tokens/" + Member(made, "id");
  EXPECT_EQ(server_->Send(server_->SignIn("north", "agent"), "DELETE", address).status, 404);
  EXPECT_EQ(server_->Send(lead, "DELETE", address).status, 204);
  EXPECT_EQ(server_->Send(token, "GET", "/api/v1/session").status, 401);
}

TEST_P(Session, ATokenEndsWhenItSays) {
  const Caller lead = server_->SignIn("north", "lead");
  const std::string soon = FormatInstant(server_->clock().Now() + kMicrosPerHour);
  const auto made = server_->Send(lead, "POST", "/api/v1/tokens",
                                  R"({"name":"t","scopes":["read"],"expires_at":")" + soon + "\"}");
  ASSERT_EQ(made.status, 201) << made.body;
  const Caller token{"", "", Member(made, "token")};
  EXPECT_EQ(server_->Send(token, "GET", "/api/v1/session").status, 200);
  server_->clock().Advance(kMicrosPerHour);
  EXPECT_EQ(server_->Send(token, "GET", "/api/v1/session").status, 401);
}

TEST_P(Session, AnAddedPersonSignsInAndARoleTakenAwayIsGoneAtOnce) {
  const Caller admin = server_->SignIn("north", "admin");
  const auto added = server_->Send(
      admin, "POST", "/api/v1/people",
      R"({"display_name":"New","sign_in_name":"new@north","password":"four unrelated words",)"
      R"("roles":["lead","agent"],"team":"Front desk"})");
  ASSERT_EQ(added.status, 201) << added.body;
  EXPECT_EQ(added.Header("etag"), "\"1\"");
  const auto signed_in = TrySignIn("new@north", "four unrelated words");
  ASSERT_EQ(signed_in.status, 200) << signed_in.body;
  const std::string_view cookie = signed_in.Header("set-cookie");
  const Caller person{std::string(cookie.substr(0, cookie.find(';'))),
                      Member(signed_in, "csrf_token"), ""};
  EXPECT_EQ(server_->Send(person, "GET", "/api/v1/grants").status, 200);

  EXPECT_EQ(Change(admin, {Member(added, "id"), "1"}, R"({"roles":["agent"]})").status, 200);
  EXPECT_EQ(server_->Send(person, "GET", "/api/v1/grants").status, 403);
  EXPECT_EQ(Change(admin, {Member(added, "id"), "1"}, R"({"team":"Late"})").status, 412);
  EXPECT_EQ(Change(admin, {Member(added, "id"), "2"}, R"({"disabled":true})").status, 200);
  EXPECT_EQ(server_->Send(person, "GET", "/api/v1/session").status, 401);
  EXPECT_EQ(TrySignIn("new@north", "four unrelated words").status, 401);
  EXPECT_EQ(Change(admin, {Member(added, "id"), "3"}, R"({"disabled":false})").status, 200);
  EXPECT_EQ(TrySignIn("new@north", "four unrelated words").status, 200);
}

TEST_P(Session, ASignInNameIsTakenOnce) {
  const Caller admin = server_->SignIn("north", "admin");
  const auto again = server_->Send(
      admin, "POST", "/api/v1/people",
      R"({"display_name":"X","sign_in_name":"lead@north","password":"four unrelated words",)"
      R"("roles":["agent"]})");
  EXPECT_EQ(again.status, 409);
  EXPECT_EQ(CodeOf(again), "sign-in-name-taken");
}

TEST_P(Session, AnOrganisationKeepsOneAdmin) {
  const Caller admin = server_->SignIn("north", "admin");
  const auto me = Find(admin, "admin of north");
  const auto refused = Change(admin, me, R"({"roles":["agent"]})");
  EXPECT_EQ(refused.status, 409);
  EXPECT_EQ(CodeOf(refused), "last-admin");
  EXPECT_EQ(CodeOf(Change(admin, me, R"({"disabled":true})")), "last-admin");
  const auto other = Find(admin, "manager of north");
  ASSERT_EQ(Change(admin, other, R"({"roles":["admin","manager"]})").status, 200);
  EXPECT_EQ(Change(admin, me, R"({"roles":["agent"]})").status, 200);
}

TEST_P(Session, PeopleOfAnotherOrganisationAreNotThere) {
  const Caller north = server_->SignIn("north", "admin");
  const Caller south = server_->SignIn("south", "admin");
  const auto theirs = Find(south, "lead of south");
  EXPECT_EQ(Change(north, theirs, R"({"team":"Mine"})").status, 404);
  EXPECT_EQ(server_->Send(north, "GET", "/api/v1/people").body.find("of south"), std::string::npos);
}

TEST_P(Session, AShortPasswordIsRefusedAtItsField) {
  const Caller admin = server_->SignIn("north", "admin");
  const auto answer = server_->Send(
      admin, "POST", "/api/v1/people",
      R"({"display_name":"X","sign_in_name":"x@north","password":"short","roles":["agent"]})");
  EXPECT_EQ(answer.status, 422);
  EXPECT_EQ(Member(answer, "field"), "/password");
}

TEST_P(Session, APasswordIsChangedByWhoKnowsItAndEndsTheOtherSessions) {
  const Caller here = server_->SignIn("north", "agent");
  const Caller elsewhere = server_->SignIn("north", "agent");
  const std::string present = LiveServer::kPassword;
  const auto change = [&](const Caller& caller, const std::string& now, const std::string& then) {
    return server_->Send(caller, "POST", "/api/v1/session/password",
                         R"({"password":")" + now + R"(","new_password":")" + then + "\"}");
  };
  const auto wrong = change(here, "not this one, no", "another four words");
  EXPECT_EQ(wrong.status, 422);
  EXPECT_EQ(Member(wrong, "field"), "/password");
  const auto brief = change(here, present, "short");
  EXPECT_EQ(brief.status, 422);
  EXPECT_EQ(Member(brief, "field"), "/new_password");
  const auto made =
      server_->Send(here, "POST", "/api/v1/tokens", R"({"name":"t","scopes":["write"]})");
  EXPECT_EQ(CodeOf(change({"", "", Member(made, "token")}, present, "another four words")),
            "no-session");

  EXPECT_EQ(change(here, present, "another four words").status, 204);
  EXPECT_EQ(server_->Send(here, "GET", "/api/v1/session").status, 200);
  EXPECT_EQ(server_->Send(elsewhere, "GET", "/api/v1/session").status, 401);
  EXPECT_EQ(TrySignIn("agent@north", present).status, 401);
  EXPECT_EQ(TrySignIn("agent@north", "another four words").status, 200);
}

TEST_P(Session, GuessingAtAPasswordToChangeItRestsTheName) {
  const Caller here = server_->SignIn("north", "agent");
  const auto guess = [&](const std::string& password) {
    return server_->Send(here, "POST", "/api/v1/session/password",
                         R"({"password":")" + password + R"(","new_password":"four new words"})");
  };
  for (int guesses = 0; guesses < 5; ++guesses) EXPECT_EQ(CodeOf(guess("no")), "password-wrong");
  EXPECT_EQ(CodeOf(guess(LiveServer::kPassword)), "sign-in-rests");
  server_->clock().Advance(kMicrosPerMinute);
  EXPECT_EQ(guess(LiveServer::kPassword).status, 204);
}

TEST_P(Session, AnAdminGivesANewPasswordToWhoForgotTheirs) {
  const Caller admin = server_->SignIn("north", "admin");
  const Caller forgetful = server_->SignIn("north", "agent");
  const auto who = Find(admin, "agent of north");
  const auto brief = Change(admin, who, R"({"password":"short"})");
  EXPECT_EQ(Member(brief, "field"), "/password");
  EXPECT_EQ(Change(admin, who, R"({"password":"another four words"})").status, 200);
  EXPECT_EQ(server_->Send(forgetful, "GET", "/api/v1/session").status, 401);
  EXPECT_EQ(TrySignIn("agent@north", LiveServer::kPassword).status, 401);
  EXPECT_EQ(TrySignIn("agent@north", "another four words").status, 200);

  const auto silent = server_->Send(admin, "POST", "/api/v1/people",
                                    R"({"display_name":"Silent","roles":["learner"]})");
  EXPECT_EQ(CodeOf(Change(admin, {Member(silent, "id"), "1"}, R"({"password":"four new words"})")),
            "no-sign-in-name");
}

INSTANTIATE_TEST_SUITE_P(OnBoth, Session, testing::Values("sqlite", "postgresql"),
                         [](const auto& given) { return std::string(given.param); });

}  // namespace
}  // namespace extramile
