#include "relay/spectators.hpp"

#include <algorithm>

#include "tutti/sim/mutant.hpp"

namespace tutti::detail {

/// The seat of this peer, or the end.
std::vector<SpectatorSeat>::const_iterator Spectators::find(PeerId peer) const {
  const auto seat = std::lower_bound(
      all_.begin(), all_.end(), peer,
      [](const SpectatorSeat& other, PeerId wanted) { return other.peer < wanted; });
  return seat != all_.end() && seat->peer == peer ? seat : all_.end();
}

SpectatorSeat* Spectators::of(PeerId peer) {
  const auto seat = find(peer);
  return seat == all_.end() ? nullptr : &all_[static_cast<std::size_t>(seat - all_.begin())];
}

CommonLog common_log(const Log& log, const KnownLog& known) {
  if (known.through <= log.forgotten_through()) return {};
  const auto head = log.head(known.through);
  if (!head || (*head != known.head && !TUTTI_MUTANT(known_logs_are_believed))) return {};
  const std::size_t kept = log.events_between(Tick{1}, known.through).size();
  return {known.through, static_cast<std::uint32_t>(log.forgotten() + kept)};
}

Welcome welcome_to(const std::string& room, const Spectators::Watched& watched,
                   const RoomTerms& terms, const ResumeSecret& secret, const Feed& feed,
                   const Commons& commons) {
  return {.room = room,
          .epoch = watched.epoch,
          .resume = secret,
          .setup = watched.log.setup(),
          .bytes_per_second = feed.pace.bytes_per_second(),
          .terms = terms,
          .epochs_grow = static_cast<bool>(commons.replicated)};
}

void Spectators::enter(PeerId peer, const Hello& hello, const Watched& watched, Instant now) {
  const bool is_same = hello.epoch == watched.epoch;
  const bool has_log = is_same && hello.received < watched.log.count();
  const CommonLog common = is_same ? CommonLog{} : common_log(watched.log, hello.known);
  const std::uint32_t received = has_log ? hello.received : common.events;
  const auto place = std::upper_bound(
      all_.begin(), all_.end(), peer,
      [](PeerId newcomer, const SpectatorSeat& other) { return newcomer < other.peer; });
  const SpectatorSeat seat{
      .peer = peer,
      .feed = Feed::to(hello, received, commons_->budget_for(hello), now),
      .secret = commons_->secret_for(hello),
      .delay_ticks = std::int64_t{hello.delay_seconds} * watched.log.setup().tick_rate,
      .epoch = watched.epoch,
      .brought_log = is_same && hello.received > 0};
  all_.insert(place, seat);
  ++commons_->statistics.spectators;
  commons_->report(news::Watching{*room_, peer});
  Welcome welcome = welcome_to(*room_, watched, *terms_, seat.secret, seat.feed, *commons_);
  welcome.known_through = common.through;
  welcome.told_from = common.events;
  commons_->peers.send(peer, welcome);
}

void Spectators::remove(PeerId peer) {
  const auto seat = find(peer);
  if (seat == all_.end()) return;
  all_.erase(seat);
  commons_->report(news::WatchedEnough{*room_, peer});
}

bool Spectators::take(SpectatorSeat& seat, const PlayUp& message, std::size_t events, Instant now) {
  // The rest of the message concerns nobody: a spectator changes nothing.
  if (message.received >= events || !seat.feed.is_of(message, seat.epoch)) return false;
  seat.feed.hear(message, now);
  return true;
}

void Spectators::drop(const Log& log, std::optional<Instant> over_since, Duration tick_length,
                      Instant now) {
  const auto end = static_cast<std::uint32_t>(log.count() - 1);
  std::erase_if(all_, [&](const SpectatorSeat& seat) {
    const Duration behind = tick_length * seat.delay_ticks;
    const bool has_seen_all =
        over_since && (seat.feed.received() == end ||
                       now - *over_since > behind + commons_->options.closing_time);
    const bool is_lost = now - seat.feed.heard > commons_->options.peer_timeout;
    if (!has_seen_all && !is_lost) return false;
    commons_->peers.drop(seat.peer);
    commons_->report(news::WatchedEnough{*room_, seat.peer});
    return true;
  });
}

Instant Spectators::next_lost() const {
  Instant next = Instant::max();
  for (const SpectatorSeat& seat : all_)
    next = std::min(next, seat.feed.heard + commons_->options.peer_timeout);
  return next;
}

Instant Spectators::next_due() const {
  Instant next = Instant::max();
  for (const SpectatorSeat& seat : all_)
    next = std::min(next, seat.feed.quiet_until);
  return next;
}

}  // namespace tutti::detail
