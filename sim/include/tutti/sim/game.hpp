#pragma once
// A game is a value type and two pure functions, checked by the concept `Game`. A game's author
// includes this header and, for whole programs, <tutti/tutti.hpp>.

#include <concepts>
#include <cstdint>
#include <optional>
#include <span>
#include <type_traits>
#include <variant>

#include "tutti/sim/bot_style.hpp"
#include "tutti/sim/canonical.hpp"
#include "tutti/sim/event.hpp"
#include "tutti/sim/fields.hpp"
#include "tutti/sim/game_module.h"
#include "tutti/sim/random.hpp"
#include "tutti/sim/setup.hpp"

namespace tutti {

namespace detail {
/// The command of a game that has none.
struct NoCommand {
  TUTTI_FIELDS()
};
}  // namespace detail

/// One event as `step` sees it.
template <class Input, class Command = detail::NoCommand>
struct GameEvent {
  EventKind kind = EventKind::input;  ///< what it is: the player's own, or one of the relay's kinds
  PlayerId player;  ///< the one that acted, joined or left; slot 0 where the kind concerns nobody
  Input value{};    ///< what the player holds from now on; only for EventKind::input
  Command said{};   ///< what the player says, once; only for EventKind::command

  /// The input that the player holds from now on; null for events of other kinds.
  const Input* input() const { return kind == EventKind::input ? &value : nullptr; }
  /// The command that the player says; null for events of other kinds.
  const Command* command() const { return kind == EventKind::command ? &said : nullptr; }
};

/// The events of one tick, in canonical order: `Events<Event>`, or `Events<Input, Command>` of a
/// game with commands.
template <class Input, class Command = detail::NoCommand>
using Events = std::span<const GameEvent<Input, Command>>;

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

/// The types that players of a game send. `Any` is what a bot decides on and what `sample` gives.
template <class G>
struct SentBy {};
/// A game with one `Event`: it is what a player holds.
template <class G>
requires requires { typename G::Event; }
struct SentBy<G> {
  static constexpr bool has_commands = false;
  using Input = typename G::Event;
  using Command = NoCommand;
  using Any = Input;
};
/// A game with commands.
template <class G>
requires(
    !requires { typename G::Event; } &&
    requires {
      typename G::Input;
      typename G::Command;
    }) struct SentBy<G> {
  static constexpr bool has_commands = true;
  using Input = typename G::Input;
  using Command = typename G::Command;
  using Any = std::variant<Input, Command>;
};
template <class G>
using EventsOf = Events<typename SentBy<G>::Input, typename SentBy<G>::Command>;

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
  /// Hands effects to this sink; null drops them.
  explicit Effects(const tutti_effect_sink* sink) : sink_(sink) {}

  /// Adds an effect of this tick; at most limits::effects_per_tick count.
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

/// The concept that every game satisfies. Its players send an `Event`, which is what they hold
/// until the next one; or it has an `Input`, what a player holds, and a `Command`, what a player
/// says once (engine/ARCHITECTURE.md). `name` and `version` make its rules id. Static constants may
/// be given for `players_min` and `players_max` (default 1 and 2), `tick_rate` (60), `viewer`, and
/// `has_floats` where the state or an event has any (sim/README.md says what is safe). The optional
/// functions `is_valid`, `sample` and `play` are described in engine/ARCHITECTURE.md. `any_game`
/// and `game_table` say in a sentence what of these is declared in another way than it must be.
template <class G>
concept Game = requires(const Setup& setup, typename G::State& state, detail::EventsOf<G> events,
                        Effects<typename detail::EffectOf<G>::type>& effects) {
  { G::name } -> std::convertible_to<const char*>;
  { G::version } -> std::convertible_to<const char*>;
  requires std::semiregular<typename detail::SentBy<G>::Input>;
  requires std::semiregular<typename detail::SentBy<G>::Command>;
  requires std::semiregular<typename G::State>;
  { G::start(setup) } -> std::same_as<typename G::State>;
  { G::step(state, events, effects) }
  noexcept->std::same_as<void>;
};

}  // namespace tutti

#include "tutti/sim/erase.hpp"
