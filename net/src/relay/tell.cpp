#include "relay/tell.hpp"

#include <algorithm>

#include "tutti/sim/mutant.hpp"
#include "wire/wire.hpp"

namespace tutti::detail {

namespace {

constexpr std::int64_t held_most = 0xFFFF;

/// With many players there is always a next event on its way: then the horizon is told at most so
/// often.
constexpr Duration horizon_pause(Duration tick_length) { return 2 * tick_length; }

/// The events of a message, and about how many bytes it has.
struct Filled {
  std::vector<std::uint32_t> numbers;
  std::size_t bytes;
};

/// Fills a message with those of the events that its feed chooses, as many as fit; returns their
/// numbers. `event_at(i)` is the event with the sequence number i.
template <class EventAt>
Filled fill(PlayDown& message, Feed& feed, std::uint32_t count, Instant now, EventAt event_at) {
  const std::size_t free = feed.outflow.datagram_bytes(now) - play_header_bytes_most -
                           play_bytes_of(message.held, message.counted);
  const std::size_t room = feed.pace.may_send(now) ? free : 0;
  const auto tick_of = [&](std::optional<std::uint32_t> number) {
    if (!number) return message.clock;
    const AcceptedEvent event = event_at(*number);
    return event.is_as_offered ? message.clock : event.tick;
  };
  const auto chosen =
      feed.outflow.choose(count, room, !feed.pace.is_plentiful(), now,
                          [&](std::uint32_t number, std::optional<std::uint32_t> before) {
                            return play_bytes_of(event_at(number), tick_of(before));
                          });
  std::vector<std::uint32_t> sent;
  std::size_t size = 0;
  Tick before = message.clock;
  for (const std::uint32_t number : chosen) {
    AcceptedEvent told = event_at(number);
    told.skipped = sent.empty() ? 0 : number - sent.back() - 1;
    size += play_bytes_of(told, before);
    if (size > room) break;
    if (!told.is_as_offered) before = told.tick;
    message.events.push_back(std::move(told));
    sent.push_back(number);
  }
  // One that has been here before may have more than it is to be told by now.
  message.first_sequence = sent.empty() ? std::min(feed.told(), count) : sent.front();
  message.is_all = end_of(message) == count;
  return {std::move(sent), size + play_header_bytes_most};
}

/// The beginning of every message of a feed.
PlayDown opening(Feed& feed, std::uint32_t epoch, Instant now) {
  PlayDown message;
  message.generation = feed.generation;
  message.epoch = epoch;
  message.number = ++feed.number;
  message.echo = feed.echo;
  const std::int64_t held = (now - feed.heard) / wire_unit;
  message.echo_held =
      static_cast<std::uint16_t>(feed.has_echo ? std::min(held, held_most) : held_most);
  return message;
}

std::uint8_t fraction_of(Duration into_tick, Duration tick_length) {
  return static_cast<std::uint8_t>(std::clamp<std::int64_t>(into_tick * 256 / tick_length, 0, 255));
}

}  // namespace

bool is_horizon_due(const RelayMatch& match, const PlayerSeat& seat, Tick horizon,
                    Duration tick_length, Instant now) {
  const Feed& feed = seat.feed;
  const bool is_lockstep = match.log().setup().terms.is_lockstep;
  const std::int64_t quiet = is_lockstep ? lockstep_horizon_ticks : quiet_horizon_ticks;
  if (horizon - feed.horizon_told >= quiet) return true;
  if (horizon <= feed.horizon_told) return false;
  if (seat.order.waits_for(horizon)) return true;
  // Does it cover an event that the player knows and cannot confirm yet?
  bool covers_some = false;
  bool covers_all = true;
  const std::uint32_t told = feed.told();
  const std::uint32_t first = std::max(feed.covered, told - std::min(told, unconfirmed_most));
  for (std::uint32_t number = first; number < told; ++number) {
    const Tick tick = seat.order.tick_in_memory(number, match);
    if (tick <= feed.horizon_told) continue;
    (tick <= horizon ? covers_some : covers_all) = tick <= horizon;
  }
  return covers_some && (covers_all || now - feed.told_at >= horizon_pause(tick_length));
}

bool is_horizon_due(const RelayMatch& match, const Seats& seats, const Minutes& minutes,
                    Duration tick_length, Instant now) {
  const Tick horizon = match.horizon();
  const auto& players = seats.players();
  const bool is_watched = !seats.spectators().empty();
  return (is_watched && horizon - minutes.horizon() >= quiet_horizon_ticks) ||
         std::any_of(players.begin(), players.end(), [&](const PlayerSeat& seat) {
           return seat.is_connected && is_horizon_due(match, seat, horizon, tick_length, now);
         });
}

Instant next_due(const RelayMatch& match, const PlayerSeat& seat, Duration tick_length,
                 Instant now) {
  const Instant due = seat.feed.due_at(seat.order.count());
  const Instant pause = seat.feed.told_at + horizon_pause(tick_length);
  const bool may_pause = match.horizon() > seat.feed.horizon_told && now < pause;
  return may_pause ? std::min(due, pause) : due;
}

std::optional<PlayDown> tell(const Present& present, PlayerSeat& seat, Instant now) {
  const RelayMatch& match = present.match;
  Feed& feed = seat.feed;
  // Only what is in the journal may be told.
  if (!present.is_recovering) {
    seat.order.update({match, present.minutes, present.history, seat.all()});
  }
  seat.order.forget(feed.received());
  const std::uint32_t count = seat.order.count();
  const Tick horizon = present.minutes.horizon();
  // A match that is over waits for nothing else.
  const bool is_last = match.is_over() && seat.durable_told != present.minutes.durable();
  const bool has_news = is_last || is_horizon_due(match, seat, horizon, present.tick_length, now) ||
                        seat.intake.take_new_gap();
  if (!feed.is_due(count, has_news, now)) return std::nullopt;
  PlayDown message = opening(feed, match.epoch(), now);
  message.clock = present.clock;
  message.clock_fraction = fraction_of(present.into_tick, present.tick_length);
  message.is_standing = present.is_standing;
  message.counted = match.counted(seat.player);
  message.held = seat.intake.held();
  message.is_over_budget = match.is_over_budget(seat.player);
  if (!seat.is_digest_told) {
    // If this is lost, the client repeats its digest, and then it is said again.
    message.digest_known = seat.digest_known;
    message.agreed = present.comparison.agreed_with(seat.player);
    seat.is_digest_told = true;
  }
  bool is_readable = true;
  const auto sent = fill(message, feed, count, now, [&](std::uint32_t number) {
    const auto told = seat.order.told(number, match, present.history);
    is_readable = is_readable && told;
    if (!told) return AcceptedEvent{};
    const EventView& event = told->event;
    const bool is_own = !event.author.is_relay() && seat.has(event.author.player());
    const bool is_as_offered = is_own && told->is_as_offered && event.counter >= seat.first_counter;
    AcceptedEvent message_event{event.tick, event.author, event.counter, is_as_offered, {}};
    if (!is_as_offered) message_event.payload.assign(event.payload.begin(), event.payload.end());
    return message_event;
  });
  if (!is_readable) return std::nullopt;
  // Nothing is told yet, and nothing refused by that.
  if (present.is_recovering) message.is_all = false;
  if (present.is_recovering) {
    message.horizon = {};
  } else if (message.is_all || TUTTI_MUTANT(part_promises_the_whole)) {
    message.horizon = horizon;
  } else {
    const auto next = static_cast<std::uint32_t>(end_of(message));
    const auto told = seat.order.told(next, match, present.history);
    if (!told) return std::nullopt;
    message.horizon = told->horizon_before;
  }
  if (TUTTI_MUTANT(horizon_before_written)) message.horizon = match.horizon();
  message.durable = seat.durable_told = present.is_recovering ? Tick{} : present.minutes.durable();
  feed.note_sent(sent.numbers, sent.bytes, count, now);
  feed.horizon_told = horizon;
  while (feed.covered < feed.told() && seat.order.tick_in_memory(feed.covered, match) <= horizon) {
    ++feed.covered;
  }
  return message;
}

namespace {

template <class Shown, class ReaderSeat>
void tell_one(const Shown& shown, std::uint32_t epoch, ReaderSeat& seat, Peers& peers,
              Instant now) {
  while (const auto told = tell(shown, seat, now)) {
    seat.feed.note_datagram(told->number, peers.send_play(seat.peer, *told), now);
    if (told->events.empty()) break;
  }
  while (const auto spare = seat.feed.next_spare(epoch, now))
    seat.feed.pace.spend(peers.send_play(seat.peer, *spare).size());
}

}  // namespace

void tell_all(const Present& present, PlayerSeat& seat, Peers& peers, Instant now) {
  tell_one(present, present.match.epoch(), seat, peers, now);
}

void tell_spectators(const Broadcast& broadcast, std::vector<SpectatorSeat>& seats, Peers& peers,
                     Instant now) {
  for (SpectatorSeat& seat : seats) {
    if (now < seat.feed.quiet_until) continue;
    tell_one(broadcast, seat.epoch, seat, peers, now);
    seat.feed.rest(spectator_pace);
  }
}

std::optional<PlayDown> tell(const Broadcast& broadcast, SpectatorSeat& seat, Instant now) {
  Feed& feed = seat.feed;
  // One that is behind fetches the log as fast as its budget allows.
  const bool is_its_turn = now - feed.told_at >= spectator_pace;
  const bool is_behind = feed.is_behind || feed.outflow.has_missing(now);
  if (!is_its_turn && !is_behind) return std::nullopt;
  const bool is_before_start = broadcast.clock - Tick{} < seat.delay_ticks;
  const Tick clock = std::max(Tick{}, broadcast.clock - seat.delay_ticks);
  const Tick horizon = std::min(broadcast.horizon, clock);
  // A final event has its place in canonical order for good, so that its number counts the final
  // ones before it.
  const auto counted = broadcast.events.count(horizon);
  if (!counted) return std::nullopt;
  const std::uint32_t count = *counted;
  if (!feed.is_due(count, is_its_turn, now)) return std::nullopt;
  PlayDown message = opening(feed, seat.epoch, now);
  message.is_standing = broadcast.is_standing;
  message.clock = clock;
  message.clock_fraction =
      is_before_start ? std::uint8_t{0} : fraction_of(broadcast.into_tick, broadcast.tick_length);
  bool is_readable = true;
  const auto event_at = [&](std::uint32_t number) {
    const auto event = broadcast.events.at(number);
    is_readable = is_readable && event;
    return event.value_or(EventView{});
  };
  const auto sent = fill(message, feed, count, now, [&](std::uint32_t sequence) {
    const EventView event = event_at(sequence);
    return AcceptedEvent{event.tick, event.author, event.counter, false,
                         Bytes(event.payload.begin(), event.payload.end())};
  });
  message.horizon =
      message.is_all ? horizon : event_at(static_cast<std::uint32_t>(end_of(message))).tick - 1;
  if (!is_readable) return std::nullopt;
  message.durable = std::min(broadcast.durable, horizon);
  feed.note_sent(sent.numbers, sent.bytes, count, now);
  return message;
}

}  // namespace tutti::detail
