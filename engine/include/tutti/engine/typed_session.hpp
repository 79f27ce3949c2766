#pragma once
// The typed skin of a session: the same object, with the game's own types. Included by session.hpp.

#include "tutti/engine/session.hpp"

namespace tutti {

/// One effect as the game wrote it.
template <class Effect>
struct HeardEffect {
  Effect effect{};
  EffectChange change = EffectChange::happened;
  Tick tick;
  Tick was;                    ///< for a retimed one: where it had been told to be; else `tick`
  std::int64_t age_ticks = 0;  ///< how late it is heard
};

template <Game G>
class Session {
 public:
  using State = typename G::State;
  using Input = typename G::Event;
  using Effect = typename detail::EffectOf<G>::type;

  explicit Session(AnySession session) : session_(std::move(session)) {}

  /// See AnySession::offer.
  bool offer(const Input& input) { return offer(session_.player(), input); }
  bool offer(PlayerId player, const Input& input) {
    bytes_.clear();
    write_canonical(input, bytes_);
    TUTTI_ASSERT(bytes_.size() <= limits::event_bytes, bytes_.size());
    return session_.offer(player, bytes_);
  }

  /// See AnySession::advance.
  void advance(Instant now) {
    session_.advance(now);
    effects_.clear();
    for (const EffectNotice& notice : session_.effects()) {
      HeardEffect<Effect> heard{{}, notice.change, notice.tick, notice.was, notice.age_ticks};
      if (read_canonical(notice.record.view(), heard.effect)) effects_.push_back(heard);
    }
  }

  const State& state() const { return *static_cast<const State*>(session_.state()); }
  const State& previous_state() const {
    return *static_cast<const State*>(session_.previous_state());
  }
  double fraction() const { return session_.fraction(); }
  /// What changed in the last `advance`.
  std::span<const HeardEffect<Effect>> effects() const { return effects_; }

  Status status() const { return session_.status(); }
  const Error& failure() const { return session_.failure(); }
  PlayerId player() const { return session_.player(); }
  std::string room() const { return session_.room(); }
  std::uint16_t port() const { return session_.port(); }
  const std::vector<std::string>& names() const { return session_.names(); }
  SessionStatistics statistics() const { return session_.statistics(); }
  std::vector<PlayerId> awaited() const { return session_.awaited(); }
  void kick(PlayerId player) { session_.kick(player); }
  void end_match() { session_.end_match(); }
  void correct(Correction correction, Tick about, std::string text) {
    session_.correct(correction, about, std::move(text));
  }
  const std::vector<RelayEvent>& corrections() const { return session_.corrections(); }
  /// See AnySession.
  void become_player(std::string name) { session_.become_player(std::move(name)); }
  void become_spectator(std::int64_t delay_seconds = 0) {
    session_.become_spectator(delay_seconds);
  }
  std::string role_refusal() const { return session_.role_refusal(); }
  bool is_watching() const { return session_.is_watching(); }
  Playback* playback() { return session_.playback(); }
  void leave() { session_.leave(); }

  AnySession& any() { return session_; }
  const AnySession& any() const { return session_; }

 private:
  AnySession session_;
  Bytes bytes_;
  std::vector<HeardEffect<Effect>> effects_;
};

namespace detail {
template <Game G>
Result<Session<G>> typed(Result<AnySession> session) {
  if (!session) return Unexpected{session.error()};
  return Session<G>(std::move(*session));
}
}  // namespace detail

/// Plays without a network; see AnySession::solo.
template <Game G>
Result<Session<G>> solo(SoloOptions options = {}) {
  return detail::typed<G>(AnySession::solo(any_game<G>(), std::move(options)));
}
/// Plays through a relay; see AnySession::join.
template <Game G>
Result<Session<G>> join(JoinOptions options) {
  if (!options.neutral) write_canonical(typename G::Event{}, options.neutral.emplace());
  return detail::typed<G>(AnySession::join(any_game<G>(), std::move(options)));
}
/// Runs the relay too; see AnySession::host.
template <Game G>
Result<Session<G>> host(HostOptions options = {}) {
  return detail::typed<G>(AnySession::host(any_game<G>(), std::move(options)));
}
/// Watches a match that others play; see AnySession::spectate.
template <Game G>
Result<Session<G>> spectate(SpectateOptions options) {
  return detail::typed<G>(AnySession::spectate(any_game<G>(), std::move(options)));
}
/// Watches a match file; see AnySession::watch.
template <Game G>
Result<Session<G>> watch(const std::string& path, WatchOptions options = {}) {
  return detail::typed<G>(AnySession::watch(any_game<G>(), path, options));
}
/// Plays on from a tick of a recorded match; see AnySession::take_over.
template <Game G>
Result<Session<G>> take_over(const MatchRecord& record, Tick at, SessionOptions options = {}) {
  return detail::typed<G>(AnySession::take_over(any_game<G>(), record, at, options));
}
/// Plays solo, re-simulating at every tick; see AnySession::rehearse.
template <Game G>
Result<Session<G>> rehearse(SoloOptions options = {}) {
  return detail::typed<G>(AnySession::rehearse(any_game<G>(), std::move(options)));
}

}  // namespace tutti
