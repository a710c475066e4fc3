// The program as a person starts it: serve, sign in, call, stop.

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <vector>

#include "http/client.h"
#include "raw_connection.h"

namespace extramile {
namespace {

namespace fs = std::filesystem;

// A run of the program, its output and errors together.
class Program {
 public:
  Program(std::vector<std::string> arguments, const fs::path& home) {
    std::array<int, 2> pipe_ends;
    if (pipe2(pipe_ends.data(), O_CLOEXEC) != 0) std::abort();
    arguments.insert(arguments.begin(), EXTRAMILE_BINARY);
    std::vector<char*> argv;
    for (std::string& argument : arguments) argv.push_back(argument.data());
    argv.push_back(nullptr);
    pid_ = fork();
    if (pid_ == 0) {
      dup2(pipe_ends[1], 1);
      dup2(pipe_ends[1], 2);
      setenv("HOME", home.c_str(), 1);
      unsetenv("XDG_CONFIG_HOME");
      setenv("EXTRAMILE_PASSWORD", "four unrelated words", 1);
      execv(EXTRAMILE_BINARY, argv.data());
      _exit(127);
    }
    close(pipe_ends[1]);
    out_ = pipe_ends[0];
  }
  ~Program() {
    if (pid_ > 0) {
      kill(pid_, SIGKILL);
      waitpid(pid_, nullptr, 0);
    }
    close(out_);
  }
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  // Reads until a line with this text is there, and gives it; empty when the output ends first.
  std::string AwaitLine(const std::string& text) {
    for (;;) {
      size_t begin = 0;
      for (size_t end; (end = said_.find('\n', begin)) != std::string::npos; begin = end + 1) {
        const std::string line = said_.substr(begin, end - begin);
        if (line.find(text) != std::string::npos) return line;
      }
      if (!ReadSome()) return "";
    }
  }
  void Signal(int signal) { kill(pid_, signal); }
  // Waits for its end; the exit code, or -1 for a death by signal.
  int Wait() {
    while (ReadSome()) {
    }
    int status = 0;
    waitpid(pid_, &status, 0);
    pid_ = 0;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }
  const std::string& said() const { return said_; }

 private:
  bool ReadSome() {
    char bytes[4096];
    const ssize_t count = read(out_, bytes, sizeof bytes);
    if (count > 0) said_.append(bytes, static_cast<size_t>(count));
    return count > 0;
  }

  pid_t pid_ = 0;
  int out_ = -1;
  std::string said_;
};

class ProgramTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "extramile-program-XXXXXX").string();
    ASSERT_TRUE(mkdtemp(pattern.data()));
    folder_ = pattern;
    database_ = "sqlite:" + (folder_ / "test.sqlite").string();
  }
  void TearDown() override { fs::remove_all(folder_); }

  // Runs it to its end; the exit code is put beside what it said.
  std::pair<int, std::string> Run(std::vector<std::string> arguments) {
    Program program(std::move(arguments), folder_);
    const int code = program.Wait();
    return {code, program.said()};
  }
  std::unique_ptr<Program> Serve(std::vector<std::string> more = {}) {
    std::vector<std::string> arguments = {
        "serve",      "--listen",         "127.0.0.1:0",  "--database",        database_,
        "--policies", Source("policies"), "--frameworks", Source("frameworks")};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return std::make_unique<Program>(arguments, folder_);
  }
  static std::string AddressOf(Program& server) {
    const std::string line = server.AwaitLine("extramile serves http");
    return line.substr(line.find("http"));
  }
  static std::string Source(const std::string& name) {
    return std::string(EXTRAMILE_SOURCE_DIR) + '/' + name;
  }
  void AddPerson() {
    ASSERT_EQ(Run({"organisation", "add", "--database", database_, "--slug", "shop", "--name",
                   "The Shop"})
                  .first,
              0);
    const auto [code, said] =
        Run({"user", "add", "--database", database_, "--organisation", "shop", "--name", "Ada",
             "--sign-in", "ada", "--roles", "admin manager"});
    ASSERT_EQ(code, 0) << said;
  }

  fs::path folder_;
  std::string database_;
};

