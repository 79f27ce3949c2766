#include "tutti/engine/storm.hpp"

#include <algorithm>

#include "verdict.hpp"
#include "world.hpp"

namespace tutti {

namespace {

/// More play in no way that fewer do not, and cost more.
constexpr std::uint8_t players_most = 4;
constexpr int input_delay_most = 3;
constexpr std::uint64_t options_stream = 61;
/// The dice of who shares a machine.
constexpr std::uint64_t couch_stream = 62;
/// And of how the room is kept.
constexpr std::uint64_t room_terms_stream = 63;

MatchTerms draw_terms(Random& random) {
  MatchTerms terms;
  if (random.chance(2)) {
    terms.input_delay_ticks = static_cast<std::uint8_t>(random.between(0, input_delay_most));
  }
  return terms;
}

/// More spectators only take longer: the match is folded once more for each.
constexpr std::uint32_t spectators_most = 2;
/// A spectator further behind sees less within a storm.
constexpr std::uint32_t delay_seconds_most = 6;

std::uint16_t draw_up_to(Random& random, std::uint32_t most) {
  return static_cast<std::uint16_t>(random.chance(2) ? 0 : 1 + random.below(most));
}

Duration draw_sync_interval(Random& random) {
  return std::chrono::milliseconds(random.chance(2) ? 50 : random.between(50, 3000));
}

}  // namespace

StormOptions storm_options(AnyGame game, std::uint64_t seed, Tick ticks, std::uint8_t asked) {
  Random random(seed, options_stream);
  const std::uint8_t least = std::max<std::uint8_t>(game.players_min(), 1);
  const std::uint8_t low = std::clamp<std::uint8_t>(2, least, game.players_max());
  const std::uint8_t high = std::clamp(players_most, low, game.players_max());
  const auto drawn = static_cast<std::uint8_t>(random.between(low, high));
  const std::uint8_t players = asked != 0 ? asked : drawn;
  TUTTI_ASSERT(players >= game.players_min() && players <= game.players_max());
  const Duration length = Duration(std::chrono::seconds(1)) / game.table().tick_rate * ticks.value;
  StormOptions options{.game = std::move(game), .players = players, .ticks = ticks, .seed = seed};
  options.terms = draw_terms(random);
  options.sync_interval = draw_sync_interval(random);
  Random couch(seed, couch_stream);
  const bool has_couch = players > 2 && couch.chance(3);
  options.local_players = has_couch ? 2 : 1;
  options.plan =
      StormPlan::draw(seed, static_cast<std::uint8_t>(players - options.local_players + 1), length);
  options.spectators = draw_up_to(random, spectators_most);
  options.spectator_delay_seconds = draw_up_to(random, delay_seconds_most);
  options.room_terms.is_no_peek = Random(seed, room_terms_stream).chance(4);
  return options;
}

StormMatch::StormMatch(StormOptions options)
    : world_(std::make_unique<detail::World>(std::move(options))) {}
StormMatch::~StormMatch() = default;

bool StormMatch::advance() {
  if (world_->is_done) return true;
  const Instant until = world_->now + std::chrono::seconds(1);
  while (world_->now < until && !world_->is_played_out())
    world_->step();
  if (!world_->is_played_out()) return false;
  detail::judge(*world_);
  world_->is_done = true;
  return true;
}

Tick StormMatch::clock() const {
  return Tick{(world_->now - world_->begin) / world_->tick_length()};
}

const StormReport& StormMatch::report() const {
  TUTTI_ASSERT(world_->is_done);
  return world_->report;
}

bool StormMatch::is_finished() const {
  TUTTI_ASSERT(world_->is_done);
  return world_->record.has_value();
}

const MatchRecord& StormMatch::record() const {
  TUTTI_ASSERT(world_->is_done && world_->record.has_value());
  return *world_->record;
}

const StormReport& StormMatch::run() {
  while (!advance()) {
  }
  return report();
}

}  // namespace tutti
