#pragma once
// Two runs of a game, compared tick by tick: where their events begin to differ, and where their
// states do.

#include <optional>

#include "tutti/replay/cursor.hpp"
#include "tutti/sim/log.hpp"

namespace tutti::tool {

/// Whether two matches begin alike: with equal seeds, slots and options. Rules and terms may
/// differ.
bool is_same_beginning(const Setup& left, const Setup& right);

/// The first tick whose events are not the same; a log that is shorter has none there.
std::optional<Tick> first_different_events(const Log& left, const Log& right);

/// Whether both cursors stand at equal states.
bool is_same_state(const Cursor& left, const Cursor& right);

/// Looks for the first tick at which two runs have different states, by stepping both. The cursors
/// must outlive it, and nobody else may move them.
class Comparison {
 public:
  /// Begins at the places where the cursors stand.
  Comparison(Cursor& left, Cursor& right) : left_(&left), right_(&right) {}

  /// Steps both at most so many ticks further. Returns whether it is decided.
  bool advance(std::int64_t ticks);
  /// Whether a difference was found. Both cursors then stand at it.
  bool differs() const { return differs_; }
  /// The tick through which both have been compared.
  Tick compared() const { return left_->position(); }

 private:
  Cursor* left_;
  Cursor* right_;
  bool differs_ = false;
  bool is_over_ = false;
};

}  // namespace tutti::tool
