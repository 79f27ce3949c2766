#pragma once
// Chat and turns: a game in which nothing happens for minutes. Players take one to three matches
// from a heap in turn, the one who takes the last wins, and all may talk. Nothing is held,
// everything is said; while nobody says anything, a tick changes nothing and next to nothing is
// sent.

#include <algorithm>
#include <cereal/types/string.hpp>
#include <cereal/types/variant.hpp>
#include <cereal/types/vector.hpp>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "tutti/sim/game.hpp"
#include "tutti/sim/text.hpp"

struct ChatAndTurns {
  static constexpr const char *name = "chat_and_turns", *version = "1";
  static constexpr std::uint8_t players_min = 2, players_max = 4;
  static constexpr std::uint16_t tick_rate = 10;  // nobody waits longer than a tenth of a second

  struct Input {
    TUTTI_FIELDS()
  };
  struct Take {
    std::uint8_t count = 1;
    TUTTI_FIELDS(count)
  };
  struct Line {
    std::string text{};
    TUTTI_FIELDS(text)
  };
  using Command = std::variant<Take, Line>;

  struct Effect {
    static constexpr const char* names[] = {"line", "taken", "won"};
    enum Kind : std::uint8_t { line, taken, won } kind = line;
    std::uint8_t player = 0;
    std::uint32_t number = 0;  // of the line among all; how many matches were taken
    TUTTI_FIELDS(kind, player, number)
  };

  struct Said {
    std::uint8_t player = 0;
    std::string text{};
    TUTTI_FIELDS(player, text)
  };
  struct State {
    std::uint8_t heap = 0, players = 0, turn = 0;
    std::uint32_t said = 0;     // lines so far
    std::vector<Said> lines{};  // the latest of them
    TUTTI_FIELDS(heap, players, turn, said, lines)
    bool is_over() const { return heap == 0; }
    /// A line by its number, as `Effect::line` has it; null if it is too old.
    const Said* line(std::uint32_t number) const {
      const std::size_t age = said - number;
      return age < lines.size() ? &lines[lines.size() - 1 - age] : nullptr;
    }
  };

  static State start(const tutti::Setup& setup) {
    const auto heap = static_cast<std::uint8_t>(17 + setup.seed % 8);
    return {.heap = heap, .players = setup.players};
  }

  static bool is_valid(const State&, tutti::PlayerId, const Input&) { return true; }
  /// A move out of turn is refused, by all readers alike; the state has the last word.
  static bool is_valid(const State& state, tutti::PlayerId player, const Command& command) {
    if (const Line* line = std::get_if<Line>(&command))
      return line->text.size() <= 120 && tutti::is_presentable(line->text);
    const std::uint8_t count = std::get<Take>(command).count;
    return player.value == state.turn && count >= 1 && count <= 3 && count <= state.heap;
  }

  static void step(State& state, tutti::Events<Input, Command> events,
                   tutti::Effects<Effect>& effects) noexcept {
    for (const auto& event : events) {
      const Command* command = event.command();
      if (command == nullptr) continue;
      if (const Line* line = std::get_if<Line>(command)) {
        if (state.lines.size() == 50) state.lines.erase(state.lines.begin());
        state.lines.push_back({event.player.value, line->text});
        effects.emit({Effect::line, event.player.value, ++state.said});
      } else if (event.player.value == state.turn) {  // two in one tick: the second is out of turn
        const std::uint8_t count = std::min(std::get<Take>(*command).count, state.heap);
        state.heap = static_cast<std::uint8_t>(state.heap - count);
        state.turn = static_cast<std::uint8_t>((state.turn + 1) % state.players);
        effects.emit({state.is_over() ? Effect::won : Effect::taken, event.player.value, count});
      }
    }
  }

  using Action = std::variant<Input, Command>;
  static Action sample(tutti::Random& random) {
    if (random.chance(2)) return Command(Take{static_cast<std::uint8_t>(random.between(1, 3))});
    return Command(Line{"line " + std::to_string(random.below(1000))});
  }
  /// The bot leaves a multiple of four where it can, and says so now and then.
  static std::optional<Action> play(const State& state, tutti::PlayerId me, tutti::Random& random) {
    if (!random.chance(state.turn == me.value ? 20 : 200)) return std::nullopt;
    if (state.turn != me.value || state.is_over()) return sample(random);
    const int best = state.heap % 4 == 0 ? 1 : state.heap % 4;
    return Command(Take{static_cast<std::uint8_t>(best)});
  }
};
