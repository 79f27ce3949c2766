// Child processes of `tutti check`, and how a finding travels back from one.

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <sstream>

#include "check/check.hpp"

namespace tutti::tool {

namespace {

constexpr char between = '\t';
constexpr unsigned seconds_at_most = 300;
constexpr std::size_t stderr_shown = 1200;

/// Seen by parent and child: where the child is.
std::int64_t* shared_tick() {
  static auto* tick = static_cast<std::int64_t*>(::mmap(
      nullptr, sizeof(std::int64_t), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0));
  return tick;
}

/// No tabs or line ends, which separate.
std::string one_line(std::string text) {
  for (char& letter : text) {
    if (letter == between || letter == '\n' || letter == '\r') letter = ' ';
  }
  return text;
}

std::string to_lines(const Finding& finding) {
  std::ostringstream lines;
  lines << "outcome" << between << static_cast<int>(finding.outcome) << '\n'
        << "sentence" << between << one_line(finding.sentence) << '\n'
        << "causes" << between << one_line(finding.causes) << '\n';
  if (finding.tick) lines << "tick" << between << finding.tick->value << '\n';
  for (const FieldDifference& field : finding.fields) {
    lines << "field" << between << one_line(field.path) << between << one_line(field.left)
          << between << one_line(field.right) << '\n';
  }
  for (const auto& [name, value] : finding.figures)
    lines << "figure" << between << name << between << value << '\n';
  lines << "end\n";
  return lines.str();
}

std::vector<std::string> words_of(const std::string& line) {
  std::vector<std::string> words;
  std::istringstream text(line);
  for (std::string word; std::getline(text, word, between);)
    words.push_back(word);
  words.resize(std::max<std::size_t>(words.size(), 4));
  return words;
}

/// Nothing if the lines break off before their end: the child died.
std::optional<Finding> from_lines(const std::string& text) {
  Finding finding;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    const std::vector<std::string> words = words_of(line);
    if (words[0] == "end") return finding;
    if (words[0] == "outcome") finding.outcome = static_cast<Outcome>(std::atoi(words[1].c_str()));
    if (words[0] == "sentence") finding.sentence = words[1];
    if (words[0] == "causes") finding.causes = words[1];
    if (words[0] == "tick") finding.tick = Tick{std::atoll(words[1].c_str())};
    if (words[0] == "field") finding.fields.push_back({words[1], words[2], words[3]});
    if (words[0] == "figure") {
      finding.figures.emplace_back(words[1], std::strtod(words[2].c_str(), nullptr));
    }
  }
  return std::nullopt;
}

std::string read_all(int file) {
  std::string text;
  std::array<char, 4096> buffer{};
  for (;;) {
    const ssize_t size = ::read(file, buffer.data(), buffer.size());
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0) return text;
    text.append(buffer.data(), static_cast<std::size_t>(size));
  }
}

std::string read_file_from_start(int file) {
  ::lseek(file, 0, SEEK_SET);
  return read_all(file);
}

std::string death(int status) {
  if (!WIFSIGNALED(status)) return "ended with status " + std::to_string(WEXITSTATUS(status));
  if (WTERMSIG(status) == SIGALRM) {
    return "did not come back within " + std::to_string(seconds_at_most) + " s";
  }
  const char* name = ::sigabbrev_np(WTERMSIG(status));
  return std::string("died of SIG") + (name != nullptr ? name : "?");
}

Finding of_the_dead(int status, const std::string& errors) {
  Finding finding;
  finding.outcome = Outcome::wrong;
  finding.sentence = "the game " + death(status);
  if (*shared_tick() > 0) finding.tick = Tick{*shared_tick()};
  if (!errors.empty()) {
    finding.sentence += ", having said: " + one_line(errors.substr(0, stderr_shown));
  }
  finding.causes =
      "an index out of range, a null pointer, a failed assertion, an endless loop; run the game "
      "module with AddressSanitizer to see the line";
  return finding;
}

/// Forks; the child runs `child` with its stdout as a pipe to here and its stderr in a file.
Finding run(const std::string& check, const std::function<void()>& child) {
  *shared_tick() = 0;
  std::array<int, 2> pipe{};
  const int errors = ::memfd_create("stderr", 0);
  if (errors < 0 || ::pipe(pipe.data()) != 0) {
    return {.check = check, .outcome = Outcome::wrong, .sentence = "this system is out of files"};
  }
  std::fflush(nullptr);
  const pid_t id = ::fork();
  if (id == 0) {
    ::dup2(pipe[1], STDOUT_FILENO);
    ::dup2(errors, STDERR_FILENO);
    ::close(pipe[0]);
    ::close(pipe[1]);
    ::alarm(seconds_at_most);
    child();
    ::_exit(127);
  }
  ::close(pipe[1]);
  const std::string text = read_all(pipe[0]);
  ::close(pipe[0]);
  int status = 0;
  if (id > 0) ::waitpid(id, &status, 0);
  std::optional<Finding> finding = from_lines(text);
  if (!finding) finding = of_the_dead(status, read_file_from_start(errors));
  ::close(errors);
  finding->check = check;
  return *finding;
}

[[noreturn]] void become(const Surroundings& surroundings) {
  if (surroundings.has_empty_environment) ::clearenv();
  for (const std::string& setting : surroundings.environment) {
    const std::size_t equals = setting.find('=');
    ::setenv(setting.substr(0, equals).c_str(), setting.substr(equals + 1).c_str(), 1);
  }
  if (surroundings.has_fixed_addresses) ::personality(ADDR_NO_RANDOMIZE);
  if (!surroundings.folder.empty() && ::chdir(surroundings.folder.c_str()) != 0) ::_exit(127);
  std::vector<char*> words;
  std::vector<std::string> arguments = surroundings.arguments;
  arguments.insert(arguments.begin(), "tutti");
  for (std::string& argument : arguments)
    words.push_back(argument.data());
  words.push_back(nullptr);
  ::execv("/proc/self/exe", words.data());
  ::_exit(127);
}

}  // namespace

Finding isolated(const std::string& check, const std::function<Finding()>& function) {
  return run(check, [&function] {
    print_finding(function());
    ::_exit(0);
  });
}

Finding started(const std::string& check, const Surroundings& surroundings) {
  return run(check, [&surroundings] { become(surroundings); });
}

void print_finding(const Finding& finding) {
  std::fputs(to_lines(finding).c_str(), stdout);
  std::fflush(stdout);
}

void tell(Tick tick) { *shared_tick() = tick.value; }

std::string written_to_stderr() {
  struct stat facts {};
  if (::fstat(STDERR_FILENO, &facts) != 0 || !S_ISREG(facts.st_mode) || facts.st_size == 0) {
    return "";
  }
  const int copy = ::open("/proc/self/fd/2", O_RDONLY);
  std::string text = read_all(copy);
  ::close(copy);
  return text;
}

}  // namespace tutti::tool
