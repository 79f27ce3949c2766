// Selection, rounds, lives, the clock, rematches, and players that come and go.

#include <set>

#include "arena.hpp"

namespace counterpoint::test {

namespace {

/// Thrown out of the frame.
void lose_a_life(Arena& arena, std::size_t slot) {
  arena.put_in_air(slot, {blast_side + 1_fx, 1_fx});
  arena.tick();
}

void win_match(Arena& arena) {
  arena.run_until(Phase::fighting);
  while (arena.state.phase == Phase::fighting)
    lose_a_life(arena, 1);
  arena.run_until(Phase::result);
}

}  // namespace

TEST_CASE("a room waits, lets choose, counts in and fights") {
  Arena arena(1);
  arena.run(10);
  CHECK(arena.state.phase == Phase::waiting);
  arena.join(0);
  arena.tick();
  CHECK(arena.state.phase == Phase::selecting);
  arena.join(1);
  arena.tap(0, light);
  CHECK(arena.state.phase == Phase::selecting);
  arena.tap(1, light);
  CHECK(arena.state.phase == Phase::intro);
  CHECK(arena.count(Effect::ready) == 2);
  CHECK(arena.count(Effect::round_announced) == 1);
  CHECK(arena.run_until(Phase::fighting) == static_cast<int>(intro_ticks));
  CHECK(arena.count(Effect::fight) == 1);
}

TEST_CASE("the selection goes through rows and values in a circle") {
  Arena arena(1);
  arena.join(0);
  arena.join(1);
  arena.tick();
  Pick& pick = arena.fighter(0).pick;
  arena.tap(0, left);
  CHECK(pick.character == Character::timpano);
  arena.tap(0, right);
  CHECK(pick.character == Character::viola);
  arena.tap(0, down);
  arena.tap(0, right);
  CHECK(pick.stage == Stage::staves);
  arena.tap(0, down);
  arena.tap(0, left);
  CHECK(pick.rules == RuleSet::rounds);
  arena.tap(0, down);
  arena.hold(0, Controls::stick(stick_full, 0));
  arena.tick();
  CHECK(pick.team == 1);
  arena.hold(0, 0);
  arena.tap(0, down);
  CHECK(pick.row == PickRow::character);
  arena.tap(0, light);
  CHECK(pick.is_ready);
  arena.tap(0, right);
  CHECK(pick.character == Character::viola);  // a player who is ready has decided
  arena.tap(0, special);
  CHECK_FALSE(pick.is_ready);
}

TEST_CASE("a player who does not choose is taken along after a while") {
  Arena arena(1);
  arena.join(0);
  arena.join(1);
  const int waited = arena.run_until(Phase::intro);
  CHECK(waited == static_cast<int>(select_ticks_max));
}

TEST_CASE("one of the wished stages is played, the first player's rules, the chosen fighters") {
  std::set<Stage> stages;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    Arena arena(seed);
    arena.join(0);
    arena.join(1);
    arena.tick();
    arena.fighter(0).pick = {
        .character = Character::timpano, .stage = Stage::staves, .rules = RuleSet::rounds};
    arena.fighter(1).pick = {.character = Character::piccolo, .stage = Stage::gallery, .team = 1};
    arena.hold(0, light);
    arena.hold(1, light);
    arena.tick();
    CHECK(arena.state.rules == RuleSet::rounds);
    CHECK(arena.fighter(0).character == Character::timpano);
    CHECK(arena.fighter(1).character == Character::piccolo);
    stages.insert(arena.state.stage.value);
  }
  CHECK(stages == std::set<Stage>{Stage::staves, Stage::gallery});
}

TEST_CASE("players that all choose one team fight for themselves") {
  Arena arena =
      Arena::in_a_fight({.characters = std::vector(3, Character::viola), .teams = {2, 2, 2}});
  CHECK_FALSE(arena.state.is_team_match);
  CHECK(arena.fighter(0).team != arena.fighter(1).team);
  CHECK(arena.fighter(1).team != arena.fighter(2).team);
}

TEST_CASE("nobody acts before the round begins") {
  Arena arena(1);
  arena.join(0);
  arena.join(1);
  arena.hold(0, light);
  arena.hold(1, light);
  arena.run_until(Phase::intro);
  const Fixed before = arena.fighter(0).position.x;
  arena.hold(0, right | heavy);
  arena.run_until(Phase::fighting);
  CHECK(arena.fighter(0).position.x == before);
  CHECK(arena.count(Effect::swing) == 0);
}

TEST_CASE("a fighter who leaves the frame loses a life and comes back protected and fresh") {
  Arena arena = Arena::in_a_fight();
  arena.fighter(1).damage = 80;
  arena.fighter(1).last_hit_by = 1;
  lose_a_life(arena, 1);
  CHECK(arena.count(Effect::knockout) == 1);
  CHECK(arena.count(Effect::back) == 1);
  CHECK(arena.fighter(1).lives == 2);
  CHECK(arena.fighter(1).falls == 1);
  CHECK(arena.fighter(0).knockouts == 1);
  CHECK(arena.fighter(1).damage == 0);
  CHECK(arena.fighter(1).action == Action::returning);
  arena.run_until(1, Action::airborne);
  CHECK(arena.fighter(1).intangible > 30);
}

