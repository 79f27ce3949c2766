// A cursor shows every tick as it was, from wherever it comes, and folds little to get there.

#include "tutti/replay/cursor.hpp"

#include <cereal/types/vector.hpp>

#include "matches.hpp"
#include "support/catch.hpp"
#include "support/walk.hpp"

using namespace tutti;
using namespace tutti::test;
using namespace std::chrono_literals;

namespace {

/// A state on the heap, that grows: no `memcpy` can save it.
struct Chronicle {
  static constexpr const char* name = "chronicle";
  static constexpr const char* version = "1";
  struct Event {
    std::uint8_t word = 0;
    TUTTI_FIELDS(word)
  };
  struct State {
    std::vector<std::uint8_t> words;
    std::uint32_t ticks = 0;
    TUTTI_FIELDS(words, ticks)
  };
  static State start(const Setup&) { return {}; }
  static void step(State& state, Events<Event> events, Effects<>&) noexcept {
    ++state.ticks;
    for (const auto& event : events) {
      if (const Event* input = event.input()) state.words.push_back(input->word);
    }
  }
  static Event sample(Random& random) { return {static_cast<std::uint8_t>(random.below(256))}; }
};

Cursor open(const AnyGame& game, const Log& log, Cursor::Options options = {}) {
  Result<Cursor> cursor = Cursor::open(game, log, options);
  REQUIRE(cursor);
  return std::move(*cursor);
}

}  // namespace

TEST_CASE("ten thousand moves from anywhere to anywhere show what straight play shows") {
  const auto spacing = GENERATE(1us, 20us, 100us, 5000us);
  const AnyGame tally = any_game<Tally>();
  check_walk(tally, sampled_log(tally, 3000, 3), {.seek_cost = spacing});
  const AnyGame chronicle = any_game<Chronicle>();
  check_walk(chronicle, sampled_log(chronicle, 1000, 3), {.seek_cost = spacing});
}

TEST_CASE("a cursor that has little memory thins its snapshots out and still shows the same") {
  const AnyGame game = any_game<Tally>();
  const Log log = sampled_log(game, 3000, 4);
  constexpr std::size_t memory = 16 * 1024;
  check_walk(game, log, {.memory_bytes = memory, .seek_cost = 1us});
  Cursor cursor = open(game, log, {.memory_bytes = memory, .seek_cost = 1us});
  while (!cursor.fill(100))
    CHECK(cursor.statistics().bytes <= memory);
  CHECK(cursor.statistics().spacing_ticks > 16);
  cursor.seek(Tick{2000});
  cursor.seek(Tick{1000});
  CHECK(cursor.statistics().bytes <= memory);
}

TEST_CASE("after filling, going anywhere folds no more than one spacing") {
  const AnyGame game = any_game<Tally>();
  const MatchRecord match = record_of(36000, 5, 36001);
  Cursor cursor = open(game, match.log, {.seek_cost = 500us});
  CHECK_FALSE(cursor.fill(1000));
  CHECK(cursor.filled() == Tick{1000});
  CHECK(cursor.position() == Tick{0});
  while (!cursor.fill(1000)) {
  }
  CHECK(cursor.statistics().spacing_ticks == 500);
  CHECK(cursor.statistics().snapshots == 73);
  Random random(5);
  for (int i = 0; i < 200; ++i) {
    const std::uint64_t before = cursor.statistics().steps;
    cursor.seek(Tick{random.below(36001)});
    CHECK(cursor.statistics().steps - before <= 500);
  }
}

TEST_CASE("what a cursor lends is stepped on elsewhere, and it fills on from there") {
  const AnyGame game = any_game<Chronicle>();
  const Log log = sampled_log(game, 1000, 3);
  const std::vector<Digest> straight = straight_play(game, log);
  REQUIRE(straight[1000] != straight[300]);
  Cursor cursor = open(game, log, {.seek_cost = 10us});
  cursor.fill(299);
  StateBox borrowed(game);
  std::swap(borrowed, cursor.lend_filled());
  CHECK(digest_state(game, borrowed.get()) == straight[299]);
  step_state(game, borrowed.get(), log.events_at(Tick{300}), nullptr);
  cursor.give_back(Tick{300}, borrowed.get());
  CHECK_FALSE(cursor.is_lent());
  CHECK(cursor.fill(1000));
  CHECK(cursor.statistics().steps == 999);
  CHECK(cursor.statistics().snapshots == 101);
  for (const std::int64_t tick : {1000, 305, 301, 300, 299, 999}) {
    cursor.seek(Tick{tick});
    CHECK(digest_state(game, cursor.state()) == straight[static_cast<std::size_t>(tick)]);
  }
}

