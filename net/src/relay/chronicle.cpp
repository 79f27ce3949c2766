#include "relay/chronicle.hpp"

namespace tutti::detail {

void Chronicle::tell(Commons& commons, const std::string& room, const RelayMatch& match,
                     Seats& seats) {
  for (; told_ < match.accepted_count(); ++told_) {
    const auto said = relay_event_of(match.accepted(told_).event);
    if (!said) continue;
    if (said->kind == EventKind::joined) {
      const PlayerSeat* seat = seats.connected(said->player);
      commons.report(news::Joined{room, said->player, seat ? seat->peer : PeerId{}});
    } else if (said->kind == EventKind::left) {
      commons.report(news::Left{room, said->player, said->reason});
    }
  }
}

RoomSummary summary_of(const RelayMatch& match, const Seats& seats) {
  const Setup& setup = match.log().setup();
  RoomSummary summary{.rules = setup.rules,
                      .slots = setup.players,
                      .spectators = seats.spectators().size(),
                      .clock = match.clock(),
                      .tick_rate = setup.tick_rate,
                      .is_held = match.is_standing(),
                      .is_over = match.is_over()};
  for (const PlayerSeat& seat : seats.players()) {
    if (seat.is_connected) summary.players += 1 + seat.others.size();
  }
  return summary;
}

}  // namespace tutti::detail
