// The effect ledger: each effect is heard once, however often its tick is simulated.

#include "tutti/engine/effects.hpp"
#include "support/catch.hpp"
#include "support/games.hpp"

using namespace tutti;
using tutti::test::Tally;

namespace {

/// A timeline of Tally, in which every event is an effect, and a ledger beside it.
struct Heard {
  Timeline timeline{any_game<Tally>(), any_game<Tally>().setup(1, 2)};
  EffectLedger ledger;

  void offer(std::int64_t tick, std::uint32_t counter, std::int8_t hold) {
    const Bytes payload{static_cast<std::byte>(hold)};
    timeline.accept({Tick{tick}, author_of(PlayerId{1}), counter, payload});
  }
  void guess(std::int64_t tick, std::uint32_t counter, std::int8_t hold) {
    const Bytes payload{static_cast<std::byte>(hold)};
    timeline.guess({Tick{tick}, author_of(PlayerId{1}), counter, payload});
  }
  std::vector<EffectNotice> advance(std::int64_t tick) {
    timeline.advance(Tick{tick});
    std::vector<EffectNotice> notices;
    ledger.update(timeline, notices);
    return notices;
  }
};

}  // namespace

TEST_CASE("an effect of the present is heard at once and not again") {
  Heard heard;
  heard.offer(5, 0, 3);
  const auto first = heard.advance(6);
  REQUIRE(first.size() == 1);
  CHECK(first[0].change == EffectChange::happened);
  CHECK(first[0].tick == Tick{5});
  CHECK(first[0].age_ticks == 1);
  heard.offer(2, 1, 4);  // another event, further back: tick 5 is simulated again
  const auto second = heard.advance(7);
  REQUIRE(second.size() == 1);
  CHECK(second[0].tick == Tick{2});
  CHECK(second[0].age_ticks == 5);
}

TEST_CASE("a predicted effect that did not happen is cancelled") {
  Heard heard;
  heard.guess(5, 0, 3);
  CHECK(heard.advance(6).size() == 1);
  heard.timeline.withdraw(author_of(PlayerId{1}), 0);
  const auto notices = heard.advance(7);
  REQUIRE(notices.size() == 1);
  CHECK(notices[0].change == EffectChange::cancelled);
  CHECK(notices[0].tick == Tick{5});
}

TEST_CASE("an effect that moved by a few ticks is re-timed, one that moved far is another") {
  Heard heard;
  heard.guess(5, 0, 3);
  CHECK(heard.advance(12).size() == 1);
  heard.offer(8, 0, 3);
  const auto near = heard.advance(13);
  REQUIRE(near.size() == 1);
  CHECK(near[0].change == EffectChange::retimed);
  CHECK(near[0].tick == Tick{8});

  Heard far;
  far.guess(5, 0, 3);
  CHECK(far.advance(12).size() == 1);
  far.offer(11, 0, 3);
  const auto notices = far.advance(13);
  REQUIRE(notices.size() == 2);
  CHECK(notices[0].change == EffectChange::happened);
  CHECK(notices[1].change == EffectChange::cancelled);
}

TEST_CASE("two equal effects at neighbouring ticks are two") {
  Heard heard;
  heard.offer(5, 0, 3);
  heard.offer(6, 1, 3);
  CHECK(heard.advance(6).size() == 2);
  heard.offer(4, 2, 1);
  CHECK(heard.advance(7).size() == 1);
}

TEST_CASE("however deep the rollback, what was missed is heard with its age") {
  const std::int64_t depth = GENERATE(range(std::int64_t{0}, limits::input_window_ticks + 1));
  Heard heard;
  CHECK(heard.advance(20).empty());
  heard.offer(20 - depth, 0, 3);
  const auto notices = heard.advance(20);
  REQUIRE(notices.size() == 1);
  CHECK(notices[0].change == EffectChange::happened);
  CHECK(notices[0].tick == Tick{20 - depth});
  CHECK(notices[0].age_ticks == depth);
  CHECK(heard.advance(21).empty());
}

TEST_CASE("however deep the rollback, what was mispredicted is cancelled, once") {
  const std::int64_t depth = GENERATE(range(std::int64_t{0}, limits::input_window_ticks + 1));
  Heard heard;
  heard.guess(20 - depth, 0, 3);
  CHECK(heard.advance(20).size() == 1);
  heard.timeline.withdraw(author_of(PlayerId{1}), 0);
  const auto notices = heard.advance(20);
  REQUIRE(notices.size() == 1);
  CHECK(notices[0].change == EffectChange::cancelled);
  CHECK(notices[0].tick == Tick{20 - depth});
  CHECK(notices[0].age_ticks == depth);
  CHECK(heard.advance(21).empty());
}

TEST_CASE("however deep the rollback, what came late is re-timed, and nothing else is heard") {
  const std::int64_t depth = GENERATE(range(std::int64_t{1}, limits::input_window_ticks + 1));
  const std::int64_t moved = std::min(depth, EffectLedger::same_ticks);
  Heard heard;
  heard.guess(20 - depth, 0, 3);
  CHECK(heard.advance(20).size() == 1);
  heard.offer(20 - depth + moved, 0, 3);
  const auto notices = heard.advance(20);
  REQUIRE(notices.size() == 1);
  CHECK(notices[0].change == EffectChange::retimed);
  CHECK(notices[0].was == Tick{20 - depth});
  CHECK(notices[0].tick == Tick{20 - depth + moved});
  CHECK(heard.advance(21).empty());
}
