// Child processes of `tutti check`, and how a finding travels back from one.

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <sstream>

#include "base/child_process.hpp"
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

std::string read_file_from_start(int file) {
  ::lseek(file, 0, SEEK_SET);
  return read_all(file);
}

std::string death(const Ending& ending) {
  if (ending.signal == 0) return fmt::format("ended with status {}", ending.status);
  if (ending.signal == SIGALRM) {
    return fmt::format("did not come back within {} s", seconds_at_most);
  }
  const char* name = ::sigabbrev_np(ending.signal);
  return fmt::format("died of SIG{}", name != nullptr ? name : "?");
}

Finding of_the_dead(const Ending& ending, const std::string& errors) {
  Finding finding;
  finding.outcome = Outcome::wrong;
  finding.sentence = "the game " + death(ending);
  if (*shared_tick() > 0) finding.tick = Tick{*shared_tick()};
  if (!errors.empty()) {
    finding.sentence += ", having said: " + one_line(errors.substr(0, stderr_shown));
  }
  finding.causes =
      "an index out of range, a null pointer, a failed assertion, an endless loop; run the game "
      "module with AddressSanitizer to see the line";
  return finding;
}

/// The child's stdout is a pipe to here, its stderr a file.
Finding run_apart(const std::string& check, const std::function<int()>& child) {
  *shared_tick() = 0;
  const auto fault = [&](const std::string& sentence) {
    return Finding{.check = check, .outcome = Outcome::wrong, .sentence = sentence};
  };
  const int errors = ::memfd_create("stderr", 0);
  if (errors < 0) return fault("this system is out of files");
  auto pipe = Pipe::open();
  if (!pipe) return fault(pipe.error().sentence);
  const HandedFile files[] = {{pipe->writing_end(), STDOUT_FILENO}, {errors, STDERR_FILENO}};
  auto process = ChildProcess::run(
      [&child] {
        ::alarm(seconds_at_most);
        return child();
      },
      files);
  if (!process) return fault(process.error().sentence);
  pipe->close_writing_end();
  const std::string text = read_all(pipe->reading_end());
  const Ending ending = process->wait();
  std::optional<Finding> finding = from_lines(text);
  if (!finding) finding = of_the_dead(ending, read_file_from_start(errors));
  ::close(errors);
  finding->check = check;
  return *finding;
}

/// Becomes `tutti` in other surroundings; returns only if that cannot be.
int start_in(const Surroundings& surroundings) {
  constexpr int status = 127;
  if (surroundings.has_empty_environment) ::clearenv();
  for (const std::string& setting : surroundings.environment) {
    const std::size_t equals = setting.find('=');
    ::setenv(setting.substr(0, equals).c_str(), setting.substr(equals + 1).c_str(), 1);
  }
  if (surroundings.has_fixed_addresses) ::personality(ADDR_NO_RANDOMIZE);
  if (!surroundings.folder.empty() && ::chdir(surroundings.folder.c_str()) != 0) return status;
  std::vector<std::string> words = surroundings.arguments;
  words.insert(words.begin(), "/proc/self/exe");
  static_cast<void>(become(std::move(words)));
  return status;
}

}  // namespace

Finding isolated(const std::string& check, const std::function<Finding()>& function) {
  return run_apart(check, [&function] {
    print_finding(function());
    return 0;
  });
}

Finding started(const std::string& check, const Surroundings& surroundings) {
  return run_apart(check, [&surroundings] { return start_in(surroundings); });
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
