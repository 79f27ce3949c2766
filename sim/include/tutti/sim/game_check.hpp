// The compiler's sentences about a type that is no game, or that declares an optional part of one
// in another way than the engine looks for it. Included by erase.hpp.

// game.hpp comes before the guard, since it needs this file itself: included first, this one is
// then read where game.hpp wants it, and skipped here.
#include "tutti/sim/game.hpp"

#ifndef TUTTI_SIM_GAME_CHECK_HPP
#define TUTTI_SIM_GAME_CHECK_HPP

#include <algorithm>
#include <concepts>
#include <cstdint>
#include <iterator>
#include <optional>
#include <type_traits>

namespace tutti::detail {

/// Has every name that a game may offer. A type that derives from a game and from this has two of
/// each name that the game has too. So it tells that the game has it: as a function, overloaded or
/// a template, as a constant or as a type, public or not.
struct OptionalNames {
  int players_min, players_max, tick_rate, viewer, has_floats, has_padding;
  int is_valid, sample, play;
};
template <class G>
struct GameAndNames : G, OptionalNames {};
template <class G>
inline constexpr bool names_players_min = !requires {
  &GameAndNames<G>::players_min;
};
template <class G>
inline constexpr bool names_players_max = !requires {
  &GameAndNames<G>::players_max;
};
template <class G>
inline constexpr bool names_tick_rate = !requires {
  &GameAndNames<G>::tick_rate;
};
template <class G>
inline constexpr bool names_viewer = !requires {
  &GameAndNames<G>::viewer;
};
template <class G>
inline constexpr bool names_has_floats = !requires {
  &GameAndNames<G>::has_floats;
};
template <class G>
inline constexpr bool names_has_padding = !requires {
  &GameAndNames<G>::has_padding;
};
template <class G>
inline constexpr bool names_is_valid = !requires {
  &GameAndNames<G>::is_valid;
};
template <class G>
inline constexpr bool names_sample = !requires {
  &GameAndNames<G>::sample;
};
template <class G>
inline constexpr bool names_play = !requires {
  &GameAndNames<G>::play;
};

/// The same for an effect.
struct OptionalEffectNames {
  int kind, key, names;
};
template <class Effect>
struct EffectAndNames : Effect, OptionalEffectNames {};
template <class Effect>
inline constexpr bool names_kind = !requires {
  &EffectAndNames<Effect>::kind;
};
template <class Effect>
inline constexpr bool names_key = !requires {
  &EffectAndNames<Effect>::key;
};
template <class Effect>
inline constexpr bool names_names = !requires {
  &EffectAndNames<Effect>::names;
};

template <auto value>
concept Truth = std::same_as < std::remove_cv_t<decltype(value)>,
bool > ;
/// A constant that is a whole number from `least` to `most`.
template <auto value, long long least, long long most>
concept WholeNumber =
    std::integral<decltype(value)> && !Truth<value> && static_cast<long long>(value) >= least &&
    static_cast<long long>(value) <= most;

/// The game has a bot, which plays as it is asked to; and one that knows no style.
template <class G>
concept HasBotStyle = requires(const typename G::State& state, Random& random) {
  {
    G::play(state, PlayerId{}, random, BotStyle{})
    } -> std::same_as<std::optional<typename SentBy<G>::Any>>;
};
template <class G>
concept HasPlainBot = requires(const typename G::State& state, Random& random) {
  { G::play(state, PlayerId{}, random) } -> std::same_as<std::optional<typename SentBy<G>::Any>>;
};

/// Each function names a mistake by a static_assert, and returns whether there is none, so that no
/// other error follows from the same mistake.
template <class G>
struct GameCheck {
  static constexpr bool types() {
    constexpr bool has_state = requires { typename G::State; };
    static_assert(has_state, "a game needs a `struct State`: all that its step may change");
    if constexpr (has_state && has_events()) {
      constexpr bool is_state = std::semiregular<typename G::State>;
      static_assert(is_state, "State must be a value: default constructible and copyable");
      return are_events_values() && is_state;
    }
    return false;
  }

  static constexpr bool has_events() {
    constexpr bool has_event = requires { typename G::Event; };
    constexpr bool has_input = requires { typename G::Input; };
    constexpr bool has_command = requires { typename G::Command; };
    static_assert(
        has_event || has_input || has_command,
        "a game needs a `struct Event`: a change that a player makes; or a `struct Input` "
        "and a `struct Command`: the controls that a player holds, and its words");
    static_assert(!has_event || !has_command,
                  "a game has an Event, or an Input and a Command; it cannot have both");
    static_assert(has_event || has_input || !has_command,
                  "a game with a Command needs a `struct Input` too: what a player holds");
    static_assert(has_event || has_command || !has_input,
                  "a game with an Input needs a `struct Command` too; without commands, what a "
                  "player holds is called Event");
    return has_event ? !has_command : has_input && has_command;
  }

