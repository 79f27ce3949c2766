#pragma once
// A PostgreSQL server of its own, at a socket in a folder; it ends with the test, however that
// ends. As root it runs as another user, since it refuses root.

#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <string>

#include "support/catch.hpp"
#include "support/holds_within.hpp"

namespace tutti::test {

class PostgresServer {
 public:
  explicit PostgresServer(const std::string& name)
      : folder_((std::filesystem::temp_directory_path() /
                 ("tutti-postgres-" + std::to_string(::getpid()) + "-" + name))
                    .string()) {
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
    if (::geteuid() == 0) REQUIRE(run("chown postgres:postgres " + folder_) == 0);
    const std::string made = as_user() + TUTTI_POSTGRES "/initdb --pgdata=" + folder_ +
                             "/data --username=tutti --auth=trust --encoding=UTF8 --locale=C "
                             "--no-sync >" +
                             folder_ + "/initdb.log 2>&1";
    REQUIRE(run(made) == 0);
    const std::string line = "exec " + as_user() + TUTTI_POSTGRES "/postgres -D " + folder_ +
                             "/data -k " + folder_ + " -c listen_addresses= -c fsync=off >" +
                             folder_ + "/log 2>&1";
    pid_ = ::fork();
    REQUIRE(pid_ >= 0);
    if (pid_ == 0) {
      ::prctl(PR_SET_PDEATHSIG, SIGKILL);
      ::execl("/bin/sh", "sh", "-c", line.c_str(), nullptr);
      ::_exit(127);
    }
    REQUIRE(holds_within(std::chrono::seconds(30),
                         [&] { return run(psql("select 1") + " >/dev/null 2>&1") == 0; }));
  }
  ~PostgresServer() {
    if (pid_ > 0) {
      ::kill(pid_, SIGQUIT);  // at once, and its children with it
      ::waitpid(pid_, nullptr, 0);
    }
    std::error_code error;
    std::filesystem::remove_all(folder_, error);
  }
  PostgresServer(const PostgresServer&) = delete;
  PostgresServer& operator=(const PostgresServer&) = delete;

  std::string url() const { return "postgresql://tutti@/postgres?host=" + folder_; }
  /// All that a query yields: cells with tabs between them, rows with line ends.
  std::string ask(const std::string& query) const {
    CAPTURE(query);
    std::FILE* pipe = ::popen(psql(query).c_str(), "r");
    REQUIRE(pipe != nullptr);
    std::string text;
    std::array<char, 4096> piece{};
    while (const std::size_t size = std::fread(piece.data(), 1, piece.size(), pipe))
      text.append(piece.data(), size);
    CHECK(::pclose(pipe) == 0);
    return text;
  }

 private:
  static std::string as_user() {
    return ::geteuid() == 0 ? "setpriv --reuid=postgres --regid=postgres --clear-groups "
                              "--pdeathsig=KILL "
                            : "";
  }
  static int run(const std::string& line) { return std::system(line.c_str()); }
  std::string psql(const std::string& query) const {
    return "psql --no-psqlrc --quiet --no-align --tuples-only --field-separator='\t' --dbname='" +
           url() + "' --command='" + query + "'";
  }

  std::string folder_;
  ::pid_t pid_ = 0;
};

}  // namespace tutti::test
