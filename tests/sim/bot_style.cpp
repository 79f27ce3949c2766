// How a game is told in which way its bot is to play.

#include "support/catch.hpp"
#include "tutti/sim/any_game.hpp"
#include "tutti/sim/game.hpp"

namespace tutti {

namespace {

/// A game whose bot says what it was asked for.
struct Parrot {
  static constexpr const char* name = "parrot";
  static constexpr const char* version = "1";
  struct Event {
    std::uint32_t style = 0;
    TUTTI_FIELDS(style)
  };
  struct State {
    std::uint32_t ticks = 0;
    TUTTI_FIELDS(ticks)
  };
  static State start(const Setup&) { return {}; }
  static void step(State& state, Events<Event>, Effects<>&) noexcept { ++state.ticks; }
  static std::optional<Event> play(const State&, PlayerId, Random&, BotStyle style) {
    return Event{style.to_raw()};
  }
};

}  // namespace

TEST_CASE("a style comes through the game module interface as it was given") {
  const AnyGame game = any_game<Parrot>();
  const StateBox state = start(game, game.setup(1, 1));
  Random random(1);
  for (const auto strength :
       {BotStyle::Strength::medium, BotStyle::Strength::easy, BotStyle::Strength::hard}) {
    for (const auto input : {BotStyle::Input::pad, BotStyle::Input::analog}) {
      const BotStyle style{.strength = strength, .input = input};
      CHECK(BotStyle::from_raw(style.to_raw()) == style);
      const auto said = game.play(state.get(), PlayerId{}, random, style);
      REQUIRE(said);
      Parrot::Event event;
      REQUIRE(read_canonical(*said, event));
      CHECK(BotStyle::from_raw(event.style) == style);
    }
  }
}

TEST_CASE("numbers that are no style mean the usual one") {
  CHECK(BotStyle::from_raw(0) == BotStyle{.strength = BotStyle::Strength::easy});
  CHECK(BotStyle::from_raw(0xFFFF) == BotStyle{});
  CHECK(BotStyle::from_raw(0xFF02).strength == BotStyle::Strength::hard);
}

}  // namespace tutti
