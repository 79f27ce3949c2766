#include "tutti/net/event_counters.hpp"

#include <algorithm>

#include "tutti/sim/mutant.hpp"

namespace tutti {

namespace {

/// Refused events since the last accepted one when a relay died: their counters are in no log.
constexpr std::uint32_t skipped_most = 1 << 16;

}  // namespace

EventCounters::EventCounters() {
  for (std::uint8_t i = 0; i < limits::players; ++i)
    slots_[i].first = PlayerId{i};
}

void EventCounters::join(PlayerId player, std::optional<PlayerId> beside) {
  const Slot before = slots_[player.value];
  slots_[player.value].first = beside ? slots_[beside->value].first : player;
  Slot& now = counting(player);
  now.next = TUTTI_MUTANT(counters_begin_anew) ? 0 : std::max(now.next, before.next);
  now.may_skip = now.may_skip || before.may_skip;
}

void EventCounters::part(PlayerId player) {
  Slot& parted = slots_[player.value];
  std::optional<PlayerId> next_first;
  for (std::uint8_t i = 0; i < limits::players; ++i) {
    Slot& other = slots_[i];
    if (PlayerId{i} == player || other.first != player) continue;
    if (!next_first) {
      next_first = PlayerId{i};
      other.next = parted.next;
      other.may_skip = parted.may_skip;
    }
    other.first = *next_first;
  }
  parted.first = player;
}

bool EventCounters::is_next(PlayerId player, std::uint32_t counter) const {
  const Slot& slot = counting(player);
  const std::uint32_t skipped = counter - slot.next;
  const bool is_repeated = TUTTI_MUTANT(repeated_event_counts_again) && skipped == UINT32_MAX;
  return is_repeated || skipped <= (slot.may_skip ? skipped_most : 0);
}

void EventCounters::take(PlayerId player, std::uint32_t counter) {
  Slot& slot = counting(player);
  slot.next = slots_[player.value].next = counter + 1;
  slot.may_skip = false;
}

}  // namespace tutti
