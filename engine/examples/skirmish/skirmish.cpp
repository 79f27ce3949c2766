#include "skirmish.hpp"

#include <algorithm>

namespace skirmish {

namespace {

using namespace tutti::literals;
using State = Skirmish::State;

constexpr std::int32_t order_steps = 4;  // of a cell
constexpr Fixed walk = 0.08_fx;          // cells a tick
constexpr Fixed reach = 0.9_fx;
constexpr Fixed elbow_room = 0.35_fx;
constexpr Fixed shove = 0.02_fx;
constexpr std::int16_t strike_ticks = 12;
constexpr std::int16_t down_ticks = 200;
constexpr std::int32_t damage_least = 5;
constexpr std::int32_t damage_most = 15;
constexpr Fixed field_edge = Fixed(field_cells) - Fixed::from_raw(1);
constexpr std::size_t cell_count = std::size_t{field_cells} * field_cells;

/// Which units stand in which cell: a counting sort, so that the order within a cell is the order
/// of the units and nothing else.
class Grid {
 public:
  explicit Grid(const State& state) {
    for (const Unit& unit : state.units) ++first_[cell_of(unit.position) + 1];
    for (std::size_t cell = 0; cell < cell_count; ++cell)
      first_[cell + 1] = static_cast<std::uint16_t>(first_[cell + 1] + first_[cell]);
    std::array<std::uint16_t, cell_count> filled{};
    for (std::size_t i = 0; i < unit_count; ++i) {
      const std::size_t cell = cell_of(state.units[i].position);
      members_[first_[cell] + filled[cell]++] = static_cast<std::uint16_t>(i);
    }
  }

  /// Calls `visit(index)` for every unit in the cells around a place, in a fixed order.
  template <class Visit>
  void around(Vec2 place, Visit visit) const {
    const std::int64_t column = place.x.to_int();
    const std::int64_t row = place.y.to_int();
    for (std::int64_t y = std::max<std::int64_t>(0, row - 1);
         y <= std::min<std::int64_t>(field_cells - 1, row + 1); ++y) {
      for (std::int64_t x = std::max<std::int64_t>(0, column - 1);
           x <= std::min<std::int64_t>(field_cells - 1, column + 1); ++x) {
        const auto cell = static_cast<std::size_t>(y * field_cells + x);
        for (std::size_t i = first_[cell]; i < first_[cell + 1]; ++i) visit(members_[i]);
      }
    }
  }

 private:
  static std::size_t cell_of(Vec2 place) {
    return static_cast<std::size_t>(place.y.to_int() * field_cells + place.x.to_int());
  }
  std::array<std::uint16_t, cell_count + 1> first_{};
  std::array<std::uint16_t, unit_count> members_{};
};

Vec2 inside_field(Vec2 place) {
  return {clamp(place.x, Fixed{}, field_edge), clamp(place.y, Fixed{}, field_edge)};
}

/// Where a unit begins, and rises again.
Vec2 camp_of(std::size_t index, std::uint8_t army) {
  const auto place = static_cast<std::int64_t>(index / armies);
  const Fixed x = Fixed::ratio(place % 25, 2) + Fixed(army == 0 ? 4 : field_cells - 18);
  return {x, Fixed::ratio(place / 25, 2) + Fixed(field_cells / 2 - 10)};
}

struct Sight {
  std::size_t enemy = unit_count;  // the nearest within reach; none
  Vec2 push{};
};

Sight look_around(const State& state, const Grid& grid, std::size_t index) {
  const Unit& self = state.units[index];
  Sight sight;
  Fixed nearest = reach * reach;
  grid.around(self.position, [&](std::uint16_t other) {
    const Unit& unit = state.units[other];
    if (other == index || unit.health <= 0) return;
    const Vec2 apart = self.position - unit.position;
    const Fixed square = apart.x * apart.x + apart.y * apart.y;
    if (unit.army != self.army && square < nearest) {
      nearest = square;
      sight.enemy = other;
    }
    if (square < elbow_room * elbow_room) {
      sight.push += {apart.x < Fixed{} ? -shove : shove, apart.y < Fixed{} ? -shove : shove};
    }
  });
  return sight;
}

void strike(State& state, Unit& unit, std::size_t enemy, tutti::Effects<Spark>& effects) {
  Unit& victim = state.units[enemy];
  unit.rest = strike_ticks;
  victim.health -= state.random.between(damage_least, damage_most);
  if (victim.health > 0) return;
  victim.health = 0;
  victim.rest = down_ticks;
  ++state.fallen[victim.army];
  effects.emit({static_cast<std::uint16_t>(enemy)});
}

void go(Unit& unit, Vec2 push) {
  const Vec2 way = unit.target - unit.position;
  const Fixed distance = length(way.x, way.y);
  const Vec2 pace = distance <= walk ? way : way * (walk / distance);
  unit.position = inside_field(unit.position + pace + push);
}

void obey(State& state, std::uint8_t army, const Order& order) {
  const Vec2 there =
      inside_field({Fixed::ratio(order.x, order_steps), Fixed::ratio(order.y, order_steps)});
  for (Unit& unit : state.units) {
    if (unit.army == army && unit.group == order.group) unit.target = there;
  }
}

}  // namespace

State Skirmish::start(const tutti::Setup& setup) {
  State state;
  state.random = tutti::Random(setup.seed);
  for (std::size_t i = 0; i < unit_count; ++i) {
    Unit& unit = state.units[i];
    unit.army = static_cast<std::uint8_t>(i % armies);
    unit.group = static_cast<std::uint8_t>(i / armies % groups);
    unit.position = camp_of(i, unit.army);
    unit.target = {Fixed(field_cells / 2), Fixed(field_cells / 2)};
  }
  return state;
}

void Skirmish::step(State& state, tutti::Events<Input, Order> events,
                    tutti::Effects<Spark>& effects) noexcept {
  for (const auto& event : events) {
    if (const Order* order = event.command()) obey(state, event.player.value % armies, *order);
  }
  const Grid grid(state);
  for (std::size_t i = 0; i < unit_count; ++i) {
    Unit& unit = state.units[i];
    if (unit.rest > 0) --unit.rest;
    if (unit.health <= 0) {
      if (unit.rest > 0) continue;
      unit.health = full_health;
      unit.position = camp_of(i, unit.army);
    }
    const Sight sight = look_around(state, grid, i);
    if (sight.enemy < unit_count && unit.rest == 0) {
      strike(state, unit, sight.enemy, effects);
    } else if (sight.enemy == unit_count) {
      go(unit, sight.push);
    }
  }
}

bool Skirmish::is_valid(const State&, tutti::PlayerId player, const Order& order) {
  return player.value < players_max && order.group < groups &&
         order.x < field_cells * order_steps && order.y < field_cells * order_steps;
}

Skirmish::Action Skirmish::sample(tutti::Random& random) {
  constexpr std::uint32_t steps = field_cells * order_steps;
  return Order{static_cast<std::uint8_t>(random.below(groups)),
               static_cast<std::uint16_t>(random.below(steps)),
               static_cast<std::uint16_t>(random.below(steps))};
}

std::optional<Skirmish::Action> Skirmish::play(const State&, tutti::PlayerId,
                                               tutti::Random& random) {
  if (!random.chance(2 * tick_rate)) return std::nullopt;
  return sample(random);
}

}  // namespace skirmish
