#include "support/catch.hpp"
#include "tutti/sim/any_game.hpp"

using namespace tutti;

namespace {

/// The plainest game there is: C arrays for fields, nothing to hear or see.
struct Plain {
  static constexpr const char* name = "plain";
  static constexpr const char* version = "1";
  struct Event {
    std::int8_t steps[2] = {};
    TUTTI_FIELDS(steps)
  };
  struct State {
    std::int32_t grid[2][3] = {};
    TUTTI_FIELDS(grid)
  };
  static State start(const Setup&) { return {}; }
  static void step(State& state, Events<Event> events, Effects<>&) noexcept {
    for (const GameEvent<Event>& event : events) {
      if (event.input() != nullptr) state.grid[event.player.value][2] += event.input()->steps[1];
    }
  }
};

}  // namespace

TEST_CASE("plain arrays are fields, and a game needs no effects") {
  const AnyGame game = any_game<Plain>();
  StateBox state = start(game, Setup{});
  Bytes payload;
  write_canonical(Plain::Event{{3, -4}}, payload);
  const EventView event{Tick{1}, author_of(PlayerId{1}), 0, payload};
  step_state(game, state.get(), {&event, 1}, nullptr);

  const auto fields = list_fields(game, state.get());
  REQUIRE(fields.size() == 6);
  CHECK(fields[5].path == "grid[5]");
  CHECK(fields[5].value == "-4");

  Bytes bytes;
  save_state(game, state.get(), bytes);
  StateBox loaded(game);
  REQUIRE(load_state(game, loaded.get(), bytes));
  CHECK(digest_state(game, loaded.get()) == digest_state(game, state.get()));
}
