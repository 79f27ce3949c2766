#pragma once
// A cursor moves through a log: to any tick, forwards and backwards, one tick or many. It keeps
// snapshots as caches of the fold, so that going somewhere folds little; the states that it shows
// never depend on them. It knows no clock, thread or file: its owner says how far to go, and lends
// it idle moments with `fill`.

#include <chrono>
#include <cstdint>
#include <map>
#include <vector>

#include "tutti/sim/any_game.hpp"
#include "tutti/sim/export.hpp"
#include "tutti/sim/log.hpp"

namespace tutti {

/// A place in a log, and the state there.
class TUTTI_API Cursor {
 public:
  /// How much memory and time a cursor may take.
  struct Options {
    /// Bytes that all snapshots together may take.
    std::size_t memory_bytes = 64 * 1024 * 1024;
    /// The time that folding from one snapshot to the next may take, as far as memory allows.
    std::chrono::nanoseconds seek_cost = std::chrono::milliseconds(1);
    /// The time that one step of the game takes on this machine; see `set_step_cost`.
    std::chrono::nanoseconds step_cost = std::chrono::microseconds(1);
  };

  /// Stands at tick 0. Refuses (Fault::bad_data) a log that the game cannot play; see
  /// `check_plays`. The log must outlive the cursor; it may grow.
  static Result<Cursor> open(const AnyGame& game, const Log& log, Options options);
  static Result<Cursor> open(const AnyGame& game, const Log& log) {
    return open(game, log, Options{});
  }

  Tick position() const { return position_; }  ///< The tick at which it stands.
  /// How far it can go: the log's horizon.
  Tick length() const { return log_->horizon(); }
  /// The state at the position, and the one a tick before it. Valid until the cursor moves.
  const void* state() const { return state_.get(); }
  const void* previous_state() const { return previous_.get(); }
  const AnyGame& game() const { return game_; }

  /// Goes to a tick, 0 to length(); others are brought within.
  void seek(Tick tick);
  /// One tick ahead; false at the end. Its effects are appended unless `effects` is null.
  bool forward(std::vector<EffectRecord>* effects = nullptr);
  /// One tick back; false at tick 0.
  bool back();

  /// Folds at most `ticks` more ticks ahead, without moving, to have snapshots of the whole log.
  /// Returns whether all of it is covered. Precondition: nothing is lent.
  bool fill(std::int64_t ticks);
  /// Seeking to ticks up to this one takes no longer than `seek_cost`.
  Tick filled() const { return filled_; }
  /// The state at `filled()`, for a borrower to exchange for another of the game's, which saves a
  /// copy. `give_back` comes before the next `fill`.
  StateBox& lend_filled();
  /// Whether the state at `filled()` is lent.
  bool is_lent() const { return is_lent_; }
  /// Ends the loan by a copy of the state that was lent, or of one of a later tick to which its
  /// borrower has stepped: the cursor fills on from there.
  void give_back(Tick tick, const void* state);
  /// Tells how long a step takes: a game with slower steps gets snapshots closer together.
  void set_step_cost(std::chrono::nanoseconds cost);

  /// What its snapshots cost.
  struct Statistics {
    std::size_t snapshots = 0;       ///< how many there are
    std::size_t bytes = 0;           ///< of them; at most Options::memory_bytes and one more
    std::int64_t spacing_ticks = 0;  ///< between the evenly spaced ones
    std::uint64_t steps = 0;         ///< of the game, so far
  };
  Statistics statistics() const;  ///< What its snapshots cost now.

 private:
  /// Snapshots by tick, and their bytes.
  struct Shelf {
    std::map<Tick, Bytes> snapshots;
    std::size_t bytes = 0;
    void put(Tick tick, Bytes snapshot);
    void clear();
  };
  Cursor(const AnyGame& game, const Log& log, Options options);
  Bytes save(const void* state) const;
  void load(Tick tick, const Bytes& snapshot);
  void step(std::vector<EffectRecord>* effects);
  void fold_to(Tick target, Tick dense_from);
  void keep(Tick tick, const void* state);
  void thin_out();
  std::size_t events_through(Tick tick) const;
  std::int64_t spacing_wanted() const;

  AnyGame game_;
  const Log* log_;
  Options options_;
  StateBox state_;
  StateBox previous_;
  Tick position_;
  std::size_t next_event_ = 1;      // the first one is MatchStarted
  Shelf sparse_;                    // every spacing_ ticks, and tick 0
  Shelf dense_;                     // the ticks before a place that was gone back to
  std::int64_t spacing_least_ = 1;  // as the memory allows
  std::int64_t spacing_;
  StateBox filler_;  // the state at filled_, unless it is lent
  bool is_lent_ = false;
  Tick filled_;
  std::uint64_t steps_ = 0;
};

}  // namespace tutti