TEST_F(ProgramTest, FromAnEmptyFolderToACallInFourCommands) {
  AddPerson();
  const auto server = Serve();
  const std::string address = AddressOf(*server);
  EXPECT_EQ(Run({"health", "--server", address}).second, "ready\n");
  const auto [code, said] = Run({"sign-in", "ada", "--server", address});
  ASSERT_EQ(code, 0) << said;
  const auto permissions = fs::status(folder_ / ".config/extramile/sign-in").permissions();
  EXPECT_EQ(permissions & (fs::perms::group_all | fs::perms::others_all), fs::perms::none);

  const auto budget = Run({"call", "add_budget", "--name", "June", "--per-month", "0.3"});
  EXPECT_EQ(budget.first, 0) << budget.second;
  EXPECT_NE(budget.second.find("\"per_month\":\"0.30\""), std::string::npos) << budget.second;
  const auto refused = Run({"call", "add_budget", "--name", "June"});
  EXPECT_EQ(refused.first, 1);
  EXPECT_TRUE(refused.second.starts_with("error: /per_month: ")) << refused.second;
}

TEST_F(ProgramTest, StopsOnSigtermWithTheAnswerUnderWayGiven) {
  AddPerson();
  const auto server = Serve();
  const std::string address = AddressOf(*server);
  RawConnection client(static_cast<uint16_t>(std::stoi(address.substr(address.rfind(':') + 1))));
  client.Send("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n");
  client.ReadUntil("ok\n");
  const std::string body = R"({"sign_in_name":"ada","password":"four unrelated words"})";
  client.Send(
      "POST /api/v1/session HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
      "Content-Length: " +
      std::to_string(body.size()) + "\r\n\r\n" + body);
  server->Signal(SIGTERM);
  EXPECT_NE(client.ReadAll().find("csrf_token"), std::string::npos);
  EXPECT_EQ(server->Wait(), 0) << server->said();
}

TEST_F(ProgramTest, HangupReadsTheRulesAgainAndABrokenFileChangesNothing) {
  fs::copy(Source("policies"), folder_ / "policies", fs::copy_options::recursive);
  const auto server = Serve({"--policies", (folder_ / "policies").string()});
  auto client = http::Client::For(AddressOf(*server)).value();
  ASSERT_EQ(client.Send({.target = "/readyz"})->status, 200);
  server->Signal(SIGHUP);
  EXPECT_NE(server->AwaitLine("rules reloaded"), "");
  for (const auto& file : fs::recursive_directory_iterator(folder_ / "policies")) {
    if (file.path().extension() == ".dmn") std::ofstream(file.path()) << "<definitions";
  }
  server->Signal(SIGHUP);
  EXPECT_NE(server->AwaitLine("the old ones stay in force"), "");
  EXPECT_EQ(client.Send({.target = "/readyz"})->status, 200);
  server->Signal(SIGTERM);
  EXPECT_EQ(server->Wait(), 0);
}

TEST_F(ProgramTest, RefusesToBeReachedFromOutsideUnlessTold) {
  const auto [code, said] = Run({"serve", "--listen", "0.0.0.0:0", "--database", database_});
  EXPECT_EQ(code, 1);
  EXPECT_NE(said.find("listen-remote"), std::string::npos) << said;
}

TEST_F(ProgramTest, ATestClockIsForLoopbackOnly) {
  std::ofstream(folder_ / "clock") << "2026-11-22T09:00:00Z";
  const std::string clock = (folder_ / "clock").string();
  const auto [code, said] =
      Run({"serve", "--listen", "0.0.0.0:0", "--allow-remote", "--test-clock", clock});
  EXPECT_EQ(code, 1);
  EXPECT_NE(said.find("test-clock-remote"), std::string::npos) << said;
}

TEST_F(ProgramTest, FlagsWinOverTheFile) {
  const std::string file = (folder_ / "settings.toml").string();
  std::ofstream(file) << "threads = 3\nreaders = 3\n";
  const auto [code, said] =
      Run({"serve", "--settings", file, "--threads", "5", "--print-settings"});
  EXPECT_EQ(code, 0);
  EXPECT_NE(said.find("\nthreads = 5\n"), std::string::npos);
  EXPECT_NE(said.find("\nreaders = 3\n"), std::string::npos);
}

TEST_F(ProgramTest, MistakesAreSaidInASentence) {
  EXPECT_EQ(Run({"call", "dance"}).second.substr(0, 36), "error: There is no operation 'dance'");
  const auto away = Run({"health", "--server", "http://127.0.0.1:1"});
  EXPECT_EQ(away.first, 1);
  EXPECT_NE(away.second.find("server-away"), std::string::npos);
  EXPECT_EQ(Run({"--version"}).second.substr(0, 10), "extramile ");
  EXPECT_EQ(Run({"fly"}).first, 2);
}

}  // namespace
}  // namespace extramile
