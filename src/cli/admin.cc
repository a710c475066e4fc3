#include "cli/admin.h"

#include <termios.h>
#include <unistd.h>

#include <cstdlib>
#include <iostream>

#include "app/password.h"
#include "app/policy.h"
#include "base/json_writer.h"
#include "cli/api_client.h"
#include "store/open_store.h"

namespace extramile::cli {
namespace {

// Accounts need no rules.
class NoPolicies final : public app::PolicySource {
 public:
  Result<std::shared_ptr<const app::Policy>> Current(std::string_view) override {
    return Fail(ErrorKind::kNotFound, "policy-unknown", "No rules are loaded here.");
  }
  Result<void> Reload() override { return {}; }
};

struct Database {
  std::unique_ptr<app::Store> store;
  NoPolicies policies;

  app::Services services() { return {*store, SystemClock(), SystemRandom(), policies}; }
};

Result<std::unique_ptr<Database>> Open(const std::string& url) {
  auto database = std::make_unique<Database>();
  store::StoreSettings settings;
  settings.url = url;
  EM_ASSIGN(database->store, store::OpenStore(settings));
  return database;
}

// Turns the terminal's echo off while it lives.
class Silence {
 public:
  Silence() {
    if (tcgetattr(STDIN_FILENO, &before_) != 0) return;
    termios silent = before_;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    changed_ = tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent) == 0;
  }
  ~Silence() {
    if (changed_) tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
  }

 private:
  termios before_{};
  bool changed_ = false;
};

}  // namespace

Result<std::string> AskPassword(const std::string& prompt) {
  if (const char* given = std::getenv("EXTRAMILE_PASSWORD")) return std::string(given);
  const bool terminal = isatty(STDIN_FILENO);
  std::string password;
  {
    const Silence silence;
    if (terminal) std::cerr << prompt << ": " << std::flush;
    std::getline(std::cin, password);
  }
  if (terminal) std::cerr << '\n';
  if (!password.empty()) return password;
  return Fail(ErrorKind::kInvalid, "password-missing", "No password was given.", "",
              "Type it, send it on standard input, or set EXTRAMILE_PASSWORD.");
}

Result<void> AddOrganisation(const std::string& database, const app::NewOrganisation& wanted) {
  EM_ASSIGN(const auto open, Open(database));
  auto services = open->services();
  EM_TRY(app::CreateOrganisation(services, wanted));
  std::cout << "Added the organisation " << wanted.slug
            << ". Add its first admin with: extramile user add --organisation " << wanted.slug
            << " --roles admin --sign-in NAME --name \"...\"\n";
  return {};
}

Result<void> AddUser(const std::string& database, const UserToAdd& user) {
  EM_ASSIGN(const auto open, Open(database));
  auto services = open->services();
  EM_ASSIGN(const app::Organisation organisation,
            app::FindOrganisationBySlug(*open->store, user.organisation));
  app::NewPerson person;
  person.display_name = user.display_name;
  person.team = user.team;
  person.sign_in_name = user.sign_in_name;
  EM_ASSIGN(person.roles, app::Roles::Parse(user.roles));
  EM_ASSIGN(const std::string password, AskPassword("Password for the new person"));
  EM_TRY(app::CheckNewPassword(password, "password"));
  EM_ASSIGN(person.password_hash, app::HashPassword(password));
  EM_TRY(app::CreatePerson(services, organisation, person));
  std::cout << "Added. They sign in with the name " << user.sign_in_name << ".\n";
  return {};
}

Result<void> ResetUser(const std::string& database, const std::string& sign_in_name) {
  EM_ASSIGN(const auto open, Open(database));
  auto services = open->services();
  EM_ASSIGN(const std::string password, AskPassword("New password"));
  EM_TRY(app::ResetPassword(services, sign_in_name, password));
  std::cout << "The password is changed, and their sessions are ended.\n";
  return {};
}

Result<void> SignInAndKeep(const std::string& server, const std::string& sign_in_name,
                           const std::string& organisation) {
  EM_ASSIGN(ApiClient api, ApiClient::Open(server));
  EM_ASSIGN(const std::string password, AskPassword("Password"));
  JsonWriter body;
  body.BeginObject().Key("sign_in_name").String(sign_in_name).Key("password").String(password);
  if (!organisation.empty()) body.Key("organisation").String(organisation);
  body.EndObject();
  EM_ASSIGN(const auto signed_in,
            api.http().Send(
                {"POST", "/api/v1/session", {{"Content-Type", "application/json"}}, body.text()}));
  if (signed_in.status != 200) return Fail(ErrorOf(signed_in));
  EM_ASSIGN(const JsonValue session, ParseJson(signed_in.body));
  const std::string_view cookie = signed_in.Header("set-cookie");
  const std::string cookie_pair(cookie.substr(0, cookie.find(';')));
  const std::string csrf = session.Find("csrf_token")->text;
  const auto send = [&](const char* method, const char* target, std::string json) {
    return api.http().Send(
        {method,
         target,
         {{"Content-Type", "application/json"}, {"Cookie", cookie_pair}, {"X-CSRF-Token", csrf}},
         std::move(json)});
  };
  EM_ASSIGN(const auto made,
            send("POST", "/api/v1/tokens", R"({"name":"command line","scopes":["read","write"]})"));
  if (made.status != 201) return Fail(ErrorOf(made));
  EM_ASSIGN(const JsonValue token, ParseJson(made.body));
  EM_TRY(SaveSignIn({api.server(), token.Find("token")->text}));
  EM_TRY(send("DELETE", "/api/v1/session", ""));
  std::cout << "Signed in at " << api.server() << "; kept in " << SignInFile().string() << ".\n";
  return {};
}

}  // namespace extramile::cli
