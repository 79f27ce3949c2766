// Games with commands: what players hold and what they say, as the table, the step and people see
// them.

#include "arena/arena.hpp"
#include "support/catch.hpp"
#include "support/games.hpp"
#include "tutti/sim/any_game.hpp"

using namespace tutti;
using namespace tutti::test;

namespace {

template <class Value>
Bytes tagged(int tag, const Value& value) {
  Bytes bytes{static_cast<std::byte>(tag)};
  write_canonical(value, bytes);
  return bytes;
}

/// A game with commands that offers nothing by chance, and that knows what it saw.
struct Bare {
  static constexpr const char* name = "bare";
  static constexpr const char* version = "1";
  struct Input {
    std::int8_t move = 3;
    TUTTI_FIELDS(move)
  };
  struct Command {
    TUTTI_FIELDS()
  };
  struct State {
    std::int32_t kinds = 0;
    TUTTI_FIELDS(kinds)
  };
  static State start(const Setup&) { return {}; }
  static void step(State& state, Events<Input, Command> events, Effects<>&) noexcept {
    for (const auto& event : events) {
      const int what = event.input() != nullptr ? 1 : event.command() != nullptr ? 2 : 3;
      state.kinds = state.kinds * 10 + what;
    }
  }
};

}  // namespace

TEST_CASE("a table says whether the game's players say commands") {
  CHECK((game_table<Arena>().flags & TUTTI_GAME_HAS_COMMANDS) != 0);
  CHECK((game_table<Tally>().flags & TUTTI_GAME_HAS_COMMANDS) == 0);
  CHECK(any_game<Arena>().has_commands());
  CHECK_FALSE(any_game<Tally>().has_commands());
}

TEST_CASE("a payload has a tag where the game has commands, and none elsewhere") {
  const Bytes bytes(3, std::byte{7});
  const AnyGame arena = any_game<Arena>();
  CHECK(arena.payload_of(PlayerEvent::command, bytes) ==
        Bytes{std::byte{1}, std::byte{7}, std::byte{7}, std::byte{7}});
  CHECK(arena.tag_of(arena.payload_of(PlayerEvent::input, bytes)) == PlayerEvent::input);
  CHECK(arena.tag_of(arena.payload_of(PlayerEvent::command, bytes)) == PlayerEvent::command);
  CHECK_FALSE(arena.tag_of(Bytes{}));
  CHECK_FALSE(arena.tag_of(Bytes{std::byte{2}}));
  const AnyGame tally = any_game<Tally>();
  CHECK(tally.payload_of(PlayerEvent::command, bytes) == bytes);
  CHECK(tally.tag_of(Bytes{std::byte{1}}) == PlayerEvent::input);
}

TEST_CASE("a step sees inputs and commands apart, and the relay's events as neither") {
  const AnyGame game = any_game<Bare>();
  StateBox state = start(game, Setup{});
  const Bytes joined = encode({.kind = EventKind::joined, .player = PlayerId{0}});
  const Bytes input = tagged(0, Bare::Input{5});
  const Bytes command = tagged(1, Bare::Command{});
  const EventView events[] = {{Tick{1}, relay_author, 1, joined},
                              {Tick{1}, author_of(PlayerId{0}), 0, command},
                              {Tick{1}, author_of(PlayerId{0}), 1, input},
                              {Tick{1}, author_of(PlayerId{1}), 0, command}};
  CHECK(step_state(game, state.get(), events, nullptr).refused == 0);
  CHECK(static_cast<Bare::State*>(state.get())->kinds == 3212);
}

TEST_CASE("an event with an unknown tag, or other bytes than its tag says, is refused") {
  const Bytes bad =
      GENERATE(as<Bytes>{}, Bytes{}, Bytes{std::byte{0}}, tagged(2, Arena::Input{1, 1}),
               tagged(1, Arena::Input{9, 1}), tagged(0, Arena::Command(Arena::Shot{1, 1})),
               tagged(0, Arena::Input{10, 0}), tagged(255, Arena::Input{1, 1}));
  const AnyGame game = any_game<Arena>();
  StateBox state = start(game, Setup{});
  const EventView event{Tick{1}, author_of(PlayerId{0}), 0, bad};
  CHECK(step_state(game, state.get(), {&event, 1}, nullptr).refused == 1);
}

TEST_CASE("the fields of an event say whether it is held or said") {
  const AnyGame game = any_game<Arena>();
  const auto paths = [&](const Bytes& event) {
    std::string text;
    for (const Field& field : event_fields(game, event).value_or(std::vector<Field>{}))
      text += field.path + "=" + field.value + " ";
    return text;
  };
  CHECK(paths(tagged(0, Arena::Input{3, -4})) == "input.x=3 input.y=-4 ");
  CHECK_THAT(paths(tagged(1, Arena::Command(Arena::Vote{9}))),
             contains("command") && contains("map=9"));
  CHECK_FALSE(event_fields(game, tagged(2, Arena::Input{})));
  const auto bare = event_fields(any_game<Bare>(), tagged(1, Bare::Command{}));
  REQUIRE((bare && bare->size() == 1));
  CHECK(bare->front().path == "command");
  CHECK(bare->front().value == "{}");
}

TEST_CASE("what a bot and chance give has its tag, and so has the default event") {
  const AnyGame game = any_game<Arena>();
  Random random(3);
  std::array<int, 2> counts{};
  const StateBox state = start(game, Setup{});
  for (int i = 0; i < 200; ++i) {
    const auto tag = game.tag_of(game.sample(random));
    REQUIRE(tag);
    ++counts[static_cast<std::size_t>(*tag)];
    if (const auto event = game.play(state.get(), PlayerId{0}, random)) CHECK(game.tag_of(*event));
  }
  CHECK(counts[0] > 50);
  CHECK(counts[1] > 50);
  std::array<std::uint8_t, 8> bytes{};
  REQUIRE(game_table<Bare>().default_event(bytes.data(), bytes.size()) == 2);
  CHECK(bytes[0] == TUTTI_TAG_INPUT);
  CHECK(bytes[1] == 3);
}
