#pragma once
// A game is a value type and two pure functions, checked by the concept `Game`. A game's author
// includes this header and, for whole programs, <tutti/tutti.hpp>.

#include <concepts>
#include <cstdint>
#include <optional>
#include <span>
#include <type_traits>

#include "tutti/sim/bot_style.hpp"
#include "tutti/sim/canonical.hpp"
#include "tutti/sim/event.hpp"
#include "tutti/sim/fields.hpp"
#include "tutti/sim/game_module.h"
#include "tutti/sim/random.hpp"
#include "tutti/sim/setup.hpp"

namespace tutti {

/// One event as `step` sees it.
template <class Input>
struct GameEvent {
  EventKind kind = EventKind::input;
  PlayerId player;  ///< the one that acted, joined or left; slot 0 where the kind concerns nobody
  Input value{};    ///< the player's own event; only for EventKind::input

  /// The player's own event, or null for one of the relay's.
  const Input* input() const { return kind == EventKind::input ? &value : nullptr; }
};

/// The events of one tick, in canonical order.
template <class Input>
using Events = std::span<const GameEvent<Input>>;

namespace detail {

struct NoEffect {
  TUTTI_FIELDS()
};

template <class G, class = void>
struct EffectOf {
  using type = NoEffect;
};
template <class G>
struct EffectOf<G, std::void_t<typename G::Effect>> {
  using type = typename G::Effect;
};

/// FNV-1a, 64 bits (Fowler, Noll, Vo): the default key of an effect is over all its bytes.
inline std::uint64_t fnv1a(BytesView bytes) {
  std::uint64_t hash = 0xcbf29ce484222325U;
  for (const std::byte byte : bytes) {
    hash = (hash ^ std::to_integer<std::uint64_t>(byte)) * 0x100000001b3U;
  }
  return hash;
}

}  // namespace detail

/// `step` puts here what should be heard and seen once. An effect may have a member `kind` (an
/// enum or number; names come from `static constexpr const char* names[]`) and a member function
/// `std::uint64_t key() const`: effects of equal kind and key a few ticks apart are the same one.
/// A game without an `Effect` takes `tutti::Effects<>`. An effect has at most limits::effect_bytes
/// canonical bytes, a tick at most limits::effects_per_tick of them; more are dropped and counted.
template <class Effect = detail::NoEffect>
class Effects {
 public:
  explicit Effects(const tutti_effect_sink* sink) : sink_(sink) {}

  void emit(const Effect& effect) {
    if (sink_ == nullptr) return;
    scratch_.clear();
    write_canonical(effect, scratch_);
    std::uint16_t kind = 0;
    if constexpr (requires { effect.kind; }) kind = static_cast<std::uint16_t>(effect.kind);
    std::uint64_t key = 0;
    if constexpr (requires { effect.key(); }) {
      key = static_cast<std::uint64_t>(effect.key());
    } else {
      key = detail::fnv1a(scratch_);
    }
    sink_->emit(sink_->context, kind, key, reinterpret_cast<const std::uint8_t*>(scratch_.data()),
                scratch_.size());
  }

 private:
  const tutti_effect_sink* sink_;
  Bytes scratch_;
};

/// The concept that every game satisfies. `name` and `version` make its rules id. Static constants
/// may be given for `players_min` and `players_max` (default 1 and 2), `tick_rate` (60), `viewer`,
/// and `has_floats` where the state or an event has any (sim/README.md says what is safe). The
/// optional functions `is_valid`, `sample` and `play` are described in engine/ARCHITECTURE.md.
/// `any_game` and `game_table` say in a sentence what of these is declared in another way than it
/// must be.
template <class G>
concept Game = requires(const Setup& setup, typename G::State& state,
                        Events<typename G::Event> events,
                        Effects<typename detail::EffectOf<G>::type>& effects) {
  { G::name } -> std::convertible_to<const char*>;
  { G::version } -> std::convertible_to<const char*>;
  requires std::semiregular<typename G::Event>;
  requires std::semiregular<typename G::State>;
  { G::start(setup) } -> std::same_as<typename G::State>;
  { G::step(state, events, effects) }
  noexcept->std::same_as<void>;
};

}  // namespace tutti

#include "tutti/sim/erase.hpp"
