#pragma once
// Arena: a game that uses most of what the engine offers. Up to eight players walk as they hold
// their sticks; they say shots, and votes for the next map. Shots are entities that come and go,
// the match has options of its own, effects are seen once, and `Marksmen` is a read model over the
// log.

#include <algorithm>
#include <array>
#include <cereal/types/variant.hpp>
#include <cereal/types/vector.hpp>
#include <cstdlib>
#include <optional>
#include <variant>
#include <vector>

#include "tutti/sim/game.hpp"
#include "tutti/sim/projection.hpp"

struct Arena {
  static constexpr const char *name = "arena", *version = "1";
  static constexpr std::uint8_t players_max = 8;

  /// Chosen by the player who opens the match; their bytes are its `game_options`.
  struct Options {
    std::int32_t width = 640, height = 360, shot_ticks = 60;
    TUTTI_FIELDS(width, height, shot_ticks)
  };
  /// The stick of a player, -9 to 9 each way. It stays until it changes.
  struct Input {
    std::int8_t x = 0, y = 0;
    TUTTI_FIELDS(x, y)
  };
  /// A command of a player is one of these.
  struct Shot {
    std::int8_t x = 0, y = 0;
    TUTTI_FIELDS(x, y)
  };
  struct Vote {
    std::uint32_t map = 0;
    TUTTI_FIELDS(map)
  };
  using Command = std::variant<Shot, Vote>;

  struct Effect {
    static constexpr const char* names[] = {"shot", "hit", "map"};
    enum Kind : std::uint8_t { shot, hit, map } kind = shot;
    std::uint8_t player = 0;   // who shot, or voted last
    std::uint32_t number = 0;  // of the player's shot; who was hit; the map
    TUTTI_FIELDS(kind, player, number)
  };

  struct Player {
    bool is_here = false;
    Input held{};
    std::int32_t x = 0, y = 0, shots = 0, hits = 0, votes = 0;
    std::uint32_t latest_vote = 0;
    TUTTI_FIELDS(is_here, held, x, y, shots, hits, votes, latest_vote)
  };
  struct Flying {
    std::int32_t x = 0, y = 0, ticks_left = 0;
    Shot way{};
    std::uint8_t owner = 0;
    TUTTI_FIELDS(x, y, ticks_left, way, owner)
  };
  struct State {
    Options options{};
    std::uint32_t map = 0;
    std::array<Player, players_max> players{};
    std::vector<Flying> flying{};
    TUTTI_FIELDS(options, map, players, flying)
  };

  static State start(const tutti::Setup& setup) {
    State state;
    Options wanted;  // the bytes are a stranger's
    const bool can_be = tutti::read_canonical(setup.options, wanted) && wanted.width > 0 &&
                        wanted.height > 0 && wanted.width < 10'000 && wanted.height < 10'000;
    if (can_be) state.options = wanted;
    return state;
  }

  /// Every reader of the log ignores the events that this refuses.
  static bool is_valid(const State&, tutti::PlayerId, const Input& input) {
    return std::abs(input.x) <= 9 && std::abs(input.y) <= 9;
  }
  static bool is_valid(const State&, tutti::PlayerId, const Command&) { return true; }

  static void step(State& state, tutti::Events<Input, Command> events,
                   tutti::Effects<Effect>& effects) noexcept {
    for (const auto& event : events) {
      const std::uint8_t slot = event.player.value % players_max;
      Player& player = state.players[slot];
      if (event.kind == tutti::EventKind::joined) enter(state, slot);
      if (event.kind == tutti::EventKind::left) player = {};
      if (const Input* input = event.input()) player.held = *input;
      if (const Command* command = event.command()) hear(state, slot, *command, effects);
    }
    for (Player& player : state.players) {
      player.x = std::clamp(player.x + player.held.x, 0, state.options.width);
      player.y = std::clamp(player.y + player.held.y, 0, state.options.height);
    }
    for (Flying& shot : state.flying) fly(state, shot, effects);
    std::erase_if(state.flying, [](const Flying& shot) { return shot.ticks_left <= 0; });
  }

