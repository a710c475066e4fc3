// What the server does with requests that are too large, too slow, or no HTTP at all, and how it
// stops: real sockets, a handler of the test's own behind them.

#include <gtest/gtest.h>

#include <condition_variable>
#include <future>
#include <mutex>
#include <thread>

#include "http/client.h"
#include "http/log.h"
#include "http/metrics.h"
#include "http/server.h"
#include "raw_connection.h"

namespace extramile {
namespace {

using http::HttpRequest;
using http::HttpResponse;

// Answers with method, path and the body's size; below /hold only when the test says so.
class Echo final : public http::Handler {
 public:
  size_t BodyLimit(std::string_view, std::string_view path) const override {
    return path == "/large" ? 100'000 : 1000;
  }
  void Handle(HttpRequest request, http::Done done) override {
    HttpResponse response;
    response.operation = "echo";
    response.content_type = "text/plain";
    response.body = request.method + ' ' + std::string(request.path()) + ' ' +
                    std::to_string(request.body.size()) + '\n';
    if (request.path() != "/hold") return done(std::move(response));
    const std::lock_guard lock(mutex_);
    held_ = [done, response] { done(response); };
    came_.notify_all();
  }
  // Waits until a held request is there; false when it does not come.
  bool AwaitHeld() {
    std::unique_lock lock(mutex_);
    return came_.wait_for(lock, std::chrono::seconds(20), [&] { return held_ != nullptr; });
  }
  // Answers it, on the test's thread.
  void Release() { held_(); }

 private:
  std::mutex mutex_;
  std::condition_variable came_;
  std::function<void()> held_;
};

class Protocol : public testing::Test {
 protected:
  void Start(http::ServerSettings settings = {}) {
    http::SetUpLog({.level = http::Level::kOff});
    settings.port = 0;
    server_ = std::make_unique<http::Server>(echo_, metrics_, settings);
    ASSERT_TRUE(server_->Listen());
    thread_ = std::thread([this] { server_->Run(); });
  }
  void TearDown() override {
    if (server_) server_->Stop();
    if (thread_.joinable()) thread_.join();
  }
  std::string Talk(std::string_view bytes) {
    RawConnection connection(server_->port());
    connection.Send(bytes);
    return connection.ReadAll();
  }
  static std::string StatusOf(std::string_view answer) {
    return std::string(answer.substr(0, answer.find("\r\n")));
  }

