// A match in which one player's thread computes under another floating-point environment, as after
// loading a library that was linked with -ffast-math.

#include "tutti/sim/float_environment.hpp"

#include <unistd.h>

#include <filesystem>
#include <thread>

#include "support/catch.hpp"
#include "support/float_game.hpp"
#include "tutti/engine/relay_service.hpp"
#include "tutti/engine/session.hpp"

using namespace tutti;
using tutti::test::Drift;

namespace {

/// Plays until its match is over or 30 s have passed.
void play_drift(Session<Drift>& session, std::uint64_t seed) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  Random random(seed);
  while (session.status() < Status::ended && std::chrono::steady_clock::now() < deadline) {
    session.advance(std::chrono::steady_clock::now());
    if (random.chance(5)) session.set_input(Drift::sample(random));
    std::this_thread::sleep_for(std::chrono::milliseconds(3));
  }
}

/// Divides zero by zero at one tick, and keeps the result.
struct Quotient : Drift {
  static void step(State& state, Events<Event> events, Effects<>& effects) noexcept {
    Drift::step(state, events, effects);
    const auto rest = static_cast<double>(state.ticks) - 100;
    if (rest == 0) state.place[1] = rest / rest;
  }
};

}  // namespace

TEST_CASE("a session says which field of its state is no number, once, and goes on") {
  Result<Session<Quotient>> session = tutti::solo<Quotient>();
  REQUIRE(session);
  for (int tick = 0; tick < 300; ++tick) {
    const Duration elapsed = Duration(std::chrono::seconds(1)) / 60 * tick;
    session->advance(Instant{std::chrono::seconds(50)} + elapsed);
    if (tick < 100) CHECK_FALSE(session->statistics().nan);
  }
  CHECK(session->status() == Status::playing);
  REQUIRE(session->statistics().nan);
  CHECK(session->statistics().nan->tick == Tick{120});
  CHECK(session->statistics().nan->field == "place[1]");
}

TEST_CASE("a player whose thread flushes and rounds upwards holds the states of the other one") {
  const std::string folder = (std::filesystem::temp_directory_path() /
                              ("tutti-float-environment-" + std::to_string(::getpid())))
                                 .string();
  Result<std::unique_ptr<RelayService>> service =
      RelayService::open({.listen = "127.0.0.1:0", .logs = folder});
  REQUIRE(service);
  HostedRelay relay(std::move(*service));
  const std::string address = "127.0.0.1:" + std::to_string(relay.port());
  JoinOptions first{.relay = address, .create = SoloOptions{.terms = {.ends_at = 240}}};
  first.session.fold_digest = true;
  Result<Session<Drift>> one = tutti::join<Drift>(std::move(first));
  REQUIRE(one);
  while (one->room().empty())
    one->advance(std::chrono::steady_clock::now());
  JoinOptions second{.relay = address, .room = one->room()};
  second.session.fold_digest = true;
  Result<Session<Drift>> two = tutti::join<Drift>(std::move(second));
  REQUIRE(two);
  FloatEnvironment afterwards;
  std::thread other([&] {
    FloatEnvironment{Rounding::upwards, true}.apply();
    play_drift(*two, 2);
    afterwards = FloatEnvironment::of_this_thread();
  });
  play_drift(*one, 1);
  other.join();
  CHECK(afterwards.rounding == Rounding::upwards);
  CHECK(one->status() == Status::ended);
  CHECK(two->status() == Status::ended);
  REQUIRE(one->statistics().fold);
  CHECK(one->statistics().confirmed == Tick{240});
  CHECK(one->statistics().events > 10);
  CHECK(one->statistics().fold == two->statistics().fold);
  std::error_code ignored;  // the relay still writes there
  std::filesystem::remove_all(folder, ignored);
}
