// Inputs and commands over a relay and its failures: the current input arrives, even if the moment
// in which it changed was lost, and every command has one outcome.

#include "storm/arena_words.hpp"
#include "storm/island.hpp"
#include "storm/table.hpp"
#include "tutti/engine/storm.hpp"

using namespace tutti;
using namespace tutti::test;
using namespace std::chrono_literals;

namespace {

constexpr WeatherOptions severed{.delay = 30ms, .loss_ppm = 1'000'000};

Table table_of_two(Duration delay = 30ms) {
  const WeatherOptions path{.delay = delay};
  return Table({.game = any_game<Arena>(), .paths = {path, path}, .act = [](Seat&) {}});
}

const Arena::State& arena_of(const AnySession& session) {
  return *static_cast<const Arena::State*>(session.state());
}

/// All outcomes that a session tells while a table runs.
std::vector<CommandOutcome> run_and_hear(Table& table, std::size_t seat, Duration length) {
  std::vector<CommandOutcome> heard;
  AnySession& session = table.seat(seat).session;
  std::uint64_t seen = session.advances();
  for (Duration passed{}; passed < length; passed += 4ms) {
    table.run(4ms);
    if (session.advances() == seen) continue;
    seen = session.advances();
    const auto outcomes = session.outcomes();
    heard.insert(heard.end(), outcomes.begin(), outcomes.end());
  }
  return heard;
}

std::vector<CommandOutcome> finals_of(std::vector<CommandOutcome> outcomes) {
  std::erase_if(outcomes, [](const CommandOutcome& outcome) { return !outcome.is_final; });
  return outcomes;
}

/// The payloads of one slot's commands in a log, in its order.
std::vector<std::uint32_t> votes_in(const Log& log, PlayerId player) {
  std::vector<std::uint32_t> votes;
  const AnyGame game = any_game<Arena>();
  for (const EventView& event : log.events()) {
    if (event.author != author_of(player)) continue;
    if (game.tag_of(event.payload) != PlayerEvent::command) continue;
    Arena::Command command;
    REQUIRE(read_canonical(event.payload.subspan(1), command));
    votes.push_back(std::get<Arena::Vote>(command).map);
  }
  return votes;
}

std::size_t events_of(const Log& log, PlayerId player) {
  return static_cast<std::size_t>(
      std::count_if(log.events().begin(), log.events().end(),
                    [&](const EventView& event) { return event.author == author_of(player); }));
}

}  // namespace

TEST_CASE("twelve votes in one frame all take effect, in their order, and the input beside them") {
  Table table = table_of_two();
  table.run(1s);
  AnySession& session = table.seat(0).session;
  const PlayerId player = *session.player();
  for (std::uint32_t choice = 1; choice <= 12; ++choice)
    CHECK(session.send(vote(choice)) == CommandId{choice});
  CHECK(session.set_input(stick(3)));
  const auto finals = finals_of(run_and_hear(table, 0, 2s));
  const Log& log = table.seat(1).session.timeline()->log();
  CHECK(votes_in(log, player) == std::vector<std::uint32_t>{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12});
  CHECK(arena_of(table.seat(1).session).players[player.value].votes == 12);
  CHECK(arena_of(table.seat(1).session).players[player.value].held.x == 3);
  REQUIRE(finals.size() == 12);
  for (std::size_t i = 0; i < 12; ++i) {
    CHECK(finals[i].id == CommandId{i + 1});
    CHECK_FALSE(finals[i].refusal);
    CHECK_FALSE(finals[i].moved_from);
    CHECK(finals[i].tick == finals[i < 7 ? 0 : 7].tick);
  }
  CHECK(finals[7].tick > finals[0].tick);
  CHECK(session.statistics().refused_events == 0);
}

TEST_CASE("an input that is set in every frame is sent when it changes, and no other time") {
  Result<Session<Arena>> session = solo<Arena>();
  REQUIRE(session);
  Instant now{1000s};
  session->advance(now);
  for (int ms = 0; ms < 60'000; ++ms, now += 1ms) {
    session->set_input({.x = static_cast<std::int8_t>(ms / 200 % 3), .y = 0});
    session->advance(now);
  }
  CHECK(events_of(session->timeline()->log(), PlayerId{0}) == 300);
}

TEST_CASE("an input that is set a thousand times a second online is sent when it changes") {
  Table table = table_of_two();
  table.run(1s);
  AnySession& session = table.seat(0).session;
  const std::size_t before = events_of(session.timeline()->log(), PlayerId{0});
  for (int ms = 0; ms < 10'000; ms += 4) {
    for (int i = 0; i < 4; ++i)
      session.set_input(stick(static_cast<std::int8_t>(ms / 200 % 3)));
    table.run(4ms);
  }
  table.run(1s);
  CHECK(events_of(table.seat(1).session.timeline()->log(), PlayerId{0}) - before == 50);
  CHECK(session.statistics().refused_events == 0);
  CHECK(arena_of(table.seat(1).session).players[0].held.x == 49 % 3);
}

