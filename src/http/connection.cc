#include "http/connection.h"

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/read.hpp>
#include <ctime>

#include "http/log.h"
#include "http/problem.h"

namespace extramile::http {

namespace net = boost::asio;
namespace beast = boost::beast;
using Failure = boost::system::error_code;

namespace {

constexpr size_t kMostToDiscard = size_t{1} << 20;

auto Into(Failure& failure) { return net::redirect_error(net::use_awaitable, failure); }

// RFC 9110's date, made once a second.
const std::string& DateNow() {
  thread_local std::time_t made = 0;
  thread_local std::string text;
  const std::time_t now = std::time(nullptr);
  if (now != made) {
    char date[64];
    std::tm parts;
    gmtime_r(&now, &parts);
    text.assign(date, std::strftime(date, sizeof date, "%a, %d %b %Y %H:%M:%S GMT", &parts));
    made = now;
  }
  return text;
}

std::string HeadOf(const HttpResponse& response, bool keep_alive, bool old_http) {
  std::string head;
  head.reserve(512);
  head += "HTTP/1.1 ";
  head += std::to_string(response.status);
  head += ' ';
  head += ReasonPhrase(response.status);
  head += "\r\nDate: ";
  head += DateNow();
  if (response.status != 204 && response.status != 304) {
    head += "\r\nContent-Length: ";
    head += std::to_string(response.bytes().size());
  }
  if (!response.content_type.empty()) {
    head += "\r\nContent-Type: ";
    head += response.content_type;
  }
  for (const auto& [name, value] : response.headers) {
    head += "\r\n";
    head += name;
    head += ": ";
    head += value;
  }
  if (!keep_alive) {
    head += "\r\nConnection: close";
  } else if (old_http) {
    head += "\r\nConnection: keep-alive";
  }
  head += "\r\n\r\n";
  return head;
}

template <class Message>
HttpRequest ToRequest(Message&& message) {
  HttpRequest request;
  request.method = std::string(message.method_string());
  request.target = std::string(message.target());
  for (const auto& field : message) {
    std::string name(field.name_string());
    for (char& c : name) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    request.headers.emplace_back(std::move(name), std::string(field.value()));
  }
  request.body = std::move(message.body());
  return request;
}

}  // namespace

Connection::Connection(net::ip::tcp::socket socket, Handler& handler, Metrics& metrics,
                       const ServerSettings& settings, const std::atomic<bool>& stopping)
    : socket_(std::move(socket)),
      handler_(handler),
      metrics_(metrics),
      settings_(settings),
      stopping_(stopping) {
  Allow(settings_.header_timeout);
}

void Connection::Allow(std::chrono::milliseconds time) {
  deadline_.store((Clock::now() + time).time_since_epoch().count(), std::memory_order_relaxed);
}

bool Connection::TimeIsUp() const {
  return Clock::now().time_since_epoch().count() >= deadline_.load(std::memory_order_relaxed);
}

void Connection::Look(Clock::time_point now) {
  if (now.time_since_epoch().count() < deadline_.load(std::memory_order_relaxed)) return;
  net::post(executor(), [self = shared_from_this()] {
    Failure ignored;
    if (self->TimeIsUp()) self->socket_.cancel(ignored);
  });
}

void Connection::EndIfIdle() {
  net::post(executor(), [self = shared_from_this()] {
    Failure ignored;
    if (self->idle_) self->socket_.cancel(ignored);
  });
}

net::awaitable<void> Connection::Serve() {
  Failure ignored;
  socket_.set_option(net::ip::tcp::no_delay(true), ignored);
  while (co_await WaitForRequest()) {
    const Next next = co_await ServeOne();
    if (next == Next::kEnd) break;
  }
  socket_.close(ignored);
}

// Until the first byte of a request is there; false where there will be none.
net::awaitable<bool> Connection::WaitForRequest() {
  if (buffer_.size() > 0) co_return true;
  Failure ignored;
  if (stopping_ && socket_.available(ignored) == 0) co_return false;
  Allow(first_ ? settings_.header_timeout : settings_.idle_timeout);
  first_ = false;
  idle_ = true;
  Failure failure;
  size_t bytes = co_await socket_.async_read_some(buffer_.prepare(8192), Into(failure));
  // Interrupted by the server's stopping: what had come by then is still answered.
  if (failure == net::error::operation_aborted && stopping_ && socket_.available(ignored) > 0) {
    bytes = co_await socket_.async_read_some(buffer_.prepare(8192), Into(failure));
  }
  idle_ = false;
  if (failure) co_return false;
  buffer_.commit(bytes);
  co_return true;
}

net::awaitable<Connection::Next> Connection::ServeOne() {
  Parser parser;
  parser.header_limit(settings_.max_header);
  parser.body_limit(boost::none);
  parser.eager(true);
  Allow(settings_.header_timeout);
  Failure failure;
  co_await beast::http::async_read_header(socket_, buffer_, parser, Into(failure));
  if (failure == beast::http::error::header_limit) {
    co_await RefuseAndEnd(431, "header-too-large", "The request's header is too large.",
                          "Send fewer or shorter header fields.");
    co_return Next::kEnd;
  }
  if (failure == net::error::operation_aborted && TimeIsUp()) {
    co_await RefuseAndEnd(408, "too-slow", "The request's header took too long.",
                          "Send it at once.");
    co_return Next::kEnd;
  }
  if (failure.category() ==
          beast::http::make_error_code(beast::http::error::bad_method).category() &&
      failure != beast::http::error::end_of_stream &&
      failure != beast::http::error::partial_message) {
    co_await RefuseAndEnd(400, "http-syntax", "This is not an HTTP/1.1 request.",
                          "Look at what the client sends.");
    co_return Next::kEnd;
  }
  if (failure) co_return Next::kEnd;
  const Next read = co_await ReadBody(parser);
  if (read == Next::kEnd) co_return Next::kEnd;

  auto message = parser.release();
  const bool head = message.method() == beast::http::verb::head;
  const bool old_http = message.version() < 11;
  const bool keep_alive = message.keep_alive();
  HttpRequest request = ToRequest(std::move(message));
  if (!request.target.starts_with('/')) {
    co_await RefuseAndEnd(400, "target", "The request names no path.", "Begin it with a slash.");
    co_return Next::kEnd;
  }
  const std::string method = request.method;
  const auto begun = Clock::now();
  metrics_.RequestBegins();
  HttpResponse response = co_await Ask(std::move(request));
  metrics_.RequestEnds();
  const std::chrono::duration<double> took = Clock::now() - begun;
  metrics_.CountRequest(response.operation, response.status, took.count());
  if (Logs(Level::kInfo)) {
    Log(response.status >= 500 ? Level::kError : Level::kInfo, "request",
        {{"method", method},
         {"operation", response.operation},
         {"status", response.status},
         {"ms", took.count() * 1000},
         {"request", response.request_id}});
  }
  const bool stay = keep_alive && !response.close && !stopping_;
  const bool written = co_await Write(std::move(response), head, stay, old_http);
  co_return written&& stay ? Next::kGoOn : Next::kEnd;
}

net::awaitable<Connection::Next> Connection::ReadBody(Parser& parser) {
  const auto& message = parser.get();
  const std::string_view target(message.target().data(), message.target().size());
  const std::string_view method(message.method_string().data(), message.method_string().size());
  const size_t limit = handler_.BodyLimit(method, target.substr(0, target.find('?')));
  const auto length = parser.content_length();
  bool too_large = length && *length > limit;
  if (!too_large && !parser.is_done()) {
    parser.body_limit(limit);
    Allow(settings_.body_timeout);
    Failure failure;
    if (beast::iequals(message[beast::http::field::expect], "100-continue")) {
      constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
      co_await net::async_write(socket_, net::buffer(kContinue.data(), kContinue.size()),
                                Into(failure));
    }
    if (!failure) co_await beast::http::async_read(socket_, buffer_, parser, Into(failure));
    too_large = failure == beast::http::error::body_limit;
    if (failure == net::error::operation_aborted && TimeIsUp()) {
      co_await RefuseAndEnd(408, "too-slow", "The request's body took too long.",
                            "Send it at once.");
      co_return Next::kEnd;
    }
    if (failure && !too_large) co_return Next::kEnd;
  }
  // A chunked body may have been whole already, and too long, when its header was read.
  too_large = too_large || message.body().size() > limit;
  if (too_large) {
    co_await RefuseAndEnd(413, "body-too-large", "The request's body is larger than is taken here.",
                          "Send less at once.");
    co_return Next::kEnd;
  }
  co_return Next::kGoOn;
}

// Suspends until the handler is done, on whatever thread that is, and goes on on the strand.
net::awaitable<HttpResponse> Connection::Ask(HttpRequest request) {
  // Computing has its own limits; nothing is being read or written meanwhile.
  Allow(std::chrono::hours(24));
  auto start = [this](auto handler, HttpRequest asked) {
    // Whoever keeps a copy of `done` after calling it keeps neither the connection nor the server.
    struct Pending {
      decltype(handler) resume;
      net::executor_work_guard<net::any_io_executor> work;
    };
    auto pending = std::make_shared<std::optional<Pending>>(
        Pending{std::move(handler), net::make_work_guard(socket_.get_executor())});
    handler_.Handle(std::move(asked), [pending](HttpResponse response) {
      auto mine = std::exchange(*pending, std::nullopt);
      net::post(mine->work.get_executor(),
                [resume = std::move(mine->resume), answer = std::move(response)]() mutable {
                  resume(std::move(answer));
                });
    });
  };
  co_return co_await net::async_initiate<const net::use_awaitable_t<>, void(HttpResponse)>(
      std::move(start), net::use_awaitable, std::move(request));
}

net::awaitable<bool> Connection::Write(HttpResponse response, bool without_body, bool keep_alive,
                                       bool old_http) {
  const std::string head = HeadOf(response, keep_alive, old_http);
  const std::string_view body = without_body ? std::string_view() : response.bytes();
  const std::array<net::const_buffer, 2> parts = {net::buffer(head),
                                                  net::buffer(body.data(), body.size())};
  Allow(settings_.write_timeout);
  Failure failure;
  co_await net::async_write(socket_, parts, Into(failure));
  co_return !failure;
}

net::awaitable<void> Connection::RefuseAndEnd(int status, const char* code, const char* message,
                                              const char* advice) {
  HttpResponse response =
      ProblemResponse({status, {ErrorKind::kMalformed, code, message, "", advice}}, "");
  metrics_.CountRequest("none", status, 0);
  Log(Level::kInfo, "refused", {{"status", status}, {"code", code}});
  const bool written = co_await Write(std::move(response), false, false, false);
  if (written) co_await Linger();
}

// Closing while the client still sends would take the answer from it: what comes is read and
// dropped for a moment.
net::awaitable<void> Connection::Linger() {
  Failure failure;
  socket_.shutdown(net::ip::tcp::socket::shutdown_send, failure);
  Allow(std::chrono::seconds(2));
  std::array<char, 16 * 1024> dropped;
  for (size_t total = 0; !failure && total < kMostToDiscard;) {
    total += co_await socket_.async_read_some(net::buffer(dropped), Into(failure));
  }
}

}  // namespace extramile::http
