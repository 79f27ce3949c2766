// Types that are games, types that are none, and the defaults of a game that says nothing.

#include "tutti/sim/game.hpp"

#include "support/catch.hpp"
#include "support/diary.hpp"
#include "support/games.hpp"

using namespace tutti;
using namespace tutti::test;

namespace {

/// The least that a game can be.
struct Least {
  static constexpr const char* name = "least";
  static constexpr const char* version = "1";
  struct Event {
    TUTTI_FIELDS()
  };
  struct State {
    std::int32_t kinds = 0;
    TUTTI_FIELDS(kinds)
  };
  static State start(const Setup&) { return {}; }
  static void step(State& state, Events<Event> events, Effects<>&) noexcept {
    for (const auto& event : events)
      state.kinds =
          state.kinds * 100 + static_cast<std::int32_t>(event.kind) * 10 + event.player.value;
  }
};
struct CanThrow : Least {
  static void step(State&, Events<Event>, Effects<>&) {}
};
struct NoStart : Least {
  static State start() { return {}; }
};
struct OtherState : Least {
  static int start(const Setup&) { return 0; }
};
struct NoName : Least {
  static constexpr int name = 0;
};
struct OtherEvents : Least {
  static void step(State&, Events<int>, Effects<>&) noexcept {}
};

struct Rich : Least {
  static constexpr std::uint8_t players_min = 4;
  static constexpr std::uint16_t tick_rate = 30;
  static constexpr const char* viewer = "rich-viewer";
};

/// Keeps what it was started with.
struct Remembering {
  static constexpr const char* name = "remembering";
  static constexpr const char* version = "1";
  static constexpr std::uint8_t players_max = 8;
  using Event = Least::Event;
  struct State {
    Setup setup;
    template <class Archive>
    void serialize(Archive&) {}  // never saved
  };
  static State start(const Setup& setup) { return {setup}; }
  static void step(State&, Events<Event>, Effects<>&) noexcept {}
};

}  // namespace

TEST_CASE("a game is known by what it can do") {
  STATIC_REQUIRE(Game<Least>);
  STATIC_REQUIRE(Game<Tally>);
  STATIC_REQUIRE(Game<Diary>);
  STATIC_REQUIRE_FALSE(Game<int>);
  STATIC_REQUIRE_FALSE(Game<NoStart>);
  STATIC_REQUIRE_FALSE(Game<OtherState>);
  STATIC_REQUIRE_FALSE(Game<NoName>);
  STATIC_REQUIRE_FALSE(Game<OtherEvents>);
}

TEST_CASE("a step that may throw is no game's") { STATIC_REQUIRE_FALSE(Game<CanThrow>); }

TEST_CASE("a game that says nothing is for one or two players at 60 ticks a second") {
  const tutti_game& table = game_table<Least>();
  CHECK(table.abi == TUTTI_GAME_ABI);
  CHECK(table.players_min == 1);
  CHECK(table.players_max == 2);
  CHECK(table.tick_rate == 60);
  CHECK(table.viewer == nullptr);
  CHECK(table.play == nullptr);
  CHECK(table.effect_kinds == 0);
}

TEST_CASE("the statements of a game are in its table") {
  const tutti_game& table = game_table<Rich>();
  CHECK(table.players_min == 4);
  CHECK(table.players_max == 4);
  CHECK(table.tick_rate == 30);
  CHECK(std::string(table.viewer) == "rich-viewer");
  CHECK(game_table<Tally>().players_max == 8);
  CHECK(game_table<Tally>().play != nullptr);
}

TEST_CASE("a table says how a state may be copied and hashed") {
  CHECK(game_table<Least>().flags ==
        (TUTTI_STATE_IS_PLAIN | TUTTI_STATE_IS_CANONICAL | TUTTI_STATE_HAS_NO_FLOATS));
  CHECK(game_table<Diary>().flags == TUTTI_STATE_HAS_NO_FLOATS);
  CHECK(game_table<Diary>().state_size == sizeof(Diary::State));
  CHECK(game_table<Diary>().state_align == alignof(Diary::State));
}

TEST_CASE("a step sees the relay's events, and the players that they concern") {
  const AnyGame game = any_game<Least>();
  StateBox state = start(game, Setup{});
  const Bytes joined = encode({.kind = EventKind::joined, .player = PlayerId{1}});
  const Bytes left = encode({.kind = EventKind::left, .player = PlayerId{0}});
  const EventView events[] = {{Tick{1}, relay_author, 1, joined},
                              {Tick{1}, relay_author, 2, left},
                              {Tick{1}, author_of(PlayerId{1}), 0, {}}};
  CHECK(step_state(game, state.get(), events, nullptr).refused == 0);
  CHECK(static_cast<Least::State*>(state.get())->kinds == 21'30'01);
}

TEST_CASE("a start sees the whole setup") {
  const Setup setup{.rules = "",
                    .seed = UINT64_MAX,
                    .players = 7,
                    .tick_rate = 50,
                    .options = {std::byte{1}, std::byte{2}}};
  const StateBox state = start(any_game<Remembering>(), setup);
  CHECK(static_cast<const Remembering::State*>(state.get())->setup == setup);
}
