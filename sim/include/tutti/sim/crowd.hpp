#pragma once
// A crowd plays a game as arbitrary people might: rehearsals, checks and determinism tests feed its
// events to the game. The same options and the same states give the same events on every machine.

#include <array>
#include <span>
#include <vector>

#include "tutti/sim/any_game.hpp"
#include "tutti/sim/event.hpp"
#include "tutti/sim/export.hpp"
#include "tutti/sim/random.hpp"

namespace tutti {

/// All players join at the first tick and play legal events, or those of the game's bot. Now and
/// then one of them leaves and comes back.
class TUTTI_API Crowd {
 public:
  /// What the crowd plays, and how.
  struct Options {
    std::uint64_t seed = 1;    ///< of the game, and of the events
    std::uint8_t players = 2;  ///< slots
    /// The game's bot decides what to play. The game must have one.
    bool bots = false;
    /// Some players also send bytes that may be no event at all; all readers have to refuse the
    /// same ones.
    bool sends_garbage = false;
    /// Every 30 ticks everybody acts in one tick, as often as a tick allows, as after an outage.
    bool has_bursts = false;
  };

  Crowd(AnyGame game, const Options& options);  ///< Begins at tick 0.

  /// The events of the next tick, in canonical order; valid until the next call.
  std::span<const EventView> next(Tick tick, const void* state);
  /// The number of events so far.
  std::uint64_t total() const { return total_; }

 private:
  void join_and_leave(Tick tick, std::vector<bool>& may_act);
  void act(Tick tick, PlayerId player, const void* state);
  void act_often(Tick tick, PlayerId player, const void* state);
  void add(Tick tick, Author author, Bytes payload);

  AnyGame game_;
  Options options_;
  Random random_;
  std::vector<bool> is_in_;
  std::array<std::uint32_t, limits::players + 1> counters_{};
  std::vector<Event> events_;
  std::vector<EventView> views_;
  std::uint64_t total_ = 0;
};

}  // namespace tutti
