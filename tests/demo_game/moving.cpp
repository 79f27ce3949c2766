// How a fighter gets about: jumps, platforms, edges, ledges, walls.

#include "arena.hpp"

namespace counterpoint::test {

namespace {

constexpr Fixed edge = stage_half_width;

/// The first fighter falls beside the stage, so far from its edge and so high.
Arena falling_beside(Fixed aside, Fixed height) {
  Arena arena = Arena::in_a_fight();
  arena.put_in_air(0, {-edge - aside, height});
  return arena;
}

Fixed height_of_jump(Arena& arena) {
  Fixed highest{};
  while (arena.fighter(0).footing == 0) {
    highest = max(highest, arena.fighter(0).position.y);
    arena.tick();
    REQUIRE(arena.ticks < 2000);
  }
  return highest;
}

}  // namespace

TEST_CASE(
    "a jump gathers, rises and lands, a second in the air goes higher, and a third does not") {
  std::vector<Fixed> heights;
  for (int jumps = 1; jumps <= 3; ++jumps) {
    Arena arena = Arena::at_distance(5_fx);
    arena.tap(0, jump);
    CHECK(arena.fighter(0).action == Action::gathering);
    arena.run_until(0, Action::airborne);
    for (int more = 1; more < jumps; ++more) {
      arena.run(16);
      arena.tap(0, jump);
    }
    heights.push_back(height_of_jump(arena));
    CHECK(arena.fighter(0).position.y == Fixed{});
    CHECK(arena.fighter(0).air_jumps == data_of(Character::viola).air_jumps);
  }
  CHECK(heights[0] > 1.3_fx);
  CHECK(heights[1] > heights[0] + 0.8_fx);
  CHECK(heights[2] == heights[1]);
}

TEST_CASE("down while falling falls fast") {
  const auto ticks_in_air = [](bool is_fast) {
    Arena arena = Arena::at_distance(5_fx);
    arena.tap(0, jump);
    arena.run_until(0, Action::airborne);
    while (arena.fighter(0).velocity.y > Fixed{})
      arena.tick();
    const std::int64_t before = arena.ticks;
    if (is_fast) arena.hold(0, down);
    height_of_jump(arena);
    return arena.ticks - before;
  };
  CHECK(ticks_in_air(true) + 5 < ticks_in_air(false));
}

TEST_CASE(
    "given a fighter that has just walked off an edge, a jump still counts as from the floor") {
  for (const int late : {3, 12}) {
    CAPTURE(late);
    Arena arena = Arena::in_a_fight();
    arena.fighter(0).position.x = -edge + 0.05_fx;
    arena.hold(0, left);
    while (arena.fighter(0).footing != 0)
      arena.tick();
    CHECK(arena.fighter(0).coyote > 0);
    arena.run(late - 1);
    arena.hold(0, left | jump);
    arena.tick();
    const bool is_kept = arena.fighter(0).air_jumps == data_of(Character::viola).air_jumps;
    CHECK(is_kept == (late == 3));
    CHECK(arena.fighter(0).velocity.y > 0.1_fx);
  }
}

TEST_CASE("platforms hold from above, let through from below, and on demand downwards") {
  Arena arena = Arena::in_a_fight({.stage = Stage::gallery});
  REQUIRE(arena.state.stage == Stage::gallery);
  const Platform platform = platform_at(Stage::gallery, 0, 0);
  arena.fighter(0).position.x = (platform.left + platform.right) * 0.5_fx;
  arena.tap(0, jump);
  arena.run_until(0, Action::airborne);
  arena.run(12);
  arena.tap(0, jump);
  arena.run_until(0, Action::landing);
  CHECK(arena.fighter(0).position.y == platform.height);
  CHECK(arena.fighter(0).footing == 2);
  arena.run_until(0, Action::standing);
  arena.tap(0, down);
  CHECK(arena.fighter(0).footing == 0);
  arena.run_until(0, Action::landing);
  CHECK(arena.fighter(0).position.y == Fixed{});
}

TEST_CASE("a moving platform carries who stands on it") {
  Arena arena = Arena::in_a_fight({.stage = Stage::staves});
  const auto middle_of = [&] {
    const Platform platform = platform_at(Stage::staves, 0, arena.state.stage_ticks);
    return Vec2{(platform.left + platform.right) * 0.5_fx, platform.height};
  };
  arena.fighter(0).position = middle_of();
  arena.fighter(0).footing = 2;
  const Fixed before = arena.fighter(0).position.x;
  for (int i = 0; i < 300; ++i) {
    arena.tick();
    REQUIRE(abs(arena.fighter(0).position.x - middle_of().x) < 0.01_fx);
    REQUIRE(arena.fighter(0).position.y == middle_of().y);
  }
  CHECK(abs(arena.fighter(0).position.x - before) > 0.3_fx);
}

TEST_CASE("a fighter who falls past the edge takes hold of the ledge and climbs, jumps or drops") {
  Arena arena = falling_beside(0.5_fx, 0.5_fx);
  arena.run_until(0, Action::hanging);
  CHECK(arena.count(Effect::ledge) == 1);
  CHECK(arena.fighter(0).facing == 1);
  CHECK(arena.fighter(0).intangible > 0);
  arena.run(10);
  SECTION("it climbs") {
    arena.hold(0, right);
    arena.run_until(0, Action::climbing);
    arena.hold(0, 0);
    arena.run_until(0, Action::standing);
    CHECK(arena.fighter(0).position.y == Fixed{});
    CHECK(arena.fighter(0).position.x > -edge);
  }
  SECTION("it jumps") {
    arena.tap(0, jump);
    CHECK(arena.fighter(0).velocity.y > Fixed{});
    CHECK(arena.fighter(0).air_jumps > 0);
  }
  SECTION("it drops, and does not take hold again at once") {
    arena.tap(0, down);
    arena.run(10);
    CHECK(arena.fighter(0).action == Action::airborne);
  }
  SECTION("it waits, and has to let go in the end") { arena.run_until(0, Action::airborne, 200); }
}

TEST_CASE("one ledge holds one") {
  Arena arena = falling_beside(0.5_fx, 0.5_fx);
  arena.run_until(0, Action::hanging);
  arena.put_in_air(1, {-edge - 0.5_fx, 0.5_fx});
  for (int i = 0; i < 60; ++i) {
    arena.tick();
    REQUIRE(arena.fighter(1).action != Action::hanging);
  }
}

TEST_CASE("the stage is a wall below its top, and a fighter thrown against it bounces") {
  Arena arena = falling_beside(0.4_fx, -2.5_fx);
  arena.put_in_air(0, arena.fighter(0).position, Action::launched, 60);
  arena.fighter(0).velocity = {0.3_fx, 0.1_fx};
  arena.run(2);
  CHECK(arena.fighter(0).velocity.x < Fixed{});
  CHECK(arena.fighter(0).position.x <= -edge - data_of(Character::viola).half_width);
}

TEST_CASE("given a launched fighter that meets the floor, a shield in time catches the fall") {
  for (const bool is_caught : {true, false}) {
    Arena arena = Arena::at_distance(5_fx);
    Fighter& fighter = arena.fighter(0);
    arena.put_in_air(0, {-2.5_fx, 1_fx}, Action::launched, 60);
    fighter.velocity.y = -0.1_fx;
    arena.run(4);
    if (is_caught) arena.hold(0, shield);
    arena.run_until(Effect::knockdown);
    CHECK(fighter.action == (is_caught ? Action::rising : Action::downed));
    arena.hold(0, 0);
    arena.run_until(0, Action::standing);
  }
}

TEST_CASE("only who walks goes over an edge: attacks and rolls stop there") {
  Arena arena = Arena::in_a_fight();
  arena.fighter(0).position.x = -edge + 0.1_fx;
  arena.hold(0, left | special);
  arena.run_until(0, Action::standing);
  CHECK(arena.fighter(0).position.x >= -edge);
}

}  // namespace counterpoint::test
