#pragma once
// Where a session's events come from. Play, watch and test are one session over different sources.

#include <optional>
#include <string>

#include "tutti/engine/session.hpp"
#include "tutti/net/client.hpp"
#include "tutti/net/relay_match.hpp"
#include "tutti/replay/match_record.hpp"

namespace tutti {

class Source {
 public:
  virtual ~Source() = default;

  /// Takes in whatever has come.
  virtual void receive(Instant now) = 0;
  /// Once the setup is known; the same from then on.
  virtual const Setup* setup() const = 0;
  /// Connecting, playing, ended or failed; the session refines `playing`.
  virtual Status status() const = 0;
  /// Why the status is `failed`.
  virtual const Error& failure() const = 0;

  /// The next event of the log.
  virtual std::optional<Event> next_event() = 0;
  virtual Tick horizon() const = 0;
  /// Where the match is now.
  virtual Moment present(Instant now) = 0;

  /// The slots whose events this session may offer: the first, and how many.
  virtual PlayerId first_player() const = 0;
  virtual std::uint8_t player_count() const = 0;
  /// An event for the log; its counter, or nothing if it cannot be taken now.
  virtual std::optional<std::uint32_t> offer(PlayerId player, Tick stamp, BytesView payload) = 0;
  /// The counter of an own event that will not come.
  virtual std::optional<std::uint32_t> next_refused() { return std::nullopt; }
  /// No own event at or before this tick will follow.
  virtual void announce(Tick progress) = 0;
  virtual void report(const DigestReport&) {}
  virtual void send(Instant) {}
  /// Somebody who comes late needs a state: that of the next compared tick.
  virtual bool is_snapshot_wanted() const { return false; }
  virtual void give_snapshot(Tick, const AnyGame&, const void*) {}
  /// Asks for a state near the present, to begin with.
  virtual void want_snapshot() {}
  virtual std::optional<PackedSnapshot> take_snapshot() { return std::nullopt; }
  virtual double snapshot_progress() const { return 0; }
  virtual void kick(PlayerId) {}
  virtual void correct(Correction, Tick /*about*/, std::string /*text*/) {}
  /// Asks to be something else in the room.
  virtual void change_role(Role, std::int64_t /*delay_seconds*/, const std::string& /*name*/) {}
  /// How often that was granted: then the log comes anew. Why it was not, the last time.
  virtual std::uint32_t roles_taken() const { return 0; }
  virtual const std::string* role_refusal() const { return nullptr; }
  virtual void end_match() {}
  virtual void leave() {}

  virtual std::string room() const { return {}; }
  /// Of the relay that runs with it.
  virtual std::uint16_t port() const { return 0; }
  virtual ClientStatistics network() const { return {}; }
  /// The player was in this match before, in a process that died.
  virtual bool has_come_back() const { return false; }
  virtual double clock_error() const { return 0; }
  /// Whether this session's states are compared with those of others.
  virtual bool is_compared() const { return false; }
  virtual Tick agreed() const { return {}; }
  virtual std::optional<Diverged> next_diverged() { return std::nullopt; }
  virtual std::optional<Settled> next_settled() { return std::nullopt; }
  /// The relay lost the end of its log, perhaps, and asks for what we have of it.
  virtual std::optional<TailWanted> next_tail_wanted() { return std::nullopt; }
  virtual void answer(const ControlMessage&) {}
  /// For sources that can be moved through.
  virtual Playback* playback() { return nullptr; }
  /// For relays that can be started again: of a new epoch all events come again, up to the event
  /// `Restarted` that names it.
  virtual std::uint32_t epoch() const { return 0; }
  /// Ticks that were announced did not happen: what is offered next may come before them.
  virtual void fold_back() {}
  /// For those who watch: the life of the relay whose log it is, and, once, that the log has become
  /// another after this tick, and all its events come again.
  virtual std::uint32_t watched_epoch() const { return 0; }
  virtual std::optional<Tick> next_fold_back() { return std::nullopt; }
};

}  // namespace tutti
