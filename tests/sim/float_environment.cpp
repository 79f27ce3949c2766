#include "tutti/sim/float_environment.hpp"

#include <vector>

#include "support/catch.hpp"
#include "support/float_game.hpp"
#include "tutti/sim/any_game.hpp"
#include "tutti/sim/crowd.hpp"
#include "tutti/sim/rehearsal.hpp"

using namespace tutti;
using tutti::test::Drift;

namespace {

/// Until its end this thread computes under another environment.
class Altered {
 public:
  explicit Altered(const FloatEnvironment& environment) { environment.apply(); }
  Altered(const Altered&) = delete;
  Altered& operator=(const Altered&) = delete;
  ~Altered() { FloatEnvironment{}.apply(); }
};

std::vector<FloatEnvironment> altered_environments() {
  return {{Rounding::downwards, false},
          {Rounding::upwards, false},
          {Rounding::towards_zero, false},
          {Rounding::nearest, true},
          {Rounding::upwards, true}};
}

std::vector<Digest> fold_drift() {
  const AnyGame game = any_game<Drift>();
  Setup setup;
  setup.players = 2;
  StateBox state = start(game, setup);
  Crowd crowd(game, {.seed = 4, .players = 2});
  std::vector<Digest> digests{digest_state(game, state.get())};
  for (Tick tick{1}; tick.value <= 200; ++tick) {
    step_state(game, state.get(), crowd.next(tick, state.get()), nullptr);
    digests.push_back(digest_state(game, state.get()));
  }
  return digests;
}

}  // namespace

TEST_CASE("a game gives the same states whatever environment its thread computes under") {
  const std::vector<Digest> expected = fold_drift();
  for (const FloatEnvironment& environment : altered_environments()) {
    CAPTURE(to_text(environment));
    const Altered altered(environment);
    if (FloatEnvironment::of_this_thread() != environment) continue;  // this processor cannot
    CHECK(fold_drift() == expected);
    CHECK(FloatEnvironment::of_this_thread() == environment);
  }
}

TEST_CASE("a game that alters the environment does not alter its host's") {
  tutti_game table = game_table<Drift>();
  table.step = [](void*, const tutti_event*, std::size_t, const tutti_effect_sink*) {
    FloatEnvironment{Rounding::upwards, true}.apply();
    return std::size_t{0};
  };
  const AnyGame game = *AnyGame::from_table(&table);
  StateBox state(game);
  step_state(game, state.get(), {}, nullptr);
  CHECK(FloatEnvironment::of_this_thread() == FloatEnvironment{});
}

TEST_CASE("an environment says in words what it does") {
  CHECK(to_text(FloatEnvironment{}) == "rounds to nearest");
  CHECK(to_text({Rounding::upwards, true}) == "rounds upwards and flushes small numbers to zero");
}
