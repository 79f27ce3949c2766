// A relay's passes: what they cost where there is nothing to do, and what is said of those that
// come too late.

#include "entering.hpp"
#include "support/catch.hpp"

using namespace tutti;
using namespace tutti::test;
using namespace std::chrono_literals;

TEST_CASE("passes: ticks that pass in time are counted, and none is missed") {
  World world;
  playing(world, hello_for("KAZ22"));
  playing(world, hello_for("KAZ22"));
  const std::uint64_t before = world.server->statistics().ticks;
  world.run(2s);
  const std::uint64_t ticks = world.server->statistics().ticks - before;
  CHECK(ticks >= 119);
  CHECK(ticks <= 121);
  CHECK(world.server->statistics().ticks_missed == 0);
}

TEST_CASE("passes: a relay that stood still says how many ticks its matches have missed") {
  World world;
  playing(world, hello_for("KAZ22"));
  playing(world, hello_for("KAZ33"));
  world.run(1s);
  const Tick before = world.server->match("KAZ22")->clock();
  // Given a tenth of a second, six ticks, in which no pass came
  world.now += 100ms;
  world.run(4ms);
  // Then each match has gone on by two, and four have to be played later
  CHECK(world.server->match("KAZ22")->clock() - before == 2);
  CHECK(world.server->statistics().ticks_missed >= 2 * 4);
  CHECK(world.server->statistics().ticks_missed <= 2 * 5);
  world.run(1s);
  CHECK(world.server->statistics().ticks_missed <= 2 * 5);
}

TEST_CASE("passes: a pass looks only at the rooms that have something to do") {
  World world;
  for (const char* room : {"KAZ22", "KAZ33", "KAZ44", "KAZ55"}) {
    playing(world, hello_for(room));
    playing(world, hello_for(room));
  }
  world.run(2s);  // until nobody is new
  const std::uint64_t before = world.server->statistics().rooms_due;
  world.run(4s);
  // Of 1,000 passes, those with a tick and those with a word of a player: not half of them, though
  // none was late.
  const std::uint64_t looked_at = (world.server->statistics().rooms_due - before) / 4;
  CHECK(looked_at >= 4 * 60);
  CHECK(looked_at <= 600);
  CHECK(world.server->statistics().ticks_missed == 0);
}
