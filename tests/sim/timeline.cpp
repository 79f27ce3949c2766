// A timeline carries the confirmed state to the present, and goes back exactly as far as what it
// showed was wrong.

#include "tutti/sim/timeline.hpp"

#include "sim/folds.hpp"
#include "support/catch.hpp"
#include "support/diary.hpp"
#include "support/games.hpp"

using namespace tutti;
using namespace tutti::test;

namespace {

Event held(std::int64_t tick, std::uint8_t slot, std::uint32_t counter, int number) {
  return {Tick{tick}, author_of(PlayerId{slot}), counter, hold(number)};
}

const Tally::State& tally(const void* state) { return *static_cast<const Tally::State*>(state); }

/// Two players of Tally, of whom the first is ours; both have joined, and the present is tick 15.
struct Match {
  Timeline timeline{any_game<Tally>(), Setup{}};
  std::uint64_t steps_before = 0;

  Match() {
    timeline.accept(joined(1, 1, 0));
    timeline.accept(joined(1, 2, 1));
    timeline.close(Tick{5});
    advance(15);
  }
  void advance(std::int64_t present) {
    steps_before = timeline.statistics().steps;
    const Tick reached = timeline.advance(Tick{present});
    REQUIRE(reached == timeline.present());
  }
  /// Steps that the last advance took.
  std::uint64_t steps() const { return timeline.statistics().steps - steps_before; }
  /// Whether every state that can be read is the fold of the log.
  bool is_fold_of_log() const {
    const Folded folded = fold(timeline.game(), timeline.log(), timeline.present());
    for (Tick tick = timeline.oldest(); tick <= timeline.present(); ++tick)
      if (digest_at(timeline, tick) != folded.digests[static_cast<std::size_t>(tick.value)])
        return false;
    return true;
  }
};

}  // namespace

TEST_CASE("the state at a tick has consumed the events through that tick") {
  Timeline timeline(any_game<Tally>(), Setup{});
  timeline.accept(held(3, 1, 0, 2));
  CHECK(timeline.present() == Tick{0});
  CHECK(timeline.advance(Tick{5}) == Tick{5});
  CHECK(tally(timeline.state_at(Tick{2})).score[1] == 0);
  CHECK(tally(timeline.state_at(Tick{3})).score[1] == 2);
  CHECK(tally(timeline.state()).score[1] == 6);
}

TEST_CASE("confirmed ticks are final and have been stepped to") {
  Match match;
  CHECK(match.timeline.confirmed() == Tick{5});
  match.timeline.close(Tick{9});
  CHECK(match.timeline.confirmed() == Tick{5});
  match.advance(15);
  CHECK(match.timeline.confirmed() == Tick{9});
  match.timeline.close(Tick{20});
  match.advance(16);
  CHECK(match.timeline.confirmed() == Tick{16});
  CHECK(match.timeline.confirmed_state() == match.timeline.state());
}

TEST_CASE("an advancing horizon re-simulates nothing") {
  Match match;
  const auto before = match.timeline.statistics();
  for (std::int64_t horizon = 6; horizon <= 15; ++horizon) {
    match.timeline.close(Tick{horizon});
    match.advance(15);
    REQUIRE(match.timeline.confirmed() == Tick{horizon});
    REQUIRE(match.timeline.stepped_from() == Tick{16});
  }
  CHECK(match.timeline.statistics().steps == before.steps);
  CHECK(match.timeline.statistics().rollbacks == 0);
}

TEST_CASE("a guess that comes true re-simulates nothing") {
  Match match;
  const Event event = held(17, 0, 0, 3);
  match.timeline.guess(event);
  match.advance(20);
  REQUIRE(tally(match.timeline.state()).score[0] == 12);
  CHECK(match.timeline.accept(event) == Log::Added::yes);
  match.advance(20);
  CHECK(match.steps() == 0);
  CHECK(match.timeline.statistics().rollbacks == 0);
  CHECK(match.timeline.guesses().empty());
  CHECK(match.is_fold_of_log());
}

TEST_CASE("the same guess again costs nothing") {
  Match match;
  match.timeline.guess(held(17, 0, 0, 3));
  match.advance(20);
  match.timeline.guess(held(17, 0, 0, 3));
  match.advance(20);
  CHECK(match.steps() == 0);
  CHECK(match.timeline.guesses().size() == 1);
}

TEST_CASE("an event that contradicts what was shown re-simulates from its tick and no further") {
  Match match;
  match.timeline.accept(held(12, 1, 0, 4));
  match.advance(15);
  CHECK(match.steps() == 4);
  CHECK(match.timeline.stepped_from() == Tick{12});
  CHECK(match.is_fold_of_log());
}

TEST_CASE("an event after the present contradicts nothing") {
  Match match;
  match.timeline.accept(held(16, 1, 0, 4));
  match.advance(15);
  CHECK(match.steps() == 0);
  match.advance(17);
  CHECK(match.steps() == 2);
  CHECK(match.timeline.statistics().rollbacks == 0);
  CHECK(match.is_fold_of_log());
}

