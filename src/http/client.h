// An HTTP/1.1 client for the command line, the demonstration, the benchmarks and the tests: one
// connection, kept alive, one request after another. Not thread-safe; use one per thread.
//
//   EM_ASSIGN(auto client, Client::For("http://127.0.0.1:8080"));
//   EM_ASSIGN(auto answer, client.Send({.method = "GET", .target = "/healthz"}));
//   answer.status;  answer.body;  answer.Header("etag");
//
// Plain HTTP only: a server behind a TLS proxy is spoken to on its own port. A connection that the
// server closed meanwhile is opened again once.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"

namespace extramile::http {

struct ClientRequest {
  std::string method = "GET";
  std::string target = "/";
  std::vector<std::pair<std::string, std::string>> headers = {};
  std::string body = {};
};

struct ClientResponse {
  int status = 0;
  std::vector<std::pair<std::string, std::string>> headers;  // names in lower case
  std::string body;

  // Empty where absent.
  std::string_view Header(std::string_view name) const;
};

class Client {
 public:
  // kInvalid "server-address" for anything but http://HOST[:PORT].
  static Result<Client> For(std::string_view url,
                            std::chrono::milliseconds timeout = std::chrono::seconds(60));
  Client(Client&&) noexcept;
  Client& operator=(Client&&) noexcept;
  ~Client();

  // Errors: kUnavailable "server-away" where nobody answers, "server-slow" after the timeout.
  Result<ClientResponse> Send(const ClientRequest& request);

 private:
  struct Impl;
  explicit Client(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

// A port of loopback that nobody listens on at the moment, for a server of one's own to begin with.
Result<uint16_t> FreePort();

}  // namespace extramile::http