TEST_CASE("a state that is lent is forgotten where the cursor folds by another way") {
  const AnyGame game = any_game<Chronicle>();
  const Log log = sampled_log(game, 1000, 3);
  Cursor cursor = open(game, log, {.seek_cost = 10us});
  StateBox borrowed(game);
  const auto lend = [&] { std::swap(borrowed, cursor.lend_filled()); };
  cursor.fill(300);
  lend();
  cursor.seek(Tick{500});
  CHECK_FALSE(cursor.is_lent());
  lend();
  cursor.set_step_cost(2us);
  CHECK_FALSE(cursor.is_lent());
  CHECK(cursor.fill(1000));
  cursor.seek(Tick{999});
  CHECK(digest_state(game, cursor.state()) == straight_play(game, log)[999]);
}

TEST_CASE("going back tick by tick folds each stretch once") {
  const AnyGame game = any_game<Tally>();
  const MatchRecord match = record_of(36000, 5, 36001);
  Cursor cursor = open(game, match.log);
  cursor.seek(Tick{36000});
  const std::uint64_t before = cursor.statistics().steps;
  for (int i = 0; i < 5000; ++i)
    REQUIRE(cursor.back());
  CHECK(cursor.position() == Tick{31000});
  CHECK(cursor.statistics().steps - before < 5000 + 5000 / 200 * 1000);
  cursor.seek(Tick{0});
  CHECK_FALSE(cursor.back());
  cursor.seek(Tick{99999});
  CHECK(cursor.position() == Tick{36000});
  CHECK_FALSE(cursor.forward());
}

TEST_CASE("a game whose steps take long gets its snapshots closer together") {
  const AnyGame game = any_game<Tally>();
  const MatchRecord match = record_of(3600, 5, 3601);
  Cursor cursor = open(game, match.log);
  while (!cursor.fill(1000)) {
  }
  CHECK(cursor.statistics().snapshots == 4);
  cursor.set_step_cost(10us);
  CHECK_FALSE(cursor.fill(0));
  while (!cursor.fill(1000)) {
  }
  CHECK(cursor.statistics().snapshots == 37);
}

TEST_CASE("a cursor follows a log that grows, and goes no further than is final") {
  const AnyGame game = any_game<Tally>();
  const std::vector<Event> events = play(2000, 10);
  Log log(game.setup(1, 2));
  Cursor cursor = open(game, log);
  std::size_t added = 0;
  for (const std::int64_t horizon : {500, 501, 1300, 2000}) {
    for (; added < events.size() && events[added].tick.value <= horizon + 40; ++added)
      log.add(events[added]);
    log.close(Tick{horizon});
    cursor.seek(Tick{9999});
    CHECK(cursor.position() == Tick{horizon});
    CHECK(digest_state(game, cursor.state()) == straight_play(game, log).back());
    cursor.seek(Tick{horizon / 2});
    CHECK(cursor.fill(5000));
  }
}

TEST_CASE("stepping forward gives the effects of each tick, and seeking none") {
  const AnyGame game = any_game<Tally>();
  const MatchRecord match = record_of(600, 10, 601);
  Cursor cursor = open(game, match.log);
  std::vector<EffectRecord> effects;
  std::size_t inputs = 0;
  while (cursor.forward(&effects)) {
  }
  for (const EventView& event : match.log.events())
    inputs += event.author.is_relay() ? 0 : 1;
  CHECK(effects.size() == inputs);
}

TEST_CASE("a cursor refuses the log of other rules") {
  const MatchRecord match = record_of(60, 5, 61);
  const Result<Cursor> refused = Cursor::open(any_game<Chronicle>(), match.log);
  REQUIRE_FALSE(refused);
  CHECK_THAT(refused.error().sentence, contains("tally@1+") && contains("chronicle@1+"));
}
