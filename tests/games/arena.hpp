#pragma once
// A small arena, for the tests of what players hold and say: each walks as it holds its stick, and
// says shots and votes, once each.

#include <array>
#include <cereal/types/variant.hpp>
#include <optional>
#include <variant>

#include "tutti/sim/game.hpp"

namespace tutti::test {

struct Arena {
  static constexpr const char* name = "arena";
  static constexpr const char* version = "1";
  static constexpr std::uint8_t players_max = 8;

  struct Input {
    std::int32_t x = 0;
    std::int32_t y = 0;
    TUTTI_FIELDS(x, y)
    bool operator==(const Input&) const = default;
  };
  struct Shot {
    std::int8_t x = 0;
    std::int8_t y = 0;
    TUTTI_FIELDS(x, y)
  };
  struct Vote {
    std::uint32_t choice = 0;
    TUTTI_FIELDS(choice)
  };
  using Command = std::variant<Shot, Vote>;
  struct Effect {
    static constexpr const char* names[] = {"shot", "vote"};
    std::uint8_t kind = 0;
    std::uint8_t player = 0;
    std::uint32_t number = 0;
    TUTTI_FIELDS(kind, player, number)
  };
  struct State {
    std::array<std::int32_t, players_max> x{}, y{}, shots{}, votes{};
    std::array<std::uint32_t, players_max> latest_vote{};
    std::array<Input, players_max> held{};
    std::int32_t ticks = 0;
    TUTTI_FIELDS(x, y, shots, votes, latest_vote, held, ticks)
  };

  static State start(const Setup&) { return {}; }

  static bool is_valid(const State&, PlayerId, const Input& input) {
    return input.x >= -9 && input.x <= 9 && input.y >= -9 && input.y <= 9;
  }
  static bool is_valid(const State&, PlayerId, const Command&) { return true; }

  static void step(State& state, Events<Input, Command> events, Effects<Effect>& effects) noexcept {
    for (const auto& event : events) {
      const std::size_t slot = event.player.value % players_max;
      if (event.kind == EventKind::left) state.held[slot] = {};
      if (const Input* input = event.input()) state.held[slot] = *input;
      if (const Command* command = event.command()) hear(state, slot, *command, effects);
    }
    for (std::size_t slot = 0; slot < players_max; ++slot) {
      state.x[slot] += state.held[slot].x;
      state.y[slot] += state.held[slot].y;
    }
    ++state.ticks;
  }

  static std::variant<Input, Command> sample(Random& random) {
    const auto stick = [&] { return static_cast<std::int8_t>(random.between(-9, 9)); };
    const std::int8_t x = stick();
    const std::int8_t y = stick();
    if (random.chance(2)) return Input{x, y};
    if (random.chance(2)) return Command(Shot{x, y});
    return Command(Vote{random.next()});
  }
  static std::optional<std::variant<Input, Command>> play(const State&, PlayerId, Random& random) {
    if (!random.chance(12)) return std::nullopt;
    return sample(random);
  }

 private:
  static void hear(State& state, std::size_t slot, const Command& command,
                   Effects<Effect>& effects) noexcept {
    const auto player = static_cast<std::uint8_t>(slot);
    if (const Vote* vote = std::get_if<Vote>(&command)) {
      ++state.votes[slot];
      state.latest_vote[slot] = vote->choice;
      effects.emit({1, player, vote->choice});
    } else {
      ++state.shots[slot];
      effects.emit({0, player, static_cast<std::uint32_t>(state.shots[slot])});
    }
  }
};

}  // namespace tutti::test