  static constexpr bool are_events_values() {
    using Input = typename SentBy<G>::Input;
    using Command = typename SentBy<G>::Command;
    constexpr bool is_input = std::semiregular<Input>;
    if constexpr (SentBy<G>::has_commands) {
      constexpr bool is_command = std::semiregular<Command>;
      constexpr bool are_two = !std::same_as<Input, Command>;
      static_assert(is_input, "Input must be a value: default constructible and copyable");
      static_assert(is_command, "Command must be a value: default constructible and copyable");
      static_assert(are_two, "Input and Command must be two types");
      return is_input && is_command && are_two;
    } else {
      static_assert(is_input, "Event must be a value: default constructible and copyable");
      return is_input;
    }
  }

  static constexpr bool texts() {
    constexpr bool has_name = requires {
      { G::name } -> std::convertible_to<const char*>;
      requires !std::is_member_pointer_v<decltype(&G::name)>;
    };
    constexpr bool has_version = requires {
      { G::version } -> std::convertible_to<const char*>;
      requires !std::is_member_pointer_v<decltype(&G::version)>;
    };
    constexpr bool is_viewer = requires {
      { G::viewer } -> std::convertible_to<const char*>;
      requires !std::is_member_pointer_v<decltype(&G::viewer)>;
    };
    static_assert(has_name, "a game needs `static constexpr const char* name`");
    static_assert(has_version, "a game needs `static constexpr const char* version`");
    static_assert(!names_viewer<G> || is_viewer,
                  "viewer must be `static constexpr const char* viewer`");
    return has_name && has_version && (!names_viewer<G> || is_viewer);
  }

  static constexpr bool functions() {
    using State = typename G::State;
    using Events = EventsOf<G>;
    using Effects = tutti::Effects<typename EffectOf<G>::type>;
    constexpr bool can_start = requires(const Setup& setup) {
      { G::start(setup) } -> std::same_as<State>;
    };
    constexpr bool can_step = requires(State & state, Events events, Effects & effects) {
      { G::step(state, events, effects) } -> std::same_as<void>;
    };
    static_assert(can_start, "a game needs `static State start(const tutti::Setup&)`");
    static_assert(can_step || SentBy<G>::has_commands,
                  "a game needs `static void step(State&, tutti::Events<Event>, "
                  "tutti::Effects<Effect>&) noexcept`; without an Effect it is tutti::Effects<>");
    static_assert(can_step || !SentBy<G>::has_commands,
                  "a game with commands needs `static void step(State&, tutti::Events<Input, "
                  "Command>, tutti::Effects<Effect>&) noexcept`");
    if constexpr (can_step) {
      constexpr bool is_quiet = requires(State & state, Events events, Effects & effects) {
        { G::step(state, events, effects) }
        noexcept;
      };
      static_assert(is_quiet, "step must be noexcept: nothing would catch what it throws");
      return can_start && is_quiet;
    }
    return false;
  }

  static constexpr bool numbers() {
    constexpr bool is_least = requires {
      requires WholeNumber<G::players_min, 1, limits::players>;
    };
    constexpr bool is_most = requires { requires WholeNumber<G::players_max, 1, limits::players>; };
    constexpr bool is_rate = requires {
      requires WholeNumber<G::tick_rate, limits::tick_rate_min, limits::tick_rate_max>;
    };
    static_assert(!names_players_min<G> || is_least,
                  "players_min must be a `static constexpr std::uint8_t` from 1 to 64");
    static_assert(!names_players_max<G> || is_most,
                  "players_max must be a `static constexpr std::uint8_t` from 1 to 64");
    static_assert(!names_tick_rate<G> || is_rate,
                  "tick_rate must be a `static constexpr std::uint16_t` from 1 to 1000");
    bool is_range = true;
    if constexpr (is_least && is_most) {
      static_assert(G::players_min <= G::players_max, "players_min is more than players_max");
      is_range = G::players_min <= G::players_max;
    }
    return is_range && (!names_players_min<G> || is_least) && (!names_players_max<G> || is_most) &&
           (!names_tick_rate<G> || is_rate);
  }

