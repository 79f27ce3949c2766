// Limits of the relay's match on what one player adds to it, and on how long one holds it up.

#include "relay.hpp"
#include "support/catch.hpp"

using namespace tutti;
using namespace tutti::test;

TEST_CASE("quotas: a player adds so many events a second to a match, and the others add theirs") {
  RelayMatch::Options options{.setup = setup_for(2)};
  options.events_per_second = 30;
  Relay relay(std::move(options));
  relay.admit("ada");
  relay.admit("bob");
  relay.play(20, {ada, bob});
  std::int64_t accepted = 0;
  const auto offer_all = [&](std::int64_t clock) {
    for (int i = 0; i < 8; ++i)
      accepted += relay.offer(ada, clock + 1).at(0).find("refused") == std::string::npos;
  };
  for (std::int64_t clock = 21; clock <= 20 + 60 * 10; ++clock) {
    relay.play(clock, {ada, bob});
    offer_all(clock);
    if (clock % 3 != 0) continue;
    CHECK(relay.offer(bob, clock + 1).at(0).find("refused") == std::string::npos);
  }
  // 30 at once and 30 a second.
  CHECK(accepted >= 30 * 11 - 1);
  CHECK(accepted <= 30 * 11 + 1);
  CHECK(relay.match().statistics().over_budget == relay.match().statistics().refused);
  CHECK(relay.match().is_over_budget(ada));
  CHECK_FALSE(relay.match().is_over_budget(bob));
}

TEST_CASE("quotas: a player who is lost again and again holds a match for so long and no longer") {
  RelayMatch::Options options =
      with_terms(2, {.on_loss = LossPolicy::hold, .patience_seconds = 10});
  options.hold_seconds_max = 20;
  Relay relay(std::move(options));
  relay.admit("ada");
  relay.admit("bob");
  relay.play(20, {ada, bob});
  // Bob is silent for eight seconds, comes back for one, and so on.
  std::int64_t held = 0;
  bool has_left = false;
  for (int tick = 0; tick < 60 * 200 && !has_left; ++tick) {
    const std::int64_t before = relay.clock();
    for (const std::string& what : relay.advance(before + 1))
      has_left = has_left || what.find("left 1 by time-out") != what.npos;
    held += relay.clock() == before;
    relay.announce(ada, relay.clock());
    if (tick % 540 >= 480) relay.announce(bob, relay.clock());
  }
  CHECK(has_left);
  CHECK(relay.match().statistics().has_held_enough);
  CHECK(held >= 60 * 20);
  CHECK(held <= 60 * 22);
}