TEST_CASE("what is said during four seconds of an outage takes effect at its end, in order") {
  Table table = table_of_two();
  table.run(1s);
  AnySession& session = table.seat(0).session;
  const PlayerId player = *session.player();
  session.set_input(stick(1));
  table.run(500ms);
  table.set_path(0, severed);
  std::vector<CommandOutcome> heard;
  for (std::uint32_t choice = 1; choice <= 8; ++choice) {
    session.send(vote(choice));
    if (choice == 3) session.set_input(stick(0));
    const auto more = run_and_hear(table, 0, 500ms);
    heard.insert(heard.end(), more.begin(), more.end());
  }
  CHECK(heard.empty());
  table.set_path(0, path_of(30ms));
  const auto finals = finals_of(run_and_hear(table, 0, 4s));
  CHECK(votes_in(table.seat(1).session.timeline()->log(), player) ==
        std::vector<std::uint32_t>{1, 2, 3, 4, 5, 6, 7, 8});
  REQUIRE(finals.size() == 8);
  CHECK(finals.front().moved_from);
  CHECK(finals.front().tick - *finals.front().moved_from > 180);
  CHECK(finals.back().tick >= finals.front().tick);
  for (const std::size_t seat : {0U, 1U})
    CHECK(arena_of(table.seat(seat).session).players[player.value].held.x == 0);
}

TEST_CASE("a key that is held over an outage is held again where the game took it for let go") {
  Table table = table_of_two();
  table.run(1s);
  AnySession& session = table.seat(0).session;
  const PlayerId player = *session.player();
  session.set_input(stick(2));
  table.run(500ms);
  const std::size_t before = events_of(table.seat(1).session.timeline()->log(), player);
  table.set_path(0, severed);
  table.run(4s);
  table.set_path(0, path_of(30ms));
  table.run(4s);
  CHECK(session.status() == Status::playing);
  // Silenced, then returned: what it holds is said once more.
  CHECK(events_of(table.seat(1).session.timeline()->log(), player) == before + 1);
}

TEST_CASE("a command is predicted at the tick for which it is sent") {
  Table table = table_of_two(60ms);
  table.run(1s);
  AnySession& session = table.seat(0).session;
  const PlayerId player = *session.player();
  const std::uint64_t rollbacks = session.statistics().timeline.rollbacks;
  session.send(vote(9));
  const Tick meant = session.offered_for(player);
  REQUIRE(table.run_until([&] { return session.timeline()->present() >= meant; }, 200ms));
  CHECK(arena_of(session).players[player.value].votes == 1);
  CHECK(session.timeline()->log().horizon() < meant);
  table.run(1s);
  CHECK(session.statistics().timeline.rollbacks == rollbacks);
}

TEST_CASE("commands that cannot be said are refused at once, with the reason") {
  Table table({.game = any_game<Arena>(),
               .paths = {path_of(20ms)},
               .watchers = {path_of(20ms)},
               .act = [](Seat&) {}});
  table.run(1s);
  AnySession& session = table.seat(0).session;
  const CommandId large = session.send(Bytes(limits::event_bytes));
  const CommandId stranger = session.send(PlayerId{5}, vote(1));
  const auto heard = run_and_hear(table, 0, 100ms);
  REQUIRE(heard.size() == 2);
  CHECK(heard[0].id == large);
  CHECK(heard[0].refusal == CommandRefusal::too_large);
  CHECK(heard[1].id == stranger);
  CHECK(heard[1].refusal == CommandRefusal::not_playing);
  CHECK_FALSE(session.set_input(Bytes(limits::event_bytes)));

  table.seat(1).session.send(vote(1));
  const auto watching = run_and_hear(table, 1, 100ms);
  REQUIRE(watching.size() == 1);
  CHECK(watching[0].refusal == CommandRefusal::not_playing);

  for (std::size_t i = 0; i <= limits::commands_waiting; ++i)
    session.send(vote(1));
  const auto many = run_and_hear(table, 0, 20ms);
  CHECK(std::count_if(many.begin(), many.end(), [](const CommandOutcome& outcome) {
          return outcome.refusal == CommandRefusal::too_many;
        }) > 0);
}

