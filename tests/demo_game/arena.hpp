#pragma once
// A match of Counterpoint for tests: say who presses what, run ticks, look at what happened.

#include <algorithm>
#include <string>
#include <vector>

#include "counterpoint/counterpoint.hpp"
#include "support/catch.hpp"

namespace counterpoint::test {

using namespace button;
using tutti::EventKind;
using tutti::PlayerId;
using tutti::Random;

class Arena {
 public:
  using Row = tutti::GameEvent<Controls>;

  explicit Arena(std::uint64_t seed = 1, std::uint8_t players = 2) {
    tutti::Setup setup;
    setup.seed = seed;
    setup.players = players;
    state = Counterpoint::start(setup);
  }

  /// Both have joined and the first round is on.
  static Arena in_a_fight(std::uint64_t seed = 1) {
    Arena arena(seed);
    arena.join(0);
    arena.join(1);
    arena.run_until(Phase::fighting);
    return arena;
  }
  /// The same, with the fighters that far apart around the middle of the stage.
  static Arena at_distance(Fixed distance) {
    Arena arena = in_a_fight();
    arena.state.fighters[0].position.x = -distance * 0.5_fx;
    arena.state.fighters[1].position.x = distance * 0.5_fx;
    return arena;
  }

  Fighter& fighter(std::size_t slot) { return state.fighters[slot]; }

  /// Takes part in the next tick.
  void hold(std::uint8_t slot, int buttons) {
    rows.push_back({EventKind::input, PlayerId{slot}, {static_cast<std::uint8_t>(buttons)}});
  }
  void relay(std::uint8_t slot, EventKind kind) { rows.push_back({kind, PlayerId{slot}, {}}); }
  void join(std::uint8_t slot) { relay(slot, EventKind::joined); }
  void leave(std::uint8_t slot) { relay(slot, EventKind::left); }
  /// Every player who has a bot's hands.
  void let_bots_play(Random& random) {
    for (std::uint8_t slot = 0; slot < 2; ++slot) {
      if (const auto wish = Counterpoint::play(state, PlayerId{slot}, random)) {
        hold(slot, wish->held);
      }
    }
  }

  void tick() {
    const tutti_effect_sink sink{
        &effects, [](void* context, std::uint16_t, std::uint64_t, const std::uint8_t* bytes,
                     std::size_t size) {
          Effect effect;
          REQUIRE(tutti::read_canonical(std::as_bytes(std::span(bytes, size)), effect));
          static_cast<std::vector<Effect>*>(context)->push_back(effect);
        }};
    tutti::Effects<Effect> out(&sink);
    Counterpoint::step(state, rows, out);
    rows.clear();
    ++ticks;
  }
  void run(int count) {
    for (int i = 0; i < count; ++i)
      tick();
  }
  /// At most `limit` ticks; a phase that does not come fails the test.
  int run_until(Phase phase, int limit = 10'000) {
    int waited = 0;
    for (; state.phase != phase; ++waited) {
      REQUIRE(waited < limit);
      tick();
    }
    return waited;
  }
  /// Ticks until the fighter does this; fails after `limit`.
  int run_until(std::size_t slot, Action action, int limit = 300) {
    int waited = 0;
    for (; state.fighters[slot].action != action; ++waited) {
      REQUIRE(waited < limit);
      tick();
    }
    return waited;
  }

  std::size_t count(Effect::Kind kind) const {
    return static_cast<std::size_t>(std::count_if(
        effects.begin(), effects.end(), [&](const Effect& effect) { return effect.kind == kind; }));
  }

  State state;
  std::vector<Row> rows;
  std::vector<Effect> effects;
  std::int64_t ticks = 0;
};

}  // namespace counterpoint::test

template <class Enum>
struct Catch::StringMaker<counterpoint::Named<Enum>> {
  static std::string convert(const counterpoint::Named<Enum>& value) { return value.field_text(); }
};
