#include "server_process.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <iterator>
#include <sstream>
#include <thread>

#include "base/json_reader.h"

namespace extramile::bench {

Process::Process(std::vector<std::string> command, const std::filesystem::path& out,
                 const SyncDelay& delay) {
  pid_ = fork();
  if (pid_ != 0) return;
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (delay.us > 0) {
    setenv("LD_PRELOAD", delay.library.c_str(), 1);
    setenv("EXTRAMILE_SYNC_DELAY_US", std::to_string(delay.us).c_str(), 1);
  }
  const int fd = open(out.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  dup2(fd, 1);
  dup2(fd, 2);
  std::vector<char*> arguments;
  for (std::string& word : command) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  execv(arguments[0], arguments.data());
  _exit(127);
}

Process::~Process() {
  if (pid_ > 0) kill(pid_, SIGTERM);
  Wait();
}

double Process::CpuSeconds() const {
  std::ifstream in("/proc/" + std::to_string(pid_) + "/stat");
  std::string text((std::istreambuf_iterator<char>(in)), {});
  std::istringstream fields(text.substr(text.rfind(')') + 2));
  std::string skipped;
  for (int i = 0; i < 11; ++i) fields >> skipped;
  double user = 0, system = 0;
  fields >> user >> system;
  return (user + system) / static_cast<double>(sysconf(_SC_CLK_TCK));
}

int Process::Wait() {
  int status = 0;
  if (pid_ > 0) waitpid(pid_, &status, 0);
  pid_ = 0;
  return status;
}

Result<RunningServer> StartServer(const std::string& program, const std::string& database,
                                  const std::filesystem::path& folder,
                                  const Process::SyncDelay& delay) {
  RunningServer server;
  EM_ASSIGN(server.port, http::FreePort());
  const std::string address = "127.0.0.1:" + std::to_string(server.port);
  server.process = std::make_unique<Process>(
      std::vector<std::string>{program, "serve", "--database", database, "--policies", "policies",
                               "--frameworks", "frameworks", "--listen", address},
      folder / "server.log", delay);
  EM_ASSIGN(auto client, http::Client::For("http://" + address));
  server.client = std::make_unique<http::Client>(std::move(client));
  for (int attempt = 0; attempt < 1000; ++attempt) {
    const auto ready = server.client->Send({.target = "/readyz"});
    if (ready && ready->status == 200) return server;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return Fail(ErrorKind::kUnavailable, "bench-server", "The server did not get ready.");
}

Result<std::string> SignIn(http::Client& client, const std::string& name,
                           const std::string& password) {
  EM_ASSIGN(const auto answer, client.Send({.method = "POST",
                                            .target = "/api/v1/session",
                                            .headers = {{"Content-Type", "application/json"}},
                                            .body = R"({"sign_in_name":")" + name +
                                                    R"(","password":")" + password + R"("})"}));
  if (answer.status != 200) return Fail(ErrorKind::kInternal, "bench-sign-in", answer.body);
  EM_ASSIGN(const JsonValue session, ParseJson(answer.body));
  const std::string_view cookie = answer.Header("set-cookie");
  return "Cookie: " + std::string(cookie.substr(0, cookie.find(';'))) +
         "\r\nX-CSRF-Token: " + session.Find("csrf_token")->text + "\r\n";
}

Result<std::unique_ptr<cli::World>> OpenWorld(const std::string& database) {
  cli::Settings settings;
  settings.database = database;
  return cli::World::Open(settings);
}

}  // namespace extramile::bench
