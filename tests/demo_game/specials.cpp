// Specials, grabs, shields and dodges, each of which beats another.

#include "arena.hpp"

namespace counterpoint::test {

namespace {
constexpr Fixed near_by = 1.0_fx;
}  // namespace

TEST_CASE("given a shield held at the tick of the hit, it blocks") {
  Arena arena = Arena::at_distance(near_by);
  arena.hold(0, right | light);
  arena.run(arena.data(0, Move::side_light).frames.startup);
  REQUIRE(arena.count(Effect::hit) == 0);
  arena.hold(1, shield);
  arena.tick();
  CHECK(arena.count(Effect::block) == 1);
  CHECK(arena.count(Effect::hit) == 0);
  CHECK(arena.fighter(1).damage == 0);
  CHECK(arena.fighter(1).shield < full_shield);
  CHECK(arena.fighter(1).action == Action::shield_stunned);
}

TEST_CASE("given a shield let go a tick before the hit, it is too late") {
  Arena arena = Arena::at_distance(near_by);
  arena.hold(0, right | light);
  arena.hold(1, shield);
  arena.run(arena.data(0, Move::side_light).frames.startup);
  arena.hold(1, 0);
  arena.tick();
  CHECK(arena.count(Effect::block) == 0);
  CHECK(arena.count(Effect::hit) == 1);
}

TEST_CASE("a shield that takes too much breaks, dazes, and is whole again afterwards") {
  Arena arena = Arena::at_distance(near_by);
  arena.fighter(1).shield = 5;
  arena.hold(1, shield);
  arena.hold(0, right | light);
  arena.run_until(Effect::shield_break);
  CHECK(arena.fighter(1).action == Action::dazed);
  CHECK(arena.fighter(1).damage == 0);
  arena.hold(1, 0);
  arena.run_until(1, Action::standing);
  CHECK(arena.fighter(1).shield == full_shield);
}

TEST_CASE("a shield wears off while it is held, breaks at last, and recovers when left alone") {
  Arena arena = Arena::at_distance(5_fx);
  arena.hold(0, shield);
  arena.run(60);
  const int after_a_second = arena.fighter(0).shield;
  CHECK(after_a_second < full_shield);
  arena.run_until(0, Action::dazed, 60 * 60);
  arena.hold(0, 0);
  arena.run(60);
  arena.fighter(0).shield = 1;
  arena.run_until(0, Action::standing);
  arena.run(60 * 10);
  CHECK(arena.fighter(0).shield == full_shield);
}

TEST_CASE("a grab does not ask the shield, and each direction throws its own way") {
  const struct {
    int direction;
    Move move;
  } throws[] = {{right, Move::throw_forward},
                {left, Move::throw_back},
                {up, Move::throw_up},
                {down, Move::throw_down}};
  for (const auto& one : throws) {
    CAPTURE(name_of(one.move));
    Arena arena = Arena::at_distance(near_by);
    arena.hold(1, shield);
    arena.hold(0, shield | light);
    arena.run_until(Effect::grab);
    CHECK(arena.fighter(0).action == Action::holding);
    CHECK(arena.fighter(1).action == Action::held);
    arena.hold(0, one.direction);
    arena.run_until(Effect::hit);
    CHECK(arena.effects.back().move == static_cast<int>(one.move));
    CHECK(arena.fighter(1).action == Action::launched);
    CHECK(arena.fighter(1).partner == 0);
    arena.run_through_freeze();
    const Vec2 way = arena.fighter(1).velocity;
    if (one.direction == right) CHECK(way.x > 0.05_fx);
    if (one.direction == left) CHECK(way.x < -0.05_fx);
    if (one.direction == up) CHECK(way.y > abs(way.x) * 2_fx);
  }
}

TEST_CASE("a held fighter gets away in the end, and sooner by wriggling") {
  const auto held_for = [](bool is_wriggling) {
    Arena arena = Arena::at_distance(near_by);
    arena.hold(0, shield | light);
    arena.run_until(1, Action::held);
    arena.hold(0, 0);
    int waited = 0;
    for (; arena.fighter(1).action == Action::held && waited < 200; ++waited) {
      if (is_wriggling) arena.hold(1, waited % 2 == 0 ? light : 0);
      arena.tick();
    }
    CHECK(arena.fighter(0).partner == 0);
    return waited;
  };
  const int patient = held_for(false);
  CHECK(patient < 100);
  CHECK(held_for(true) < patient - 10);
}

TEST_CASE("two that grab each other at the same tick both slip") {
  Arena arena = Arena::at_distance(near_by);
  arena.hold(0, shield | light);
  arena.hold(1, shield | light);
  arena.run(12);
  CHECK(arena.count(Effect::grab) == 0);
}

TEST_CASE("a fighter hit while holding lets go") {
  Arena arena = Arena::in_a_fight({.characters = std::vector(3, Character::viola)});
  arena.fighter(0).position.x = -0.5_fx;
  arena.fighter(1).position.x = 0.5_fx;
  arena.fighter(2).position.x = -1.5_fx;
  arena.fighter(2).facing = 1;
  arena.hold(0, shield | light);
  arena.run_until(1, Action::held);
  arena.hold(2, right | light);
  arena.run_until(Effect::hit);
  CHECK(arena.fighter(1).action != Action::held);
  CHECK(arena.fighter(0).partner == 0);
}

TEST_CASE("dodges and rolls are protected in their middle and not at their ends") {
  for (const int direction : {down, left, right}) {
    CAPTURE(direction);
    Arena arena = Arena::at_distance(5_fx);
    arena.hold(0, shield);
    arena.run(3);
    const Fixed before = arena.fighter(0).position.x;
    arena.hold(0, shield | direction);
    arena.tick();
    CHECK(arena.fighter(0).action == (direction == down ? Action::dodging : Action::rolling));
    CHECK(arena.fighter(0).intangible == 0);
    arena.run(6);
    CHECK(arena.fighter(0).intangible > 0);
    arena.hold(0, 0);
    int last_protected = 0;
    for (int i = 7;
         arena.fighter(0).action == Action::rolling || arena.fighter(0).action == Action::dodging;
         ++i) {
      if (arena.fighter(0).intangible > 0) last_protected = i;
      arena.tick();
      REQUIRE(i < 60);
    }
    CHECK(last_protected < 22);
    const Fixed moved = arena.fighter(0).position.x - before;
    if (direction == left) CHECK(moved < -1_fx);
    if (direction == right) CHECK(moved > 1_fx);
  }
}

TEST_CASE("a projectile flies by itself and hits whom it meets, once") {
  Arena arena = Arena::at_distance(5_fx);
  arena.hold(0, special);
  arena.run_until(Effect::shot);
  CHECK(arena.state.projectiles[0].ticks_left > 0);
  arena.run_until(Effect::hit);
  CHECK(arena.effects.back().move == static_cast<int>(Move::shot));
  CHECK(arena.fighter(1).damage == arena.data(0, Move::shot).damage);
  CHECK(arena.fighter(0).freeze == 0);
  CHECK(arena.state.projectiles[0].ticks_left == 0);
}

TEST_CASE("nobody has more than two shots in the air") {
  Arena arena = Arena::at_distance(8_fx, {.characters = {Character::timpano, Character::viola}});
  for (int i = 0; i < 400; ++i) {
    if (i % 10 == 0) arena.hold(0, i % 20 == 0 ? special : 0);
    arena.tick();
    std::ptrdiff_t flying = 0;
    for (const Projectile& shot : arena.state.projectiles)
      flying += shot.ticks_left > 0;
    REQUIRE(flying <= 2);
  }
}

TEST_CASE("a counter turns a blow against its owner, and a shot back") {
  SECTION("a blow") {
    Arena arena = Arena::at_distance(near_by);
    arena.hold(0, right | light);
    arena.hold(1, down | special);
    arena.run_until(Effect::hit);
    CHECK(arena.effects.back().move == static_cast<int>(Move::riposte));
    CHECK(arena.fighter(1).damage == 0);
    CHECK(arena.fighter(0).damage == arena.data(1, Move::riposte).damage);
  }
  SECTION("a shot") {
    Arena arena = Arena::at_distance(3_fx);
    arena.hold(0, special);
    arena.run_until(Effect::shot);
    arena.hold(0, 0);
    arena.run(6);
    arena.hold(1, down | special);
    arena.run_until(Effect::countered);
    CHECK(arena.state.projectiles[0].owner == 1);
    arena.run_until(Effect::hit);
    CHECK(arena.fighter(0).damage > 0);
    CHECK(arena.fighter(1).damage == 0);
  }
  SECTION("nothing comes") {
    Arena arena = Arena::at_distance(5_fx);
    arena.tap(0, down | special);
    CHECK(arena.run_until(0, Action::standing) == arena.data(0, Move::counter).total());
  }
}

TEST_CASE("a rise lifts above a double jump and leaves its user helpless until the floor") {
  Arena arena = Arena::at_distance(5_fx);
  arena.tap(0, up | special);
  Fixed highest{};
  for (int i = 0; i < 40; ++i) {
    arena.tick();
    highest = max(highest, arena.fighter(0).position.y);
  }
  CHECK(highest > 2.5_fx);
  arena.run_until(0, Action::helpless);
  arena.tap(0, light | jump | special | shield);
  CHECK(arena.fighter(0).action == Action::helpless);
  arena.run_until(0, Action::landing);
}

TEST_CASE("a dash covers ground, and works once in the air") {
  Arena arena = Arena::at_distance(8_fx);
  const Fixed before = arena.fighter(0).position.x;
  arena.tap(0, right | special);
  arena.run(30);
  CHECK(arena.fighter(0).position.x > before + 1.5_fx);
  arena.run_until(0, Action::standing);
  arena.tap(0, jump);
  arena.run_until(0, Action::airborne);
  arena.tap(0, right | special);
  CHECK(arena.fighter(0).move == Move::dash);
  arena.put_in_air(0, {0_fx, 3_fx});
  arena.tap(0, right | special);
  CHECK(arena.fighter(0).move != Move::dash);
}

}  // namespace counterpoint::test
