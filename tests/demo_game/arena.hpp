#pragma once
// A match of Counterpoint for tests: say who presses what, run ticks, look at what happened.

#include <algorithm>
#include <string>
#include <vector>

#include "counterpoint/bot.hpp"
#include "counterpoint/counterpoint.hpp"
#include "support/catch.hpp"

namespace counterpoint::test {

using namespace button;
using tutti::EventKind;
using tutti::PlayerId;
using tutti::Random;

/// Everybody's choices in Arena::in_a_fight.
struct Choice {
  std::vector<Character> characters{Character::viola, Character::viola};
  RuleSet rules = RuleSet::stocks;
  Stage stage = Stage::podium;
  std::vector<std::uint8_t> teams{0, 1, 2, 3};
};

class Arena {
 public:
  using Row = tutti::GameEvent<Controls>;

  explicit Arena(std::uint64_t seed = 1, std::uint8_t players = 2) {
    tutti::Setup setup;
    setup.seed = seed;
    setup.players = players;
    state = Counterpoint::start(setup);
  }

  /// Everybody has joined, chosen and is ready, and the first round is on.
  static Arena in_a_fight(const Choice& choice = {}, std::uint64_t seed = 1) {
    const auto players = static_cast<std::uint8_t>(choice.characters.size());
    Arena arena(seed, players);
    for (std::uint8_t slot = 0; slot < players; ++slot)
      arena.join(slot);
    arena.tick();
    for (std::uint8_t slot = 0; slot < players; ++slot) {
      Pick& pick = arena.fighter(slot).pick;
      pick.character = choice.characters[slot];
      pick.rules = choice.rules;
      pick.stage = choice.stage;
      pick.team = choice.teams[slot];
      arena.tap(slot, light);
    }
    arena.run_until(Phase::fighting);
    arena.effects.clear();
    return arena;
  }
  /// The same with two fighters that far apart around the middle of the stage.
  static Arena at_distance(Fixed distance, const Choice& choice = {}) {
    Arena arena = in_a_fight(choice);
    arena.fighter(0).position.x = -distance * 0.5_fx;
    arena.fighter(1).position.x = distance * 0.5_fx;
    return arena;
  }

  Fighter& fighter(std::size_t slot) { return state.fighters[slot]; }
  const MoveData& data(std::size_t slot, Move move) const {
    return data_of(state.fighters[slot].character, move);
  }

  /// In the middle of this, from its beginning.
  void put(std::size_t slot, Action action, int length = 0) {
    fighter(slot).action = action;
    fighter(slot).action_ticks = 0;
    fighter(slot).action_length = static_cast<std::uint16_t>(length);
    fighter(slot).move = Move::none;
  }
  /// The same, off the floor.
  void put_in_air(std::size_t slot, Vec2 position, Action action = Action::airborne,
                  int length = 0) {
    put(slot, action, length);
    fighter(slot).position = position;
    fighter(slot).velocity = {};
    fighter(slot).footing = 0;
  }

  /// Takes part in the next tick.
  void hold(std::uint8_t slot, Controls controls) {
    rows.push_back({EventKind::input, PlayerId{slot}, controls});
  }
  void hold(std::uint8_t slot, int buttons) { hold(slot, Controls::pad(buttons)); }
  /// Pressed for the next tick, and let go in the one after.
  void tap(std::uint8_t slot, int buttons) {
    hold(slot, buttons);
    tick();
    hold(slot, 0);
  }
  void relay(std::uint8_t slot, EventKind kind) { rows.push_back({kind, PlayerId{slot}, {}}); }
  void join(std::uint8_t slot) { relay(slot, EventKind::joined); }
  void leave(std::uint8_t slot) { relay(slot, EventKind::left); }
  /// Every player who has a bot's hands.
  void let_bots_play(Random& random, tutti::BotStyle style = {}) {
    for (std::uint8_t slot = 0; slot < state.players; ++slot) {
      if (const auto wish = play_bot(state, PlayerId{slot}, random, style)) hold(slot, *wish);
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
  int run_until(Phase phase, int limit = 15'000) {
    int waited = 0;
    for (; state.phase != phase; ++waited) {
      if (waited >= limit) FAIL("never " << name_of(phase));
      tick();
    }
    return waited;
  }
  /// Ticks until the fighter does this; fails after `limit`.
  int run_until(std::size_t slot, Action action, int limit = 300) {
    int waited = 0;
    for (; state.fighters[slot].action != action; ++waited) {
      if (waited >= limit) {
        FAIL("never " << name_of(action) << ", but " << name_of(state.fighters[slot].action));
      }
      tick();
    }
    return waited;
  }
  /// The same for something that is heard.
  int run_until(Effect::Kind kind, int limit = 300) {
    effects.clear();
    int waited = 0;
    for (; count(kind) == 0; ++waited) {
      if (waited >= limit) FAIL("never " << Effect::names[kind]);
      tick();
    }
    return waited;
  }
  /// Until nobody stands still in the impact of a hit.
  void run_through_freeze() {
    while (fighter(0).freeze > 0 || fighter(1).freeze > 0)
      tick();
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