TEST_CASE("fighters who return at once stand beside each other above the stage") {
  for (const Fixed side : {-1_fx, 1_fx}) {
    Arena arena = Arena::in_a_fight({.characters = std::vector(4, Character::timpano)});
    for (std::size_t slot = 0; slot < 4; ++slot)
      arena.put_in_air(slot, {(blast_side + 1_fx) * side, 1_fx});
    arena.tick();
    for (std::size_t slot = 0; slot < 4; ++slot) {
      const Fighter& fighter = arena.fighter(slot);
      REQUIRE(fighter.action == Action::returning);
      CHECK(fighter.position.x * side > Fixed{});
      CHECK(abs(fighter.position.x) < stage_half_width);
      CHECK(Fixed(fighter.facing) == -side);
      for (std::size_t other = 0; other < slot; ++other) {
        CAPTURE(slot, other);
        const Fixed apart = abs(fighter.position.x - arena.fighter(other).position.x);
        CHECK(apart > data_of(Character::timpano).half_width * 2_fx);
      }
    }
    // A place that is free again is taken again, and a lone fighter returns where it always did.
    for (std::size_t slot = 0; slot < 3; ++slot)
      arena.put(slot, Action::airborne);
    lose_a_life(arena, 3);
    CHECK(abs(arena.fighter(3).position.x) == 1.5_fx);
  }
}

TEST_CASE("the last life decides a match by stocks, and its winner is named") {
  Arena arena = Arena::in_a_fight();
  win_match(arena);
  CHECK(arena.count(Effect::round_won) == 1);
  CHECK(arena.count(Effect::match_won) == 1);
  CHECK(arena.state.outcome == Outcome::won);
  CHECK(arena.state.winning_team == arena.fighter(0).team);
  CHECK(arena.fighter(0).matches_won == 1);
  arena.run(5);
  CHECK(arena.fighter(0).action == Action::victorious);
  CHECK(arena.fighter(1).action == Action::out);
}

TEST_CASE("with health, the last of it ends the round where one stands, and two rounds the match") {
  Arena arena = Arena::in_a_fight({.rules = RuleSet::rounds});
  for (int round = 1; round <= 2; ++round) {
    arena.run_until(Phase::fighting);
    arena.fighter(0).position.x = -0.5_fx;
    arena.fighter(1).position.x = 0.5_fx;
    arena.fighter(1).damage = static_cast<std::uint16_t>(data_of(RuleSet::rounds).health - 1);
    arena.hold(0, right | light);
    arena.run_until(Effect::knockout);
    arena.hold(0, 0);
    CHECK(arena.state.phase == Phase::round_over);
    arena.run_until(1, Action::defeated);
    CHECK(arena.fighter(0).rounds_won == round);
    CHECK(arena.state.round == round);
  }
  arena.run_until(Phase::result);
  CHECK(arena.count(Effect::match_won) == 1);
}

TEST_CASE("when the time is up, lives count, then damage, and equals draw") {
  for (const int case_number : {0, 1, 2}) {
    CAPTURE(case_number);
    Arena arena = Arena::in_a_fight();
    if (case_number == 0) lose_a_life(arena, 1);
    if (case_number == 1) arena.fighter(1).damage = 5;
    arena.state.round_ticks_left = 3;
    arena.run_until(Phase::round_over, 5);
    CHECK(arena.count(Effect::time_up) == 1);
    CHECK(arena.state.outcome == (case_number == 2 ? Outcome::drawn : Outcome::won));
    if (case_number < 2) CHECK(arena.state.winning_team == arena.fighter(0).team);
    arena.run_until(Phase::result);
    CHECK(arena.count(Effect::match_drawn) == (case_number == 2 ? 1U : 0U));
  }
}

TEST_CASE("after a match: again when all are ready, the selection when somebody wants it") {
  Arena arena = Arena::in_a_fight();
  win_match(arena);
  arena.run(60);
  SECTION("again") {
    arena.tap(0, light);
    CHECK(arena.state.phase == Phase::result);
    arena.tap(1, light);
    CHECK(arena.state.phase == Phase::intro);
    CHECK(arena.state.match == 2);
    CHECK(arena.fighter(1).lives == data_of(RuleSet::stocks).lives);
  }
  SECTION("choose") {
    arena.tap(1, special);
    CHECK(arena.state.phase == Phase::selecting);
  }
  SECTION("silence") { arena.run_until(Phase::selecting, static_cast<int>(result_ticks_max)); }
  SECTION("somebody new") {
    arena.leave(1);
    arena.tick();
    arena.join(1);
    arena.run_until(Phase::selecting, 2);
  }
}

TEST_CASE("a player who leaves a match loses it, and the last one there may choose again") {
  Arena arena = Arena::in_a_fight();
  arena.leave(1);
  arena.tick();
  CHECK(arena.state.phase == Phase::result);
  CHECK(arena.state.outcome == Outcome::won);
  CHECK(arena.fighter(0).matches_won == 1);
  CHECK(arena.fighter(1).action == Action::out);
}

TEST_CASE("a third one who leaves does not end the fight of the others") {
  Arena arena = Arena::in_a_fight({.characters = std::vector(3, Character::viola)});
  arena.leave(2);
  arena.run(30);
  CHECK(arena.state.phase == Phase::fighting);
  arena.leave(1);
  arena.tick();
  CHECK(arena.state.phase == Phase::result);
}

TEST_CASE("alone one practises against a dummy that gets over everything, until somebody comes") {
  Arena arena(1);
  arena.join(0);
  arena.tick();
  arena.tap(0, light);
  CHECK(arena.state.phase == Phase::practice);
  CHECK(is_seen(arena.fighter(1)));
  arena.fighter(1).damage = 50;
  arena.run(400);
  CHECK(arena.fighter(1).damage == 0);
  lose_a_life(arena, 1);
  CHECK(arena.fighter(1).lives == 1);
  arena.join(1);
  arena.tick();
  CHECK(arena.state.phase == Phase::selecting);
}

TEST_CASE("a slot that the setup does not have never joins") {
  Arena arena(1, 1);
  arena.join(1);
  arena.tick();
  CHECK(arena.state.phase == Phase::waiting);
}

}  // namespace counterpoint::test
