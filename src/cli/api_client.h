// The API by its operations' names, for the commands that speak to a running server.
//
//   EM_ASSIGN(ApiClient api, ApiClient::Open(""));
//   EM_ASSIGN(std::string answer, api.Call({.operation = "see_case", .path = {{"id", id}}}));
//
// Who one is: an API token in EXTRAMILE_TOKEN, else the one that `extramile sign-in` kept in the
// user's configuration folder with the server's address.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "http/client.h"
#include "http/routes.h"

namespace extramile::cli {

struct ApiCall {
  std::string operation;
  std::map<std::string, std::string, std::less<>> path = {};
  std::map<std::string, std::string, std::less<>> query = {};
  std::optional<std::string> body = std::nullopt;
  std::string content_type = "application/json";
  std::map<std::string, std::string, std::less<>> headers = {};
};

struct SavedSignIn {
  std::string server;
  std::string token;
};

// $XDG_CONFIG_HOME/extramile/sign-in, else ~/.config/extramile/sign-in.
std::filesystem::path SignInFile();
// Readable by its owner only.
Result<void> SaveSignIn(const SavedSignIn& saved);
std::optional<SavedSignIn> LoadSignIn();

// A problem as an error; its kind says only that the server refused.
Error ErrorOf(const http::ClientResponse& response);

class ApiClient {
 public:
  // `server` empty: EXTRAMILE_SERVER, else the one signed in to, else http://127.0.0.1:8080.
  static Result<ApiClient> Open(const std::string& server);

  // The answer's body. Errors: kInvalid "operation-unknown", "path-missing"; the server's problem.
  Result<std::string> Call(const ApiCall& call);
  const std::string& server() const { return server_; }
  http::Client& http() { return client_; }

 private:
  ApiClient(std::string server, std::string token, http::Client client)
      : server_(std::move(server)), token_(std::move(token)), client_(std::move(client)) {}

  std::string server_;
  std::string token_;
  http::Client client_;
};

}  // namespace extramile::cli
