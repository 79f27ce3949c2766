#pragma once
// The command line in the background: relays, players, who watches.

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <functional>
#include <thread>
#include <vector>

#include "tools/program.hpp"

namespace tutti::test {

/// `tutti <arguments>` in the background, its output in a file.
class Process {
 public:
  /// `before`: a program and its arguments that are to run this command line. `in_child`: called in
  /// the new process before that.
  Process(const std::string& output, const std::vector<std::string>& arguments,
          std::vector<std::string> before = {}, const std::function<void()>& in_child = {})
      : output_(output) {
    std::filesystem::remove(output);  // an earlier run's output is not this one's
    before.emplace_back(TUTTI_PROGRAM);
    before.insert(before.end(), arguments.begin(), arguments.end());
    std::vector<char*> words;
    for (std::string& argument : before)
      words.push_back(argument.data());
    words.push_back(nullptr);
    pid_ = ::fork();
    REQUIRE(pid_ >= 0);
    if (pid_ > 0) return;
    const int file = ::open(output.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    ::dup2(file, STDOUT_FILENO);
    if (in_child) in_child();
    ::execvp(words[0], words.data());
    ::_exit(127);
  }
  ~Process() { end(SIGKILL); }

  /// Its exit status; 0 if it has ended already.
  int end(int signal) {
    if (pid_ <= 0) return 0;
    ::kill(pid_, signal);
    return wait();
  }
  int wait() {
    int status = 0;
    ::waitpid(pid_, &status, 0);
    pid_ = 0;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }
  /// The word after `label` once it has been printed.
  std::string word_after(const std::string& label) const {
    constexpr std::chrono::milliseconds pass{10};
    for (int tries = 0; tries < 3000; ++tries, std::this_thread::sleep_for(pass)) {
      const std::string text = output();
      const std::size_t at = text.find(label);
      if (at == std::string::npos || text.find('\n', at) == std::string::npos) continue;
      const std::size_t begin = at + label.size();
      return text.substr(begin, text.find_first_of(",\n", begin) - begin);
    }
    FAIL("nothing says " << label);
    return {};
  }
  ::pid_t id() const { return pid_; }
  std::string output() const {
    std::ostringstream text;
    text << std::ifstream(output_).rdbuf();
    return text.str();
  }

 private:
  std::string output_;
  pid_t pid_ = 0;
};

}  // namespace tutti::test
