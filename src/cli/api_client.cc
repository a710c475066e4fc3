#include "cli/api_client.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>

#include "base/json_reader.h"
#include "http/message.h"

namespace extramile::cli {
namespace {

std::string FromEnvironment(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

Result<std::string> Target(const http::Route& route, const ApiCall& call) {
  std::string target;
  std::string_view rest = route.path;
  for (size_t open = rest.find('{'); open != std::string_view::npos; open = rest.find('{')) {
    const size_t close = rest.find('}');
    const std::string_view name = rest.substr(open + 1, close - open - 1);
    const auto value = call.path.find(name);
    if (value == call.path.end()) {
      return Fail(ErrorKind::kInvalid, "path-missing",
                  call.operation + " needs --" + std::string(name) + ".", "",
                  "Its address is " + std::string(route.path) + ".");
    }
    target += rest.substr(0, open);
    target += http::PercentEncode(value->second);
    rest.remove_prefix(close + 1);
  }
  target += rest;
  char separator = '?';
  for (const auto& [name, value] : call.query) {
    target += separator + http::PercentEncode(name) + '=' + http::PercentEncode(value);
    separator = '&';
  }
  return target;
}

}  // namespace

std::filesystem::path SignInFile() {
  const std::string folder = FromEnvironment("XDG_CONFIG_HOME");
  const std::filesystem::path base =
      folder.empty() ? std::filesystem::path(FromEnvironment("HOME")) / ".config"
                     : std::filesystem::path(folder);
  return base / "extramile" / "sign-in";
}

Result<void> SaveSignIn(const SavedSignIn& saved) {
  const auto file = SignInFile();
  std::error_code ignored;
  std::filesystem::create_directories(file.parent_path(), ignored);
  const std::string text = saved.server + '\n' + saved.token + '\n';
  const int fd = open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  const bool written = fd >= 0 && fchmod(fd, 0600) == 0 &&
                       write(fd, text.data(), text.size()) == ssize_t(text.size());
  if (fd >= 0) close(fd);
  if (written) return {};
  return Fail(ErrorKind::kUnavailable, "sign-in-file", "The sign-in could not be kept.",
              file.string(), "Look at the folder's permissions, or set EXTRAMILE_TOKEN instead.");
}

std::optional<SavedSignIn> LoadSignIn() {
  std::ifstream in(SignInFile());
  SavedSignIn saved;
  if (std::getline(in, saved.server) && std::getline(in, saved.token)) return saved;
  return std::nullopt;
}

Error ErrorOf(const http::ClientResponse& response) {
  Error error{ErrorKind::kInvalid, "status-" + std::to_string(response.status),
              "The server answered with status " + std::to_string(response.status) + ".", "", ""};
  const auto problem = ParseJson(response.body);
  if (!problem) return error;
  const auto take = [&](std::string_view name, std::string& into) {
    const JsonValue* value = problem->Find(name);
    if (value && value->type == JsonValue::Type::kString) into = value->text;
  };
  take("code", error.code);
  take("detail", error.message);
  take("field", error.place);
  take("advice", error.advice);
  return error;
}

Result<ApiClient> ApiClient::Open(const std::string& server) {
  const auto saved = LoadSignIn();
  std::string address = server.empty() ? FromEnvironment("EXTRAMILE_SERVER") : server;
  if (address.empty() && saved) address = saved->server;
  if (address.empty()) address = "http://127.0.0.1:8080";
  std::string token = FromEnvironment("EXTRAMILE_TOKEN");
  // A token goes only where it was made.
  if (token.empty() && saved && saved->server == address) token = saved->token;
  EM_ASSIGN(http::Client client, http::Client::For(address, std::chrono::minutes(10)));
  return ApiClient(std::move(address), std::move(token), std::move(client));
}

Result<std::string> ApiClient::Call(const ApiCall& call) {
  const http::Route* route = http::FindOperation(call.operation);
  if (!route) {
    return Fail(ErrorKind::kInvalid, "operation-unknown",
                "There is no operation '" + call.operation + "'.", "",
                "extramile call --list shows them all.");
  }
  http::ClientRequest request;
  request.method = route->method;
  EM_ASSIGN(request.target, Target(*route, call));
  if (!token_.empty()) request.headers.emplace_back("Authorization", "Bearer " + token_);
  for (const auto& [name, value] : call.headers) request.headers.emplace_back(name, value);
  if (call.body) {
    request.headers.emplace_back("Content-Type", call.content_type);
    request.body = *call.body;
  }
  EM_ASSIGN(http::ClientResponse response, client_.Send(request));
  if (response.status >= 400) return Fail(ErrorOf(response));
  return std::move(response.body);
}

}  // namespace extramile::cli
