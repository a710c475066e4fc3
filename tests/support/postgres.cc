#include "support/postgres.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <libpq-fe.h>
#include <netinet/in.h>
#include <pwd.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <thread>

namespace extramile {
namespace {

int FreePort() {
  const int socket_fd = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  if (bind(socket_fd, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
      getsockname(socket_fd, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    throw std::runtime_error("no free port on loopback");
  }
  close(socket_fd);
  return ntohs(address.sin_port);
}

std::string ReadText(const std::string& path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

// Starts a program with its output in `log`. As root it runs as postgres; it gets SIGQUIT when this
// program ends.
pid_t Spawn(std::vector<std::string> command, const std::string& log,
            const std::string& preload = "") {
  std::vector<std::string> whole = {"setpriv", "--pdeathsig", "QUIT"};
  if (geteuid() == 0) {
    for (const char* option : {"--reuid=postgres", "--regid=postgres", "--init-groups"})
      whole.emplace_back(option);
  }
  if (!preload.empty()) whole.insert(whole.end(), {"env", "LD_PRELOAD=" + preload});
  whole.insert(whole.end(), command.begin(), command.end());
  std::vector<char*> arguments;
  for (std::string& argument : whole) arguments.push_back(argument.data());
  arguments.push_back(nullptr);
  const pid_t pid = fork();
  if (pid == 0) {
    const int out = open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0644);
    dup2(out, 1);
    dup2(out, 2);
    execvp(arguments[0], arguments.data());
    _exit(127);
  }
  return pid;
}

PGconn* Connect(const std::string& url) {
  return PQconnectdb((url + "?connect_timeout=5").c_str());
}

}  // namespace

std::string PostgresServer::ProgramFolder() {
  const std::string folder = "/usr/lib/postgresql/15/bin";
  return std::filesystem::exists(folder + "/postgres") ? folder : "";
}

PostgresServer& PostgresServer::Shared() {
  static PostgresServer server;
  return server;
}

PostgresServer::PostgresServer(bool fsync, const std::string& preload) : fsync_(fsync) {
  if (ProgramFolder().empty()) {
    throw std::runtime_error("PostgreSQL 15 is not installed; script/bootstrap --test installs it");
  }
  std::string pattern =
      std::filesystem::temp_directory_path().string() + "/extramile-postgres-XXXXXX";
  if (mkdtemp(pattern.data()) == nullptr)
    throw std::runtime_error("no temporary folder could be made");
  folder_ = pattern;
  chmod(folder_.c_str(), 0755);
  if (!preload.empty()) {
    preload_ = folder_ + "/preload.so";
    std::filesystem::copy_file(preload, preload_);
  }
  if (geteuid() == 0) {
    const passwd* user = getpwnam("postgres");
    if (user == nullptr || chown(folder_.c_str(), user->pw_uid, user->pw_gid) != 0) {
      throw std::runtime_error("the user postgres is missing");
    }
  }
  const std::string log = folder_ + "/initdb.log";
  const pid_t pid =
      Spawn({ProgramFolder() + "/initdb", "--pgdata", folder_ + "/data", "--username=postgres",
             "--auth=trust", "--locale=C", "--encoding=UTF8", "--no-sync"},
            log);
  int status = 0;
  waitpid(pid, &status, 0);
  if (status != 0) throw std::runtime_error("initdb failed: " + ReadText(log));
  Start();
}

PostgresServer::~PostgresServer() {
  if (running()) StopImmediate();
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

void PostgresServer::Start() {
  if (port_ == 0) port_ = FreePort();
  const std::string log = folder_ + "/server.log";
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (std::chrono::steady_clock::now() < deadline) {
    if (pid_ == 0) {
      pid_ = Spawn({ProgramFolder() + "/postgres", "-D", folder_ + "/data", "-p",
                    std::to_string(port_), "-c", "listen_addresses=127.0.0.1", "-c",
                    "unix_socket_directories=", "-c", fsync_ ? "fsync=on" : "fsync=off", "-c",
                    "max_connections=100", "-c", "log_min_messages=fatal"},
                   log, preload_);
    }
    if (PQping(Url("postgres").c_str()) == PQPING_OK) return;
    // It may leave at once while the last one's shared memory is being given back: then once more.
    if (waitpid(pid_, nullptr, WNOHANG) == pid_) pid_ = 0;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  throw std::runtime_error("PostgreSQL did not start: " + ReadText(log));
}

void PostgresServer::Stop(int signal) {
  kill(pid_, signal);
  waitpid(pid_, nullptr, 0);
  pid_ = 0;
}

void PostgresServer::StopImmediate() { Stop(SIGQUIT); }
void PostgresServer::StopFast() { Stop(SIGINT); }

std::string PostgresServer::Url(const std::string& database, const std::string& user) const {
  return "postgresql://" + user + "@127.0.0.1:" + std::to_string(port_) + "/" + database;
}

std::string PostgresServer::CreateDatabase(const std::string& like) {
  const std::string name = "test_" + std::to_string(next_database_++);
  Run("create database " + name + " template " + like.substr(like.rfind('/') + 1));
  return Url(name);
}

void PostgresServer::DropDatabase(const std::string& url) {
  Run("drop database " + url.substr(url.rfind('/') + 1));
}

std::string PostgresServer::Run(const std::string& sql, const std::string& database) const {
  PGconn* connection = Connect(Url(database));
  PGresult* result = PQexec(connection, sql.c_str());
  const ExecStatusType status = PQresultStatus(result);
  const std::string answer =
      status == PGRES_TUPLES_OK && PQntuples(result) > 0 ? PQgetvalue(result, 0, 0) : "";
  const std::string error = PQerrorMessage(connection);
  PQclear(result);
  PQfinish(connection);
  if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK)
    throw std::runtime_error(sql + ": " + error);
  return answer;
}

}  // namespace extramile
