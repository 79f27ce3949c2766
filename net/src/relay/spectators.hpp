#pragma once
// Those who watch one match at this relay: they are told final events only, and nobody waits for
// them.

#include <optional>
#include <string>
#include <vector>

#include "relay/commons.hpp"
#include "relay/feed.hpp"
#include "tutti/net/snapshot.hpp"

namespace tutti::detail {

/// A snapshot on its way to one connection.
struct Delivery {
  bool is_wanted = false;
  std::optional<SnapshotSender> sender{};

  bool is_open() const { return is_wanted || sender.has_value(); }
  void take(const SnapshotTaken& taken, Instant now) {
    if (sender) sender->take(taken, now);
  }
};

/// The place of a spectator.
struct SpectatorSeat {
  PeerId peer{};
  Feed feed;
  ResumeSecret secret{};
  std::int64_t delay_ticks = 0;
  std::uint32_t epoch = 0;   ///< in which it was welcomed, and is told all
  bool brought_log = false;  ///< it had a part of this epoch's log when it came
  Delivery delivery{};
};

class Spectators {
 public:
  /// All three must outlive this.
  Spectators(Commons& commons, const std::string& room, const RoomTerms& terms)
      : commons_(&commons), room_(&room), terms_(&terms) {}

  /// What there is to be watched.
  struct Watched {
    const Log& log;
    std::uint32_t epoch = 0;
  };

  std::vector<SpectatorSeat>& all() { return all_; }
  const std::vector<SpectatorSeat>& all() const { return all_; }
  /// The seat of this peer, or null.
  SpectatorSeat* of(PeerId peer);
  bool has(PeerId peer) const { return find(peer) != all_.end(); }

  void enter(PeerId peer, const Hello& hello, const Watched& watched, Instant now);
  void remove(PeerId peer);
  /// A datagram of one of them. False if it makes no sense.
  static bool take(SpectatorSeat& seat, const PlayUp& message, std::size_t events, Instant now);

  /// Ends connections on which nothing is heard, and of those who have seen all of a match that is
  /// over.
  void drop(const Log& log, std::optional<Instant> over_since, Duration tick_length, Instant now);
  /// Until then that changes nothing in a match that is not over, unless a message comes.
  Instant next_lost() const;
  /// Until then there is nothing to tell them, unless a message comes.
  Instant next_due() const;

 private:
  std::vector<SpectatorSeat>::const_iterator find(PeerId peer) const;

  Commons* commons_;
  const std::string* room_;
  const RoomTerms* terms_;
  std::vector<SpectatorSeat> all_;  // in ascending order of peers
};

/// What a client's log and the relay's have in common.
struct CommonLog {
  Tick through{};            ///< 0 if nothing
  std::uint32_t events = 0;  ///< without `MatchStarted`
};
/// Nothing too where the relay's log is no more in memory.
CommonLog common_log(const Log& log, const KnownLog& known);

/// The answer to somebody who is let in.
Welcome welcome_to(const std::string& room, const Spectators::Watched& watched,
                   const RoomTerms& terms, const ResumeSecret& secret, const Feed& feed,
                   const Commons& commons);

}  // namespace tutti::detail
