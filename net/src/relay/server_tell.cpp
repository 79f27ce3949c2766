// What the relay says to its clients, and when.

#include <algorithm>

#include "relay/room.hpp"
#include "tutti/net/server.hpp"
#include "tutti/sim/mutant.hpp"
#include "wire/wire.hpp"

namespace tutti {

namespace {

constexpr std::int64_t held_most = 0xFFFF;

/// Spectators are behind anyway: they are told at this pace, whatever happens, and a datagram has
/// what fifty of a player's would.
constexpr std::chrono::milliseconds spectator_pace{100};

/// Fills a message with the events from `first` on, as many as fit; returns where it stopped.
/// `event_at(i)` is the event with the sequence number i.
template <class EventAt>
std::uint32_t fill(PlayDown& message, std::uint32_t first, std::uint32_t count, EventAt event_at) {
  // One that has been here before may have more than it is to be told by now.
  message.first_sequence = first = std::min(first, count);
  std::size_t size = play_header_bytes_most;
  std::uint32_t next = first;
  Tick before = message.clock;
  for (; next < count && message.events.size() < play_events_most; ++next) {
    AcceptedEvent told = event_at(next);
    size += play_bytes_of(told, before);
    if (size > limits::play_bytes) break;
    if (!told.is_as_offered) before = told.tick;
    message.events.push_back(std::move(told));
  }
  message.is_all = next == count;
  return next;
}

/// What every message of a feed begins with.
PlayDown opening(detail::Feed& feed, std::uint32_t epoch, Instant now) {
  PlayDown message;
  message.generation = feed.generation;
  message.epoch = epoch;
  message.number = ++feed.number;
  message.echo = feed.echo;
  const std::int64_t held = (now - feed.heard) / detail::wire_unit;
  message.echo_held =
      static_cast<std::uint16_t>(feed.has_echo ? std::min(held, held_most) : held_most);
  return message;
}

std::uint8_t fraction_of(Duration into_tick, Duration tick_length) {
  return static_cast<std::uint8_t>(std::clamp<std::int64_t>(into_tick * 256 / tick_length, 0, 255));
}

}  // namespace

bool is_horizon_due(const RelayServer::Room& room, const RelayServer::Member& member, Tick horizon,
                    Instant now) {
  const detail::Feed& feed = member.feed;
  const bool is_lockstep = room.match.log().setup().terms.is_lockstep;
  const std::int64_t quiet = is_lockstep ? lockstep_horizon_ticks : quiet_horizon_ticks;
  if (horizon - feed.horizon_told >= quiet) return true;
  // Does it cover an event that the member knows and cannot confirm yet? Those are among the last.
  constexpr std::uint32_t looked_at = 32;
  bool covers_some = false;
  bool covers_all = true;
  for (std::uint32_t i = 0; i < std::min(feed.told, looked_at); ++i) {
    const Tick tick = room.match.accepted(feed.told - 1 - i).event.tick;
    if (tick <= feed.horizon_told) continue;
    (tick <= horizon ? covers_some : covers_all) = tick <= horizon;
  }
  // With many players there is always a next event on its way: then at most every other tick.
  return covers_some && (covers_all || now - feed.told_at >= 2 * room.tick_length());
}

void RelayServer::tell(Room& room, Instant now) {
  for (Member& member : room.members) {
    if (!member.is_connected) continue;
    tell_member(room, member, now);
  }
  for (Spectator& spectator : room.spectators) {
    tell_spectator(room, spectator, now);
  }
}

void RelayServer::tell_member(Room& room, Member& member, Instant now) {
  const RelayMatch& match = room.match;
  detail::Feed& feed = member.feed;
  // Only what is in the journal may be told; write_down has run before in this pass.
  const std::uint32_t count = room.written;
  const bool is_due = is_horizon_due(room, member, room.horizon_written, now);
  const auto first = feed.next(count, is_due, now);
  if (!first) return;
  PlayDown message = opening(feed, room.epoch, now);
  const auto [clock, into_tick] = room.position(now);
  message.clock = clock;
  message.clock_fraction = fraction_of(into_tick, room.tick_length());
  message.is_standing = room.is_standing();
  message.counted = match.counted(member.player);
  if (!member.is_digest_told) {
    // If this is lost, the client repeats its digest, and then it is said again.
    message.digest_known = member.digest_known;
    message.agreed = room.comparison.agreed_with(member.player);
    member.is_digest_told = true;
  }
  const std::uint32_t end = fill(message, *first, count, [&](std::uint32_t sequence) {
    const RelayMatch::Accepted& accepted = match.accepted(sequence);
    const Event& event = accepted.event;
    const bool is_as_offered = event.author == author_of(member.player) && accepted.is_as_offered &&
                               event.counter >= member.first_counter;
    return AcceptedEvent{event.tick, event.author, event.counter, is_as_offered,
                         is_as_offered ? Bytes() : event.payload};
  });
  if (room.recovery) message.is_all = false;  // nothing is told yet, and nothing refused by that
  message.horizon = room.recovery ? Tick{}
                    : message.is_all || TUTTI_MUTANT(part_promises_the_whole)
                        ? room.horizon_written
                        : match.accepted(end).horizon_before;
  if (TUTTI_MUTANT(horizon_before_written)) message.horizon = match.horizon();
  send(member.peer, message);
  feed.sent(end, count, now);
  feed.horizon_told = room.horizon_written;
}

void RelayServer::tell_spectator(Room& room, Spectator& spectator, Instant now) {
  detail::Feed& feed = spectator.feed;
  // One that fetches the log is served at the pace of fetching.
  if (!feed.is_fetching && now - feed.told_at < spectator_pace) return;
  auto [clock, into_tick] = room.position(now);
  if (clock - Tick{} < spectator.delay_ticks) into_tick = {};
  clock = std::max(Tick{}, clock - spectator.delay_ticks);
  const Tick horizon = std::min(room.horizon_written, clock);
  // What is final has its place in canonical order for good, so that its number counts those.
  const auto events = room.match.log().events_between(Tick{1}, horizon);
  const auto count = static_cast<std::uint32_t>(events.size());
  const auto first = feed.next(count, true, now);
  if (!first) return;
  PlayDown message = opening(feed, room.epoch, now);
  message.is_standing = room.is_standing();
  message.clock = clock;
  message.clock_fraction = fraction_of(into_tick, room.tick_length());
  const std::uint32_t end = fill(message, *first, count, [&](std::uint32_t sequence) {
    const EventView& event = events[sequence];
    return AcceptedEvent{event.tick, event.author, event.counter, false,
                         Bytes(event.payload.begin(), event.payload.end())};
  });
  message.horizon = message.is_all ? horizon : events[end].tick - 1;
  send(spectator.peer, message);
  feed.sent(end, count, now);
}

void RelayServer::send(PeerId peer, const PlayDown& message) {
  scratch_.clear();
  encode(message, scratch_);
  link_->send_play(peer, scratch_);
}

}  // namespace tutti
