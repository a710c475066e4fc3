// The database restarts while people work: they are told so, and nothing of ours need be restarted.
#include <gtest/gtest.h>

#include <atomic>
#include <mutex>
#include <set>
#include <thread>

#include "live_server.h"

namespace extramile {
namespace {

// People who add a colleague again and again, each over a connection of their own.
class Load {
 public:
  Load(const LiveServer& server, const Caller& caller) : url_(server.url()), caller_(caller) {
    for (int i = 0; i < 4; ++i) threads_.emplace_back([this, i] { Run(i); });
  }
  void Stop() {
    stop_ = true;
    for (auto& thread : threads_) {
      if (thread.joinable()) thread.join();
    }
  }
  ~Load() { Stop(); }

  void WaitUntil(auto&& enough) const {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (!enough()) {
      ASSERT_LT(std::chrono::steady_clock::now(), deadline) << "gave up waiting";
      std::this_thread::yield();
    }
  }
  size_t added() const { return added_; }
  size_t refused() const { return refused_; }
  const std::set<std::string>& names() const { return names_; }  // after Stop
  const std::string& wrong() const { return wrong_; }            // after Stop

 private:
  void Run(int number) {
    http::Client client = http::Client::For(url_).value();
    for (int i = 0; !stop_; ++i) {
      const std::string name = "Person " + std::to_string(number) + " " + std::to_string(i);
      const auto answer = client.Send(
          {"POST",
           "/api/v1/people",
           {{"Authorization", "Bearer " + caller_.bearer}, {"Content-Type", "application/json"}},
           R"({"display_name":")" + name + R"(","roles":["agent"]})"});
      const std::lock_guard lock(mutex_);
      if (!answer) {
        wrong_ = "no answer: " + answer.error().ToString();
      } else if (answer->status == 201) {
        names_.insert(name);
        ++added_;
      } else if (answer->status == 503 && CodeOf(*answer) == "database-away" &&
                 !Member(*answer, "advice").empty()) {
        ++refused_;
      } else {
        wrong_ = std::to_string(answer->status) + " " + answer->body;
      }
    }
  }

  const std::string url_;
  const Caller caller_;
  std::atomic<bool> stop_ = false;
  std::atomic<size_t> added_ = 0, refused_ = 0;
  std::mutex mutex_;
  std::set<std::string> names_;
  std::string wrong_;
  std::vector<std::thread> threads_;
};

TEST(DatabaseAway, ARestartUnderLoadIsAnsweredWith503AndSurvived) {
  if (const std::string why = LiveServer::SkipReason("postgresql"); !why.empty()) {
    GTEST_SKIP() << why;
  }
  PostgresServer postgres;
  LiveServer server("postgresql", {.postgres = &postgres});
  const Caller admin = server.Token(server.SignIn("north", "admin"), R"(["read","write"])");
  Load load(server, admin);
  load.WaitUntil([&] { return load.added() >= 20; });
  postgres.StopFast();
  load.WaitUntil([&] { return load.refused() >= 20; });
  EXPECT_EQ(server.Send({}, "GET", "/readyz").status, 503);
  EXPECT_EQ(server.Send({}, "GET", "/healthz").status, 200);

  postgres.Start();
  const size_t before = load.added();
  load.WaitUntil([&] { return load.added() >= before + 20; });
  load.Stop();
  EXPECT_EQ(load.wrong(), "");
  EXPECT_EQ(server.Send({}, "GET", "/readyz").status, 200);
  std::set<std::string> there;
  const auto people = ParseJson(server.Send(admin, "GET", "/api/v1/people").body);
  for (const JsonValue& person : people->items) {
    there.insert(person.Find("display_name")->text);
  }
  for (const std::string& name : load.names()) EXPECT_TRUE(there.contains(name)) << name;
}

}  // namespace
}  // namespace extramile
