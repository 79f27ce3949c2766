#pragma once
// One subcommand: its options with units, its examples and its action. This wraps CLI11, which
// nothing else includes.

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "tutti/net/time.hpp"
#include "tutti/sim/result.hpp"

namespace tutti::tool {

/// The exit status of every subcommand.
enum class Exit : int {
  done = 0,
  check_failed = 1,  ///< it ran, and the check that was asked for failed
  usage = 2,         ///< the command line makes no sense
  bad = 3,           ///< a file, module, peer or this system cannot be used
};
Exit exit_for(Fault fault);
/// Prints the sentence on stderr and returns its exit status.
Exit complain(const Error& error);

/// Chances in millionths: 10 % is 100'000.
struct Chance {
  std::uint32_t ppm = 0;
};

class Command {
 public:
  Command(std::string name, std::string about);
  Command(const Command&) = delete;
  Command& operator=(const Command&) = delete;
  ~Command();

  Command& subcommand(const std::string& name, const std::string& about);
  /// It does something without one of its subcommands too.
  void may_stand_alone();
  /// Text that --help shows below the options: an explanation, then examples. A first line end is
  /// dropped.
  void examples(const std::string& text);
  void action(std::function<Exit()> action);

  /// `--name`. A variable keeps its value where the option is not given, and help shows that value.
  /// The variables must live as long as the command.
  void flag(const std::string& name, bool& value, const std::string& about);
  void option(const std::string& name, std::string& value, const std::string& about);
  void option(const std::string& name, std::vector<std::string>& values, const std::string& about);
  /// A whole number from `low` to `high`.
  template <class Integer>
  void option(const std::string& name, Integer& value, std::int64_t low, std::int64_t high,
              const std::string& about) {
    number(name, static_cast<std::int64_t>(value), low, high, about,
           [&value](std::int64_t given) { value = static_cast<Integer>(given); });
  }
  /// `40ms`, `1.5s`, `2m`.
  void option(const std::string& name, Duration& value, const std::string& about);
  /// `10%`, `0.5%`.
  void option(const std::string& name, Chance& value, const std::string& about);
  /// An option whose text `take` reads, if it is given; its error is the sentence that refuses the
  /// command line. Help shows `type` and, as the default, `shown`.
  using Take = std::function<Result<void>(const std::string&)>;
  void option(const std::string& name, const char* type, const std::string& shown,
              const std::string& about, const Take& take);
  /// A flag that `take` is told of as "true" or, for `--name=false`, as "false".
  void flag(const std::string& name, const std::string& about, const Take& take);
  /// A tick of a match.
  void tick(const std::string& name, std::int64_t& value, const std::string& about);
  /// `--json`.
  void json(bool& value, const std::string& about = "print JSON");
  /// Hands every word behind the command's name on, options and --help too.
  void pass_on(std::vector<std::string>& words);
  /// Makes the option of this name mandatory.
  void require(const std::string& name);
  /// A mandatory argument without a name, such as a file.
  void argument(const std::string& name, std::string& value, const std::string& about);
  void argument(const std::string& name, std::vector<std::string>& values,
                const std::string& about);
  /// An argument without a name that may be left out.
  void optional_argument(const std::string& name, std::string& value, const std::string& about);
  /// The argument `file`: a match file.
  void match_file(std::string& value);

  /// Parses the command line and runs the chosen action; on the outermost command only.
  Exit run(int argc, char** argv);

 private:
  struct Body;
  explicit Command(std::unique_ptr<Body> body);
  void number(const std::string& name, std::int64_t value, std::int64_t low, std::int64_t high,
              const std::string& about, const std::function<void(std::int64_t)>& set);

  std::unique_ptr<Body> body_;
};

/// "; did you mean rehearse?", if one of the known words is nearly this one; else nothing.
std::string did_you_mean(const std::string& word, const std::vector<std::string>& known);

/// "40ms", "1.5s", "2m"; "10%", "0.5%". Errors: Fault::usage.
Result<Duration> parse_duration(std::string_view text);
Result<Chance> parse_chance(std::string_view text);
/// "40ms", "1.5s".
std::string to_text(Duration duration);

}  // namespace tutti::tool
