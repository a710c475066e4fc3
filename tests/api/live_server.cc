#include "live_server.h"

#include <stdlib.h>

#include <stdexcept>

#include "app/accounts.h"
#include "app/organisation.h"
#include "app/password.h"
#include "http/log.h"
#include "store/open_store.h"

namespace extramile {
namespace {

template <class T>
T Must(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().ToString());
  return *std::move(result);
}

// Hashing is made to be slow; everybody's password is the same.
const std::string& PasswordHash() {
  static const std::string hash = Must(app::HashPassword(LiveServer::kPassword));
  return hash;
}

std::filesystem::path Source(std::string_view folder) {
  return std::filesystem::path(EXTRAMILE_SOURCE_DIR) / folder;
}

}  // namespace

std::string LiveServer::SkipReason(std::string_view database) {
  if (database == "sqlite" || !PostgresServer::ProgramFolder().empty()) return "";
  return "PostgreSQL is not installed here (Debian package postgresql-15)";
}

LiveServer::LiveServer(std::string_view database, LiveServerSettings settings)
    : clock_(SystemClock().Now()) {
  http::SetUpLog({.level = http::Level::kError});
  std::string pattern = (std::filesystem::temp_directory_path() / "extramile-api-XXXXXX").string();
  if (!mkdtemp(pattern.data())) throw std::runtime_error("no temporary folder");
  folder_ = pattern;
  store::StoreSettings store;
  if (database == "sqlite") {
    store.url = "sqlite:" + (folder_ / "test.sqlite").string();
  } else {
    PostgresServer& server = settings.postgres ? *settings.postgres : PostgresServer::Shared();
    store.url = server.CreateDatabase();
  }
  store.durability = store::Durability::kNone;
  store_ = Must(store::OpenStore(store));
  policies_ = Must(connect::PolicyFiles::Open(Source("policies")));
  frameworks_ = Must(connect::FrameworkFiles::Open(Source("frameworks")));
  services_ = std::make_unique<app::Services>(app::Services{.store = *store_,
                                                            .clock = clock_,
                                                            .random = SystemRandom(),
                                                            .policies = *policies_,
                                                            .call_logs = &call_logs_,
                                                            .frameworks = frameworks_.get(),
                                                            .tables = &tables_,
                                                            .helpdesk = &helpdesk_});
  for (const char* slug : {"north", "south"}) AddOrganisation(slug);

  api_ = std::make_unique<http::Api>(*services_, metrics_, settings.api);
  site_ = std::make_unique<http::Site>(*api_, *services_, metrics_);
  settings.server.port = 0;
  server_ = std::make_unique<http::Server>(*site_, metrics_, settings.server);
  if (auto listening = server_->Listen(); !listening) {
    throw std::runtime_error(listening.error().ToString());
  }
  thread_ = std::thread([this] { server_->Run(); });
  client_ = std::make_unique<http::Client>(Must(http::Client::For(url())));
}

LiveServer::~LiveServer() {
  Stop();
  api_->Drain();
  store_->Drain();
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

void LiveServer::Stop() {
  server_->Stop();
  if (thread_.joinable()) thread_.join();
}

void LiveServer::AddOrganisation(const std::string& slug) {
  const auto organisation =
      Must(app::CreateOrganisation(*services_, {.slug = slug, .name = "The " + slug}));
  for (const std::string_view role : kRoleNames) {
    app::NewPerson person;
    person.display_name = std::string(role) + " of " + slug;
    person.roles = Must(app::Roles::Parse(role));
    person.sign_in_name = SignInName(slug, role);
    person.password_hash = PasswordHash();
    Must(app::CreatePerson(*services_, organisation, person));
  }
}

Caller LiveServer::SignIn(std::string_view organisation, std::string_view role) {
  const auto answer = Send({}, "POST", "/api/v1/session",
                           R"({"sign_in_name":")" + SignInName(organisation, role) +
                               R"(","password":")" + kPassword + "\"}");
  if (answer.status != 200) throw std::runtime_error("sign-in: " + answer.body);
  const std::string_view cookie = answer.Header("set-cookie");
  return {std::string(cookie.substr(0, cookie.find(';'))), Member(answer, "csrf_token"), ""};
}

Caller LiveServer::Token(const Caller& person, std::string_view scopes_json) {
  const auto answer = Send(person, "POST", "/api/v1/tokens",
                           R"({"name":"test","scopes":)" + std::string(scopes_json) + '}');
  if (answer.status != 201) throw std::runtime_error("token: " + answer.body);
  return {"", "", Member(answer, "token")};
}

http::ClientResponse LiveServer::Send(const Caller& caller, std::string_view method,
                                      std::string_view target, std::optional<std::string> json,
                                      std::vector<std::pair<std::string, std::string>> headers) {
  http::ClientRequest request{std::string(method), std::string(target), std::move(headers), ""};
  if (!caller.cookie.empty()) request.headers.emplace_back("Cookie", caller.cookie);
  if (!caller.csrf_token.empty()) request.headers.emplace_back("X-CSRF-Token", caller.csrf_token);
  if (!caller.bearer.empty()) {
    request.headers.emplace_back("Authorization", "Bearer " + caller.bearer);
  }
  if (json) {
    request.headers.emplace_back("Content-Type", "application/json");
    request.body = *std::move(json);
  }
  return Must(client_->Send(request));
}

std::string CodeOf(const http::ClientResponse& response) {
  return response.Header("content-type") == "application/problem+json" ? Member(response, "code")
                                                                       : "";
}

std::string Member(const http::ClientResponse& response, std::string_view name) {
  const auto body = ParseJson(response.body);
  const JsonValue* member = body ? body->Find(name) : nullptr;
  return member ? member->text : "";
}

}  // namespace extramile
