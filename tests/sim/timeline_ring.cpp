// A timeline keeps a ring of states. An overwritten state is never read, and an unconfirmed one is
// never overwritten.

#include "sim/folds.hpp"
#include "support/catch.hpp"
#include "support/games.hpp"
#include "tutti/sim/timeline.hpp"

using namespace tutti;
using namespace tutti::test;

namespace {

constexpr std::size_t least = limits::prediction_ticks + 2;

std::size_t place(Tick tick) { return static_cast<std::size_t>(tick.value); }

/// One player who changes what it holds every few ticks.
std::vector<Event> play(std::int64_t ticks) {
  Random random(1);
  std::vector<Event> events = {joined(1, 1, 0)};
  for (std::int64_t tick = 2; tick <= ticks; ++tick) {
    if (!random.chance(5)) continue;
    const auto counter = static_cast<std::uint32_t>(events.size());
    events.push_back({Tick{tick}, author_of(PlayerId{0}), counter, hold(random.between(-9, 9))});
  }
  return events;
}

Timeline timeline_of(const std::vector<Event>& events, std::size_t ring_ticks) {
  Timeline timeline(any_game<Tally>(), Setup{}, {.ring_ticks = ring_ticks});
  for (const Event& event : events)
    REQUIRE(timeline.accept(event) == Log::Added::yes);
  return timeline;
}

/// A game that counts how often a state is copied.
struct CopiesCounted {
  static inline int copies = 0;
  static const tutti_game& table() {
    static const tutti_game counting = [] {
      tutti_game game = game_table<Tally>();
      game.flags &= ~static_cast<std::uint32_t>(TUTTI_STATE_IS_PLAIN);
      game.copy = [](void* to, const void* from) {
        ++copies;
        game_table<Tally>().copy(to, from);
      };
      return game;
    }();
    return counting;
  }
};

bool are_all_folded(const Timeline& timeline, const Folded& folded) {
  for (Tick tick = timeline.oldest(); tick <= timeline.present(); ++tick)
    if (digest_at(timeline, tick) != folded.digests[place(tick)]) return false;
  return true;
}

}  // namespace

