#pragma once
// A journey takes a session elsewhere than to the next tick of its match: late into it by a
// snapshot, or about it like a recording.

#include <optional>

#include "session/catch_up.hpp"
#include "tutti/engine/session_options.hpp"
#include "tutti/replay/cursor.hpp"

namespace tutti {

class Client;

class Journey {
 public:
  explicit Journey(const SessionOptions& options);

  /// The time that this advance may spend, and the most ticks that it may step to: none where the
  /// cursor folds them, since a step would cost another copy of the state.
  Budget& budget() { return budget_; }
  std::int64_t ticks_most() const { return is_on_way_ ? 0 : ticks_most_; }

  /// Asks for a state near the present where that is worth it, and takes what has come.
  void ask_for_snapshot(Client& client, Tick wanted, const Timeline& timeline, Instant now);
  /// Takes the timeline to the snapshot that has come, once that is due; returns it if so.
  std::optional<PackedSnapshot> begin_at_snapshot(Tick wanted, Timeline& timeline);
  /// Folds some ticks to find out whether the snapshot was right. True if it was wrong, and the
  /// timeline goes on from what the log gives.
  bool verify(Timeline& timeline);
  bool is_unverified() const { return catch_up_.is_unverified(); }

  /// Where a watching session was taken.
  struct Leap {
    bool is_back = false;              // it goes backwards
    bool has_jumped = false;           // the timeline was taken elsewhere,
    std::optional<Tick> skipped_to{};  // ahead to here, past ticks that nobody will confirm
  };
  /// For a session that watches: goes by the cursor where that is nearer than the present. Fails if
  /// the game cannot play the log.
  Result<Leap> go_towards(Tick wanted, Timeline& timeline);

 private:
  Result<void> open_cursor(const Timeline& timeline);
  void take_back(const Timeline& timeline);
  void fill(Tick wanted);
  void fold_ahead(std::int64_t ticks);
  void learn_step_cost(std::int64_t ticks, Duration took);

  bool may_skip_;
  std::int64_t fill_ticks_;
  std::int64_t ticks_most_;
  Budget budget_;
  CatchUp catch_up_;
  std::optional<PackedSnapshot> snapshot_;            // its tick is not due here yet
  std::optional<Cursor> cursor_;                      // over the timeline's log
  bool is_on_way_ = false;                            // by the cursor, to a place that is far ahead
  std::int64_t measured_ticks_ = 0;                   // folded by it since the last measure,
  Duration measured_{};                               // and the time that this took
  Duration step_cost_ = Cursor::Options{}.step_cost;  // as the cursor knows it
};

}  // namespace tutti
