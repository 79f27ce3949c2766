#pragma once
// Runs the command line as a user would.

#include <sys/wait.h>

#include <array>
#include <cstdio>
#include <fstream>
#include <sstream>
#include <string>

#include "support/catch.hpp"

namespace tutti::test {

/// The options that lead `tutti` to the games of the tests.
inline const std::string good_games = " --games-dir " TUTTI_TEST_GAMES "/good ";
inline const std::string faulty_games = " --games-dir " TUTTI_TEST_GAMES "/faulty ";

struct Ran {
  int status = -1;
  std::string out;
  std::string err;
};

/// Where test files of this program go; its folder exists.
inline std::string scratch(const std::string& name) {
  return std::string(TUTTI_TEST_SCRATCH) + "/" + name;
}

/// `tutti <arguments>` through a shell, to its end.
inline Ran run_tutti(const std::string& arguments) {
  const std::string errors = scratch("stderr." + std::to_string(::getpid()));
  const std::string line = TUTTI_PROGRAM " " + arguments + " 2>'" + errors + "' </dev/null";
  std::FILE* pipe = ::popen(line.c_str(), "r");
  REQUIRE(pipe != nullptr);
  Ran ran;
  std::array<char, 4096> buffer{};
  while (const std::size_t size = std::fread(buffer.data(), 1, buffer.size(), pipe))
    ran.out.append(buffer.data(), size);
  const int status = ::pclose(pipe);
  ran.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  std::ostringstream text;
  text << std::ifstream(errors).rdbuf();
  ran.err = text.str();
  std::remove(errors.c_str());
  return ran;
}

}  // namespace tutti::test