TEST_CASE("catching up, every confirmed tick can be read in its turn") {
  const std::size_t ring_ticks = GENERATE(values<std::size_t>({least, least + 1, 64, 100}));
  CAPTURE(ring_ticks);
  constexpr Tick last{10'000};
  Timeline timeline = timeline_of(play(last.value), ring_ticks);
  timeline.close(last);
  const Folded folded = fold(timeline.game(), timeline.log(), last);
  Tick read{0};
  while (timeline.present() < last) {
    const Tick before = timeline.present();
    REQUIRE(timeline.advance(last) > before);
    for (; read < timeline.confirmed(); ++read) {
      const Tick tick = read + 1;
      REQUIRE(digest_at(timeline, tick) == folded.digests[place(tick)]);
      REQUIRE(are_same_effects(timeline.effects_at(tick), folded.effects[place(tick)]));
    }
  }
  CHECK(read == last);
  CHECK(timeline.statistics().steps == 10'000);
}

TEST_CASE("a ring of the least size holds all that a client may predict") {
  Timeline timeline = timeline_of(play(100), least);
  timeline.close(Tick{20});
  timeline.advance(Tick{20});
  CHECK(timeline.advance(Tick{20 + limits::prediction_ticks}) ==
        Tick{20 + limits::prediction_ticks});
  timeline.accept({Tick{21}, author_of(PlayerId{1}), 0, hold(5)});
  timeline.advance(timeline.present());
  CHECK(timeline.statistics().depth_max == limits::prediction_ticks);
  CHECK(are_all_folded(timeline, fold(timeline.game(), timeline.log(), timeline.present())));
}

TEST_CASE("without a horizon the present stops before it would overwrite the confirmed state") {
  const std::size_t ring_ticks = GENERATE(values<std::size_t>({least, least + 1, 64}));
  CAPTURE(ring_ticks);
  Timeline timeline = timeline_of(play(1000), ring_ticks);
  timeline.close(Tick{50});
  while (timeline.confirmed() < Tick{50})
    timeline.advance(Tick{50});
  const Digest confirmed = digest_at(timeline, Tick{50});
  const Tick reached = timeline.advance(Tick{1000});
  CHECK(reached < Tick{1000});
  CHECK(timeline.advance(Tick{1000}) == reached);
  CHECK(timeline.confirmed() == Tick{50});
  CHECK(digest_state(timeline.game(), timeline.confirmed_state()) == confirmed);
  // And everything past it can still be folded again.
  timeline.accept({Tick{51}, author_of(PlayerId{1}), 0, hold(5)});
  timeline.advance(reached);
  CHECK(are_all_folded(timeline, fold(timeline.game(), timeline.log(), reached)));
}

TEST_CASE("each state between the oldest tick and the present is the state of its tick") {
  constexpr Tick last{600};
  Timeline timeline = timeline_of(play(last.value), least);
  const Folded folded = fold(timeline.game(), timeline.log(), last);
  Random random(2);
  CHECK(timeline.oldest() == Tick{0});
  while (timeline.present() < last) {
    timeline.close(timeline.log().horizon() + random.below(25));
    timeline.advance(std::min(last, timeline.present() + random.below(40)));
    REQUIRE(are_all_folded(timeline, folded));
    REQUIRE(timeline.present() - timeline.oldest() ==
            std::min<std::int64_t>(timeline.present().value, least - 1));
  }
}

TEST_CASE("a state that somebody looked at is stepped again once an event contradicts it") {
  // Few are saved, so that a look between two of them steps to it aside; and the rollback does not
  // look at the same place by itself.
  Timeline timeline(any_game<Tally>(), Setup{}, {.states_bytes = 1});
  for (const Event& event : play(20))
    timeline.accept(event);
  timeline.advance(Tick{25});
  const Tick looked_at{23};
  const Digest before = digest_at(timeline, looked_at);
  timeline.accept({Tick{22}, author_of(PlayerId{1}), 0, hold(5)});
  timeline.advance(Tick{27});
  const Folded folded = fold(timeline.game(), timeline.log(), timeline.present());
  REQUIRE(folded.digests[place(looked_at)] != before);
  CHECK(digest_at(timeline, looked_at) == folded.digests[place(looked_at)]);
  // Nor does a look that lies before it go on from what is wrong.
  digest_at(timeline, Tick{24});
  timeline.accept({Tick{23}, author_of(PlayerId{1}), 1, hold(-5)});
  timeline.advance(Tick{27});
  CHECK(are_all_folded(timeline, fold(timeline.game(), timeline.log(), timeline.present())));
}

TEST_CASE("a rollback copies a state once where few states are saved") {
  const AnyGame game = AnyGame::from_table(&CopiesCounted::table()).value();
  Timeline timeline(game, Setup{}, {.states_bytes = 1, .keeps_hashes = true});
  REQUIRE(timeline.accept(joined(1, 1, 0)) == Log::Added::yes);
  int rollbacks = 0;
  for (Tick tick{20}; tick < Tick{60}; tick = tick + 1) {
    const auto counter = static_cast<std::uint32_t>(tick.value);
    timeline.accept(
        {tick - 6, author_of(PlayerId{0}), counter, hold(static_cast<int>(tick.value % 9))});
    timeline.close(tick - 12);
    const Tick confirmed = timeline.confirmed();
    timeline.advance(tick);
    for (Tick next = confirmed + 1; next <= timeline.confirmed(); ++next)
      timeline.hash_at(next);
    // At first it saves what it will go back to.
    if (tick < Tick{30}) {
      CopiesCounted::copies = 0;
    } else {
      ++rollbacks;
    }
  }
  CHECK(timeline.statistics().rollbacks > 30);
  CHECK(CopiesCounted::copies == rollbacks);
  CHECK(are_all_folded(timeline, fold(game, timeline.log(), timeline.present())));
}

TEST_CASE("a timeline that moves goes on where it was") {
  Timeline first = timeline_of(play(100), least);
  first.close(Tick{30});
  first.advance(Tick{25});
  Timeline second = std::move(first);
  second.advance(Tick{30});
  CHECK(second.confirmed() == Tick{30});
  CHECK(are_all_folded(second, fold(second.game(), second.log(), Tick{30})));
}
