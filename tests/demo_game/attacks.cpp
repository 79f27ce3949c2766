// Attacks: when they hit, their cost, how far they throw.

#include "arena.hpp"

namespace counterpoint::test {

namespace {
constexpr Fixed in_jab_range = 1.1_fx;
}  // namespace

TEST_CASE("given fighters in reach, when one jabs, then it hits after exactly its startup") {
  for (const Character character : {Character::viola, Character::piccolo, Character::timpano}) {
    CAPTURE(name_of(character));
    Arena arena = Arena::at_distance(0.9_fx, {.characters = {character, Character::viola}});
    const MoveData& jab = arena.data(0, Move::jab);
    arena.hold(0, light);
    CHECK(arena.run_until(Effect::hit) == jab.frames.startup + 1);
    CHECK(arena.fighter(1).damage == jab.damage);
    CHECK(arena.fighter(1).action == Action::reeling);
    CHECK(arena.fighter(0).damage == 0);
    CHECK(arena.fighter(0).freeze > 0);
    CHECK(arena.fighter(1).freeze == arena.fighter(0).freeze);
    CHECK(arena.effects.back().player == 0);
    CHECK(arena.effects.back().target == 1);
    CHECK(arena.effects.back().strength == jab.damage);
  }
}

TEST_CASE("an attack hits once, however long it is active") {
  Arena arena = Arena::at_distance(in_jab_range);
  arena.hold(0, light);
  arena.run(60);
  CHECK(arena.count(Effect::swing) == 1);
  CHECK(arena.count(Effect::hit) == 1);
}

TEST_CASE("an attack out of reach hits nothing and ends with its frame data") {
  Arena arena = Arena::at_distance(5_fx);
  arena.tap(0, down | light);
  CHECK(arena.fighter(0).move == Move::down_light);
  CHECK(stretch_of(arena.fighter(0)) == Stretch::startup);
  const int waited = arena.run_until(0, Action::standing);
  CHECK(waited == arena.data(0, Move::down_light).total());
  CHECK(arena.count(Effect::hit) == 0);
}

TEST_CASE("the direction chooses the blow, on the floor and in the air") {
  const struct {
    int buttons;
    Move on_floor, in_air;
  } expected[] = {{light, Move::jab, Move::air_neutral},
                  {right | light, Move::side_light, Move::air_forward},
                  {left | light, Move::side_light, Move::air_back},
                  {up | light, Move::up_light, Move::air_up},
                  {down | light, Move::down_light, Move::air_down},
                  {special, Move::shot, Move::shot},
                  {right | special, Move::dash, Move::dash},
                  {up | special, Move::rise, Move::rise},
                  {down | special, Move::counter, Move::counter}};
  for (const auto& row : expected) {
    CAPTURE(Controls::pad(row.buttons).field_text());
    Arena floor = Arena::at_distance(5_fx), air = Arena::at_distance(5_fx);
    floor.hold(0, row.buttons);
    floor.tick();
    CHECK(floor.fighter(0).move == row.on_floor);
    air.tap(0, jump);
    air.run_until(0, Action::airborne);
    air.hold(0, row.buttons);
    air.tick();
    CHECK(air.fighter(0).move == row.in_air);
  }
}

TEST_CASE("a stick asks for the same blows as a pad") {
  Arena arena = Arena::at_distance(5_fx);
  arena.hold(0, Controls::stick(stick_full, 2, light));
  arena.tick();
  CHECK(arena.fighter(0).move == Move::side_light);
}

TEST_CASE("given equal attacks at the same tick, then both hit") {
  Arena arena = Arena::at_distance(in_jab_range);
  arena.hold(0, light);
  arena.hold(1, light);
  arena.run(20);
  CHECK(arena.count(Effect::hit) == 2);
  CHECK(arena.fighter(0).damage == arena.fighter(1).damage);
  CHECK(arena.fighter(0).position.x == -arena.fighter(1).position.x);
}

TEST_CASE("a fighter interrupted before its blow is active hits nobody") {
  Arena arena = Arena::at_distance(in_jab_range);
  arena.hold(1, heavy | left);
  arena.tick();
  arena.hold(1, 0);
  arena.tick();
  arena.hold(0, light);
  arena.run(40);
  CHECK(arena.fighter(1).damage > 0);
  CHECK(arena.fighter(0).damage == 0);
}

TEST_CASE("the heavy one's side blow is steady: it hurts, but nothing interrupts it") {
  Arena arena =
      Arena::at_distance(in_jab_range, {.characters = {Character::viola, Character::timpano}});
  arena.hold(1, heavy | left);
  arena.tick();
  arena.hold(1, 0);
  arena.tick();
  arena.hold(0, light);
  arena.run(40);
  CHECK(arena.fighter(1).damage > 0);
  CHECK(arena.fighter(0).damage >= arena.data(1, Move::heavy_side).damage);
}

TEST_CASE("a blow held back hits harder, and goes off by itself at last") {
  std::uint16_t damage_at_once = 0;
  for (const int held : {1, 30, 200}) {
    CAPTURE(held);
    Arena arena = Arena::at_distance(1.3_fx);
    arena.hold(0, heavy);
    for (int i = 0; i < held && arena.fighter(0).action != Action::attacking; ++i)
      arena.tick();
    if (held < charge_ticks_max) {
      CHECK(arena.fighter(0).action == Action::charging);
      arena.hold(0, 0);
    } else {
      CHECK(arena.ticks > 0);
      CHECK(arena.fighter(0).charge == charge_ticks_max - 1);
    }
    arena.run(40);
    REQUIRE(arena.count(Effect::hit) == 1);
    CHECK(arena.fighter(1).damage > damage_at_once);
    damage_at_once = arena.fighter(1).damage;
  }
}

TEST_CASE("the more damage, the further the same blow throws, and the heavier, the less") {
  const auto flight = [](std::uint16_t damage, Character victim) {
    Arena arena = Arena::at_distance(in_jab_range, {.characters = {Character::viola, victim}});
    arena.fighter(1).damage = damage;
    arena.hold(0, right | light);
    arena.run_until(Effect::hit);
    arena.run_through_freeze();
    return arena.fighter(1).velocity.x;
  };
  CHECK(flight(80, Character::viola) > flight(20, Character::viola));
  CHECK(flight(80, Character::piccolo) > flight(80, Character::viola));
  CHECK(flight(80, Character::timpano) < flight(80, Character::viola));
}

TEST_CASE("given a launched fighter, its own stick bends the flight but not by much") {
  const auto flight = [](int held) {
    Arena arena = Arena::at_distance(in_jab_range);
    arena.fighter(1).damage = 90;
    arena.hold(0, right | light);
    arena.run_until(Effect::hit);
    arena.hold(1, held);
    arena.run_through_freeze();
    return arena.fighter(1).velocity;
  };
  const Vec2 straight = flight(0), higher = flight(up), lower = flight(down);
  CHECK(higher.y > straight.y);
  CHECK(lower.y < straight.y);
  CHECK(higher.y < straight.y * 2_fx);
}

TEST_CASE("later hits of a combo hurt less and stun less, so that every combo ends") {
  std::uint16_t fresh = 0;
  for (const int hits : {0, 6, 200}) {
    Arena arena = Arena::at_distance(in_jab_range);
    arena.put(1, Action::reeling, 40);
    arena.fighter(1).combo = static_cast<std::uint8_t>(hits);
    arena.hold(0, right | light);
    arena.run_until(Effect::hit);
    if (hits == 0) {
      fresh = arena.fighter(1).action_length;
    } else {
      CHECK(arena.effects.back().strength < arena.data(0, Move::side_light).damage);
      CHECK(arena.fighter(1).action_length <= fresh);
    }
    CHECK(arena.effects.back().strength > 0);
  }
}

TEST_CASE("a jab that lands leads into the next blow, one that misses does not") {
  for (const bool is_near : {true, false}) {
    Arena arena = Arena::at_distance(is_near ? in_jab_range : 4_fx);
    arena.tap(0, light);
    arena.run(arena.data(0, Move::jab).frames.startup);
    arena.hold(0, up | light);
    arena.tick();
    arena.run_through_freeze();
    arena.run(arena.data(0, Move::jab).frames.active);
    CHECK(arena.fighter(0).move == (is_near ? Move::up_light : Move::jab));
  }
}

TEST_CASE("a fighter on the floor is hit by low blows only") {
  for (const int blow : {int{light}, down | light}) {
    Arena arena = Arena::at_distance(in_jab_range);
    arena.put(1, Action::downed, 40);
    arena.hold(0, blow);
    arena.run(15);
    CHECK(arena.count(Effect::hit) == (blow == light ? 0U : 1U));
  }
}

TEST_CASE(
    "given an up light that hits, an air up in time is a combo, unless its victim bends away") {
  const auto longest_combo = [](int victim_holds) {
    Arena arena = Arena::at_distance(1_fx);
    arena.fighter(1).damage = 60;
    arena.tap(0, up | light);
    arena.run_until(Effect::hit);
    arena.hold(1, victim_holds);
    std::uint8_t most = 1;
    for (int i = 0; i < 60 && arena.fighter(1).combo > 0; ++i) {
      const bool is_free_again = arena.fighter(0).action == Action::standing;
      const int blow = i % 2 == 0 ? up | light : int{up};
      arena.hold(0, is_free_again ? up | jump : blow);
      arena.tick();
      most = std::max(most, arena.fighter(1).combo);
    }
    return most;
  };
  CHECK(longest_combo(0) == 2);
  CHECK(longest_combo(right) == 1);
}

TEST_CASE("allies do not hurt each other") {
  Arena arena = Arena::in_a_fight(
      {.characters = {Character::viola, Character::viola, Character::viola}, .teams = {0, 0, 1}});
  CHECK(arena.state.is_team_match);
  arena.fighter(0).position.x = -0.5_fx;
  arena.fighter(1).position.x = 0.5_fx;
  arena.fighter(2).position.x = 0.6_fx;
  arena.hold(0, right | light);
  arena.run(20);
  CHECK(arena.fighter(1).damage == 0);
  CHECK(arena.fighter(2).damage > 0);
}

}  // namespace counterpoint::test
