// Rounds, the clock, rematches, and players that come and go.

#include "arena.hpp"

namespace counterpoint::test {

namespace {

/// The second fighter is one jab from the end, within reach of the first.
Arena about_to_win() {
  Arena arena = Arena::at_distance(1.1_fx);
  arena.fighter(1).health = 1;
  return arena;
}

void win_round(Arena& arena) {
  arena.run_until(Phase::fighting);
  arena.fighter(0).position.x = -0.55_fx;
  arena.fighter(1).position.x = 0.55_fx;
  arena.fighter(1).health = 1;
  arena.hold(0, light);
  arena.run_until(Phase::round_over, 60);
  arena.hold(0, 0);
  arena.tick();
}

}  // namespace

TEST_CASE("a match waits for two, then counts in and fights") {
  Arena arena(1);
  arena.run(10);
  CHECK(arena.state.phase == Phase::waiting);
  arena.join(0);
  arena.tick();
  CHECK(arena.state.phase == Phase::practice);
  arena.join(1);
  arena.tick();
  CHECK(arena.state.phase == Phase::intro);
  CHECK(arena.count(Effect::round_announced) == 1);
  CHECK(arena.run_until(Phase::fighting) == static_cast<int>(intro_ticks) - 1);
  CHECK(arena.count(Effect::fight) == 1);
}

TEST_CASE("nobody acts before the round begins") {
  Arena arena(1);
  arena.join(0);
  arena.join(1);
  arena.hold(0, right | heavy);
  arena.run_until(Phase::fighting);
  CHECK(arena.fighter(0).position.x == -start_distance);
  CHECK(arena.count(Effect::swing) == 0);
  arena.run(5);  // what is still held counts from then on
  CHECK(arena.fighter(0).position.x > -start_distance);
}

TEST_CASE("when the last health goes, the round is over and its winner is named") {
  Arena arena = about_to_win();
  arena.hold(0, light);
  arena.run_until(Phase::round_over, 60);
  CHECK(arena.count(Effect::knockout) == 1);
  CHECK(arena.count(Effect::round_won) == 1);
  CHECK(arena.state.outcome == Outcome::first_won);
  CHECK(arena.fighter(0).rounds_won == 1);
  CHECK(arena.fighter(1).health == 0);
  arena.run_until(1, Action::defeated);
  arena.run_until(0, Action::victorious);
  arena.run_until(Phase::intro);
  CHECK(arena.state.round == 2);
  CHECK(arena.fighter(1).health == full_health);
}

TEST_CASE("two rounds win the match, and a rematch follows by itself, for ever") {
  Arena arena = Arena::in_a_fight();
  for (std::uint32_t match = 1; match <= 3; ++match) {
    CHECK(arena.state.match == match);
    win_round(arena);
    win_round(arena);
    arena.run_until(Phase::match_over);
    CHECK(arena.count(Effect::match_won) == match);
    CHECK(arena.fighter(0).matches_won == match);
    arena.run_until(Phase::intro);
    CHECK(arena.fighter(0).rounds_won == 0);
    CHECK(arena.state.round == 1);
  }
}

TEST_CASE("when the time is up, the healthier one wins") {
  Arena arena = Arena::in_a_fight();
  arena.fighter(0).health = 50;
  CHECK(arena.run_until(Phase::round_over) == round_ticks);
  CHECK(arena.count(Effect::time_up) == 1);
  CHECK(arena.state.outcome == Outcome::second_won);
}

TEST_CASE("a double knockout counts for both, and the match ends within three rounds") {
  Arena arena = Arena::in_a_fight();
  for (int round = 0; round < 2; ++round) {
    arena.run_until(Phase::fighting);
    arena.fighter(0).position.x = -0.55_fx;
    arena.fighter(1).position.x = 0.55_fx;
    arena.fighter(0).health = arena.fighter(1).health = 1;
    arena.hold(0, light);
    arena.hold(1, light);
    arena.run_until(Phase::round_over, 60);
    arena.hold(0, 0);
    arena.hold(1, 0);
    CHECK(arena.state.outcome == Outcome::drawn);
  }
  CHECK(arena.fighter(0).rounds_won == 2);
  CHECK(arena.fighter(1).rounds_won == 2);
  arena.run_until(Phase::match_over);
  CHECK(arena.state.outcome == Outcome::drawn);
  CHECK(arena.count(Effect::match_drawn) == 1);
  CHECK(arena.fighter(0).matches_won == 0);
  arena.run_until(Phase::intro);
}

TEST_CASE("who leaves during a match loses it; the other one practises until someone comes") {
  Arena arena = Arena::in_a_fight();
  arena.leave(0);
  arena.tick();
  CHECK(arena.state.phase == Phase::match_over);
  CHECK(arena.state.outcome == Outcome::second_won);
  CHECK(arena.fighter(1).matches_won == 1);
  arena.run_until(Phase::practice);
  CHECK(arena.fighter(1).is_present);
  arena.run(100);
  CHECK(arena.state.phase == Phase::practice);
  arena.join(0);
  arena.tick();
  CHECK(arena.state.phase == Phase::intro);
  CHECK(arena.state.round == 1);
}

TEST_CASE("who comes back before the banner is gone gets the next match") {
  Arena arena = Arena::in_a_fight();
  arena.leave(1);
  arena.run(20);
  arena.join(1);
  arena.run_until(Phase::intro, 400);
  CHECK(arena.state.match == 2);
}

TEST_CASE("when all have left, the stage is empty and waits") {
  Arena arena = Arena::in_a_fight();
  arena.leave(0);
  arena.leave(1);
  arena.run_until(Phase::waiting, 400);
  arena.join(1);
  arena.tick();
  CHECK(arena.state.phase == Phase::practice);
  arena.leave(1);
  arena.tick();
  CHECK(arena.state.phase == Phase::waiting);
}

TEST_CASE("a dummy can be hit for ever") {
  Arena arena(1);
  arena.join(0);
  arena.tick();
  Random random(1);
  for (int i = 0; i < 3000; ++i) {
    arena.let_bots_play(random);
    arena.tick();
    REQUIRE(arena.fighter(1).health >= 1);
  }
  CHECK(arena.count(Effect::hit) > 20);
  CHECK(arena.count(Effect::knockout) == 0);
  CHECK(arena.state.phase == Phase::practice);
}

TEST_CASE("events of slots that the match does not have change nothing") {
  Arena arena(1, 1);
  arena.join(1);
  arena.join(9);
  arena.leave(3);
  arena.hold(1, left);
  arena.tick();
  CHECK(arena.state.phase == Phase::waiting);
  arena.join(0);
  arena.tick();
  CHECK(arena.state.phase == Phase::practice);
}

TEST_CASE("joining twice and leaving twice is once") {
  Arena arena = Arena::in_a_fight();
  const State before = arena.state;
  arena.join(0);
  arena.tick();
  CHECK(arena.state.phase == before.phase);
  arena.leave(0);
  arena.tick();
  arena.leave(0);
  arena.tick();
  CHECK(arena.count(Effect::match_won) == 1);
}

}  // namespace counterpoint::test
