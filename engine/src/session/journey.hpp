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

  /// The time that this advance may spend, and the most ticks that it may fold.
  Budget& budget() { return budget_; }
  std::int64_t ticks_most() const { return ticks_most_; }

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
  void fill(Tick wanted);

  bool may_skip_;
  std::int64_t fill_ticks_;
  std::int64_t ticks_most_;
  Budget budget_;
  CatchUp catch_up_;
  std::optional<PackedSnapshot> snapshot_;  // its tick is not due here yet
  std::optional<Cursor> cursor_;            // over the timeline's log
};

}  // namespace tutti
