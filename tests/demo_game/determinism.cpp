// The same events give the same match: through snapshots, re-simulation and the game module.

#include "arena.hpp"
#include "tutti/sim/any_game.hpp"
#include "tutti/sim/rehearsal.hpp"

namespace counterpoint::test {

namespace {

tutti::AnyGame erased() {
  auto game = tutti::AnyGame::from_table(&tutti::game_table<Counterpoint>());
  REQUIRE(game);
  return *game;
}

enum class PlayedBy { bots, sampled };

// Together 100,000 where the compiler optimises; fewer in the slow builds with sanitizers.
#ifdef __OPTIMIZE__
constexpr std::int64_t rehearsed_ticks = 50'000;
#else
constexpr std::int64_t rehearsed_ticks = 4'000;
#endif

/// Rehearses a match of that many ticks, depth 8, and counts the blows in it: hits and blocks.
std::int64_t rehearse(PlayedBy hands, std::int64_t ticks) {
  const tutti::AnyGame game = erased();
  tutti::Rehearsal rehearsal(game, game.setup(7, 2), 8);
  Random random(7);
  std::int64_t blows = 0;
  bool was_frozen = false;
  std::vector<tutti::Event> events;
  std::vector<tutti::EventView> views;
  for (std::int64_t tick = 1; tick <= ticks; ++tick) {
    events.clear();
    for (std::uint8_t slot = 0; slot < 2; ++slot) {
      const PlayerId player{slot};
      if (tick == 1) {
        events.push_back({tutti::Tick{tick}, tutti::relay_author, slot,
                          tutti::encode({.kind = EventKind::joined, .player = player})});
      } else if (hands == PlayedBy::bots) {
        if (auto wish = game.play(rehearsal.state(), player, random)) {
          events.push_back({tutti::Tick{tick}, tutti::author_of(player), 0, std::move(*wish)});
        }
      } else if (random.chance(5)) {
        events.push_back({tutti::Tick{tick}, tutti::author_of(player), 0, game.sample(random)});
      }
    }
    views.assign(events.begin(), events.end());
    if (const auto difference = rehearsal.step(views)) {
      const std::string field = difference->fields.empty() ? "" : difference->fields[0].path;
      FAIL("tick " << difference->tick.value << ": " << field << ": " << difference->cause);
    }
    const bool is_frozen = static_cast<const State*>(rehearsal.state())->fighters[0].freeze > 0;
    if (is_frozen && !was_frozen) ++blows;
    was_frozen = is_frozen;
  }
  return blows;
}

}  // namespace

TEST_CASE("the state's memory is its snapshot, and small") {
  CHECK(tutti::memory_is_canonical<State>());
  CHECK(sizeof(State) < 2048);
  CHECK(erased().is_plain());
}

TEST_CASE("rehearsed at every tick, a fight of bots differs nowhere") {
  CHECK(rehearse(PlayedBy::bots, rehearsed_ticks) * 300 > rehearsed_ticks);  // one in five seconds
}

TEST_CASE("rehearsed at every tick, arbitrary events differ nowhere") {
  CHECK(rehearse(PlayedBy::sampled, rehearsed_ticks) * 600 >
        rehearsed_ticks);  // one in ten seconds
}

TEST_CASE("the run that makes the fingerprint is a fight, so that it can tell rules apart") {
  // As sim computes it: 300 ticks, seed 1, an arbitrary event in every fourth tick.
  Arena arena(1);
  arena.join(0);
  arena.join(1);
  arena.tick();
  Random random(1);
  for (int i = 1; i < 300; ++i) {
    for (std::uint8_t slot = 0; slot < 2; ++slot) {
      if (random.chance(4)) arena.hold(slot, Counterpoint::sample(random));
    }
    arena.tick();
  }
  CHECK(arena.count(Effect::swing) >= 4);
  CHECK(arena.count(Effect::hit) + arena.count(Effect::block) >= 2);
}

TEST_CASE("every effect has a name, and the one that proves play is called hit") {
  const tutti::AnyGame game = erased();
  CHECK(game.effect_kind(Effect::hit) == "hit");
  CHECK(game.effect_kind(Effect::match_drawn) == "match_drawn");
  CHECK(std::size(Effect::names) == Effect::match_drawn + 1);
}

TEST_CASE("a differing state is reported in words") {
  State left_state, right_state;
  right_state.fighters[1].action = Action::shielding;
  right_state.fighters[1].held = Controls::pad(shield | left);
  const auto differences =
      tutti::field_diff(tutti::list_fields(left_state), tutti::list_fields(right_state));
  REQUIRE(differences.size() == 2);
  CHECK(differences[0].path == "fighters[1].held");
  CHECK(differences[0].left == "nothing");
  CHECK(differences[0].right == "left+shield");
  CHECK(differences[1].path == "fighters[1].action");
  CHECK(differences[1].right == "shielding");
}

TEST_CASE("a corrected guess moves an effect, it does not make another one") {
  Effect guess{.kind = Effect::hit, .player = 1, .move = 2, .strength = 14, .target = 0};
  Effect truth = guess;
  truth.position.x = 1_fx;
  truth.strength = 11;
  CHECK(guess.key() == truth.key());
  truth.player = 0;
  CHECK(guess.key() != truth.key());
}

}  // namespace counterpoint::test
