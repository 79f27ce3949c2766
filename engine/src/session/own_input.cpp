#include "session/own_input.hpp"

#include <algorithm>

namespace tutti {

std::optional<EventView> OwnInput::offer(Source& source, const Log& log, PlayerId player,
                                         std::int64_t delay_ticks, BytesView payload,
                                         PlayerEvent is) {
  Hands& hands = hands_[player.value];
  // Changes of different ticks keep different ticks when the delay has shrunk, or a press and its
  // release would become one; and nothing comes before what was announced with a longer delay.
  const Tick after_last = hands.last_stamp + (present_ > hands.offered_at ? 1 : 0);
  const Tick stamp = std::max(
      {present_ + 1 + delay_ticks, announced_ + 1, log.horizon() + 1, after_last, last_stamp_});
  const bool is_command = is == PlayerEvent::command;
  const std::size_t most = limits::events_per_tick - (is_command ? 1 : 0);
  if (stamp == hands.last_stamp && hands.at_last_stamp >= most) return std::nullopt;
  const auto counter = source.offer(player, stamp, payload, is);
  if (!counter) return std::nullopt;
  hands.at_last_stamp = stamp == hands.last_stamp ? hands.at_last_stamp + 1 : 1;
  hands.last_stamp = last_stamp_ = stamp;
  hands.offered_at = present_;
  hands.stamps[*counter] = stamp;
  return EventView{stamp, author_of(player), *counter, payload};
}

void OwnInput::joined(PlayerId player, Tick tick) {
  Hands& hands = hands_[player.value];
  hands.last_stamp = std::max(hands.last_stamp, tick);
}

bool OwnInput::was_late(const EventView& event) {
  const auto hands = hands_.find(event.author.player().value);
  if (hands == hands_.end()) return false;
  const auto stamp = hands->second.stamps.find(event.counter);
  if (stamp == hands->second.stamps.end()) return false;
  const bool was_late = stamp->second != event.tick;
  // Earlier offers have been decided, too.
  hands->second.stamps.erase(hands->second.stamps.begin(), std::next(stamp));
  return was_late;
}

void OwnInput::act_at(Tick present, Tick announced) {
  present_ = present;
  announced_ = std::max(announced_, announced);
}

Tick OwnInput::offered_for(PlayerId player) const {
  const auto hands = hands_.find(player.value);
  return hands == hands_.end() ? Tick{} : hands->second.last_stamp;
}

}  // namespace tutti
