#pragma once
// A second match beside the one that is looked at, and where the two begin to differ.

#include <memory>
#include <optional>

#include "base/comparison.hpp"
#include "model/run.hpp"

namespace tutti::inspect {

class OtherRun {
 public:
  /// Opens a file to compare `run` with, which must outlive this. Errors: those of `Run::open`.
  static Result<std::unique_ptr<OtherRun>> open(const Run& run, const std::string& file,
                                                const tool::GameChoice& choice);

  /// Steps both at most so many ticks further. Returns whether the comparison is done.
  bool advance(std::int64_t ticks) { return comparison_.advance(ticks); }

  Run& run() { return *run_; }
  const Run& run() const { return *run_; }
  /// Whether both begin with equal seeds, slots and options.
  bool begins_alike() const { return begins_alike_; }
  /// The first tick whose events differ; nothing if all are the same.
  std::optional<Tick> first_events() const { return first_events_; }
  /// The first tick with different states; nothing if none is known (yet).
  std::optional<Tick> first_states() const;
  /// The tick through which states have been compared.
  Tick compared() const { return comparison_.compared(); }

 private:
  OtherRun(const Run& run, std::unique_ptr<Run> other, Cursor left, Cursor right);

  std::unique_ptr<Run> run_;
  bool begins_alike_;
  std::optional<Tick> first_events_;
  Cursor left_;
  Cursor right_;
  tool::Comparison comparison_;
};

}  // namespace tutti::inspect