TEST_CASE("an event that the log does not take contradicts nothing") {
  Match match;
  const Event event = held(12, 1, 0, 4);
  match.timeline.accept(event);
  match.advance(15);
  CHECK(match.timeline.accept(event) == Log::Added::known);
  CHECK(match.timeline.accept(held(12, 1, 0, 5)) == Log::Added::conflict);
  CHECK(match.timeline.accept(held(5, 1, 1, 5)) == Log::Added::past_horizon);
  CHECK(match.timeline.accept(held(12, 7, 0, 5)) == Log::Added::over_limit);
  match.advance(15);
  CHECK(match.steps() == 0);
}

TEST_CASE("a wrong guess re-simulates from where it was or should have been") {
  struct Case {
    const char* what;
    Event real;
    std::int64_t from;
  };
  const auto wrong = GENERATE(Case{"another number", held(12, 0, 0, 4), 12},
                              Case{"at an earlier tick", held(8, 0, 0, 3), 8},
                              Case{"at a later tick", held(14, 0, 0, 3), 12},
                              Case{"after the present", held(19, 0, 0, 3), 12});
  CAPTURE(wrong.what);
  Match match;
  match.timeline.guess(held(12, 0, 0, 3));
  match.advance(16);
  match.timeline.accept(wrong.real);
  match.advance(16);
  CHECK(match.timeline.stepped_from() == Tick{wrong.from});
  CHECK(match.steps() == static_cast<std::uint64_t>(16 - wrong.from + 1));
  CHECK(match.timeline.guesses().empty());
  match.advance(20);
  CHECK(match.is_fold_of_log());
}

TEST_CASE("a guess that moves re-simulates from the earlier of its two ticks") {
  const auto [to, from] = GENERATE(std::pair{10, 10}, std::pair{14, 12}, std::pair{19, 12});
  Match match;
  match.timeline.guess(held(12, 0, 0, 3));
  match.advance(15);
  match.timeline.guess(held(to, 0, 0, 3));
  match.advance(16);
  CHECK(match.timeline.stepped_from() == Tick{from});
  CHECK(match.timeline.guesses().size() == 1);
  CHECK(tally(match.timeline.state()).score[0] == 3 * std::max(0, 16 - to + 1));
}

TEST_CASE("a guess that is withdrawn was never there") {
  Match match;
  match.timeline.guess(held(12, 0, 0, 3));
  match.advance(15);
  match.timeline.withdraw(author_of(PlayerId{0}), 0);
  match.advance(15);
  CHECK(match.timeline.stepped_from() == Tick{12});
  CHECK(match.timeline.guesses().empty());
  CHECK(match.is_fold_of_log());
  match.timeline.withdraw(author_of(PlayerId{0}), 0);
  match.advance(15);
  CHECK(match.steps() == 0);
}

TEST_CASE("guesses are listed in canonical order") {
  Match match;
  for (const Event& event : {held(19, 0, 2, 1), held(17, 0, 1, 2), held(17, 0, 0, 3)})
    match.timeline.guess(event);
  std::vector<Event> expected(match.timeline.guesses().begin(), match.timeline.guesses().end());
  sort(expected);
  REQUIRE(expected.size() == 3);
  CHECK(are_same(match.timeline.guesses(), expected));
}

TEST_CASE("guesses and events of one tick reach the game in canonical order") {
  const AnyGame game = any_game<Diary>();
  Timeline guessing(game, Setup{});
  Timeline knowing(game, Setup{});
  const Event events[] = {joined(2, 1, 0), joined(2, 2, 1), held(3, 0, 0, 1), held(3, 0, 1, 2),
                          held(3, 1, 0, 3)};
  for (const Event& event : events) {
    knowing.accept(event);
    event.author == author_of(PlayerId{0}) ? guessing.guess(event)
                                           : static_cast<void>(guessing.accept(event));
  }
  guessing.advance(Tick{3});
  knowing.advance(Tick{3});
  CHECK(digest_at(guessing, Tick{3}) == digest_at(knowing, Tick{3}));
}

TEST_CASE("a guess that the horizon left behind is in no confirmed state") {
  Match match;
  match.timeline.guess(held(8, 0, 0, 3));
  match.advance(15);
  match.timeline.close(Tick{9});
  match.advance(15);
  CHECK(match.timeline.confirmed() == Tick{9});
  CHECK(match.timeline.stepped_from() == Tick{8});
  CHECK(match.is_fold_of_log());
  // It is still expected, where it contradicts nothing: at the next tick to be shown.
  REQUIRE(match.timeline.guesses().size() == 1);
  CHECK(match.timeline.guesses()[0].tick == Tick{16});
  match.advance(17);
  CHECK(tally(match.timeline.state()).score[0] == 6);
  match.timeline.accept(held(16, 0, 0, 3));
  match.advance(17);
  CHECK(match.steps() == 0);
  CHECK(match.is_fold_of_log());
}

