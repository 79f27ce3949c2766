// Whole sessions that change between playing and watching while the match goes on.

#include "storm/table.hpp"
#include "support/catch.hpp"
#include "support/games.hpp"

using namespace tutti;
using namespace tutti::test;
using namespace std::chrono_literals;

namespace {
constexpr WeatherOptions lossy_path{.delay = 40ms, .jitter = 10ms, .loss_ppm = 50'000};
}  // namespace

TEST_CASE("a player who has had enough watches, and who watched plays on in its slot") {
  Table table({.game = any_game<Tally>(),
               .paths = {lossy_path, lossy_path},
               .watchers = {lossy_path},
               .terms = {.ends_at = 1500}});
  table.run(3s);
  AnySession& bob = table.seat(1).session;
  AnySession& eve = table.seat(2).session;
  REQUIRE(eve.is_watching());
  CHECK_FALSE(eve.player());
  eve.become_player("Eve");
  table.run(500ms);
  CHECK_FALSE(eve.player());
  CHECK_THAT(eve.role_refusal(), contains("is full"));
  CHECK(eve.status() == Status::playing);
  const PlayerId slot = *bob.player();
  bob.become_spectator();
  table.run(1s);
  CHECK(bob.is_watching());
  CHECK_FALSE(bob.player());
  CHECK(bob.status() == Status::playing);
  CHECK(bob.playback() != nullptr);
  eve.become_player("Eve");
  table.run(1s);
  CHECK_FALSE(eve.is_watching());
  CHECK(eve.status() == Status::playing);
  CHECK(eve.player() == slot);
  CHECK(table.seat(0).session.names()[slot.value] == "Eve");
  CHECK(std::abs(table.seat(2).present() - table.seat(0).present()) <= 1);
  const std::uint64_t offered = table.seat(2).offered;
  table.run(5s);
  CHECK(table.seat(2).offered > offered + 10);
  REQUIRE(table.run_to_end(30s));
  CHECK(table.is_equal());
}

TEST_CASE("a player who watches from behind sees what it had not seen yet later than the others") {
  Table table(
      {.game = any_game<Tally>(), .paths = {lossy_path, lossy_path}, .terms = {.ends_at = 1200}});
  table.run(8s);
  const Tick shown = table.seat(1).present();
  table.seat(1).session.become_spectator(3);
  table.run(2s);
  CHECK(table.seat(1).session.is_watching());
  CHECK(table.seat(1).present() < shown);
  CHECK(table.seat(0).present() - table.seat(1).present() >= 180);
  REQUIRE(table.run_to_end(30s));
  CHECK(table.is_equal());
}

TEST_CASE("however often and at whatever moment roles change, all fold the same states") {
  const std::uint64_t seed = GENERATE(range(std::uint64_t{1}, std::uint64_t{5}));
  Table table({.game = any_game<Tally>(),
               .paths = {lossy_path, lossy_path, lossy_path},
               .watchers = {lossy_path, lossy_path},
               .seed = seed});
  Random random(seed);
  table.run(2s);
  std::array<int, 2> changes{};
  for (int i = 0; i < 40; ++i) {
    // The first stays, so that the match does.
    Seat& seat = table.seat(1 + random.below(4));
    const bool was_watching = seat.session.is_watching();
    if (was_watching) {
      seat.session.become_player("again");
    } else {
      seat.session.become_spectator(random.chance(3) ? 1 : 0);
    }
    table.run(std::chrono::milliseconds(random.between(20, 2500)));
    changes[was_watching] += seat.session.is_watching() != was_watching;
  }
  CHECK(changes[0] > 5);
  CHECK(changes[1] > 5);
  table.run(3s);
  for (std::size_t i = 0; i < table.size(); ++i)
    CHECK(table.seat(i).session.status() == Status::playing);
  table.seat(0).session.end_match();
  REQUIRE(table.run_to_end(20s));
  CHECK(table.is_equal());
}
