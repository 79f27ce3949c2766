#pragma once
// Projections as a C++ game writes them: a class that takes the ticks of a log and gives rows. The
// concept, and the typed skin that turns such classes into the module's table.

#include <algorithm>
#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <iterator>
#include <span>
#include <string>
#include <vector>

#include "tutti/sim/game.hpp"
#include "tutti/sim/projection.h"

namespace tutti {

/// One value of a row: a number or a text.
struct Cell {
  Cell(const char* column_name, std::integral auto value)
      : column(column_name), number(static_cast<std::int64_t>(value)) {}
  Cell(const char* column_name, const char* value) : column(column_name), text(value) {}

  const char* column;          ///< [a-z_]+, the same in all rows of a projection
  const char* text = nullptr;  ///< null if the value is the number
  std::int64_t number = 0;     ///< the value, if there is no text
};

/// Takes the rows of a projection. All rows have the same columns in the same order.
class Rows {
 public:
  explicit Rows(const tutti_row_sink* sink) : sink_(sink) {}  ///< Hands rows to this sink.

  /// Adds a row.
  void add(std::initializer_list<Cell> cells) {
    std::vector<tutti_cell> raw;
    raw.reserve(cells.size());
    for (const Cell& cell : cells)
      raw.push_back({cell.column, cell.text, cell.number});
    sink_->row(sink_->context, raw.data(), raw.size());
  }

 private:
  const tutti_row_sink* sink_;
};

/// A projection of a game: `name` ([a-z_]+), `version` (raised whenever its rows would be others),
/// made from the setup of a log, given every final tick from 1 on, and told when nothing follows.
template <class P, class G>
concept Projection = requires(P projection, const Setup& setup, Tick tick,
                              const typename G::State& state,
                              std::span<const typename detail::EffectOf<G>::type> effects,
                              Rows& rows) {
  { P::name } -> std::convertible_to<const char*>;
  { P::version } -> std::convertible_to<std::uint32_t>;
  P(setup);
  projection.take(tick, state, effects, rows);
  projection.finish(state, rows);
};

namespace detail {

/// Says in one sentence each why a class is no projection of a game, and returns whether it is one.
template <class P, class G>
constexpr bool is_checked_projection() {
  using State = typename G::State;
  using Effect = typename EffectOf<G>::type;
  constexpr bool has_name = requires {
    { P::name } -> std::convertible_to<const char*>;
    requires !std::is_member_pointer_v<decltype(&P::name)>;
  };
  constexpr bool has_version = requires { requires WholeNumber<P::version, 0, UINT32_MAX>; };
  constexpr bool can_begin = std::constructible_from<P, const Setup&>;
  constexpr bool can_take =
      requires(P projection, const State& state, std::span<const Effect> effects, Rows& rows) {
    projection.take(Tick{}, state, effects, rows);
  };
  constexpr bool can_finish = requires(P projection, const State& state, Rows& rows) {
    projection.finish(state, rows);
  };
  static_assert(has_name, "a projection needs `static constexpr const char* name`");
  static_assert(has_version, "a projection needs `static constexpr std::uint32_t version`");
  static_assert(can_begin, "a projection needs a constructor that takes a `const tutti::Setup&`");
  static_assert(can_take,
                "a projection needs `void take(tutti::Tick, const State&, std::span<const Effect>, "
                "tutti::Rows&)`");
  static_assert(can_finish, "a projection needs `void finish(const State&, tutti::Rows&)`");
  return has_name && has_version && can_begin && can_take && can_finish;
}

template <class G, class P>
struct ProjectionSkin {
  using State = typename G::State;
  using Effect = typename EffectOf<G>::type;

  static void* begin(const tutti_setup* raw) {
    Setup setup;
    setup.seed = raw->seed;
    setup.players = raw->players;
    setup.tick_rate = raw->tick_rate;
    const auto options = std::as_bytes(std::span(raw->options, raw->options_size));
    setup.options.assign(options.begin(), options.end());
    return new P(setup);
  }
  static void take(void* self, std::int64_t tick, const void* state,
                   const tutti_projected_effect* effects, std::size_t count,
                   const tutti_row_sink* sink) {
    std::vector<Effect> typed;
    for (std::size_t i = 0; i < count; ++i) {
      Effect effect{};
      const auto bytes = std::as_bytes(std::span(effects[i].bytes, effects[i].size));
      if (read_canonical(bytes, effect)) typed.push_back(effect);
    }
    Rows rows(sink);
    static_cast<P*>(self)->take(Tick{tick}, *static_cast<const State*>(state),
                                std::span<const Effect>(typed), rows);
  }
  static void finish(void* self, const void* state, const tutti_row_sink* sink) {
    Rows rows(sink);
    static_cast<P*>(self)->finish(*static_cast<const State*>(state), rows);
  }
  static void destroy(void* self) { delete static_cast<P*>(self); }

  static constexpr tutti_projection table = {
      .abi = TUTTI_PROJECTION_ABI,
      .version = static_cast<std::uint32_t>(P::version),
      .name = P::name,
      .begin = &begin,
      .take = &take,
      .finish = &finish,
      .destroy = &destroy,
  };
};

}  // namespace detail

/// The tables of a game's projections, NULL behind them.
template <class G, class... Projections>
const tutti_projection* const* projection_tables() {
  constexpr bool are_checked[] = {detail::is_checked_projection<Projections, G>()..., true};
  if constexpr (std::ranges::find(are_checked, false) == std::end(are_checked)) {
    static constexpr const tutti_projection* tables[] = {
        &detail::ProjectionSkin<G, Projections>::table..., nullptr};
    return tables;
  } else {
    return nullptr;
  }
}

}  // namespace tutti

/// In one .cpp of a game module: offers a game's projections to every tool.
#define TUTTI_GAME_PROJECTIONS(Game, ...)                                          \
  extern "C" __attribute__((visibility("default"))) const tutti_projection* const* \
  tutti_game_projections() {                                                       \
    return ::tutti::projection_tables<Game, __VA_ARGS__>();                        \
  }
