// One connection: reads requests one after another, hands each to the handler and writes its
// answer. Only server.cc and connection.cc see this header, and Boost behind it.
//
// Everything runs on the connection's own strand, except Look and EndIfIdle, which any thread may
// call.
#pragma once

#include <atomic>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <chrono>
#include <memory>

#include "http/handler.h"
#include "http/metrics.h"
#include "http/server.h"

namespace extramile::http {

class Connection : public std::enable_shared_from_this<Connection> {
 public:
  using Clock = std::chrono::steady_clock;

  Connection(boost::asio::ip::tcp::socket socket, Handler& handler, Metrics& metrics,
             const ServerSettings& settings, const std::atomic<bool>& stopping);

  boost::asio::any_io_executor executor() { return socket_.get_executor(); }
  boost::asio::awaitable<void> Serve();

  // Interrupts what is under way when its time is up.
  void Look(Clock::time_point now);
  // Interrupts the wait for a next request.
  void EndIfIdle();

 private:
  using Parser = boost::beast::http::request_parser<boost::beast::http::string_body>;
  enum class Next { kGoOn, kEnd };

  boost::asio::awaitable<bool> WaitForRequest();
  boost::asio::awaitable<Next> ServeOne();
  boost::asio::awaitable<Next> ReadBody(Parser& parser);
  boost::asio::awaitable<HttpResponse> Ask(HttpRequest request);
  boost::asio::awaitable<bool> Write(HttpResponse response, bool without_body, bool keep_alive,
                                     bool old_http);
  boost::asio::awaitable<void> RefuseAndEnd(int status, const char* code, const char* message,
                                            const char* advice);
  boost::asio::awaitable<void> Linger();
  void Allow(std::chrono::milliseconds time);
  // A reading went wrong because its time was up.
  bool TimeIsUp() const;

  boost::asio::ip::tcp::socket socket_;
  Handler& handler_;
  Metrics& metrics_;
  const ServerSettings& settings_;
  const std::atomic<bool>& stopping_;
  boost::beast::flat_buffer buffer_;
  std::atomic<Clock::rep> deadline_;
  std::atomic<bool> idle_{true};
  bool first_ = true;
};

}  // namespace extramile::http
