// A game module as it should be: every player's pull is added up. Built in several versions, which
// differ in their rules.

#include <tutti/sim/game.hpp>
#include <tutti/sim/projection.hpp>

// The tick from which on a build with other rules by mistake goes another way; no tick by default.
#ifndef TALLY_CHANGED_AT
#define TALLY_CHANGED_AT 0
#endif
#ifndef TALLY_SUMS  // the version of that projection
#define TALLY_SUMS 1
#endif

// Not in an anonymous namespace: only hidden visibility keeps two versions apart.
namespace test_games {

struct Tally {
  static constexpr const char* name = "tally";
  static constexpr const char* version = TALLY_VERSION;

  struct Event {
    std::int8_t pull = 0;
    TUTTI_FIELDS(pull)
  };
  struct Effect {
    static constexpr const char* names[] = {"carry"};
    std::uint8_t kind = 0;
    std::uint8_t player = 0;
    TUTTI_FIELDS(kind, player)
  };
  struct State {
    std::int8_t pulls[2] = {};
    std::int32_t sums[2] = {};
    std::int32_t ticks = 0;
    TUTTI_FIELDS(pulls, sums, ticks)
  };

  static State start(const tutti::Setup&) { return {}; }
  static void step(State& state, tutti::Events<Event> events,
                   tutti::Effects<Effect>& effects) noexcept {
    for (const auto& event : events) {
      if (event.input() != nullptr) state.pulls[event.player.value] = event.input()->pull;
    }
    for (std::uint8_t player = 0; player < 2; ++player) {
      state.sums[player] += state.pulls[player] * TALLY_WEIGHT;
      if (state.sums[player] % 100 == 99) effects.emit({0, player});
    }
    ++state.ticks;
    if (state.ticks == TALLY_CHANGED_AT) ++state.sums[1];
  }

  static bool is_valid(const State&, tutti::PlayerId player, const Event&) {
    return player.value < 2;
  }
  static Event sample(tutti::Random& random) {
    return {static_cast<std::int8_t>(random.between(-9, 9))};
  }
  static std::optional<Event> play(const State& state, tutti::PlayerId player,
                                   tutti::Random& random) {
    if (player.value >= 2 || !random.chance(8)) return std::nullopt;
    return Event{static_cast<std::int8_t>(state.sums[player.value] > 0 ? -1 : 1)};
  }
};

/// Each player's sum in the end.
class Sums {
 public:
  static constexpr const char* name = "sums";
  static constexpr std::uint32_t version = TALLY_SUMS;
  explicit Sums(const tutti::Setup&) {}
  void take(tutti::Tick, const Tally::State&, std::span<const Tally::Effect>, tutti::Rows&) {}
  void finish(const Tally::State& state, tutti::Rows& rows) {
    for (int player = 0; player < 2; ++player)
      rows.add({{"player", player}, {"sum", TALLY_SUMS * state.sums[player]}});
  }
};

/// Whenever a player pulls another way: rows while a match is played.
class Turns {
 public:
  static constexpr const char* name = "turns";
  static constexpr std::uint32_t version = 1;
  explicit Turns(const tutti::Setup&) {}
  void take(tutti::Tick tick, const Tally::State& state, std::span<const Tally::Effect>,
            tutti::Rows& rows) {
    for (int player = 0; player < 2; ++player) {
      if (state.pulls[player] != pulls_[player]) {
        rows.add({{"tick", tick.value}, {"player", player}, {"pull", state.pulls[player]}});
      }
      pulls_[player] = state.pulls[player];
    }
  }
  void finish(const Tally::State&, tutti::Rows&) {}

 private:
  std::int8_t pulls_[2] = {};
};

}  // namespace test_games

TUTTI_GAME_MODULE(test_games::Tally)
TUTTI_GAME_PROJECTIONS(test_games::Tally, test_games::Sums, test_games::Turns)
