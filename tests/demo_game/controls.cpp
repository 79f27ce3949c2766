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
}

TEST_CASE("who holds a direction walks on without a further word, faster ahead than back") {
  Arena arena = Arena::in_a_fight();
  arena.hold(0, left);
  arena.hold(1, left);
  arena.run(10);
  const Fixed back = -start_distance - arena.fighter(0).position.x;
  const Fixed ahead = start_distance - arena.fighter(1).position.x;
  CHECK(back > 0.2_fx);
  CHECK(ahead > back);
}

TEST_CASE("a tap during a recovery waits for its chance") {
  Arena arena = Arena::in_a_fight();
  arena.hold(0, light);
  arena.run(data_of(Move::jab).total() - 4);
  arena.hold(0, 0);
  arena.tick();
  arena.hold(0, light);
  arena.tick();
  arena.hold(0, 0);
  arena.run(4);
  CHECK(arena.count(Effect::swing) == 2);
}

TEST_CASE("a tap that comes too early is forgotten") {
  Arena arena = Arena::in_a_fight();
  arena.hold(0, heavy);
  arena.run(5);
  arena.hold(0, light);
  arena.tick();
  arena.hold(0, 0);
  arena.run(60);
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
  Arena arena = Arena::in_a_fight();
  arena.hold(0, light);
  arena.run(120);
  CHECK(arena.count(Effect::swing) == 1);
}

TEST_CASE("a tap during the freeze of a hit is not lost") {
  Arena arena = Arena::at_distance(1.1_fx);
  arena.hold(0, light);
  while (arena.state.freeze == 0)
    arena.tick();
  arena.hold(0, heavy);
  arena.tick();
  arena.hold(0, 0);
  while (arena.state.freeze > 0)
    arena.tick();
  arena.tick();
  CHECK(arena.fighter(0).move == Move::smash);
}

TEST_CASE("a jump gathers, rises and lands where it was going") {
  Arena arena = Arena::in_a_fight();
  const Fixed before = arena.fighter(0).position.x;
  arena.hold(0, jump | left);
  arena.tick();
  CHECK(arena.fighter(0).action == Action::crouching);
  arena.run_until(0, Action::airborne);
  CHECK(arena.count(Effect::jump) == 1);
  Fixed highest{};
  while (arena.fighter(0).action == Action::airborne) {
    highest = max(highest, arena.fighter(0).position.y);
    arena.tick();
    REQUIRE(arena.ticks < 1000);
  }
  CHECK(highest > 1.2_fx);
  CHECK(highest < 2_fx);
  CHECK(arena.count(Effect::land) == 1);
  CHECK(arena.fighter(0).position.y == Fixed{});
  CHECK(arena.fighter(0).position.x < before - 1.5_fx);
}

TEST_CASE("fighters can jump over each other and then face the other way") {
  Arena arena = Arena::at_distance(1_fx);
  arena.hold(0, jump | right);
  arena.run(60);
  CHECK(arena.fighter(0).position.x > arena.fighter(1).position.x);
  CHECK(arena.fighter(0).facing == -1);
  CHECK(arena.fighter(1).facing == 1);
}

TEST_CASE("only known buttons of players with a slot are legal") {
  const Arena arena(1, 1);
  CHECK(Counterpoint::is_valid(arena.state, PlayerId{0}, {button::all}));
  CHECK(Counterpoint::is_valid(arena.state, PlayerId{0}, {}));
  CHECK_FALSE(Counterpoint::is_valid(arena.state, PlayerId{0}, {64}));
  CHECK_FALSE(Counterpoint::is_valid(arena.state, PlayerId{0}, {255}));
  CHECK_FALSE(Counterpoint::is_valid(arena.state, PlayerId{1}, {left}));
  Random random(5);
  for (int i = 0; i < 1000; ++i)
    CHECK(Counterpoint::is_valid(arena.state, PlayerId{0}, Counterpoint::sample(random)));
}

TEST_CASE("controls read like words") {
  CHECK(Controls{left | heavy}.field_text() == "left+heavy");
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
