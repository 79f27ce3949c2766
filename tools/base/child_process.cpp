#include "base/child_process.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <utility>

#include "base/command.hpp"

namespace tutti::tool {

namespace {

constexpr int status_of_no_file = 127;

void close_end(int& end) {
  if (end >= 0) ::close(std::exchange(end, -1));
}

Ending ending_of(int status) {
  if (WIFSIGNALED(status)) return {.status = -1, .signal = WTERMSIG(status)};
  return {.status = WEXITSTATUS(status)};
}

}  // namespace

Result<Pipe> Pipe::open() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
    return fail(Fault::system, "this system has no pipe left");
  }
  return Pipe(ends[0], ends[1]);
}

Pipe::Pipe(Pipe&& other) noexcept
    : reading_(std::exchange(other.reading_, -1)), writing_(std::exchange(other.writing_, -1)) {}

Pipe::~Pipe() {
  close_reading_end();
  close_writing_end();
}

void Pipe::close_reading_end() { close_end(reading_); }
void Pipe::close_writing_end() { close_end(writing_); }

std::string read_all(int file) {
  std::string text;
  std::array<char, 4096> buffer{};
  for (;;) {
    const ::ssize_t count = ::read(file, buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return text;
    text.append(buffer.data(), static_cast<std::size_t>(count));
  }
}

bool write_all(int file, std::string_view bytes) {
  while (!bytes.empty()) {
    const ::ssize_t count = ::write(file, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

Result<ChildProcess> ChildProcess::run(const std::function<int()>& function,
                                       std::span<const HandedFile> files) {
  std::fflush(nullptr);  // or both would write what is buffered
  const ::pid_t id = ::fork();
  if (id < 0) return fail(Fault::system, "this system starts no more processes");
  if (id > 0) return ChildProcess(id);
  for (const HandedFile& file : files) {
    const bool is_handed = ::dup2(file.here, file.there) >= 0 &&
                           ::fcntl(file.there, F_SETFD, 0) >= 0;  // kept by what it becomes
    if (!is_handed) ::_exit(status_of_no_file);
  }
  const int status = function();
  std::fflush(nullptr);
  ::_exit(status);
}

Result<ChildProcess> ChildProcess::run(std::vector<std::string> words,
                                       std::span<const HandedFile> files) {
  return run(
      [&words] {
        std::signal(SIGPIPE, SIG_DFL);
        return static_cast<int>(complain(become(std::move(words))));
      },
      files);
}

ChildProcess::ChildProcess(ChildProcess&& other) noexcept : id_(std::exchange(other.id_, 0)) {}

ChildProcess::~ChildProcess() {
  if (id_ == 0) return;
  ::kill(id_, SIGKILL);
  static_cast<void>(wait());
}

Ending ChildProcess::wait() {
  int status = 0;
  while (::waitpid(id_, &status, 0) < 0 && errno == EINTR) {
  }
  id_ = 0;
  return ending_of(status);
}

std::optional<Ending> ChildProcess::poll() {
  int status = 0;
  if (::waitpid(id_, &status, WNOHANG) == 0) return std::nullopt;
  id_ = 0;
  return ending_of(status);
}

Error become(std::vector<std::string> words) {
  std::vector<char*> arguments;
  for (std::string& word : words)
    arguments.push_back(word.data());
  arguments.push_back(nullptr);
  ::execvp(arguments.front(), arguments.data());
  return {Fault::system, fmt::format("{} is neither beside tutti nor in PATH", words.front())};
}

}  // namespace tutti::tool
