// A player's controls and commands while nothing gets through, and the words to a survivor when
// relay and the other player are gone.

#include "storm/island.hpp"
#include "storm/table.hpp"

using namespace tutti;
using namespace tutti::test;
using namespace std::chrono_literals;

namespace {

/// A tank: a stick that is held, and shots that are said.
struct Tank {
  static constexpr const char* name = "tank";
  static constexpr const char* version = "1";
  struct Event {
    std::uint8_t is_shot = 0;
    std::int8_t stick = 0;
    TUTTI_FIELDS(is_shot, stick)
  };
  struct State {
    std::array<std::int32_t, 2> position{}, shots{};
    std::array<std::int8_t, 2> stick{};
    TUTTI_FIELDS(position, shots, stick)
  };
  static State start(const Setup&) { return {}; }
  static void step(State& state, Events<Event> events, Effects<>&) noexcept {
    for (const auto& event : events) {
      const Event* input = event.input();
      if (input == nullptr || event.player.value > 1) continue;
      if (input->is_shot != 0) {
        ++state.shots[event.player.value];
      } else {
        state.stick[event.player.value] = input->stick;
      }
    }
    for (std::size_t i = 0; i < 2; ++i)
      state.position[i] += state.stick[i];
  }
};

constexpr WeatherOptions cut{.delay = 30ms, .loss_ppm = 1'000'000};

Bytes bytes_of(const Tank::Event& event) {
  Bytes bytes;
  write_canonical(event, bytes);
  return bytes;
}

const Tank::State& state_of(Table& table, std::size_t seat) {
  return *static_cast<const Tank::State*>(table.seat(seat).session.state());
}

}  // namespace

TEST_CASE("a stick that is released while the path is cut is released for all, shots or not") {
  Table table(
      {.game = any_game<Tank>(), .paths = {path_of(30ms), path_of(30ms)}, .act = [](Seat&) {}});
  table.run(1s);
  AnySession& ada = table.seat(0).session;
  const std::size_t slot = ada.player()->value;
  REQUIRE(ada.set_input(bytes_of({.stick = 1})));
  table.run(1s);
  REQUIRE(state_of(table, 1).stick[slot] == 1);

  table.set_path(0, cut);
  table.run(1s);
  CHECK(ada.set_input(bytes_of({.stick = 0})));
  for (int i = 0; i < 6; ++i) {
    table.run(500ms);
    ada.send(bytes_of({.is_shot = 1}));
  }
  table.set_path(0, path_of(30ms));
  table.run(4s);

  CHECK(ada.status() == Status::playing);
  CHECK(ada.statistics().refused_events > 0);
  for (const std::size_t seat : {0U, 1U}) {
    CHECK(state_of(table, seat).stick[slot] == 0);
    CHECK(state_of(table, seat).shots[slot] == 6);
  }
  const std::int32_t position = state_of(table, 1).position[slot];
  table.run(1s);
  CHECK(state_of(table, 1).position[slot] == position);
  CHECK(state_of(table, 0).position[slot] == position);
}

namespace {

/// A game whose players seldom do something, so that most of what they offer is offered again.
struct Seldom {
  static constexpr const char* name = "seldom";
  static constexpr const char* version = "1";
  struct Event {
    std::uint8_t value = 0;
    TUTTI_FIELDS(value)
  };
  struct State {
    std::array<std::uint8_t, 2> held{};
    TUTTI_FIELDS(held)
  };
  static State start(const Setup&) { return {}; }
  static void step(State& state, Events<Event> events, Effects<>&) noexcept {
    for (const auto& event : events)
      if (event.input() != nullptr) state.held[event.player.value % 2] = event.input()->value;
  }
  static std::optional<Event> play(const State& state, PlayerId player, Random& random) {
    if (!random.chance(300)) return std::nullopt;
    return Event{static_cast<std::uint8_t>(state.held[player.value % 2] + 1)};
  }
};

}  // namespace

