// What an attack does: when it hits, what it costs, what blocking saves.

#include "arena.hpp"

namespace counterpoint::test {

namespace {

constexpr Fixed in_jab_range = 1.1_fx;

/// Ticks, from the tick of the press, until something of this kind happened.
int ticks_until(Arena& arena, Effect::Kind kind, int limit = 120) {
  for (int waited = 0; waited < limit; ++waited) {
    arena.tick();
    if (arena.count(kind) > 0) return waited;
  }
  FAIL("it never happened: " << Effect::names[kind]);
  return 0;
}

void run_through_freeze(Arena& arena) {
  while (arena.state.freeze > 0)
    arena.tick();
}

}  // namespace

TEST_CASE("given fighters in reach, when one jabs, then it hits after exactly its startup") {
  Arena arena = Arena::at_distance(in_jab_range);
  arena.hold(0, light);
  const int waited = ticks_until(arena, Effect::hit);

  const MoveData& jab = data_of(Move::jab);
  CHECK(waited == jab.startup);
  CHECK(arena.fighter(1).health == full_health - jab.damage);
  CHECK(arena.fighter(1).action == Action::reeling);
  CHECK(arena.fighter(0).health == full_health);
  CHECK(arena.state.freeze == jab.freeze);
  CHECK(arena.effects.back().player == 0);
  CHECK(arena.effects.back().strength == jab.damage);
}

TEST_CASE("an attack hits once, however long it is active") {
  Arena arena = Arena::at_distance(in_jab_range);
  arena.hold(0, light);
  arena.run(60);
  CHECK(arena.count(Effect::swing) == 1);
  CHECK(arena.count(Effect::hit) == 1);
}

TEST_CASE("an attack out of reach hits nothing and ends with its frame data") {
  Arena arena = Arena::at_distance(4_fx);
  arena.hold(0, heavy);
  arena.tick();
  CHECK(arena.fighter(0).action == Action::attacking);
  const int waited = arena.run_until(0, Action::standing);
  CHECK(waited == data_of(Move::smash).total());
  CHECK(arena.count(Effect::hit) == 0);
}

TEST_CASE("given a fighter that begins to block at the very tick of the hit, it is blocked") {
  Arena arena = Arena::at_distance(in_jab_range);
  arena.hold(0, heavy);
  arena.run(data_of(Move::smash).startup);
  REQUIRE(arena.count(Effect::hit) == 0);
  arena.hold(1, block);
  arena.tick();
  CHECK(arena.count(Effect::block) == 1);
  CHECK(arena.count(Effect::hit) == 0);
  CHECK(arena.fighter(1).health == full_health);
  CHECK(arena.fighter(1).guard == full_guard - data_of(Move::smash).guard_damage);
  CHECK(arena.fighter(1).action == Action::guarding);
}

TEST_CASE("given a fighter that lets go of its block a tick before the hit, it is hit") {
  Arena arena = Arena::at_distance(in_jab_range);
  arena.hold(0, heavy);
  arena.hold(1, block);
  arena.run(data_of(Move::smash).startup);
  arena.hold(1, 0);
  arena.tick();
  CHECK(arena.count(Effect::block) == 0);
  CHECK(arena.count(Effect::hit) == 1);
}

TEST_CASE("hitstun lasts as long as the move says, counted from the impact without its freeze") {
  Arena arena = Arena::at_distance(in_jab_range);
  arena.hold(0, light);
  ticks_until(arena, Effect::hit);
  arena.hold(1, left);
  run_through_freeze(arena);
  const int stunned = arena.run_until(1, Action::walking);
  CHECK(stunned == data_of(Move::jab).hitstun);
}

TEST_CASE("a hit throws its victim back, and in the corner the attacker instead") {
  SECTION("in the open") {
    Arena arena = Arena::at_distance(in_jab_range);
    const Fixed before = arena.fighter(1).position.x;
    arena.hold(0, heavy);
    arena.run(60);
    CHECK(arena.fighter(1).position.x > before + 0.4_fx);
  }
  SECTION("with the back to the wall") {
    Arena arena = Arena::in_a_fight();
    const Fixed wall = stage_half_width - body_half_width;
    arena.fighter(1).position.x = wall;
    arena.fighter(0).position.x = wall - in_jab_range;
    arena.hold(0, light);
    ticks_until(arena, Effect::hit);
    const Fixed before = arena.fighter(0).position.x;
    arena.run(30);
    CHECK(arena.fighter(1).position.x == wall);
    CHECK(arena.fighter(0).position.x < before - 0.2_fx);
  }
}

TEST_CASE("a jab that lands leads into the smash, one that misses does not") {
  Arena arena = Arena::at_distance(in_jab_range);
  SECTION("it lands") {
    arena.hold(0, light);
    ticks_until(arena, Effect::hit);
    arena.hold(0, heavy);
    run_through_freeze(arena);
    arena.run(1);
    CHECK(arena.fighter(0).move == Move::smash);
    arena.run_until(1, Action::launched);
    CHECK(arena.fighter(1).combo == 2);
    arena.run_until(1, Action::downed);
    CHECK(arena.count(Effect::knockdown) == 1);
    arena.run_until(1, Action::standing);
    CHECK(arena.fighter(1).combo == 0);
  }
  SECTION("it misses") {
    arena.fighter(1).position.x = 4_fx;
    arena.hold(0, light);
    arena.run(data_of(Move::jab).startup + 1);
    arena.hold(0, heavy);
    arena.run(1);
    CHECK(arena.fighter(0).move == Move::jab);
  }
}

TEST_CASE("later hits of a combo hurt less, and there is an end to juggling") {
  Arena arena = Arena::at_distance(in_jab_range);
  arena.hold(0, light);
  ticks_until(arena, Effect::hit);
  arena.hold(0, heavy);
  arena.run_until(1, Action::launched);
  CHECK(arena.effects.back().strength < data_of(Move::smash).damage);
  arena.fighter(1).combo = 4;
  arena.fighter(1).position = {arena.fighter(0).position.x + 1_fx, 0.8_fx};
  arena.fighter(1).velocity = {};
  arena.fighter(0).action = Action::standing;
  const std::size_t before = arena.count(Effect::hit);
  arena.hold(0, light);
  arena.run(20);
  CHECK(arena.count(Effect::hit) == before);
}

TEST_CASE("who lies on the floor cannot be hit") {
  Arena arena = Arena::at_distance(in_jab_range);
  arena.fighter(1).action = Action::downed;
  arena.fighter(1).action_length = 40;
  arena.hold(0, light);
  arena.run(15);
  CHECK(arena.count(Effect::swing) == 1);
  CHECK(arena.count(Effect::hit) == 0);
}

TEST_CASE("a guard that takes too much breaks, dazes, and is whole again afterwards") {
  Arena arena = Arena::at_distance(in_jab_range);
  arena.fighter(1).guard = 10;
  arena.hold(1, block);
  arena.hold(0, heavy);
  ticks_until(arena, Effect::guard_break);
  CHECK(arena.fighter(1).action == Action::dazed);
  CHECK(arena.fighter(1).health == full_health);
  arena.run_until(1, Action::blocking);
  CHECK(arena.fighter(1).guard == full_guard);
}

TEST_CASE("a guard recovers when it is left alone") {
  Arena arena = Arena::in_a_fight();
  arena.fighter(0).guard = 1;
  arena.run(600);
  CHECK(arena.fighter(0).guard == full_guard);
}

TEST_CASE("a block does not help against an attack from behind") {
  Arena arena = Arena::at_distance(in_jab_range);
  arena.fighter(1).action = Action::guarding;
  arena.fighter(1).action_length = 30;
  arena.fighter(1).facing = 1;  // away
  arena.hold(0, light);
  arena.run(10);
  CHECK(arena.count(Effect::hit) == 1);
}

TEST_CASE("equal attacks at the same tick both hit") {
  Arena arena = Arena::at_distance(in_jab_range);
  arena.hold(0, light);
  arena.hold(1, light);
  arena.run(20);
  CHECK(arena.count(Effect::hit) == 2);
  CHECK(arena.fighter(0).health == arena.fighter(1).health);
  CHECK(arena.fighter(0).position.x == -arena.fighter(1).position.x);
}

TEST_CASE("kicks come from the air and end on the floor") {
  Arena arena = Arena::at_distance(0.9_fx);
  arena.hold(0, jump);
  arena.run_until(0, Action::airborne);
  arena.run(24);  // on the way down
  arena.hold(0, jump | heavy);
  arena.run_until(0, Action::landing);
  CHECK(arena.count(Effect::hit) == 1);
  CHECK(arena.fighter(1).health == full_health - data_of(Move::dive_kick).damage);
}

}  // namespace counterpoint::test
