// Several players at one machine: two people on one sofa against two elsewhere, over one
// connection.

#include "storm/arena_words.hpp"
#include "storm/table.hpp"
#include "support/catch.hpp"
#include "tutti/engine/storm.hpp"

using namespace tutti;
using namespace tutti::test;
using namespace std::chrono_literals;

namespace {

constexpr WeatherOptions blocked{.delay = 30ms, .loss_ppm = 1'000'000};

/// Ada and Ben share the first machine; two others have one each.
Table sofa_against_two(Table::Act act = [](Seat&) {}) {
  return Table({.game = any_game<Arena>(),
                .paths = {path_of(30ms), path_of(40ms), path_of(20ms)},
                .others = {"Ben"},
                .act = std::move(act)});
}

const Arena::State& hall_of(Table& table, std::size_t seat) {
  return *static_cast<const Arena::State*>(table.seat(seat).session.state());
}

}  // namespace

TEST_CASE(
    "two people on one sofa play against two elsewhere, each with hands and words of its own") {
  Table table = sofa_against_two();
  table.run(1s);
  AnySession& sofa = table.seat(0).session;
  CHECK(sofa.players() == std::vector<PlayerId>{PlayerId{0}, PlayerId{1}});
  CHECK(table.seat(1).session.players() == std::vector<PlayerId>{PlayerId{2}});
  CHECK(sofa.names() == std::vector<std::string>{"player 0", "Ben", "player 1", "player 2"});
  CHECK(sofa.set_input(PlayerId{0}, stick(1)));
  CHECK(sofa.set_input(PlayerId{1}, stick(-2)));
  CHECK_FALSE(sofa.set_input(PlayerId{2}, stick(3)));
  for (std::uint32_t choice = 1; choice <= 9; ++choice) {
    sofa.send(PlayerId{0}, vote(choice));
    sofa.send(PlayerId{1}, vote(100 + choice));
  }
  table.seat(1).session.set_input(stick(5));
  table.run(1s);
  for (std::size_t seat = 0; seat < 3; ++seat) {
    CAPTURE(seat);
    const Arena::State& state = hall_of(table, seat);
    CHECK(state.players[0].held.x == 1);
    CHECK(state.players[1].held.x == -2);
    CHECK(state.players[2].held.x == 5);
    CHECK(state.players[0].votes == 9);
    CHECK(state.players[1].votes == 9);
    CHECK(state.players[1].latest_vote == 109);
  }
  CHECK(sofa.statistics().refused_events == 0);
  CHECK(sofa.statistics().late_events == 0);
}

TEST_CASE("players on a sofa cost one connection, and are lost and back together") {
  Table table = sofa_against_two();
  table.run(1s);
  AnySession& sofa = table.seat(0).session;
  const std::uint64_t before = table.wire(0).up.play.sent;
  const std::uint64_t alone = table.wire(1).up.play.sent;
  sofa.set_input(PlayerId{0}, stick(1));
  sofa.set_input(PlayerId{1}, stick(2));
  table.run(2s);
  // Silence costs the sofa as many datagrams as anybody.
  const std::uint64_t own = table.wire(0).up.play.sent - before;
  CHECK(own <= table.wire(1).up.play.sent - alone + 4);
  table.set_path(0, blocked);
  table.run(1s);
  sofa.set_input(PlayerId{0}, stick(0));
  sofa.send(PlayerId{1}, vote(7));
  table.run(3s);
  table.set_path(0, path_of(30ms));
  table.run(4s);
  REQUIRE(sofa.status() == Status::playing);
  for (std::size_t seat = 0; seat < 3; ++seat) {
    CHECK(hall_of(table, seat).players[0].held.x == 0);
    CHECK(hall_of(table, seat).players[1].held.x == 2);
    CHECK(hall_of(table, seat).players[1].votes == 1);
  }
}

TEST_CASE("a sofa that leaves or watches gives up all of its slots, and gets as many back") {
  Table table = sofa_against_two();
  table.run(1s);
  AnySession& sofa = table.seat(0).session;
  sofa.become_spectator();
  table.run(1s);
  CHECK(sofa.is_watching());
  CHECK(sofa.players().empty());
  CHECK(table.seat(1).session.names()[0].empty());
  CHECK(table.seat(1).session.names()[1].empty());
  sofa.become_player("Ada");
  table.run(2s);
  CHECK(sofa.players().size() == 2);
  CHECK(table.seat(1).session.names()[1] == "Ben");
  sofa.leave();
  table.run(1s);
  CHECK(table.seat(1).session.names()[0].empty());
  CHECK(table.seat(1).session.names()[1].empty());
  CHECK(table.seat(1).session.status() == Status::playing);
}

TEST_CASE("in bad weather all machines fold the same states, the sofa's too") {
  Table table({.game = any_game<Arena>(),
               .paths = {{.delay = 40ms, .jitter = 20ms, .loss_ppm = 100'000},
                         {.delay = 60ms, .jitter = 10ms, .loss_ppm = 50'000},
                         path_of(10ms)},
               .others = {"Ben", "Cleo"},
               .terms = {.ends_at = 1200},
               .act = [](Seat& seat) {
                 for (const PlayerId player : seat.session.players()) {
                   const auto event = Arena::play(Arena::State{}, player, seat.random);
                   if (!event) continue;
                   Bytes bytes{static_cast<std::byte>(event->index())};
                   std::visit([&](const auto& value) { write_canonical(value, bytes); }, *event);
                   seat.session.act(player, bytes);
                 }
               }});
  REQUIRE(table.run_to_end(40s));
  CHECK(table.is_equal());
  for (std::uint8_t slot = 0; slot < 5; ++slot) {
    const auto events = table.record().log.events();
    CHECK(std::count_if(events.begin(), events.end(), [&](const EventView& event) {
            return event.author == author_of(PlayerId{slot});
          }) > 50);
  }
}