TEST_CASE("a command that comes when the match is over is refused with that, once") {
  Table table({.game = any_game<Arena>(),
               .paths = {path_of(30ms), path_of(30ms)},
               .terms = {.ends_at = 180},
               .act = [](Seat&) {}});
  AnySession& session = table.seat(0).session;
  REQUIRE(table.run_until([&] { return session.statistics().present > Tick{160}; }, 5s));
  table.set_path(0, severed);
  const CommandId id = session.send(vote(1));
  const auto during = run_and_hear(table, 0, 1s);
  CHECK(during.empty());
  table.set_path(0, path_of(30ms));
  const auto heard = run_and_hear(table, 0, 6s);
  REQUIRE(session.status() == Status::ended);
  REQUIRE(heard.size() == 1);
  CHECK(heard[0].id == id);
  CHECK(heard[0].refusal == CommandRefusal::match_over);
  session.send(vote(2));
  const auto late = run_and_hear(table, 0, 100ms);
  REQUIRE(late.size() == 1);
  CHECK(late[0].refusal == CommandRefusal::match_over);
}

TEST_CASE("a player who leaves or becomes a spectator is told what became of every command") {
  const bool is_leaving = GENERATE(true, false);
  Table table = table_of_two();
  table.run(1s);
  AnySession& session = table.seat(0).session;
  session.send(vote(1));
  std::vector<CommandOutcome> heard = run_and_hear(table, 0, 40ms);
  table.set_path(0, severed);
  for (std::uint32_t choice = 2; choice <= 4; ++choice) {
    session.send(vote(choice));
    const auto more = run_and_hear(table, 0, 100ms);
    heard.insert(heard.end(), more.begin(), more.end());
  }
  is_leaving ? session.leave() : session.become_spectator();
  table.set_path(0, path_of(30ms));
  const auto more = run_and_hear(table, 0, 6s);
  heard.insert(heard.end(), more.begin(), more.end());
  std::map<std::uint64_t, int> finals;
  for (const CommandOutcome& outcome : finals_of(heard)) {
    ++finals[outcome.id.value];
    const bool is_known = is_leaving || outcome.refusal != CommandRefusal::unknown;
    CHECK(is_known);
  }
  CHECK(finals == std::map<std::uint64_t, int>{{1, 1}, {2, 1}, {3, 1}, {4, 1}});
}

// ---- A relay that dies --------------------------------------------------------------------------

TEST_CASE("an outcome is told at once, and as final when no power loss can change it any more") {
  Island island(any_game<Arena>(), path_of(20ms), {.sync_interval = 2s});
  AnySession session = island.join("one");
  AnySession other = island.join("two");
  island.run({&session, &other}, 3s);
  REQUIRE(session.status() == Status::playing);
  const CommandId id = session.send(vote(7));
  const auto soon = island.run({&session, &other}, 200ms);
  REQUIRE(soon.size() == 1);
  CHECK(soon[0].id == id);
  CHECK_FALSE(soon[0].is_final);
  CHECK_FALSE(soon[0].moved_from);
  const auto later = island.run({&session, &other}, 4s);
  REQUIRE(later.size() == 1);
  CHECK(later[0].is_final);
  CHECK(later[0].tick == soon[0].tick);
}

TEST_CASE("a command that the relay lost with its power is offered again, under the same id") {
  Island island(any_game<Arena>(), path_of(20ms), {.sync_interval = 1h});
  std::optional<AnySession> session(island.join("one"));
  std::optional<AnySession> other(island.join("two"));
  island.run({&*session, &*other}, 3s);
  REQUIRE(session->status() == Status::playing);
  const PlayerId player = *session->player();
  session->set_input(stick(4));
  const CommandId first = session->send(vote(7));
  const CommandId second = session->send(vote(8));
  const auto told = island.run({&*session, &*other}, 500ms);
  REQUIRE(told.size() == 2);
  CHECK_FALSE(told[0].is_final);
  // Nobody else comes back who knew of it.
  island.lose_power();
  other.reset();
  island.run({&*session}, 500ms);
  island.start();
  const auto heard = island.run({&*session}, 40s);
  REQUIRE(session->status() == Status::playing);
  CHECK(session->statistics().folds_back == 1);
  CHECK(arena_of(*session).players[player.value].votes == 2);
  CHECK(arena_of(*session).players[player.value].latest_vote == 8);
  CHECK(arena_of(*session).players[player.value].held.x == 4);
  REQUIRE(heard.size() >= 2);
  CHECK(heard[0].id == first);
  CHECK(heard[1].id == second);
  CHECK(heard[0].tick != told[0].tick);
}

TEST_CASE("in every storm what players hold and say is in the log, and every outcome is told") {
  std::uint64_t commands = 0;
  for (std::uint64_t seed = 1; seed <= 32; ++seed) {
    StormMatch match(storm_options(any_game<Arena>(), seed, Tick{3600}));
    const StormReport& report = match.run();
    CAPTURE(seed);
    CHECK(report.problems == std::vector<std::string>{});
    commands += report.tally.commands;
  }
  CHECK(commands > 32 * 60);
}
