#include "source/local_source.hpp"

namespace tutti {

namespace {
/// After a pause of the program (a hidden window, a debugger) the match goes on where it stood.
constexpr std::int64_t ticks_per_advance = 15;
/// Of the relay's life that goes on with a recorded match.
constexpr std::uint32_t continued_epoch = 1;

LocalPlayers players_of_all_slots(const Setup& setup) {
  LocalPlayers players;
  for (std::uint8_t slot = 0; slot < setup.players; ++slot)
    players.add(PlayerId{slot});
  return players;
}

}  // namespace

LocalSource::LocalSource(Setup setup)
    : setup_(std::move(setup)),
      players_(players_of_all_slots(setup_)),
      match_(RelayMatch::Options{.setup = setup_}) {}

LocalSource::LocalSource(const MatchRecord& begun)
    : setup_(begun.log.setup()),
      players_(players_of_all_slots(setup_)),
      match_(RelayMatch::Options{.setup = setup_}, begun.log, continued_epoch),
      is_continued_(true) {}

void LocalSource::receive(Instant now) {
  if (!origin_) {
    origin_ = now - Duration(std::chrono::seconds(1)) / setup_.tick_rate * match_.clock().value;
    for (std::uint8_t slot = 0; slot < setup_.players && !is_continued_; ++slot)
      match_.handle(command::Admit{});
    return;
  }
  const Duration length = Duration(std::chrono::seconds(1)) / setup_.tick_rate;
  const Tick due{(now - *origin_) / length};
  const Tick clock = std::min(due, match_.clock() + ticks_per_advance);
  if (clock < due) origin_ = now - length * clock.value;
  match_.handle(command::Advance{clock});
}

Moment LocalSource::present(Instant now) {
  const Duration length = Duration(std::chrono::seconds(1)) / setup_.tick_rate;
  const Duration into_tick = now - *origin_ - length * match_.clock().value;
  return {match_.clock(), static_cast<double>(into_tick / std::chrono::nanoseconds(1)) /
                              static_cast<double>(length / std::chrono::nanoseconds(1))};
}

std::optional<Event> LocalSource::next_event() {
  if (taken_ == match_.accepted_count()) return std::nullopt;
  return to_owned(match_.accepted(taken_++).event);
}

std::optional<std::uint32_t> LocalSource::offer(PlayerId player, Tick stamp, BytesView payload,
                                                PlayerEvent is) {
  const std::uint32_t counter = match_.counted(player);
  for (const Outcome& outcome :
       match_.handle(command::Offer{player, counter, stamp, payload, is})) {
    if (std::holds_alternative<outcome::Refused>(outcome)) return std::nullopt;
  }
  if (match_.counted(player) == counter) return std::nullopt;  // not decided yet
  return counter;
}

void LocalSource::announce(Tick progress) {
  for (std::uint8_t slot = 0; slot < setup_.players; ++slot) {
    match_.handle(command::Announce{PlayerId{slot}, progress});
  }
}

void LocalSource::say(const HostWord& word) {
  if (const auto* kick = std::get_if<host_word::Kick>(&word)) {
    match_.handle(command::Leave{kick->player, LeaveReason::kicked});
  } else if (const auto* correct = std::get_if<host_word::Correct>(&word)) {
    match_.handle(
        command::Correct{players().first(), correct->correction, correct->about, correct->text});
  } else {
    match_.handle(command::End{});
  }
}

}  // namespace tutti
