// Sessions without a network: solo, rehearsal and replay are the same session over other sources.

#include "tutti/engine/session.hpp"
#include <unistd.h>

#include <filesystem>

#include "support/catch.hpp"
#include "support/games.hpp"
#include "tutti/engine/files.hpp"
#include "tutti/replay/match_file.hpp"
#include "tutti/replay/telemetry.hpp"

using namespace tutti;
using tutti::test::Tally;

namespace {

constexpr Instant epoch{std::chrono::seconds(50)};
Instant at(std::int64_t tick) {
  return epoch + Duration(std::chrono::seconds(1)) / 60 * tick + std::chrono::microseconds(10);
}

Session<Tally> solo(SoloOptions options = {}) {
  Result<Session<Tally>> session = tutti::solo<Tally>(std::move(options));
  REQUIRE(session);
  return std::move(*session);
}

/// Two players who change what they hold now and then, for `ticks`.
void play(Session<Tally>& session, std::int64_t ticks) {
  Random random(3);
  for (std::int64_t tick = 0; tick <= ticks; ++tick) {
    session.advance(at(tick));
    if (random.chance(6)) session.set_input(PlayerId{0}, Tally::sample(random));
    if (random.chance(6)) session.set_input(PlayerId{1}, Tally::sample(random));
  }
}

/// For a watcher that catches up in as many passes on every machine: its costs are counted.
WatchOptions counted(bool folds_digest) {
  static CountingClock clock(std::chrono::nanoseconds(100));  // enough for one pass
  return {.session = {.fold_digest = folds_digest, .tuning = {.cost_clock = &clock}}};
}

MatchRecord record_of(const Session<Tally>& session) {
  const Log& log = session.any().timeline()->log();
  MatchRecord record(MatchOpening{.room = "TESTS", .setup = log.setup()});
  for (const EventView& event : log.events().subspan(1))
    record.log.add(event);
  record.log.close(log.horizon());
  return record;
}

}  // namespace

TEST_CASE("an offered event is seen by the next step, and nothing is predicted alone") {
  Session<Tally> session = solo();
  session.advance(at(0));
  session.advance(at(10));
  CHECK(session.status() == Status::playing);
  CHECK(session.set_input({.hold = 3}));
  session.advance(at(11));
  CHECK(session.state().hold[0] == 3);
  CHECK(session.state().score[0] == 3);
  session.advance(at(13));
  CHECK(session.state().score[0] == 9);
  CHECK(session.statistics().timeline.rollbacks == 0);
  CHECK(session.statistics().confirmed >= Tick{11});
}

TEST_CASE("an event offered before the match begins is held until it does") {
  Session<Tally> session = solo();
  CHECK(session.set_input({.hold = 2}));
  session.advance(at(0));
  session.advance(at(3));
  session.advance(at(5));
  CHECK(session.state().hold[0] == 2);
}

TEST_CASE("input delay puts the effect of a key that many ticks later") {
  Session<Tally> session = solo({.terms = {.input_delay_ticks = 3}});
  session.advance(at(0));
  session.advance(at(10));
  session.set_input({.hold = 5});
  session.advance(at(13));
  CHECK(session.state().hold[0] == 0);
  session.advance(at(14));
  CHECK(session.state().hold[0] == 5);
}

TEST_CASE("the fraction says how far the next tick has come") {
  Session<Tally> session = solo();
  session.advance(at(0));
  session.advance(at(10) + Duration(std::chrono::seconds(1)) / 60 / 2);
  CHECK(session.fraction() > 0.4);
  CHECK(session.fraction() < 0.6);
}

TEST_CASE("a program that was paused goes on where the match stood") {
  Session<Tally> session = solo();
  session.advance(at(0));
  session.advance(at(10));
  session.advance(at(10 + 3600));
  CHECK(session.statistics().present <= Tick{10 + 15});
  const Tick before = session.statistics().present;
  session.advance(at(10 + 3600 + 5));
  CHECK(session.statistics().present - before == 5);
}

TEST_CASE("a replay shows every tick as it was played, forwards, backwards and at any speed") {
  Session<Tally> played = solo();
  play(played, 600);
  const MatchRecord record = record_of(played);
  const Tick last = record.log.horizon();
  Result<AnySession> watching =
      AnySession::watch(any_game<Tally>(), record_of(played), counted(true));
  REQUIRE(watching);
  Session<Tally> session(std::move(*watching));
  Playback& playback = *session.playback();
  session.advance(epoch);
  for (std::int64_t tick = 1; tick <= 100; ++tick)
    session.advance(at(tick));
  const Tally::State at_100 = session.state();
  CHECK(session.statistics().present == Tick{100});

  playback.seek(Tick{400});
  session.advance(at(100));
  CHECK(session.statistics().present == Tick{400});
  playback.seek(Tick{100});
  playback.set_paused(true);
  session.advance(at(200));
  CHECK(session.status() == Status::paused);
  CHECK(session.statistics().present == Tick{100});
  CHECK(list_fields(session.state()).size() == list_fields(at_100).size());
  CHECK(field_diff(list_fields(session.state()), list_fields(at_100)).empty());

  playback.set_paused(false);
  playback.set_speed(64);
  session.advance(at(210) + std::chrono::microseconds(100));
  CHECK(session.statistics().present == Tick{140});
  playback.seek(last + 1000);
  session.advance(at(211));
  CHECK(session.statistics().present == last);
  const Timeline& timeline = *played.any().timeline();
  CHECK(digest_state(played.any().game(), session.any().state()) ==
        digest_state(played.any().game(), timeline.state_at(last)));
  CHECK_FALSE(session.set_input({.hold = 1}));
}

