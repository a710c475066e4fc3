#include "http/client.h"

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <charconv>
#include <optional>

namespace extramile::http {

namespace net = boost::asio;
namespace beast = boost::beast;
using Failure = boost::system::error_code;

struct Client::Impl {
  std::string host;
  std::string port;
  std::chrono::milliseconds timeout;
  net::io_context context;
  std::optional<beast::tcp_stream> stream;
  beast::flat_buffer buffer;

  // Starts one operation and runs it to its end, which the stream's time limit bounds.
  template <class Start>
  Failure Run(Start start) {
    Failure failure;
    stream->expires_after(timeout);
    start([&failure](const Failure& error, const auto&...) { failure = error; });
    context.restart();
    context.run();
    return failure;
  }

  Failure Connect() {
    stream.emplace(context);
    buffer.clear();
    Failure failure;
    net::ip::tcp::resolver resolver(context);
    const auto endpoints = resolver.resolve(host, port, failure);
    if (failure) return failure;
    failure = Run([&](auto done) { stream->async_connect(endpoints, done); });
    if (!failure) stream->socket().set_option(net::ip::tcp::no_delay(true), failure);
    return failure;
  }

  Failure Exchange(const beast::http::request<beast::http::string_body>& request,
                   beast::http::response_parser<beast::http::string_body>& parser) {
    if (auto failure = Run([&](auto done) { beast::http::async_write(*stream, request, done); })) {
      return failure;
    }
    return Run([&](auto done) { beast::http::async_read(*stream, buffer, parser, done); });
  }
};

std::string_view ClientResponse::Header(std::string_view name) const {
  for (const auto& [key, value] : headers) {
    if (key == name) return value;
  }
  return {};
}

Client::Client(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Client::Client(Client&&) noexcept = default;
Client& Client::operator=(Client&&) noexcept = default;
Client::~Client() = default;

Result<Client> Client::For(std::string_view url, std::chrono::milliseconds timeout) {
  constexpr std::string_view kScheme = "http://";
  const auto refuse = [&] {
    return Fail(ErrorKind::kInvalid, "server-address", "This is no address of a server.",
                std::string(url), "Give it as http://HOST:PORT.");
  };
  if (!url.starts_with(kScheme)) return refuse();
  std::string_view rest = url.substr(kScheme.size());
  if (rest.ends_with('/')) rest.remove_suffix(1);
  if (rest.empty() || rest.find('/') != std::string_view::npos) return refuse();
  auto impl = std::make_unique<Impl>();
  impl->timeout = timeout;
  const size_t colon = rest.rfind(':');
  const bool has_port = colon != std::string_view::npos && !rest.ends_with(']');
  impl->port = has_port ? std::string(rest.substr(colon + 1)) : "80";
  impl->host = std::string(has_port ? rest.substr(0, colon) : rest);
  if (impl->host.starts_with('[') && impl->host.ends_with(']')) {
    impl->host = impl->host.substr(1, impl->host.size() - 2);
  }
  return Client(std::move(impl));
}

Result<ClientResponse> Client::Send(const ClientRequest& request) {
  namespace http = beast::http;
  http::request<http::string_body> message;
  message.method_string(request.method);
  message.target(request.target);
  message.version(11);
  message.set(http::field::host, impl_->host + ':' + impl_->port);
  for (const auto& [name, value] : request.headers) message.insert(name, value);
  message.body() = request.body;
  if (!request.body.empty() || request.method != "GET") message.prepare_payload();

  for (bool again = false;; again = true) {
    const bool fresh = !impl_->stream;
    http::response_parser<http::string_body> parser;
    parser.body_limit(boost::none);
    if (request.method == "HEAD") parser.skip(true);
    Failure failure = fresh ? impl_->Connect() : Failure();
    if (!failure) failure = impl_->Exchange(message, parser);
    // An answer may come, and the rest of a refused request be cut off.
    if (failure && parser.is_done()) failure = {};
    if (!failure) {
      auto answer = parser.release();
      if (!answer.keep_alive()) impl_->stream.reset();
      ClientResponse response;
      response.status = static_cast<int>(answer.result_int());
      for (const auto& field : answer) {
        std::string name(field.name_string());
        for (char& c : name) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        response.headers.emplace_back(std::move(name), std::string(field.value()));
      }
      response.body = std::move(answer.body());
      return response;
    }
    impl_->stream.reset();
    if (failure == beast::error::timeout) {
      return Fail(ErrorKind::kUnavailable, "server-slow", "The server took too long.",
                  impl_->host + ':' + impl_->port, "Try again later.");
    }
    if (!fresh && !again && !parser.got_some()) continue;
    return Fail(ErrorKind::kUnavailable, "server-away",
                "The server does not answer: " + failure.message() + ".",
                impl_->host + ':' + impl_->port, "Is it running? Start it with: extramile serve");
  }
}

Result<uint16_t> FreePort() {
  net::io_context context;
  boost::system::error_code error;
  using net::ip::tcp;
  tcp::acceptor acceptor(context);
  acceptor.open(tcp::v4(), error);
  if (!error) acceptor.bind({net::ip::address_v4::loopback(), 0}, error);
  if (!error) return acceptor.local_endpoint().port();
  return Fail(ErrorKind::kUnavailable, "no-free-port",
              "No port of loopback is free: " + error.message() + ".");
}

}  // namespace extramile::http
