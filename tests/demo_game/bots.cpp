// Bots make a real fight: the engine's proofs rest on it.

#include <set>

#include "arena.hpp"

namespace counterpoint::test {

namespace {

constexpr tutti::BotStyle::Strength strengths[] = {tutti::BotStyle::Strength::easy,
                                                   tutti::BotStyle::Strength::medium,
                                                   tutti::BotStyle::Strength::hard};
constexpr tutti::BotStyle::Input inputs[] = {tutti::BotStyle::Input::pad,
                                             tutti::BotStyle::Input::analog};

Arena of_bots(std::uint64_t seed, std::uint8_t players = 2) {
  Arena arena(seed, players);
  for (std::uint8_t slot = 0; slot < players; ++slot)
    arena.join(slot);
  return arena;
}

}  // namespace

TEST_CASE("in ten minutes two bots choose, hit, defend and finish matches, whatever the seed") {
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    CAPTURE(seed);
    Arena arena = of_bots(seed);
    Random random(seed);
    std::size_t changes = 0;
    for (int i = 0; i < 10 * 60 * 60; ++i) {
      arena.let_bots_play(random);
      changes += arena.rows.size();
      arena.tick();
    }
    CHECK(arena.count(Effect::hit) > 200);
    CHECK(arena.count(Effect::block) > 10);
    CHECK(arena.count(Effect::grab) > 5);
    CHECK(arena.count(Effect::jump) > 60);
    CHECK(arena.count(Effect::knockout) > 6);
    CHECK(arena.count(Effect::match_won) >= 2);
    // About as often as hands change what they hold, and not more than a log should carry.
    CHECK(changes > 2 * 2 * 600);
    CHECK(changes < 2 * 7 * 600);
  }
}

TEST_CASE("every fighter, stage and rule set is chosen") {
  std::set<Character> characters;
  std::set<Stage> stages;
  std::set<RuleSet> rules;
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    Arena arena = of_bots(seed);
    Random random(seed);
    for (int i = 0; i < 1200 && arena.state.phase <= Phase::selecting; ++i) {
      arena.let_bots_play(random);
      arena.tick();
    }
    CHECK(arena.state.phase == Phase::intro);
    for (std::size_t slot = 0; slot < 2; ++slot)
      characters.insert(arena.fighter(slot).character.value);
    stages.insert(arena.state.stage.value);
    rules.insert(arena.state.rules.value);
  }
  CHECK(characters.size() == character_count);
  CHECK(stages.size() == stage_count);
  CHECK(rules.size() == rule_set_count);
}

TEST_CASE("the stronger bot wins more") {
  for (const std::size_t weaker : {0U, 1U}) {
    int won = 0, lost = 0;
    for (std::uint64_t seed = 1; seed <= 16; ++seed) {
      // Strong on the left and on the right in turn.
      const auto strong_slot = static_cast<std::uint8_t>(seed % 2);
      Arena arena = Arena::in_a_fight({}, seed);
      Random random(seed);
      while (arena.state.phase == Phase::fighting) {
        for (std::uint8_t slot = 0; slot < 2; ++slot) {
          const tutti::BotStyle::Strength strength =
              strengths[slot == strong_slot ? weaker + 1 : weaker];
          const auto wish = play_bot(arena.state, PlayerId{slot}, random, {.strength = strength});
          if (wish) arena.hold(slot, *wish);
        }
        arena.tick();
      }
      if (arena.state.outcome != Outcome::won) continue;
      ++(arena.state.winning_team == arena.fighter(strong_slot).team ? won : lost);
    }
    CAPTURE(weaker, won, lost);
    CHECK(won > lost * 3 / 2);
  }
}

