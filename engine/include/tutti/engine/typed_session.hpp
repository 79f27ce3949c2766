#pragma once
// The typed skin of a session: the same object, with the game's own types. Included by session.hpp.

#include "tutti/engine/session.hpp"

namespace tutti {

/// One effect as the game wrote it.
template <class Effect>
struct HeardEffect {
  Effect effect{};                               ///< the game's own
  EffectChange change = EffectChange::happened;  ///< what is new about it
  Tick tick;                                     ///< of the match, at which it happened
  Tick was;                    ///< of a retimed one: the tick that was told before; else `tick`
  std::int64_t age_ticks = 0;  ///< how many ticks ago that is, 0 for the present
};

/// A session with the game's own types. It is an `AnySession`, and does all that one does; only
/// these names speak of the game's types instead of bytes. Where `G` is no game, or declares a part
/// of one wrong, the compiler says so in a sentence (sim/game_check.hpp).
template <class G>
class Session : public AnySession {
 public:
  using State = typename G::State;  ///< The game's state.
  using Sent = detail::SentBy<G>;   ///< The types of all that its players send.
  /// The type of a player's input: the game's `Input`, or its `Event`.
  using Input = typename Sent::Input;
  /// The type of a player's command: the game's `Command`, or its `Event`.
  using Command = std::conditional_t<Sent::has_commands, typename Sent::Command, Input>;
  /// The game's effect; an empty struct if it has none.
  using Effect = typename detail::EffectOf<G>::type;

  /// Precondition: the session is one of this game.
  explicit Session(AnySession session) : AnySession(std::move(session)) {}

  /// See AnySession::set_input.
  bool set_input(const Input& input) { return AnySession::set_input(bytes_of(input)); }
  bool set_input(PlayerId player, const Input& input) {
    return AnySession::set_input(player, bytes_of(input));
  }
  /// See AnySession::send.
  CommandId send(const Command& command) { return AnySession::send(bytes_of(command)); }
  CommandId send(PlayerId player, const Command& command) {
    return AnySession::send(player, bytes_of(command));
  }

  /// See AnySession::act.
  using AnySession::act;
  std::optional<CommandId> act(PlayerId player, const typename Sent::Any& event) {
    if constexpr (Sent::has_commands) {
      if (const auto* command = std::get_if<Command>(&event)) return send(player, *command);
      set_input(player, std::get<Input>(event));
    } else {
      set_input(player, event);
    }
    return std::nullopt;
  }

  /// See AnySession::state.
  const State& state() const { return *static_cast<const State*>(AnySession::state()); }
  const State& previous_state() const {
    return *static_cast<const State*>(AnySession::previous_state());
  }

  /// The effects that the last `advance` told, retimed or cancelled. Valid until the next one.
  std::span<const HeardEffect<Effect>> effects() const {
    if (decoded_ != advances()) decode_effects();
    return effects_;
  }

 private:
  template <class Value>
  BytesView bytes_of(const Value& value) {
    bytes_.clear();
    write_canonical(value, bytes_);
    return bytes_;
  }
  void decode_effects() const {
    decoded_ = advances();
    effects_.clear();
    for (const EffectNotice& notice : AnySession::effects()) {
      HeardEffect<Effect> heard{{}, notice.change, notice.tick, notice.was, notice.age_ticks};
      if (read_canonical(notice.record.view(), heard.effect)) effects_.push_back(heard);
    }
  }

  Bytes bytes_;
  // Of the last `advance`, however it was called; decoded when they are first asked for.
  mutable std::uint64_t decoded_ = 0;
  mutable std::vector<HeardEffect<Effect>> effects_;
};

namespace detail {
template <class G>
Bytes neutral_input() {
  Bytes bytes;
  write_canonical(typename SentBy<G>::Input{}, bytes);
  return bytes;
}
template <class G>
Result<Session<G>> typed(Result<AnySession> session) {
  if (!session) return Unexpected{session.error()};
  return Session<G>(std::move(*session));
}
}  // namespace detail

/// Plays without a network; see AnySession::solo.
template <class G>
Result<Session<G>> solo(SoloOptions options = {}) {
  return detail::typed<G>(AnySession::solo(any_game<G>(), std::move(options)));
}
/// Plays through a relay; see AnySession::join.
template <class G>
Result<Session<G>> join(JoinOptions options) {
  if (!options.neutral) options.neutral = detail::neutral_input<G>();
  return detail::typed<G>(AnySession::join(any_game<G>(), std::move(options)));
}
/// Plays through a link of the caller's own; see AnySession::join_over.
template <class G>
Result<Session<G>> join_over(std::unique_ptr<Link> link, PeerId relay, JoinOptions options) {
  if (!options.neutral) options.neutral = detail::neutral_input<G>();
  return detail::typed<G>(
      AnySession::join_over(any_game<G>(), std::move(link), relay, std::move(options)));
}
/// Runs the relay too; see AnySession::host.
template <class G>
Result<Session<G>> host(HostOptions options = {}) {
  if (!options.neutral) options.neutral = detail::neutral_input<G>();
  return detail::typed<G>(AnySession::host(any_game<G>(), std::move(options)));
}
/// Watches a match that others play; see AnySession::spectate.
template <class G>
Result<Session<G>> spectate(SpectateOptions options) {
  return detail::typed<G>(AnySession::spectate(any_game<G>(), std::move(options)));
}
/// Watches a match file; see AnySession::watch.
template <class G>
Result<Session<G>> watch(const std::string& path, WatchOptions options = {}) {
  return detail::typed<G>(AnySession::watch(any_game<G>(), path, options));
}
/// Plays on from a tick of a recorded match; see AnySession::take_over.
template <class G>
Result<Session<G>> take_over(const MatchRecord& record, Tick at, SessionOptions options = {}) {
  return detail::typed<G>(AnySession::take_over(any_game<G>(), record, at, options));
}
/// Plays solo, re-simulating at every tick; see AnySession::rehearse.
template <class G>
Result<Session<G>> rehearse(SoloOptions options = {}) {
  return detail::typed<G>(AnySession::rehearse(any_game<G>(), std::move(options)));
}

}  // namespace tutti
