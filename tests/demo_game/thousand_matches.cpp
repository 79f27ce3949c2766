// A thousand matches of bots over a bad network: together they have to show everything.

#include <cstdio>
#include <cstdlib>
#include <map>
#include <set>

#include "arena.hpp"
#include "tutti/engine/storm.hpp"
#include "tutti/sim/any_game.hpp"

namespace counterpoint::test {

namespace {

constexpr std::uint32_t matches_wanted = 1000;
constexpr tutti::Tick evening{20 * 60 * 60};
constexpr std::uint64_t one_in_crowded = 6;  // rooms in which more than two play

struct Score {
  int won = 0;
  int lost = 0;
};

/// The sights of a whole evening of rooms.
struct Tally {
  std::uint32_t matches = 0;
  std::set<Character> characters;
  std::set<Stage> stages;
  std::set<RuleSet> rules;
  std::set<std::pair<Character, Move>> landed;
  std::map<std::pair<Character, Character>, Score> pairings;  // the lesser name first
};

void count_match(const State& state, Tally& tally) {
  ++tally.matches;
  tally.stages.insert(state.stage.value);
  tally.rules.insert(state.rules.value);
  for (const Fighter& fighter : state.fighters) {
    if (fighter.is_in_match) tally.characters.insert(fighter.character.value);
  }
  const Fighter &first = state.fighters[0], &second = state.fighters[1];
  if (state.players != 2 || state.outcome != Outcome::won || first.character == second.character) {
    return;
  }
  const bool is_in_order = first.character < second.character;
  const Fighter& lesser = is_in_order ? first : second;
  const Fighter& greater = is_in_order ? second : first;
  Score& score = tally.pairings[{lesser.character.value, greater.character.value}];
  ++(state.winning_team == lesser.team ? score.won : score.lost);
}

/// Folds a room's log once more, looking at what happens.
void count_room(const tutti::Log& log, Tally& tally) {
  Arena arena(log.setup().seed, log.setup().players);
  const auto events = log.events();
  auto next = events.begin();
  for (tutti::Tick tick{1}; tick <= log.horizon(); ++tick) {
    for (; next != events.end() && (*next).tick <= tick; ++next) {
      const tutti::EventView event = *next;
      if (event.tick < tick) continue;  // the setup
      if (event.author.is_relay()) {
        const auto row = tutti::decode_relay_event(event.payload);
        REQUIRE(row);
        arena.relay(row->player.value, row->kind);
        continue;
      }
      Controls controls;
      REQUIRE(tutti::read_canonical(event.payload, controls));
      arena.hold(event.author.player().value, controls);
    }
    const Phase before = arena.state.phase;
    arena.effects.clear();
    arena.tick();
    for (const Effect& effect : arena.effects) {
      const bool is_landing = effect.kind == Effect::hit || effect.kind == Effect::grab ||
                              effect.kind == Effect::countered;
      if (!is_landing) continue;
      const Character character = arena.state.fighters[effect.player].character;
      tally.landed.insert({character, static_cast<Move>(effect.move)});
    }
    if (before != Phase::result && arena.state.phase == Phase::result) {
      count_match(arena.state, tally);
    }
  }
}

void play_room(std::uint64_t seed, Tally& tally) {
  const auto players =
      static_cast<std::uint8_t>(seed % one_in_crowded == 0 ? 3 + seed / one_in_crowded % 2 : 2);
  tutti::StormMatch room({.game = tutti::any_game<Counterpoint>(),
                          .players = players,
                          .ticks = evening,
                          .seed = seed,
                          .weather = {.delay = std::chrono::milliseconds(40),
                                      .jitter = std::chrono::milliseconds(20),
                                      .loss_ppm = 100'000}});
  const tutti::StormReport& report = room.run();
  CAPTURE(seed, report.problems);
  CHECK(report.problems.empty());
  CHECK(report.is_equal);
  REQUIRE(room.is_finished());
  count_room(room.record().log, tally);
}

}  // namespace

TEST_CASE("a thousand matches of bots over a bad network end, and show everything there is",
          "[long]") {
  Tally tally;
  for (std::uint64_t seed = 1; tally.matches < matches_wanted; ++seed) {
    REQUIRE(seed < matches_wanted);
    play_room(seed, tally);
  }
  CHECK(tally.characters.size() == character_count);
  CHECK(tally.stages.size() == stage_count);
  CHECK(tally.rules.size() == rule_set_count);
  for (std::uint8_t row = 0; row < character_count; ++row) {
    for (std::uint8_t move = 1; move < move_count; ++move) {
      const auto character = static_cast<Character>(row);
      CAPTURE(name_of(character), name_of(static_cast<Move>(move)));
      CHECK(tally.landed.contains({character, static_cast<Move>(move)}));
    }
  }
  CHECK(tally.pairings.size() == 3);
  for (const auto& [pairing, score] : tally.pairings) {
    CAPTURE(name_of(pairing.first), name_of(pairing.second), score.won, score.lost);
    const int all = score.won + score.lost;
    CHECK(all > 100);
    CHECK(score.won * 100 >= all * 40);
    CHECK(score.won * 100 <= all * 60);
    if (std::getenv("COUNTERPOINT_FIGURES") != nullptr) {
      std::printf("%s against %s: %d of %d\n", name_of(pairing.first), name_of(pairing.second),
                  score.won, all);
    }
  }
}

}  // namespace counterpoint::test