TEST_CASE("a replay goes far ahead by a snapshot, backwards, and shows what was played") {
  Session<Tally> played = solo();
  play(played, 3000);
  Result<AnySession> straight =
      AnySession::watch(any_game<Tally>(), record_of(played), counted(true));
  Result<AnySession> jumping =
      AnySession::watch(any_game<Tally>(), record_of(played), counted(false));
  REQUIRE(straight);
  REQUIRE(jumping);
  std::int64_t turn = 0;
  const auto shows_the_same = [&](std::int64_t tick) {
    ++turn;
    for (AnySession* session : {&*straight, &*jumping}) {
      session->playback()->seek(Tick{tick});
      session->playback()->set_paused(true);
      session->advance(at(turn));
      REQUIRE(session->statistics().present == Tick{tick});
    }
    return digest_state(straight->game(), straight->state()) ==
               digest_state(jumping->game(), jumping->state()) &&
           digest_state(straight->game(), straight->previous_state()) ==
               digest_state(jumping->game(), jumping->previous_state());
  };
  for (const std::int64_t tick : {2500, 2499, 2498, 700, 1, 0, 1, 2990, 1500})
    CHECK(shows_the_same(tick));
  // The one that skips has folded less than the one that has to see every tick
  CHECK(jumping->statistics().timeline.steps < 20);

  // Backwards, tick by tick: nothing is heard, and it stops at the beginning
  Playback& playback = *jumping->playback();
  playback.set_paused(false);
  playback.set_speed(-16);
  jumping->advance(at(turn + 100));
  CHECK(jumping->statistics().present < Tick{1500});
  CHECK(jumping->effects().empty());
  jumping->advance(at(turn + 7500));
  CHECK(jumping->statistics().present == Tick{0});
}

TEST_CASE("a replay of other rules is refused with both rules ids") {
  Session<Tally> played = solo();
  play(played, 20);
  MatchRecord record = record_of(played);
  Setup other = record.log.setup();
  other.rules = "tally@0+0000000000000000";
  MatchRecord foreign(MatchOpening{.room = "TESTS", .setup = other});
  const auto refused = AnySession::watch(any_game<Tally>(), std::move(foreign), {});
  REQUIRE_FALSE(refused);
  CHECK_THAT(refused.error().sentence, test::contains(other.rules));
  CHECK_THAT(refused.error().sentence, test::contains(any_game<Tally>().rules()));
}

TEST_CASE("a match is taken over at a tick and goes on as its players like") {
  Session<Tally> played = solo();
  play(played, 600);
  const MatchRecord record = record_of(played);
  Result<Session<Tally>> taken = tutti::take_over<Tally>(record, Tick{400});
  REQUIRE(taken);
  taken->advance(epoch);
  taken->advance(at(1));
  REQUIRE(taken->status() == Status::playing);
  CHECK(taken->statistics().present == Tick{401});
  // Up to there it is the same match
  Result<AnySession> watching =
      AnySession::watch(any_game<Tally>(), record_of(played), counted(false));
  REQUIRE(watching);
  watching->playback()->seek(Tick{400});
  watching->advance(epoch);
  CHECK(digest_state(watching->game(), watching->state()) ==
        digest_state(watching->game(), taken->any().timeline()->state_at(Tick{400})));
  CHECK(taken->any().timeline()->log().head(Tick{400}) == record.log.head(Tick{400}));
  // From there on both slots are played here
  CHECK(taken->set_input(PlayerId{0}, {.hold = 2}));
  CHECK(taken->set_input(PlayerId{1}, {.hold = 3}));
  taken->advance(at(10));
  CHECK(taken->state().hold[0] == 2);
  CHECK(taken->state().hold[1] == 3);
  const auto events = taken->any().timeline()->log().events_at(Tick{401});
  const auto is_branched = [](const EventView& event) {
    const auto relay_event = relay_event_of(event);
    return relay_event && relay_event->kind == EventKind::branched && relay_event->slots == 3;
  };
  CHECK(std::any_of(events.begin(), events.end(), is_branched));
  const auto too_far = tutti::take_over<Tally>(record, record.log.horizon() + 1);
  REQUIRE_FALSE(too_far);
  CHECK_THAT(too_far.error().sentence, test::contains("nothing to take over"));
}

