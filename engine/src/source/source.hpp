#pragma once
// A source gives a session its events. Playing, watching and testing are one session over different
// sources.

#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <string>
#include <variant>

#include "tutti/engine/playback.hpp"
#include "tutti/engine/session_status.hpp"
#include "tutti/net/match_clock.hpp"
#include "tutti/sim/event.hpp"
#include "tutti/sim/setup.hpp"

namespace tutti {

class OnlineSource;

/// The slots of a session's players.
class LocalPlayers {
 public:
  void add(PlayerId player) { slots_[count_++] = player; }
  /// Nobody, for a session that watches, maybe as a participant.
  static LocalPlayers none(std::optional<PlayerId> shown_as) {
    LocalPlayers players;
    players.slots_[0] = shown_as.value_or(PlayerId{});
    players.is_known_ = shown_as.has_value();
    return players;
  }
  /// While the relay has not given a slot yet, slot 0 stands for the first one's.
  static LocalPlayers unknown() {
    LocalPlayers players;
    players.add(PlayerId{});
    players.is_known_ = false;
    return players;
  }

  bool is_known() const { return is_known_; }
  PlayerId first() const { return slots_[0]; }
  std::span<const PlayerId> slots() const { return std::span(slots_).first(count_); }
  bool has(PlayerId player) const {
    return std::find(slots().begin(), slots().end(), player) != slots().end();
  }

 private:
  std::array<PlayerId, limits::players> slots_{};
  std::uint8_t count_ = 0;
  bool is_known_ = true;
};

/// The orders of the player who opened a match. Each becomes an event of the relay's.
namespace host_word {
struct Kick {
  PlayerId player;
};
struct Correct {
  Correction correction = Correction::decision;
  Tick about;
  std::string text{};
};
struct End {};
}  // namespace host_word
using HostWord = std::variant<host_word::Kick, host_word::Correct, host_word::End>;

class Source {
 public:
  virtual ~Source() = default;

  /// Takes in all that has come.
  virtual void receive(Instant now) = 0;
  /// Null until the setup is known; the same from then on.
  virtual const Setup* setup() const = 0;
  /// Connecting, playing, paused, catching up, reconnecting or failed; the session refines
  /// `playing`.
  virtual Status status() const = 0;
  /// Why the status is `failed`.
  virtual const Error& failure() const = 0;
  /// The local players, as of the last `receive`.
  virtual const LocalPlayers& players() const = 0;
  /// The room's code; empty if there is no room, or while it is not known.
  virtual std::string room() const { return {}; }

  /// The next event of the log.
  virtual std::optional<Event> next_event() = 0;
  /// Events of other players that will stand in the log so, but behind some that are missing yet.
  virtual std::vector<Event> ahead() const { return {}; }
  /// The log is final through this tick, once all events taken so far are in it.
  virtual Tick horizon() const = 0;
  /// Nothing changes the log through this tick any more, not even a power loss.
  virtual Tick durable() const { return horizon(); }
  /// Where the match is now.
  virtual Moment present(Instant now) = 0;

  /// An event for the log; its counter, or nothing if it cannot be taken now.
  virtual std::optional<std::uint32_t> offer(PlayerId player, Tick stamp, BytesView payload,
                                             PlayerEvent is) = 0;
  /// The counter of an own event that will not come.
  virtual std::optional<std::uint32_t> next_refused() { return std::nullopt; }
  /// No own event at or before this tick will follow.
  virtual void announce(Tick) {}
  virtual void say(const HostWord&) {}
  virtual void send(Instant) {}
  virtual void leave() {}

  /// For sources that can be moved through; else null.
  virtual Playback* playback() { return nullptr; }
  /// The part that only matches through a relay have; null for others.
  virtual OnlineSource* online() { return nullptr; }
};

}  // namespace tutti
