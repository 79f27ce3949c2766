// A viewer's first way to a far place in a recording, which nobody has folded yet.

#include "support/catch.hpp"
#include "support/games.hpp"
#include "support/walk.hpp"
#include "tutti/engine/session.hpp"

using namespace tutti;
using namespace tutti::test;

namespace {

Instant at(std::int64_t frame) {
  return Instant{std::chrono::seconds(50)} + Duration(std::chrono::seconds(1)) / 60 * frame;
}

/// A game that counts how often it is stepped.
struct StepsCounted {
  static inline std::int64_t steps = 0;
  static AnyGame game() {
    static const tutti_game counting = [] {
      tutti_game table = game_table<Tally>();
      table.step = [](void* state, const tutti_event* events, std::size_t count,
                      const tutti_effect_sink* sink) {
        ++steps;
        return game_table<Tally>().step(state, events, count, sink);
      };
      return table;
    }();
    return AnyGame::from_table(&counting).value();
  }
};

/// The log of a match in which something goes on, as a recording.
MatchRecord recorded(const AnyGame& game, std::int64_t ticks) {
  MatchRecord record(MatchOpening{.room = "TESTS", .setup = game.setup(3, 2)});
  record.log = sampled_log(game, ticks, 3);
  return record;
}

}  // namespace

TEST_CASE("the first seek folds each tick once, and shows on the way how far it is") {
  const AnyGame game = any_game<Tally>();
  const std::vector<Digest> straight = straight_play(game, recorded(game, 3000).log);
  // Some 40 steps a frame.
  CountingClock clock(std::chrono::microseconds(200));
  Result<AnySession> watching = AnySession::watch(StepsCounted::game(), recorded(game, 3000),
                                                  {.session = {.tuning = {.cost_clock = &clock}}});
  REQUIRE(watching);
  watching->playback()->set_paused(true);
  watching->advance(at(0));
  watching->playback()->seek(Tick{2900});
  StepsCounted::steps = 0;
  Tick shown;
  std::int64_t frames = 0;
  std::int64_t waits = 0;
  while (shown < Tick{2900}) {
    watching->advance(at(++frames));
    const Tick now = watching->timeline()->present();
    if (now == shown) ++waits;
    REQUIRE((now > shown || waits == 1));
    shown = now;
    REQUIRE(digest_state(game, watching->state()) ==
            straight[static_cast<std::size_t>(shown.value)]);
  }
  CHECK(frames > 50);
  CHECK(waits == 1);  // for a frame, before the place is there: that saves a copy of the state
  CHECK(StepsCounted::steps < 2900 * 11 / 10);

  // And it goes on folding from there, each tick once.
  for (const std::int64_t further : {2901, 2930, 3000, 2899}) {
    CAPTURE(further);
    watching->playback()->seek(Tick{further});
    for (int i = 0; i < 5; ++i)
      watching->advance(at(++frames));
    CHECK(watching->timeline()->present() == Tick{further});
    CHECK(digest_state(game, watching->state()) == straight[static_cast<std::size_t>(further)]);
    if (further == 2930) CHECK(StepsCounted::steps < 2930 * 11 / 10);
  }
}