TEST_CASE("a rehearsal of a sound game finds nothing") {
  Result<Session<Tally>> session = tutti::rehearse<Tally>();
  REQUIRE(session);
  play(*session, 400);
  CHECK(session->status() == Status::playing);
}

namespace {

/// Counts its own steps where no state can see it.
struct Forgetful {
  static constexpr const char* name = "forgetful";
  static constexpr const char* version = "1";
  struct Event {
    std::int8_t move = 0;
    TUTTI_FIELDS(move)
  };
  struct State {
    std::int32_t position = 0;
    TUTTI_FIELDS(position)
  };
  static State start(const Setup&) { return {}; }
  static void step(State& state, Events<Event>, Effects<>&) noexcept {
    static int steps = 0;
    state.position += ++steps % 3;
  }
};

}  // namespace

TEST_CASE("a rehearsal names the tick and the field of a game that differs from itself") {
  Result<Session<Forgetful>> session = tutti::rehearse<Forgetful>();
  REQUIRE(session);
  for (std::int64_t tick = 0; tick < 60; ++tick)
    session->advance(at(tick));
  REQUIRE(session->status() == Status::failed);
  CHECK_THAT(session->failure().sentence, test::contains("tick "));
  CHECK_THAT(session->failure().sentence, test::contains("position"));
}

TEST_CASE("nonsense is refused with a sentence before anything starts") {
  CHECK_FALSE(tutti::solo<Tally>({.players = 9}));
  CHECK_FALSE(tutti::solo<Tally>({.terms = {.input_delay_ticks = 99}}));
  CHECK_FALSE(tutti::watch<Tally>("/nonexistent/match.tutti"));
}

TEST_CASE("two bug reports of one second are two files") {
  const std::string folder =
      std::filesystem::temp_directory_path() / ("tutti-bugs-" + std::to_string(getpid()));
  const char* before = std::getenv("XDG_STATE_HOME");
  const std::string old = before != nullptr ? before : "";
  ::setenv("XDG_STATE_HOME", folder.c_str(), 1);
  Session<Tally> session = solo({.players = 2});
  play(session, 60);
  const Result<std::string> first = session.report_bug("first");
  const Result<std::string> second = session.report_bug("second");
  before != nullptr ? ::setenv("XDG_STATE_HOME", old.c_str(), 1) : ::unsetenv("XDG_STATE_HOME");
  REQUIRE(first);
  REQUIRE(second);
  CHECK(*first != *second);
  CHECK(read_match_file(*first)->record.marks.front().text == "first");
  CHECK(read_match_file(*second)->record.marks.front().text == "second");
  std::filesystem::remove_all(folder);
}

TEST_CASE("a bug report is one file that opens at the tick, with state, build and what was seen") {
  Session<Tally> session = solo({.players = 2});
  REQUIRE_FALSE(session.any().report_bug("too early"));
  play(session, 500);
  const std::string path =
      std::filesystem::temp_directory_path() / ("tutti-bug-" + std::to_string(getpid()) + ".tutti");
  const Result<std::string> saved = session.any().report_bug("the score jumped", path);
  REQUIRE(saved);
  CHECK(*saved == path);
  const Result<ReadMatch> read = read_match_file(path);
  REQUIRE(read);
  CHECK_FALSE(read->damage);
  REQUIRE(read->record.marks.size() == 1);
  CHECK(read->record.marks.front().from == session.statistics().present);
  CHECK(read->record.marks.front().text == "the score jumped");
  REQUIRE(read->record.states.size() == 1);
  CHECK(read->record.states.front().tick == session.statistics().confirmed);
  CHECK(read->record.states.front().build == build_text().substr(0, limits::build_bytes));
  CHECK(read->record.digests.size() > 1);
  CHECK(players_seen(read->record) == std::vector<PlayerId>{PlayerId{0}});
  for (const std::optional<PlayerId> as : {std::optional<PlayerId>(), std::optional(PlayerId{0})}) {
    auto watching = tutti::watch<Tally>(path, {.as = as});
    REQUIRE(watching);
    watching->advance(at(0));
    // Alone, the log is final through the tick before the present; the seen ticks go further.
    CAPTURE(as.has_value());
    const SessionStatistics there = session.statistics();
    CHECK(watching->statistics().present == (as ? there.present : there.confirmed));
    if (as) CHECK(watching->state().score == session.state().score);
  }
  std::filesystem::remove(path);
}

TEST_CASE("names that strangers gave steer no terminal") {
  MatchRecord record({.room = "KAZ22", .setup = any_game<Tally>().setup(1, 2)});
  const RelayEvent joined{.kind = EventKind::joined, .name = "a\x1b[2J\u202Eb"};
  record.log.add({Tick{1}, relay_author, 1, encode(joined)});
  record.log.close(Tick{60});
  Result<AnySession> session = AnySession::watch(any_game<Tally>(), std::move(record), {});
  REQUIRE(session);
  session->advance(epoch);
  session->playback()->seek(Tick{60});
  session->advance(at(60));
  CHECK(session->names().at(0) == "a?[2J?b");
}
