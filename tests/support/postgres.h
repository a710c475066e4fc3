// A PostgreSQL server for tests: Debian's programs, a data folder of its own, a free port on
// loopback.
//
//   PostgresServer& server = PostgresServer::Shared();   // started at the first call, stopped at
//   the end of the program std::string url = server.CreateDatabase();
//
// The server refuses to run as root, so root starts it as the user postgres. It dies with this
// program, whatever happens to it. fsync is off: these tests kill the server, never the machine,
// and what the server handed to the system survives that.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

namespace extramile {

class PostgresServer {
 public:
  // The folder of Debian's programs, or "" where PostgreSQL is not installed.
  static std::string ProgramFolder();
  static PostgresServer& Shared();

  // Creates the data folder and starts; throws std::runtime_error with the server's own words.
  // `preload` is a library for LD_PRELOAD, wherever it stands: the server gets a copy that its own
  // user may read, which it may not below /root.
  explicit PostgresServer(bool fsync = false, const std::string& preload = "");
  ~PostgresServer();
  PostgresServer(const PostgresServer&) = delete;
  PostgresServer& operator=(const PostgresServer&) = delete;

  void Start();  // and waits until it accepts connections
  void
  StopImmediate();  // what `pg_ctl stop -m immediate` does: no shutdown, recovery at the next start
  void StopFast();  // ends sessions, then shuts down in order
  bool running() const { return pid_ != 0; }

  std::string Url(const std::string& database, const std::string& user = "postgres") const;
  // A new database, empty or a copy of one that nobody is connected to (its name or url); its url
  // as the superuser.
  std::string CreateDatabase(const std::string& like = "template1");
  void DropDatabase(const std::string& url);
  // Runs one statement as the superuser; throws where it fails. The first column of the first row,
  // or "".
  std::string Run(const std::string& sql, const std::string& database = "postgres") const;

 private:
  void Stop(int signal);

  bool fsync_;
  std::string folder_;
  std::string preload_;  // the copy
  int port_ = 0;
  pid_t pid_ = 0;
  int next_database_ = 0;
};

}  // namespace extramile
