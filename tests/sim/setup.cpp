// A setup is valid exactly within the limits, and the limits fit one another.

#include "tutti/sim/setup.hpp"

#include "support/catch.hpp"
#include "tutti/sim/event.hpp"

using namespace tutti;

namespace {

/// Everything as large as the limits allow.
Setup largest() {
  return {.rules = std::string(limits::rules_bytes, 'r'),
          .seed = UINT64_MAX,
          .players = limits::players,
          .tick_rate = limits::tick_rate_max,
          .options = Bytes(limits::options_bytes),
          .terms = {.ends_at = UINT32_MAX,
                    .on_loss = LossPolicy::end,
                    .patience_seconds = limits::patience_seconds_max,
                    .delay_policy = DelayPolicy::own,
                    .input_delay_ticks = limits::input_window_ticks,
                    .is_lockstep = true}};
}

template <class Change>
bool is_valid_with(Change change) {
  Setup setup = largest();
  change(setup);
  return is_valid(setup);
}

}  // namespace

TEST_CASE("a setup is valid as it comes and at every limit") {
  CHECK(is_valid(Setup{}));
  CHECK(is_valid(largest()));
  CHECK(is_valid_with([](Setup& setup) { setup.players = 1; }));
  CHECK(is_valid_with([](Setup& setup) { setup.tick_rate = limits::tick_rate_min; }));
  CHECK(is_valid_with([](Setup& setup) { setup.rules = ""; }));
}

TEST_CASE("a setup beyond any one limit is not valid") {
  CHECK_FALSE(is_valid_with([](Setup& setup) { setup.players = 0; }));
  CHECK_FALSE(is_valid_with([](Setup& setup) { setup.players = limits::players + 1; }));
  CHECK_FALSE(is_valid_with([](Setup& setup) { setup.tick_rate = limits::tick_rate_min - 1; }));
  CHECK_FALSE(is_valid_with([](Setup& setup) { setup.tick_rate = limits::tick_rate_max + 1; }));
  CHECK_FALSE(is_valid_with([](Setup& setup) { setup.rules += 'r'; }));
  CHECK_FALSE(is_valid_with([](Setup& setup) { setup.options.push_back({}); }));
  CHECK_FALSE(is_valid_with([](Setup& setup) { setup.terms.patience_seconds = 0; }));
  CHECK_FALSE(is_valid_with([](Setup& setup) { ++setup.terms.patience_seconds; }));
  CHECK_FALSE(is_valid_with([](Setup& setup) { ++setup.terms.input_delay_ticks; }));
  CHECK_FALSE(is_valid_with([](Setup& setup) { setup.terms.on_loss = LossPolicy(3); }));
  CHECK_FALSE(is_valid_with([](Setup& setup) { setup.terms.delay_policy = DelayPolicy(3); }));
}

TEST_CASE("the largest of the relay's events fits its limit") {
  const Bytes started = encode({.kind = EventKind::match_started, .setup = largest()});
  CHECK(started.size() <= limits::relay_event_bytes);
  CHECK(decode_relay_event(started).has_value());
}

TEST_CASE("limits fit the numbers that carry them") {
  STATIC_REQUIRE(limits::players < UINT8_MAX);              // an author is the relay or one of them
  STATIC_REQUIRE(limits::event_bytes <= UINT8_MAX);         // lengths of payloads on the wire
  STATIC_REQUIRE(limits::relay_event_bytes <= UINT16_MAX);  // lengths in heads
  STATIC_REQUIRE(limits::effect_bytes <= UINT8_MAX);
  STATIC_REQUIRE(limits::stamp_ahead_ticks >= limits::input_window_ticks);
  STATIC_REQUIRE(limits::prediction_ticks > limits::input_window_ticks);
}
