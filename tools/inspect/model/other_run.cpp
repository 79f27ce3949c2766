#include "model/other_run.hpp"

namespace tutti::inspect {

OtherRun::OtherRun(const Run& run, std::unique_ptr<Run> other, Cursor left, Cursor right)
    : run_(std::move(other)),
      begins_alike_(tool::is_same_beginning(run.log().setup(), run_->log().setup())),
      first_events_(tool::first_different_events(run.log(), run_->log())),
      left_(std::move(left)),
      right_(std::move(right)),
      comparison_(left_, right_) {}

Result<std::unique_ptr<OtherRun>> OtherRun::open(const Run& run, const std::string& file,
                                                 const tool::GameChoice& choice) {
  Result<std::unique_ptr<Run>> other = Run::open(file, choice);
  if (!other) return Unexpected{other.error()};
  // They only go ahead, and need no snapshots to come back to.
  constexpr Cursor::Options options{.memory_bytes = 1024 * 1024};
  Result<Cursor> left = Cursor::open(run.game(), run.log(), options);
  if (!left) return Unexpected{left.error()};
  Result<Cursor> right = Cursor::open((*other)->game(), (*other)->log(), options);
  if (!right) return Unexpected{right.error()};
  return std::unique_ptr<OtherRun>(
      new OtherRun(run, std::move(*other), std::move(*left), std::move(*right)));
}

std::optional<Tick> OtherRun::first_states() const {
  return comparison_.differs() ? std::optional(comparison_.compared()) : std::nullopt;
}

}  // namespace tutti::inspect
