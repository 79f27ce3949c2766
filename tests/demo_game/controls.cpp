// From what hands do to what fighters do: nothing tapped is lost, nothing illegal gets in.

#include "arena.hpp"

namespace counterpoint::test {

TEST_CASE("left and right at once is neither, as with any keyboard") {
  Arena arena = Arena::in_a_fight();
  const Fixed before = arena.fighter(0).position.x;
  arena.hold(0, left | right);
  arena.run(20);
  CHECK(arena.fighter(0).action == Action::standing);
  CHECK(arena.fighter(0).position.x == before);
  CHECK(Controls::pad(up | down).vertical() == 0);
}

TEST_CASE(
    "a held direction walks on without a further word, and a stick walks as far as it leans") {
  const auto walked = [](Controls controls) {
    Arena arena = Arena::in_a_fight();
    const Fixed before = arena.fighter(0).position.x;
    arena.hold(0, controls);
    arena.run(20);
    CHECK(arena.fighter(0).action == Action::walking);
    return before - arena.fighter(0).position.x;
  };
  const Fixed pad = walked(Controls::pad(left));
  CHECK(pad > 1_fx);
  CHECK(walked(Controls::stick(-stick_full, 0)) == pad);
  CHECK(walked(Controls::stick(-5, 0)) < pad * 0.5_fx);
}

TEST_CASE("a tap during a recovery waits for its chance") {
  Arena arena = Arena::at_distance(5_fx);
  arena.tap(0, light);
  arena.run(arena.data(0, Move::jab).total() - 4);
  arena.tap(0, light);
  arena.run(6);
  CHECK(arena.count(Effect::swing) == 2);
}

TEST_CASE("a tap that comes too early is forgotten") {
  Arena arena = Arena::at_distance(5_fx);
  arena.tap(0, heavy);
  arena.run(5);
  arena.tap(0, light);
  arena.run(80);
  CHECK(arena.count(Effect::swing) == 1);
}

TEST_CASE("a press and its release within one tick is still a press") {
  Arena arena = Arena::in_a_fight();
  arena.hold(0, light);
  arena.hold(0, 0);
  arena.tick();
  CHECK(arena.fighter(0).move == Move::jab);
  CHECK(arena.fighter(0).held == Controls{});
}

TEST_CASE("changes within one tick are taken in order") {
  Arena arena = Arena::in_a_fight();
  arena.hold(0, left);
  arena.hold(0, right);
  arena.tick();
  CHECK(arena.fighter(0).held.direction() == 1);
}

TEST_CASE("holding a button attacks once") {
  Arena arena = Arena::at_distance(5_fx);
  arena.hold(0, light);
  arena.run(120);
  CHECK(arena.count(Effect::swing) == 1);
}

TEST_CASE("a tap during the freeze of a hit is not lost") {
  Arena arena = Arena::at_distance(1.1_fx);
  arena.tap(0, light);
  arena.run_until(Effect::hit);
  arena.run(1);
  REQUIRE(arena.fighter(0).freeze > 0);
  arena.hold(0, right | light);
  arena.tick();
  arena.hold(0, right);
  arena.run_through_freeze();
  arena.run(arena.data(0, Move::jab).frames.active + 1);
  CHECK(arena.fighter(0).move == Move::side_light);
}

TEST_CASE(
    "a tap that has waited keeps the direction that it was given with, unless a newer one is "
    "held") {
  for (const int held_later : {0, int{down}}) {
    Arena arena = Arena::at_distance(5_fx);
    arena.tap(0, light);
    arena.run(arena.data(0, Move::jab).total() - 5);
    arena.tap(0, up | light);
    arena.hold(0, held_later);
    arena.run(6);
    CHECK(arena.fighter(0).move == (held_later == 0 ? Move::up_light : Move::down_light));
  }
}

TEST_CASE("only legal controls of players with a slot are valid") {
  const Arena arena(1, 1);
  const auto is_valid = [&](std::uint8_t slot, Controls controls) {
    return Counterpoint::is_valid(arena.state, PlayerId{slot}, controls);
  };
  CHECK(is_valid(0, Controls::pad(button::all)));
  CHECK(is_valid(0, {}));
  CHECK(is_valid(0, Controls::stick(-stick_full, stick_full, button::actions)));
  CHECK_FALSE(is_valid(0, {512}));
  CHECK_FALSE(is_valid(0, {0x7FFF}));
  // A stick of which one axis says -16, which is further than it goes.
  CHECK_FALSE(is_valid(0, {0x8000 | 16 << 5}));
  CHECK_FALSE(is_valid(0, {static_cast<std::uint16_t>(0x8000 | 16 << 10)}));
  CHECK_FALSE(is_valid(1, Controls::pad(left)));
  Random random(5);
  for (int i = 0; i < 1000; ++i)
    CHECK(is_valid(0, Counterpoint::sample(random)));
}

TEST_CASE("a stick keeps its numbers, and what is further is cut") {
  for (int x = -stick_full; x <= stick_full; ++x) {
    for (int y = -stick_full; y <= stick_full; ++y) {
      const Controls controls = Controls::stick(x, y, jump | shield);
      REQUIRE(controls.x() == x);
      REQUIRE(controls.y() == y);
      REQUIRE(controls.is_legal());
      REQUIRE(controls.has(jump));
      REQUIRE_FALSE(controls.has(light));
    }
  }
  CHECK(Controls::stick(99, -99) == Controls::stick(stick_full, -stick_full));
  CHECK(Controls::stick(stick_meant - 1, 0).direction() == 0);
  CHECK(Controls::stick(stick_meant, 0).direction() == 1);
}

TEST_CASE("controls read like words") {
  CHECK(Controls::pad(left | heavy).field_text() == "left+heavy");
  CHECK(Controls::stick(9, -15, jump).field_text() == "stick 9,-15+jump");
  CHECK(Controls{}.field_text() == "nothing");
}

TEST_CASE("a silenced player lets go of everything") {
  Arena arena = Arena::in_a_fight();
  arena.hold(0, right);
  arena.run(3);
  arena.relay(0, EventKind::silenced);
  arena.run(2);
  CHECK(arena.fighter(0).held == Controls{});
  CHECK(arena.fighter(0).action == Action::standing);
}

}  // namespace counterpoint::test