TEST_CASE("guesses that the horizon left behind keep their order") {
  Match match;
  match.timeline.guess(held(7, 0, 0, 3));
  match.timeline.guess(held(8, 0, 1, 4));
  match.timeline.guess(held(16, 0, 2, 5));
  match.timeline.close(Tick{20});
  const std::span<const Event> guesses = match.timeline.guesses();
  REQUIRE(guesses.size() == 3);
  for (std::uint32_t i = 0; i < 3; ++i) {
    CHECK(guesses[i].tick == Tick{21});
    CHECK(guesses[i].counter == i);
  }
  match.advance(21);
  CHECK(tally(match.timeline.state()).hold[0] == 5);
}

TEST_CASE("a guess that the horizon left behind still comes before what its author did next") {
  Match match;
  match.timeline.guess(held(8, 0, 0, 3));
  match.timeline.guess(held(12, 0, 1, 0));
  match.advance(15);
  match.timeline.close(Tick{9});
  match.advance(20);
  CHECK(tally(match.timeline.state()).hold[0] == 0);
  CHECK(match.timeline.guesses()[0].counter == 0);
  CHECK(match.timeline.guesses()[0].tick == Tick{12});
}

TEST_CASE("statistics of rollbacks are exact") {
  Match match;
  match.timeline.accept(held(10, 1, 0, 1));  // 6 ticks back
  match.advance(15);
  match.timeline.accept(held(15, 1, 1, 2));  // 1 tick, and two new ones
  match.advance(17);
  match.timeline.accept(held(16, 1, 3, 3));  // 2, 3 and 4 ticks: one rollback to the earliest
  match.timeline.accept(held(14, 1, 2, 4));
  match.timeline.accept(held(15, 1, 4, 5));
  match.advance(17);
  const TimelineStatistics& statistics = match.timeline.statistics();
  CHECK(statistics.rollbacks == 3);
  CHECK(statistics.depth_total == 6 + 1 + 4);
  CHECK(statistics.depth_max == 6);
  CHECK(statistics.depth_mean() == 11.0 / 3);
  CHECK(statistics.resimulated == 11);
  CHECK(statistics.steps == 17 + 11);
  CHECK(TimelineStatistics{}.depth_mean() == 0);
}

TEST_CASE("effects of a tick are those of its last simulation") {
  Match match;
  match.timeline.guess(held(10, 0, 0, 3));
  match.advance(15);
  REQUIRE(match.timeline.effects_at(Tick{10}).size() == 1);
  match.timeline.accept(held(12, 0, 0, 4));
  match.advance(15);
  CHECK(match.timeline.effects_at(Tick{10}).empty());
  REQUIRE(match.timeline.effects_at(Tick{12}).size() == 1);
  CHECK(match.timeline.effects_at(Tick{12})[0].bytes[1] == std::byte{4});
}

TEST_CASE("an event that the game refuses is counted once, when its tick is confirmed") {
  Match match;
  match.timeline.accept(held(12, 1, 0, 99));
  match.timeline.guess(held(13, 0, 0, 99));
  match.advance(15);
  match.timeline.accept(held(11, 1, 1, 1));
  match.advance(15);
  CHECK(match.timeline.statistics().refused_events == 0);
  match.timeline.close(Tick{12});
  match.advance(15);
  match.timeline.close(Tick{15});
  match.advance(16);
  CHECK(match.timeline.statistics().refused_events == 1);
}

TEST_CASE("the present never goes back, but what is wrong in it is mended") {
  Match match;
  match.advance(9);
  CHECK(match.timeline.present() == Tick{15});
  CHECK(match.steps() == 0);
  match.timeline.accept(held(12, 1, 0, 4));
  match.advance(9);
  CHECK(match.timeline.present() == Tick{15});
  CHECK(match.is_fold_of_log());
}

TEST_CASE("a step tells where it began") {
  Match match;
  CHECK(match.timeline.stepped_from() == Tick{1});
  match.advance(17);
  CHECK(match.timeline.stepped_from() == Tick{16});
  match.advance(17);
  CHECK(match.timeline.stepped_from() == Tick{18});
}

TEST_CASE("shown ticks beyond the end go, once the end is known, and nothing comes after") {
  Match match;
  match.timeline.accept(held(12, 1, 0, 4));
  match.advance(20);
  REQUIRE(match.timeline.present() == Tick{20});
  match.timeline.accept(
      {Tick{17}, relay_author, 9,
       encode({.kind = EventKind::match_ended, .reason = LeaveReason::match_over})});
  match.advance(21);
  CHECK(match.timeline.present() == Tick{17});
  CHECK(match.timeline.stepped_from() <= Tick{18});
  match.timeline.close(Tick{17});
  match.advance(30);
  CHECK(match.timeline.present() == Tick{17});
  CHECK(match.timeline.confirmed() == Tick{17});
  CHECK(match.is_fold_of_log());
}
