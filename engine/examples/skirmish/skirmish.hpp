#pragma once
// Skirmish: two armies of a thousand units each, led by orders of up to eight players, the even
// ones one army and the odd ones the other. The rules of a strategy game as the engine wants them:
// a large plain state, fixed point, a neighbour search without pointers, and orders that are said.
//
//   tutti match --game skirmish --players 8 --lockstep --delay 40ms

#include <array>
#include <optional>
#include <variant>

#include "tutti/sim/game.hpp"
#include "tutti/sim/vec2.hpp"

namespace skirmish {

using tutti::Fixed;
using tutti::Vec2;

inline constexpr std::size_t unit_count = 2000;
inline constexpr std::uint8_t armies = 2;
/// Orders go to a part of an army.
inline constexpr std::uint8_t groups = 8;
/// The field is a square with its corner at (0, 0), in cells of one unit length.
inline constexpr std::int32_t field_cells = 96;
inline constexpr std::int32_t full_health = 100;

/// "Group g, go there": in quarters of a cell.
struct Order {
  std::uint8_t group = 0;
  std::uint16_t x = 0;
  std::uint16_t y = 0;
  TUTTI_FIELDS(group, x, y)
};

/// Laid out without padding, so that the state's memory is its snapshot.
struct Unit {
  Vec2 position{};
  Vec2 target{};
  std::int32_t health = full_health;
  std::int16_t rest = 0;  ///< ticks until it may strike again; while down, until it rises
  std::uint8_t army = 0;
  std::uint8_t group = 0;
  TUTTI_FIELDS(position, target, health, rest, army, group)
};

/// A unit falls.
struct Spark {
  static constexpr const char* names[] = {"fall"};
  std::uint16_t unit = 0;
  TUTTI_FIELDS(unit)
};

struct Skirmish {
  static constexpr const char* name = "skirmish";
  static constexpr const char* version = "2.0";
  static constexpr std::uint8_t players_min = 1;
  static constexpr std::uint8_t players_max = 8;
  static constexpr std::uint16_t tick_rate = 20;

  /// Nothing is held: everything that a player does is an order.
  struct Input {
    TUTTI_FIELDS()
  };
  using Command = Order;
  using Effect = Spark;
  struct State {
    std::array<Unit, unit_count> units{};
    std::array<std::uint64_t, armies> fallen{};
    tutti::Random random;
    TUTTI_FIELDS(units, fallen, random)
  };

  static State start(const tutti::Setup& setup);
  static void step(State& state, tutti::Events<Input, Order> events,
                   tutti::Effects<Spark>& effects) noexcept;
  static bool is_valid(const State&, tutti::PlayerId, const Input&) { return true; }
  static bool is_valid(const State& state, tutti::PlayerId player, const Order& order);
  using Action = std::variant<Input, Order>;
  static Action sample(tutti::Random& random);
  /// The bot sends a group somewhere, about once in two seconds.
  static std::optional<Action> play(const State& state, tutti::PlayerId player,
                                    tutti::Random& random);
};

static_assert(tutti::Game<Skirmish>);

}  // namespace skirmish
