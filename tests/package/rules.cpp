// The rules of a small game as somebody else would write them, rehearsed for a few seconds. Built
// against the installed package, as a program and as a game module.

#include <cstdio>
#include <tutti/sim/game.hpp>
#include <tutti/sim/rehearsal.hpp>

struct Tug {
  static constexpr const char* name = "tug";
  static constexpr const char* version = "1";

  struct Event {
    std::int8_t pull = 0;
    TUTTI_FIELDS(pull)
  };
  struct State {
    std::int8_t pull[2] = {};
    std::int32_t rope = 0;
    TUTTI_FIELDS(pull, rope)
  };

  static State start(const tutti::Setup&) { return {}; }
  static void step(State& state, tutti::Events<Event> events, tutti::Effects<>&) noexcept {
    for (const auto& event : events) {
      if (event.input() != nullptr) state.pull[event.player.value] = event.input()->pull;
    }
    state.rope += state.pull[1] - state.pull[0];
  }
  static Event sample(tutti::Random& random) {
    return {static_cast<std::int8_t>(random.between(-1, 1))};
  }
};
static_assert(tutti::Game<Tug>);
TUTTI_GAME_MODULE(Tug)

int main() {
  const tutti::AnyGame game = tutti::any_game<Tug>();
  tutti::Rehearsal rehearsal(game, game.setup(1, 2), 8);
  tutti::Random random(1);
  for (int tick = 0; tick < 300; ++tick) {
    const tutti::Event event{{}, tutti::author_of(tutti::PlayerId{1}), 0, game.sample(random)};
    const tutti::EventView view = event;
    if (rehearsal.step({&view, 1})) return 1;
  }
  std::printf("%s %s\n", game.rules().c_str(),
              tutti::to_hex(digest_state(game, rehearsal.state())).c_str());
}