TEST_CASE("between equal bots of any strength no fighter wins or loses too often", "[long]") {
  constexpr int fights = 600;
  constexpr std::pair<Character, Character> pairings[] = {{Character::viola, Character::piccolo},
                                                          {Character::viola, Character::timpano},
                                                          {Character::piccolo, Character::timpano}};
  for (const tutti::BotStyle::Strength strength : strengths) {
    for (const auto& [lesser, greater] : pairings) {
      int won = 0, lost = 0;
      for (int i = 0; i < fights; ++i) {
        const bool is_swapped = i % 2 == 1;
        const auto row = static_cast<std::size_t>(i) / 2;
        const Choice choice{
            .characters = {is_swapped ? greater : lesser, is_swapped ? lesser : greater},
            .rules = static_cast<RuleSet>(row % rule_set_count),
            .stage = static_cast<Stage>(row / rule_set_count % stage_count)};
        const auto seed = static_cast<std::uint64_t>(i) + 1;
        Arena arena = Arena::in_a_fight(choice, seed);
        Random random(seed);
        while (arena.state.phase != Phase::result) {
          arena.let_bots_play(random, {.strength = strength});
          arena.tick();
        }
        if (arena.state.outcome != Outcome::won) continue;
        const std::size_t slot = is_swapped ? 1 : 0;
        ++(arena.state.winning_team == arena.fighter(slot).team ? won : lost);
      }
      CAPTURE(static_cast<int>(strength), name_of(lesser), name_of(greater), won, lost);
      CHECK(won * 100 >= (won + lost) * 40);
      CHECK(won * 100 <= (won + lost) * 60);
    }
  }
}

TEST_CASE("different seeds give different fights, the same seed the same one") {
  Arena one = Arena::in_a_fight(), two = Arena::in_a_fight(), same = Arena::in_a_fight();
  Random first(1), second(2), again(1);
  for (int i = 0; i < 600; ++i) {
    one.let_bots_play(first);
    two.let_bots_play(second);
    same.let_bots_play(again);
    one.tick();
    two.tick();
    same.tick();
  }
  CHECK_FALSE(one.state == two.state);
  CHECK(one.state == same.state);
}

TEST_CASE("a bot says something only when its controls change, by pad or by stick, and legally") {
  for (const tutti::BotStyle::Input input : inputs) {
    for (const tutti::BotStyle::Strength strength : strengths) {
      Arena arena = Arena::in_a_fight();
      Random random(3);
      std::size_t said = 0;
      for (int i = 0; i < 6000; ++i) {
        for (std::uint8_t slot = 0; slot < 2; ++slot) {
          const auto wish =
              play_bot(arena.state, PlayerId{slot}, random, {.strength = strength, .input = input});
          if (!wish) continue;
          ++said;
          REQUIRE_FALSE(*wish == arena.fighter(slot).held);
          REQUIRE(Counterpoint::is_valid(arena.state, PlayerId{slot}, *wish));
          REQUIRE(wish->is_analog() == (input == tutti::BotStyle::Input::analog));
          arena.hold(slot, *wish);
        }
        arena.tick();
      }
      CHECK(said > 200);
      CHECK(arena.count(Effect::hit) > 20);
    }
  }
}

TEST_CASE("bots fight on when what they do arrives late, as it does over a network") {
  Arena arena = of_bots(1);
  Random random(1);
  arena.tick();
  std::vector<std::vector<Arena::Row>> on_the_way(8);
  for (std::size_t i = 0; i < 5 * 60 * 60; ++i) {
    arena.let_bots_play(random);
    std::vector<Arena::Row> sent;
    std::swap(sent, arena.rows);
    std::swap(sent, on_the_way[i % 8]);
    arena.rows = sent;
    arena.tick();
  }
  CHECK(arena.count(Effect::hit) > 60);
  CHECK(arena.count(Effect::knockout) >= 2);
}

TEST_CASE("a bot without a place at the table does nothing") {
  Arena arena(1);
  Random random(1);
  CHECK_FALSE(Counterpoint::play(arena.state, PlayerId{0}, random));
  CHECK_FALSE(Counterpoint::play(arena.state, PlayerId{7}, random));
}

}  // namespace counterpoint::test
