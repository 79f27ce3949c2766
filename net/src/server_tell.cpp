// What the relay says to its clients, and when.

#include <algorithm>

#include "room.hpp"
#include "tutti/net/server.hpp"

namespace tutti {

namespace {

constexpr std::chrono::milliseconds heartbeat{100};
constexpr std::chrono::microseconds wire_unit{100};
constexpr std::int64_t held_most = 0xFFFF;

/// How long everything is repeated after an acknowledgement stayed out.
constexpr std::chrono::seconds eager_time{30};
constexpr std::chrono::milliseconds resend_pace{33};

/// An acknowledgement that takes half as long again as usual is not late but lost, or its event is.
bool is_acknowledgement_late(const RelayServer::Member& member, Instant now) {
  constexpr std::chrono::milliseconds most{500};
  constexpr std::chrono::milliseconds least{50};
  if (member.probe == 0) return false;
  const Duration usual = member.acknowledges_after.value_or(most / 2);
  const Duration patience = std::clamp<Duration>(usual * 3 / 2, least, most);
  return now - member.probe_sent > patience;
}

}  // namespace

bool is_horizon_due(const RelayServer::Room& room, const RelayServer::Member& member, Tick horizon,
                    Instant now) {
  if (horizon - member.horizon_told >= quiet_horizon_ticks) return true;
  // Does it cover an event that the member knows and cannot confirm yet? Those are among the last.
  constexpr std::uint32_t looked_at = 32;
  bool covers_some = false;
  bool covers_all = true;
  for (std::uint32_t i = 0; i < std::min(member.told, looked_at); ++i) {
    const Tick tick = room.match.accepted(member.told - 1 - i).event.tick;
    if (tick <= member.horizon_told) continue;
    (tick <= horizon ? covers_some : covers_all) = tick <= horizon;
  }
  // With many players there is always a next event on its way: then at most every other tick.
  return covers_some && (covers_all || now - member.told_at >= 2 * room.tick_length());
}

void RelayServer::tell(Room& room, Instant now) {
  for (Member& member : room.members) {
    if (!member.is_connected) continue;
    if (room.diverged && !member.is_diverged_told) {
      member.is_diverged_told = true;
      link_->send_control(member.peer, encode(ControlMessage(Diverged{*room.diverged})));
    }
    tell_member(room, member, now);
  }
}

void RelayServer::tell_member(Room& room, Member& member, Instant now) {
  const RelayMatch& match = room.match;
  // Only what is in the journal may be told; write_down has run before in this pass.
  const std::uint32_t count = room.written;
  const bool has_event = member.told < count;
  const bool is_due = is_horizon_due(room, member, room.horizon_written, now);
  // One that has much to fetch gets the next piece as soon as it has acknowledged the last.
  const bool is_fetching = member.received < count && member.received == member.told;
  // Busy or quiet, a late acknowledgement is answered; in quiet the resending needs a pace of its
  // own.
  const bool is_late = is_acknowledgement_late(member, now);
  if (is_late) member.eager_until = now + eager_time;
  const bool is_resend_due = is_late && now - member.told_at >= resend_pace;
  if (!has_event && !is_due && !is_fetching && !is_resend_due && now - member.told_at < heartbeat) {
    return;
  }
  // What is new goes out twice, in this datagram and the next, so that a single loss costs one
  // interval; after a loss that this did not mend, everything goes out until it is acknowledged.
  const bool is_eager = now < member.eager_until || is_fetching || count - member.received > 64;
  const std::uint32_t first =
      is_eager ? member.received : std::max(member.received, member.repeated);

  PlayDown message;
  message.epoch = room.epoch;
  message.number = ++member.number;
  message.echo = member.echo;
  const std::int64_t held = (now - member.heard) / wire_unit;
  message.echo_held =
      static_cast<std::uint16_t>(member.has_echo ? std::min(held, held_most) : held_most);
  message.clock = match.clock();
  const Duration into_tick = now - room.origin - room.tick_length() * match.clock().value;
  message.clock_fraction = static_cast<std::uint8_t>(
      std::clamp<std::int64_t>(into_tick * 256 / room.tick_length(), 0, 255));
  message.counted = match.counted(member.player);
  message.progress_known = match.progress(member.player);
  message.digest_known = member.digest_known;
  message.first_sequence = first;
  std::size_t size = play_header_bytes_most;
  std::uint32_t next = first;
  Tick before = message.clock;
  for (; next < count && message.events.size() < play_events_most; ++next) {
    const RelayMatch::Accepted& accepted = match.accepted(next);
    const Event& event = accepted.event;
    const bool is_as_offered = event.author == author_of(member.player) && accepted.is_as_offered &&
                               event.counter >= member.first_counter;
    AcceptedEvent told{event.tick, event.author, event.counter, is_as_offered,
                       is_as_offered ? Bytes() : event.payload};
    size += play_bytes_of(told, before);
    if (size > limits::play_bytes) break;
    if (!is_as_offered) before = event.tick;
    message.events.push_back(std::move(told));
  }
  message.is_all = next == count;
  message.horizon = message.is_all ? room.horizon_written : match.accepted(next).horizon_before;
  scratch_.clear();
  encode(message, scratch_);
  link_->send_play(member.peer, scratch_);
  member.repeated = std::max(member.repeated, std::min(member.told, next));
  if (next > member.told) {
    member.told = next;
    if (member.probe == 0) {
      member.probe = next;
      member.probe_sent = now;
    }
  }
  member.horizon_told = room.horizon_written;
  member.told_at = now;
}

}  // namespace tutti
