#include "session/status.hpp"

#include "source/online_source.hpp"

namespace tutti {

namespace {

/// Behind by more than this is catching up or waiting, not jitter of the caller's loop.
constexpr std::int64_t behind_ticks = 6;
/// In lockstep the horizon may trail the clock by the input window before anybody is to blame.
constexpr std::int64_t lockstep_behind_ticks = limits::prediction_ticks;

}  // namespace

Status status_of(const Match& match, Source& source, bool is_resyncing, Tick bound, Instant now) {
  const Tick present = match.timeline().present();
  const std::int64_t behind = match.wanted - present;
  const auto end = match.log().ended();
  const auto held_at = match.roster.held_at();
  const OnlineSource* online = source.online();
  const LocalPlayers& players = source.players();
  const bool is_watching = players.slots().empty();
  const bool is_lockstep = match.shown.is_lockstep();
  if (end && match.timeline().confirmed() >= *end) return Status::ended;
  if (source.status() != Status::playing) return source.status();
  // The clock of the relay's new life stands still until then.
  if (online != nullptr && online->is_retelling()) return Status::waiting;
  if (held_at && present >= *held_at) return Status::held;
  // For a relay that waits for others, or has gone back a little.
  if (!is_watching && !is_lockstep && match.has_stood(now)) return Status::waiting;
  if (behind > (is_lockstep ? lockstep_behind_ticks : behind_ticks)) {
    return present >= bound ? Status::waiting : Status::catching_up;
  }
  const bool are_in = std::all_of(players.slots().begin(), players.slots().end(),
                                  [&](PlayerId player) { return match.roster.is_in(player); });
  if (!are_in) return Status::catching_up;
  return is_resyncing ? Status::resyncing : Status::playing;
}

std::vector<PlayerId> awaited_in(const Match& match, Source& source) {
  const OnlineSource* online = source.online();
  if (online == nullptr || !online->is_retelling()) return match.roster.lost();
  // Nobody knows yet who is back.
  std::vector<PlayerId> players;
  for (std::uint8_t slot = 0; slot < match.roster.slots().size(); ++slot) {
    const PlayerId player{slot};
    if (match.roster.is_in(player) && !source.players().has(player)) players.push_back(player);
  }
  return players;
}

}  // namespace tutti