  /// Anything legal, for rehearsals and storms.
  using Action = std::variant<Input, Command>;
  static Action sample(tutti::Random& random) {
    const auto x = static_cast<std::int8_t>(random.between(-9, 9));
    const auto y = static_cast<std::int8_t>(random.between(-9, 9));
    if (random.chance(2)) return Input{x, y};
    if (random.chance(2)) return Command(Shot{x, y});
    return Command(Vote{random.below(1000)});
  }
  /// The bot: shoots at another player now and then, and otherwise does anything.
  static std::optional<Action> play(const State& state, tutti::PlayerId me, tutti::Random& random) {
    if (!random.chance(12)) return std::nullopt;
    if (random.chance(2)) return sample(random);
    const Player& self = state.players[me.value % players_max];
    const Player& other = state.players[random.below(players_max)];
    if (!other.is_here || &other == &self) return sample(random);
    const auto aim = [](std::int32_t way) { return static_cast<std::int8_t>(way / 80); };
    return Command(Shot{aim(other.x - self.x), aim(other.y - self.y)});
  }

 private:
  static void enter(State& state, std::uint8_t slot) {
    Player player{.is_here = true};
    player.x = state.options.width * (slot + 1) / (players_max + 1);
    player.y = state.options.height * (slot % 2 + 1) / 3;
    state.players[slot] = player;
  }
  static void hear(State& state, std::uint8_t slot, const Command& command,
                   tutti::Effects<Effect>& effects) {
    Player& player = state.players[slot];
    if (const Shot* shot = std::get_if<Shot>(&command)) {
      const auto number = static_cast<std::uint32_t>(++player.shots);
      effects.emit({Effect::shot, slot, number});
      if (state.flying.size() < 256)
        state.flying.push_back({player.x, player.y, state.options.shot_ticks, *shot, slot});
      return;
    }
    ++player.votes;
    player.latest_vote = std::get<Vote>(command).map;
    const bool is_agreed = std::ranges::all_of(state.players, [&](const Player& other) {
      return !other.is_here || other.latest_vote == player.latest_vote;
    });
    if (!is_agreed || state.map == player.latest_vote) return;
    state.map = player.latest_vote;
    state.flying.clear();
    effects.emit({Effect::map, slot, state.map});
  }
  static void fly(State& state, Flying& shot, tutti::Effects<Effect>& effects) {
    shot.x += shot.way.x, shot.y += shot.way.y, --shot.ticks_left;
    for (std::uint8_t slot = 0; slot < players_max; ++slot) {
      const Player& other = state.players[slot];
      const bool is_near = std::abs(other.x - shot.x) < 12 && std::abs(other.y - shot.y) < 12;
      if (slot == shot.owner || !other.is_here || !is_near) continue;
      ++state.players[shot.owner].hits;
      effects.emit({Effect::hit, shot.owner, slot});
      shot.ticks_left = 0;
      return;
    }
  }
};

/// Each player's shots and hits, from the effects of final ticks: for `tutti archive project`, or
/// for a program of your own.
class Marksmen {
 public:
  static constexpr const char* name = "marksmen";
  static constexpr std::uint32_t version = 1;
  explicit Marksmen(const tutti::Setup&) {}
  void take(tutti::Tick, const Arena::State&, std::span<const Arena::Effect> effects,
            tutti::Rows&) {
    for (const Arena::Effect& effect : effects) {
      if (effect.kind == Arena::Effect::shot) ++shots_[effect.player];
      if (effect.kind == Arena::Effect::hit) ++hits_[effect.player];
    }
  }
  void finish(const Arena::State&, tutti::Rows& rows) {
    for (std::size_t slot = 0; slot < shots_.size(); ++slot)
      if (shots_[slot] > 0)
        rows.add({{"player", slot}, {"shots", shots_[slot]}, {"hits", hits_[slot]}});
  }

 private:
  std::array<std::int32_t, Arena::players_max> shots_{}, hits_{};
};