  static constexpr bool truths() {
    constexpr bool says_floats = requires { requires Truth<G::has_floats>; };
    constexpr bool says_padding = requires { requires Truth<G::has_padding>; };
    static_assert(!names_has_floats<G> || says_floats,
                  "has_floats must be a `static constexpr bool`");
    static_assert(!names_has_padding<G> || says_padding,
                  "has_padding must be a `static constexpr bool`");
    return (!names_has_floats<G> || says_floats) && (!names_has_padding<G> || says_padding);
  }

  template <class Value>
  static constexpr bool can_refuse = requires(const typename G::State& state, PlayerId player,
                                              const Value& value) {
    { G::is_valid(state, player, value) } -> std::same_as<bool>;
  };

  static constexpr bool optional_functions() {
    constexpr bool can_sample = requires(Random & random) {
      { G::sample(random) } -> std::same_as<typename SentBy<G>::Any>;
    };
    constexpr bool can_play = HasBotStyle<G> || HasPlainBot<G>;
    constexpr bool is_refusing =
        can_refuse<typename SentBy<G>::Input> &&
        (!SentBy<G>::has_commands || can_refuse<typename SentBy<G>::Command>);
    constexpr bool is_right[] = {!names_is_valid<G> || is_refusing, !names_sample<G> || can_sample,
                                 !names_play<G> || can_play};
    if constexpr (SentBy<G>::has_commands) {
      static_assert(is_right[0],
                    "is_valid must be `static bool is_valid(const State&, tutti::PlayerId, const "
                    "Input&)`, and the same for `const Command&`");
      static_assert(is_right[1],
                    "sample must be `static std::variant<Input, Command> sample(tutti::Random&)`");
      static_assert(is_right[2],
                    "play must be `static std::optional<std::variant<Input, Command>> play(const "
                    "State&, tutti::PlayerId, tutti::Random&)`, with a tutti::BotStyle behind them "
                    "if the bot has one");
    } else {
      static_assert(is_right[0],
                    "is_valid must be `static bool is_valid(const State&, tutti::PlayerId, const "
                    "Event&)`");
      static_assert(is_right[1], "sample must be `static Event sample(tutti::Random&)`");
      static_assert(is_right[2],
                    "play must be `static std::optional<Event> play(const State&, tutti::PlayerId, "
                    "tutti::Random&)`, with a tutti::BotStyle behind them if the bot has one");
    }
    return is_right[0] && is_right[1] && is_right[2];
  }

  static constexpr bool effect() {
    using Effect = typename EffectOf<G>::type;
    constexpr bool is_value = std::semiregular<Effect>;
    static_assert(is_value, "Effect must be a value: default constructible and copyable");
    static_assert(!std::is_final_v<Effect>,
                  "Effect must not be final: its optional members are looked for by deriving");
    if constexpr (is_value && std::is_class_v<Effect> && !std::is_final_v<Effect>) {
      constexpr bool has_kind = requires(const Effect& effect) {
        requires std::is_enum_v<std::remove_cvref_t<decltype(effect.kind)>> ||
            std::integral<std::remove_cvref_t<decltype(effect.kind)>>;
      };
      constexpr bool has_key = requires(const Effect& effect) {
        { effect.key() } -> std::integral;
      };
      constexpr bool has_names = requires {
        { Effect::names[0] } -> std::convertible_to<const char*>;
        requires WholeNumber<std::size(Effect::names), 0, UINT16_MAX>;
        requires !std::is_member_pointer_v<decltype(&Effect::names)>;
      };
      static_assert(!names_kind<Effect> || has_kind, "Effect::kind must be an enum or a number");
      static_assert(!names_key<Effect> || has_key,
                    "Effect::key must be `std::uint64_t key() const`");
      static_assert(!names_names<Effect> || has_names,
                    "Effect::names must be `static constexpr const char* names[]`");
      return (!names_kind<Effect> || has_kind) && (!names_key<Effect> || has_key) &&
             (!names_names<Effect> || has_names);
    }
    return is_value && !std::is_class_v<Effect>;
  }

  /// Whether the type is a game, all of it as the engine looks for it. Else the compiler has said
  /// what is wrong.
  static constexpr bool passes() {
    constexpr bool can_derive = std::is_class_v<G> && !std::is_final_v<G>;
    static_assert(can_derive,
                  "a game is a struct that is not final: its optional parts are looked for by "
                  "deriving from it");
    if constexpr (!can_derive) {
      return false;
    } else if constexpr (!types()) {
      return false;
    } else {
      constexpr bool is_right[] = {texts(),  functions(),          numbers(),
                                   truths(), optional_functions(), effect()};
      return std::ranges::find(is_right, false) == std::end(is_right);
    }
  }
};

}  // namespace tutti::detail

#endif  // TUTTI_SIM_GAME_CHECK_HPP
