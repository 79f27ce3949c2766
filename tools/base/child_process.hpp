#pragma once
// Child processes: the one place that forks. A child runs a function of this program or becomes
// another program; its output comes back through pipes and files that it is handed.

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tutti/sim/result.hpp"

namespace tutti::tool {

/// A pipe, both ends of which close with it. A program that a child becomes has only the end that
/// it is handed.
class Pipe {
 public:
  /// Errors: Fault::system, if the process has no descriptors left.
  static Result<Pipe> open();
  Pipe(Pipe&& other) noexcept;
  Pipe& operator=(Pipe&&) = delete;
  ~Pipe();

  int reading_end() const { return reading_; }
  int writing_end() const { return writing_; }
  void close_reading_end();
  void close_writing_end();

 private:
  Pipe(int reading, int writing) : reading_(reading), writing_(writing) {}

  int reading_;
  int writing_;
};

/// All that comes until the other end is closed.
std::string read_all(int file);
/// Whether all bytes could be written.
bool write_all(int file, std::string_view bytes);

/// How a child ended.
struct Ending {
  int status = 0;  ///< its exit status
  int signal = 0;  ///< the signal that killed it; 0 for none
  bool is_good() const { return status == 0 && signal == 0; }
};

/// A file that a child is handed: its descriptor here, and the one that the child finds it under.
struct HandedFile {
  int here = -1;
  int there = -1;
};

class ChildProcess {
 public:
  /// A child that runs a function and ends with the status that it returns; nothing registered with
  /// atexit runs. Errors: Fault::system.
  static Result<ChildProcess> run(const std::function<int()>& function,
                                  std::span<const HandedFile> files = {});
  /// A child that becomes another program, by the rules of `become`; if it cannot, it says so on
  /// stderr and ends with the status of Exit::bad.
  static Result<ChildProcess> run(std::vector<std::string> words,
                                  std::span<const HandedFile> files = {});
  ChildProcess(ChildProcess&& other) noexcept;
  ChildProcess& operator=(ChildProcess&&) = delete;
  /// Kills a child that nobody has waited for.
  ~ChildProcess();

  /// How it ended, once it has. Precondition: nothing has returned its ending yet.
  Ending wait();
  /// The same, or nothing if it still runs.
  std::optional<Ending> poll();

 private:
  explicit ChildProcess(int id) : id_(id) {}

  int id_;  // 0 once its ending is known
};

/// Makes this process another program, its name and arguments given as words; a name without a
/// slash is looked up in PATH. Returns only if that cannot be run.
Error become(std::vector<std::string> words);

}  // namespace tutti::tool
