// Two bots make a real fight: the engine's proofs rest on it.

#include "arena.hpp"

namespace counterpoint::test {

namespace {

struct Record {
  std::size_t hits = 0;
  std::size_t blocks = 0;
  std::size_t jumps = 0;
  std::size_t knockouts = 0;
  std::size_t rounds = 0;
  std::size_t matches = 0;
  std::size_t changes = 0;
  std::array<std::size_t, 2> rounds_of{};
};

Record watch(std::uint64_t seed, int ticks) {
  Arena arena(seed);
  arena.join(0);
  arena.join(1);
  Random random(seed);
  Record record;
  for (int i = 0; i < ticks; ++i) {
    arena.let_bots_play(random);
    record.changes += arena.rows.size();
    arena.tick();
  }
  record.hits = arena.count(Effect::hit);
  record.blocks = arena.count(Effect::block);
  record.jumps = arena.count(Effect::jump);
  record.knockouts = arena.count(Effect::knockout);
  record.rounds = arena.count(Effect::round_won);
  record.matches = arena.count(Effect::match_won);
  for (const Effect& effect : arena.effects) {
    if (effect.kind == Effect::round_won) ++record.rounds_of[effect.player];
  }
  return record;
}

}  // namespace

TEST_CASE("in ten minutes two bots land many hits and win many rounds, whatever the seed") {
  std::size_t rounds_of_first = 0, rounds = 0;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const Record record = watch(seed, 10 * 60 * 60);
    CAPTURE(seed);
    CHECK(record.hits > 200);
    CHECK(record.blocks > 50);
    CHECK(record.jumps > 30);
    CHECK(record.knockouts > 10);
    CHECK(record.rounds > 12);
    CHECK(record.matches >= 4);
    // Each changes what it holds at least four times a second.
    CHECK(record.changes > 2 * 4 * 600);
    rounds_of_first += record.rounds_of[0];
    rounds += record.rounds;
    if (std::getenv("COUNTERPOINT_FIGURES") != nullptr) {
      std::printf(
          "seed %2d: hits %zu blocks %zu jumps %zu knockouts %zu rounds %zu (%zu:%zu) "
          "matches %zu changes/s/player %.2f\n",
          static_cast<int>(seed), record.hits, record.blocks, record.jumps, record.knockouts,
          record.rounds, record.rounds_of[0], record.rounds_of[1], record.matches,
          static_cast<double>(record.changes) / 1200.0);
    }
  }
  // Neither slot is the better one: equal bots share the rounds.
  CHECK(rounds_of_first * 100 > rounds * 42);
  CHECK(rounds_of_first * 100 < rounds * 58);
}

TEST_CASE("different seeds give different fights") {
  Arena one = Arena::in_a_fight(1), two = Arena::in_a_fight(1);
  Random first(1), second(2);
  for (int i = 0; i < 600; ++i) {
    one.let_bots_play(first);
    two.let_bots_play(second);
    one.tick();
    two.tick();
  }
  CHECK_FALSE(one.state == two.state);
}

TEST_CASE("a bot says something only when its controls change, and plays with what is legal") {
  Arena arena = Arena::in_a_fight();
  Random random(3);
  for (int i = 0; i < 6000; ++i) {
    for (std::uint8_t slot = 0; slot < 2; ++slot) {
      const auto wish = Counterpoint::play(arena.state, PlayerId{slot}, random);
      if (!wish) continue;
      CHECK_FALSE(*wish == arena.fighter(slot).held);
      CHECK(Counterpoint::is_valid(arena.state, PlayerId{slot}, *wish));
      arena.hold(slot, wish->held);
    }
    arena.tick();
  }
}

TEST_CASE("bots fight on when what they do arrives late, as it does over a network") {
  Arena arena(1);
  arena.join(0);
  arena.join(1);
  Random random(1);
  std::vector<std::vector<Arena::Row>> on_the_way(8);
  for (std::size_t i = 0; i < 2 * 60 * 60; ++i) {
    std::vector<Arena::Row> sent;
    std::swap(sent, arena.rows);
    arena.let_bots_play(random);
    std::swap(sent, arena.rows);
    if (i > 0) arena.rows.clear();
    for (const auto& row : on_the_way[i % 8])
      arena.rows.push_back(row);
    on_the_way[i % 8] = sent;
    arena.tick();
  }
  CHECK(arena.count(Effect::hit) > 40);
  CHECK(arena.count(Effect::round_won) >= 2);
}

TEST_CASE("a bot without a place at the table does nothing") {
  Arena arena(1);
  Random random(1);
  CHECK_FALSE(Counterpoint::play(arena.state, PlayerId{0}, random));
  CHECK_FALSE(Counterpoint::play(arena.state, PlayerId{7}, random));
}

}  // namespace counterpoint::test
