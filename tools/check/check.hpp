#pragma once
// Shared by the files of `tutti check`: the subject, the findings, and how one check runs in a
// process of its own, so that a game that crashes is a finding and not the end.

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "tutti/sim/any_game.hpp"
#include "tutti/sim/crowd.hpp"
#include "tutti/sim/field_diff.hpp"

namespace tutti::tool {

enum class Outcome { good, note, wrong };

/// The finding of one check.
struct Finding {
  std::string check{};
  Outcome outcome = Outcome::good;
  std::string sentence{};
  std::optional<Tick> tick{};
  std::vector<FieldDifference> fields{};  ///< as it should be left, as it was right
  std::string causes{};                   ///< where to look
  std::vector<std::pair<std::string, double>> figures{};
  bool is_left_out = false;  ///< it could not be looked for, so nothing is known about it
  bool is_waived = false;    ///< it was left out by wish, so that is no failure
};

/// A game and what it is fed with.
struct Subject {
  AnyGame game;
  std::string module{};  ///< the file it was loaded from
  Crowd::Options crowd{};
  std::int64_t ticks = 0;  ///< how long a check plays
  Bytes options{};         ///< the game's own
  bool is_alone = false;   ///< no second build is asked for

  Setup setup(std::uint64_t seed_offset = 0) const;
  /// The same with as many players as the game allows, who now and then all act in one tick.
  Subject with_everybody() const;
};

/// How a check's process differs from this one.
struct Surroundings {
  bool has_empty_environment = false;
  std::vector<std::string> environment{};  ///< NAME=value, added
  bool has_fixed_addresses = false;
  std::string folder{};                  ///< where it runs; here if empty
  std::vector<std::string> arguments{};  ///< of `tutti`, which is started; else only the function
};

/// Runs a check in a child process and returns what it found; a crash is found too, with the tick
/// that it told last.
Finding isolated(const std::string& check, const std::function<Finding()>& function);
/// Runs `tutti` itself with other surroundings and returns what it printed by `print_finding`.
Finding started(const std::string& check, const Surroundings& surroundings);
/// For the process that `started` starts: the finding as lines for its parent.
void print_finding(const Finding& finding);

/// Says which tick is about to be stepped, in case that it is the last.
void tell(Tick tick);
/// The text that the process wrote to stderr so far, in a child of `isolated`: sanitizers speak
/// there.
std::string written_to_stderr();

/// Where a NaN comes from.
inline constexpr const char* nan_causes = "0/0, the root of a negative number, infinity - infinity";

/// A finding of something wrong.
Finding wrong(std::string sentence, Tick tick, std::vector<FieldDifference> fields,
              std::string causes);
/// The fields that differ between two states.
std::vector<FieldDifference> differences(const AnyGame& game, const void* left, const void* right);

// The checks; each is run by `isolated`.
Finding check_rehearsal(const Subject& subject);
Finding check_snapshots(const Subject& subject);
Finding check_digest_coverage(const Subject& subject);
Finding check_field_list(const Subject& subject);
Finding check_hostile_events(const Subject& subject);
Finding check_undefined_behaviour(const Subject& subject);
Finding check_life(const Subject& subject);
Finding check_numbers(const Subject& subject);
Finding check_speed(const Subject& subject);
/// Not a check: the figure `tick_seconds`, what a step and its digest cost of a processor.
Finding measure_tick(const Subject& subject);
/// Reads the file of the module and those of the libraries that it loads, some of them while it is
/// played in a process of its own.
Finding check_imports(const Subject& subject);

/// One fold of the game under a condition, its digests written to a file or compared with one.
struct FoldTask {
  std::string under = "plain";  ///< one of fold_conditions()
  std::string write{};          ///< the file to write digests to
  std::string compare{};        ///< the file to compare with
  std::int64_t fields_at = -1;  ///< list the fields at this tick, 0 for the start; -1 for none
};
std::vector<std::string> fold_conditions();
/// Sets what has to be set before the module is loaded. `module`: its file, if it is named by one.
void prepare_fold(const std::string& under, const std::string& module);
Finding fold(const Subject& subject, const FoldTask& task);
/// Folds the game in other surroundings, one process each, and compares. `builds`: modules of the
/// same rules, built otherwise; the one in the folder `garbage` beside the module is added to them.
/// Calls `begins` before each fold.
std::vector<Finding> check_surroundings(const Subject& subject,
                                        const std::vector<std::string>& builds,
                                        const std::function<void()>& begins);
/// How many folds that are.
std::size_t count_surroundings(const std::vector<std::string>& builds);

/// Folds recorded matches and compares states with the digests that the players agreed on.
Finding check_recording(const AnyGame& game, const std::string& file);

/// All findings, for people, and the most telling one.
void print_findings(const std::vector<Finding>& findings);
/// The same as JSON; `what` and `seed` as they were asked for.
void print_json(const std::vector<Finding>& findings, const std::string& what, std::uint64_t seed);

}  // namespace tutti::tool