  Echo echo_;
  http::Metrics metrics_;
  std::unique_ptr<http::Server> server_;
  std::thread thread_;
};

TEST_F(Protocol, AnswersOneRequestAfterAnotherOnOneConnection) {
  Start();
  RawConnection connection(server_->port());
  connection.Send("GET /a?b=c HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_NE(connection.ReadUntil("\n", 6).find("GET /a 0\n"), std::string::npos);
  connection.Send(
      "POST /b HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nConnection: close\r\n\r\nabc");
  const std::string all = connection.ReadAll();
  EXPECT_NE(all.find("POST /b 3\n"), std::string::npos);
  EXPECT_NE(all.find("Connection: close"), std::string::npos);
}

TEST_F(Protocol, AnswersPipelinedRequestsInOrder) {
  Start();
  const std::string answers = Talk(
      "GET /1 HTTP/1.1\r\nHost: x\r\n\r\nGET /2 HTTP/1.1\r\nHost: x\r\n\r\n"
      "GET /3 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  EXPECT_LT(answers.find("GET /1"), answers.find("GET /2"));
  EXPECT_LT(answers.find("GET /2"), answers.find("GET /3"));
  EXPECT_NE(answers.find("GET /3"), std::string::npos);
}

TEST_F(Protocol, HeadGetsTheHeadersOnly) {
  Start();
  const std::string answer = Talk("HEAD /a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  EXPECT_NE(answer.find("Content-Length: 10"), std::string::npos);
  EXPECT_TRUE(answer.ends_with("\r\n\r\n"));
}

TEST_F(Protocol, ABodyTooLargeIsRefusedBeforeItIsRead) {
  Start();
  const std::string answer =
      Talk("POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 1001\r\n\r\nonly the beginning");
  EXPECT_EQ(StatusOf(answer), "HTTP/1.1 413 Content Too Large");
  EXPECT_NE(answer.find("\"code\":\"body-too-large\""), std::string::npos);
}

TEST_F(Protocol, ABodyTooLargeInChunksIsRefused) {
  Start();
  std::string chunks = "POST /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (int i = 0; i < 20; ++i) chunks += "64\r\n" + std::string(100, 'x') + "\r\n";
  EXPECT_EQ(StatusOf(Talk(chunks + "0\r\n\r\n")), "HTTP/1.1 413 Content Too Large");
}

TEST_F(Protocol, TheLimitIsTheRoutesOwn) {
  Start();
  const std::string body(90'000, 'x');
  const std::string answer = Talk(
      "POST /large HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
      "Content-Length: 90000\r\n\r\n" +
      body);
  EXPECT_NE(answer.find("POST /large 90000\n"), std::string::npos);
}

TEST_F(Protocol, AnswersTheWishToGoOn) {
  Start();
  RawConnection connection(server_->port());
  connection.Send(
      "POST /a HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 3\r\n"
      "Connection: close\r\n\r\n");
  EXPECT_EQ(StatusOf(connection.ReadUntil("\r\n\r\n")), "HTTP/1.1 100 Continue");
  connection.Send("abc");
  EXPECT_NE(connection.ReadAll().find("POST /a 3\n"), std::string::npos);
}

TEST_F(Protocol, AHeaderTooLargeIsRefused) {
  Start();
  const std::string answer =
      Talk("GET / HTTP/1.1\r\nHost: x\r\nX: " + std::string(20'000, 'x') + "\r\n\r\n");
  EXPECT_EQ(StatusOf(answer), "HTTP/1.1 431 Request Header Fields Too Large");
}

TEST_F(Protocol, WhatIsNoHttpIsRefused) {
  Start();
  EXPECT_EQ(StatusOf(Talk("hello there, server\r\n\r\n")), "HTTP/1.1 400 Bad Request");
  EXPECT_EQ(StatusOf(Talk("GET http://else/where HTTP/1.1\r\nHost: x\r\n\r\n")),
            "HTTP/1.1 400 Bad Request");
}

TEST_F(Protocol, TwoLengthsAreRefused) {
  Start();
  const std::string answer = Talk(
      "POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n"
      "0\r\n\r\n");
  EXPECT_EQ(StatusOf(answer), "HTTP/1.1 400 Bad Request");
}

TEST_F(Protocol, AClientThatDripsItsHeaderIsCutOff) {
  Start({.header_timeout = std::chrono::milliseconds(50)});
  EXPECT_EQ(StatusOf(Talk("GET / HTTP/1.1\r\nHost")), "HTTP/1.1 408 Request Timeout");
}

TEST_F(Protocol, AClientThatSaysNothingIsCutOff) {
  Start({.header_timeout = std::chrono::milliseconds(50)});
  EXPECT_EQ(Talk(""), "");
}

TEST_F(Protocol, AClientThatHoldsBackItsBodyIsCutOff) {
  Start({.body_timeout = std::chrono::milliseconds(50)});
  EXPECT_EQ(StatusOf(Talk("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nabc")),
            "HTTP/1.1 408 Request Timeout");
}

TEST_F(Protocol, AnIdleConnectionIsClosed) {
  Start({.idle_timeout = std::chrono::milliseconds(50)});
  const std::string answer = Talk("GET /a HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_NE(answer.find("GET /a 0\n"), std::string::npos);
}

TEST_F(Protocol, ASlowAnswerIsNotAnIdleClient) {
  Start({.header_timeout = std::chrono::milliseconds(500),
         .idle_timeout = std::chrono::milliseconds(500)});
  RawConnection connection(server_->port());
  connection.Send("GET /hold HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  ASSERT_TRUE(echo_.AwaitHeld());
  // A second client is cut off meanwhile: the server's limits were looked at in between.
  EXPECT_EQ(Talk(""), "");
  echo_.Release();
  EXPECT_NE(connection.ReadAll().find("GET /hold 0\n"), std::string::npos);
}

TEST_F(Protocol, StoppingFinishesWhatIsUnderWayAndTakesNoMore) {
  Start();
  RawConnection idle(server_->port());
  idle.Send("GET /a HTTP/1.1\r\nHost: x\r\n\r\n");
  idle.ReadUntil("GET /a 0\n");
  RawConnection busy(server_->port());
  busy.Send("GET /hold HTTP/1.1\r\nHost: x\r\n\r\n");
  ASSERT_TRUE(echo_.AwaitHeld());
  server_->Stop();
  // The idle connection ends without waiting for the busy one, and nobody else gets in.
  EXPECT_TRUE(idle.ReadAll().ends_with("GET /a 0\n"));
  EXPECT_THROW(RawConnection(server_->port()), std::runtime_error);
  echo_.Release();
  const std::string answer = busy.ReadAll();
  EXPECT_NE(answer.find("GET /hold 0\n"), std::string::npos);
  EXPECT_NE(answer.find("Connection: close"), std::string::npos);
  thread_.join();
}

TEST_F(Protocol, AClientThatIsGoneHurtsNobody) {
  Start();
  {
    RawConnection gone(server_->port());
    gone.Send("GET /hold HTTP/1.1\r\nHost: x\r\n\r\n");
    ASSERT_TRUE(echo_.AwaitHeld());
  }
  echo_.Release();
  EXPECT_NE(Talk("GET /a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").find("GET /a 0\n"),
            std::string::npos);
}

}  // namespace
}  // namespace extramile
