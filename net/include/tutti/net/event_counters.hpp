#pragma once
// The counters of players' events at the relay: which of a client's events it decides on next. The
// players of one client are counted as one.

#include <array>
#include <cstdint>
#include <optional>

#include "tutti/sim/export.hpp"
#include "tutti/sim/limits.hpp"
#include "tutti/sim/tick.hpp"

namespace tutti {

/// See the top of this file.
class TUTTI_API EventCounters {
 public:
  EventCounters();

  /// A player comes, maybe of the same client as `beside`. Counters go on where those of its slot,
  /// and of that client, stopped: they are the slot's, not the person's.
  void join(PlayerId player, std::optional<PlayerId> beside);
  /// The player is of no client any more; its client's others go on as they were.
  void part(PlayerId player);

  /// All events of the player's client below this counter have been decided.
  std::uint32_t next(PlayerId player) const { return counting(player).next; }
  /// Whether the event with this counter can be decided now.
  bool is_next(PlayerId player, std::uint32_t counter) const;
  /// The player's event with this counter has been decided.
  void take(PlayerId player, std::uint32_t counter);
  /// Whether another player of its client came before it.
  bool is_beside(PlayerId player) const { return slots_[player.value].first != player; }

  /// After a restart: the first event that is heard may have a later counter than the log says,
  /// since refused ones left no trace there, nor does its player's having joined if the disk lost
  /// that.
  void allow_skip(PlayerId player) { counting(player).may_skip = true; }

 private:
  struct Slot {
    PlayerId first{};  // of its client's players: that one's counter counts for all of them
    std::uint32_t next = 0;
    bool may_skip = false;
  };
  Slot& counting(PlayerId player) { return slots_[slots_[player.value].first.value]; }
  const Slot& counting(PlayerId player) const { return slots_[slots_[player.value].first.value]; }

  std::array<Slot, limits::players> slots_{};
};

}  // namespace tutti
