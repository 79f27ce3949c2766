// The games among the examples: what each shows of the engine holds in whole matches.

#include "arena/arena.hpp"
#include "chat_and_turns/chat_and_turns.hpp"
#include "skirmish/skirmish.hpp"
#include "storm/table.hpp"
#include "support/catch.hpp"
#include "support/wire.hpp"
#include "tutti/engine/storm.hpp"
#include "tutti/replay/projection.hpp"

using namespace tutti;
using namespace tutti::test;
using namespace std::chrono_literals;

namespace {

template <class G>
const typename G::State& state_of(const AnySession& session) {
  return *static_cast<const typename G::State*>(session.state());
}

Bytes bytes_of(const ChatAndTurns::Command& command) {
  Bytes bytes;
  write_canonical(command, bytes);
  return bytes;
}

}  // namespace

TEST_CASE("the arena has the options of its match, and others' options where those make no sense") {
  Setup setup;
  CHECK(Arena::start(setup).options.width == 640);
  write_canonical(Arena::Options{.width = 100, .height = 50}, setup.options);
  CHECK(Arena::start(setup).options.width == 100);
  setup.options.clear();
  write_canonical(Arena::Options{.width = -1}, setup.options);
  CHECK(Arena::start(setup).options.width == 640);
  setup.options.push_back({});
  CHECK(Arena::start(setup).options.width == 640);
}

TEST_CASE("shots in the arena come and go, and its read model counts what the states count") {
  StormOptions options{.game = any_game<Arena>(), .players = 4, .ticks = Tick{1800}, .seed = 3};
  options.weather = {.delay = 50ms, .jitter = 10ms, .loss_ppm = 30'000};
  StormMatch match(options);
  CHECK(match.run().problems == std::vector<std::string>{});
  REQUIRE(match.is_finished());

  const auto table = AnyProjection::from_table(*projection_tables<Arena, Marksmen>());
  REQUIRE(table);
  std::array<std::int64_t, 8> shots{}, hits{};
  REQUIRE(project(options.game, match.record().log, {&*table, 1},
                  [&](std::size_t, std::span<const tutti_cell> cells) {
                    shots.at(static_cast<std::size_t>(cells[0].number)) = cells[1].number;
                    hits.at(static_cast<std::size_t>(cells[0].number)) = cells[2].number;
                  }));
  StateBox state = start(options.game, match.record().log.setup());
  std::size_t most_flying = 0;
  for (Tick tick{1}; tick <= match.record().log.horizon(); ++tick) {
    step_state(options.game, state.get(), match.record().log.events_at(tick), nullptr);
    most_flying =
        std::max(most_flying, static_cast<const Arena::State*>(state.get())->flying.size());
  }
  CHECK(most_flying > 3);
  const auto& players = static_cast<const Arena::State*>(state.get())->players;
  std::int32_t all_hits = 0;
  for (std::size_t slot = 0; slot < 4; ++slot) {
    CHECK(players[slot].shots == shots[slot]);
    CHECK(players[slot].hits == hits[slot]);
    all_hits += players[slot].hits;
  }
  CHECK(all_hits > 3);
}

TEST_CASE("eight players lead 2,000 units in lockstep, by orders that all take effect") {
  StormOptions options{
      .game = any_game<skirmish::Skirmish>(), .players = 8, .ticks = Tick{90}, .seed = 2};
  options.weather = {.delay = 40ms, .jitter = 5ms, .loss_ppm = 20'000};
  options.terms.is_lockstep = true;
  StormMatch match(options);
  const StormReport& report = match.run();
  CHECK(report.problems == std::vector<std::string>{});
  CHECK(report.tally.rollbacks == 0);
  CHECK(report.tally.commands > 8);
  std::size_t orders = 0;
  for (const EventView& event : match.record().log.events())
    orders += !event.author.is_relay();
  CHECK(orders == report.tally.commands);
}

TEST_CASE("a game of turns is proven by what its players do, however seldom that is") {
  StormOptions options{
      .game = any_game<ChatAndTurns>(), .players = 3, .ticks = Tick{1200}, .seed = 4};
  options.weather = {.delay = 60ms, .jitter = 10ms, .loss_ppm = 50'000};
  StormMatch match(options);
  const StormReport& report = match.run();
  CHECK(report.problems == std::vector<std::string>{});
  CHECK(report.tally.commands > 10);
  CHECK(report.distinct_states < 100);
}

TEST_CASE("while nobody says anything, a game of turns costs next to nothing") {
  Table table({.game = any_game<ChatAndTurns>(),
               .paths = {path_of(30ms), path_of(30ms)},
               .act = [](Seat&) {}});
  table.run(2s);
  AnySession& ada = table.seat(0).session;
  AnySession& ben = table.seat(1).session;
  const StormTotals before = table.wire(0);
  const std::uint64_t events = ada.statistics().events;
  const std::uint64_t rollbacks = ada.statistics().timeline.rollbacks;
  constexpr std::uint64_t seconds = 60;
  table.run(1s * seconds);
  const StormTotals after = table.wire(0);
  // Of what is said, to which the seal of each datagram comes.
  const auto said = [](const StormTraffic& traffic) {
    return traffic.bytes() - seal_bytes_of(traffic);
  };
  CHECK(said(after.up) - said(before.up) < 250 * seconds);
  CHECK(said(after.down) - said(before.down) < 350 * seconds);
  CHECK(ada.statistics().events == events);
  CHECK(ada.statistics().timeline.rollbacks == rollbacks);

  ada.send(bytes_of(ChatAndTurns::Line{"well?"}));
  ada.send(bytes_of(ChatAndTurns::Take{3}));
  ben.send(bytes_of(ChatAndTurns::Take{3}));  // out of turn, or just in time: all agree on which
  table.run(1s);
  const ChatAndTurns::State& state = state_of<ChatAndTurns>(ben);
  CHECK(state.said == 1);
  REQUIRE(state.line(1) != nullptr);
  CHECK(state.line(1)->text == "well?");
  CHECK(state.heap == state_of<ChatAndTurns>(ada).heap);
  CHECK(state.heap < ChatAndTurns::start(Setup{}).heap);
}