TEST_CASE("no more events are refused than were offered, those that are offered again among them") {
  const WeatherOptions calm = path_of(30ms);
  const WeatherOptions up{.delay = 30ms, .loss_ppm = 900'000};
  StormMatch match({.game = any_game<Seldom>(),
                    .players = 2,
                    .ticks = Tick{120 * 60},
                    .seed = 11,
                    .paths = {calm, up},
                    .paths_down = {calm, calm}});
  const StormReport& report = match.run();
  const StormPlayer& player = report.players[1];
  CAPTURE(player.offered, player.refused_events, report.tally.events_offered);
  CHECK(player.refused_events > 5);
  CHECK(player.refused_events <= player.offered);
  CHECK(report.tally.events_refused <= report.tally.events_offered);
}

TEST_CASE("a command is said once, at its tick, and never held") {
  Table table(
      {.game = any_game<Tank>(), .paths = {path_of(20ms), path_of(20ms)}, .act = [](Seat&) {}});
  table.run(1s);
  AnySession& ada = table.seat(0).session;
  const std::size_t slot = ada.player()->value;
  CHECK(ada.set_input(bytes_of({.stick = 1})));
  CHECK(ada.send(bytes_of({.is_shot = 1})) == CommandId{1});
  CHECK(ada.send(*ada.player(), bytes_of({.is_shot = 1})) == CommandId{2});
  table.run(500ms);
  for (const std::size_t seat : {0U, 1U}) {
    CHECK(state_of(table, seat).shots[slot] == 2);
    CHECK(state_of(table, seat).stick[slot] == 1);
  }
}

TEST_CASE("rollbacks are counted by the player whose events caused them") {
  Table table(
      {.game = any_game<Tank>(), .paths = {path_of(60ms), path_of(60ms)}, .act = [](Seat& seat) {
         const bool is_bob = seat.session.player() == PlayerId{1};
         if (!is_bob || !seat.random.chance(6)) return;
         seat.session.set_input(
             bytes_of({.stick = static_cast<std::int8_t>(seat.random.between(-1, 1))}));
       }});
  table.run(6s);
  const SessionStatistics ada = table.seat(0).session.statistics();
  REQUIRE(ada.rollbacks_by.size() == 2);
  CHECK(ada.rollbacks_by[0] == RollbackCause{});
  CHECK(ada.rollbacks_by[1].rollbacks > 10);
  CHECK(ada.rollbacks_by[1].rollbacks <= ada.timeline.rollbacks);
  CHECK(ada.rollbacks_by[1].resimulated <= ada.timeline.resimulated);
  const SessionStatistics bob = table.seat(1).session.statistics();
  CHECK(bob.rollbacks_by[0].rollbacks == 0);
}

TEST_CASE("a survivor whose relay waits for the others is told so, and for whom") {
  Island world(any_game<Tank>());
  std::optional<AnySession> ada(world.join("ada"));
  std::optional<AnySession> bob(world.join("bob"));
  world.run({&*ada, &*bob}, 3s);
  REQUIRE(ada->status() == Status::playing);
  const PlayerId other = *bob->player();
  world.kill();
  bob.reset();
  world.run({&*ada}, 1s);
  world.start();
  int stood = 0;
  int stood_playing = 0;
  bool is_bob_awaited = false;
  Tick shown = ada->statistics().present;
  for (int i = 0; i < 60; ++i) {
    world.run({&*ada}, 200ms);
    const Tick present = ada->statistics().present;
    if (present == shown) {
      ++stood;
      stood_playing += ada->status() == Status::playing;
      const auto awaited = ada->awaited();
      is_bob_awaited =
          is_bob_awaited || std::find(awaited.begin(), awaited.end(), other) != awaited.end();
    }
    shown = present;
  }
  CHECK(stood > 5);
  CHECK(stood_playing == 0);
  CHECK(is_bob_awaited);
  CHECK(ada->status() == Status::playing);
}

TEST_CASE("after all players slept for 75 s, the match is over, and they are told so") {
  Table table(
      {.game = any_game<Tank>(), .paths = {path_of(30ms), path_of(30ms)}, .act = [](Seat&) {}});
  table.run(2s);
  for (const std::size_t seat : {0U, 1U}) {
    REQUIRE(table.seat(seat).session.status() == Status::playing);
    table.seat(seat).is_frozen = true;
  }
  table.run(75s);
  for (const std::size_t seat : {0U, 1U})
    table.seat(seat).is_frozen = false;
  const auto is_over = [&](std::size_t seat) {
    return table.seat(seat).session.status() >= Status::ended;
  };
  REQUIRE(table.run_until([&] { return is_over(0) && is_over(1); }, 20s));
  for (const std::size_t seat : {0U, 1U}) {
    const std::string sentence = table.seat(seat).session.failure().sentence;
    CHECK_THAT(sentence, contains("the match in room KAZ22 is over"));
  }
}
