#include "tutti/sim/crowd.hpp"

namespace tutti {

namespace {
// Once in so many ticks, on average.
constexpr std::uint32_t leaves_once_in = 1200;
constexpr std::uint32_t returns_once_in = 60;
constexpr std::uint32_t acts_once_in = 4;
constexpr std::uint32_t garbage_bytes_max = 24;
constexpr std::int64_t ticks_between_bursts = 30;
}  // namespace

Crowd::Crowd(AnyGame game, const Options& options)
    : game_(std::move(game)),
      options_(options),
      random_(options.seed),
      is_in_(options.players, false) {
  TUTTI_ASSERT(options.players <= limits::players, options.players);
}

std::span<const EventView> Crowd::next(Tick tick, const void* state) {
  events_.clear();
  std::vector<bool> may_act = is_in_;
  join_and_leave(tick, may_act);
  for (std::size_t slot = 0; slot < is_in_.size(); ++slot) {
    if (!may_act[slot]) continue;
    const PlayerId player{static_cast<std::uint8_t>(slot)};
    if (options_.has_bursts && tick.value % ticks_between_bursts == 0)
      act_often(tick, player, state);
    else
      act(tick, player, state);
  }
  total_ += events_.size();
  views_.assign(events_.begin(), events_.end());
  return views_;
}

void Crowd::join_and_leave(Tick tick, std::vector<bool>& may_act) {
  for (std::size_t slot = 0; slot < is_in_.size(); ++slot) {
    const PlayerId player{static_cast<std::uint8_t>(slot)};
    const bool changes = is_in_[slot] ? random_.chance(leaves_once_in)
                                      : tick.value == 1 || random_.chance(returns_once_in);
    if (!changes) continue;
    add(tick, relay_author,
        encode({.kind = is_in_[slot] ? EventKind::left : EventKind::joined, .player = player}));
    is_in_[slot] = !is_in_[slot];
    may_act[slot] = false;
  }
}

void Crowd::act(Tick tick, PlayerId player, const void* state) {
  if (options_.sends_garbage && random_.chance(acts_once_in)) {
    Bytes garbage(random_.below(garbage_bytes_max));
    for (std::byte& byte : garbage)
      byte = static_cast<std::byte>(random_.next() & 0xFFU);
    return add(tick, author_of(player), std::move(garbage));
  }
  if (options_.bots) {
    if (auto payload = game_.play(state, player, random_)) {
      add(tick, author_of(player), std::move(*payload));
    }
  } else if (game_.has_sample() && random_.chance(acts_once_in)) {
    add(tick, author_of(player), game_.sample(random_));
  }
}

void Crowd::act_often(Tick tick, PlayerId player, const void* state) {
  for (std::size_t i = 0; i < limits::events_per_tick; ++i) {
    if (game_.has_sample()) {
      add(tick, author_of(player), game_.sample(random_));
    } else if (options_.bots) {
      if (auto payload = game_.play(state, player, random_))
        add(tick, author_of(player), std::move(*payload));
    }
  }
}

void Crowd::add(Tick tick, Author author, Bytes payload) {
  events_.push_back({tick, author, counters_[author.value]++, std::move(payload)});
}

}  // namespace tutti
