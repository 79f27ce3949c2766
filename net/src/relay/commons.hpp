#pragma once
// The things that all rooms of a relay share, and the results that they leave for its owner.

#include <deque>
#include <functional>

#include "relay/peers.hpp"
#include "relay/quotas.hpp"
#include "relay/room_codes.hpp"
#include "relay/secret_dice.hpp"
#include "tutti/net/relay_match.hpp"
#include "tutti/net/relay_news.hpp"
#include "tutti/net/relay_options.hpp"

namespace tutti::detail {

struct Commons {
  Commons(Link& link, RelayOptions chosen)
      : options(std::move(chosen)), peers(link), dice(options.seed) {}
  Commons(const Commons&) = delete;
  Commons& operator=(const Commons&) = delete;

  RelayOptions options;
  Peers peers;
  SecretDice dice;
  RoomCodes codes{};
  RelayStatistics statistics{};
  Quotas quotas{options, statistics, dice};
  /// Whether the relay has memory for one more packed snapshot, beside all that its rooms hold.
  std::function<bool()> has_snapshot_room{};
  std::deque<JournaledMatch> finished{};
  std::deque<FoundDesync> desyncs{};
  std::deque<RelayNews> news{};
  /// The matches are surely this relay's own. While they are not, clocks stand still, and nothing
  /// is ordered. Always so of a relay by itself.
  bool has_lease = true;
  /// How far the log of a room is kept off this machine; nothing of a relay by itself.
  std::function<Tick(const std::string& room)> replicated{};
  /// The relay is to be stopped, and opens no new rooms.
  std::optional<Instant> stops_at{};

  /// How a match is run here.
  RelayMatch::Options match_options(const Setup& setup) const;
  /// The game that judges it, if the relay knows it.
  std::optional<AnyGame> referee_for(const RelayMatch& match) const {
    return options.referee ? options.referee(match.log().setup().rules) : std::nullopt;
  }
  /// The secret that a client brought stays its own, in whatever slot: should the answer be lost,
  /// or what the disk knew of a slot that it had later, it still comes back by it.
  ResumeSecret secret_for(const Hello& hello) { return hello.resume ? *hello.resume : dice.next(); }
  /// The bytes a second that play may cost this client, each way.
  std::uint32_t budget_for(const Hello& hello) const;
  /// Tells a peer that it does not get in, and why.
  void refuse(PeerId peer, Refusal reason, std::string sentence);
  /// The same for a code of no room, and for a password that is not the room's: the answer is one,
  /// so that nobody learns which rooms there are. Either counts as a guess of its place.
  void turn_away(PeerId peer, const std::string& room, Instant now);
  /// So many ticks of a match have passed, and so many have not in time.
  void note_ticks(std::int64_t passed, std::int64_t missed) {
    statistics.ticks += static_cast<std::uint64_t>(passed);
    statistics.ticks_missed += static_cast<std::uint64_t>(missed);
  }
  /// Keeps the latest few until they are taken.
  void keep(FoundDesync found);
  /// The same, for the operator.
  void report(RelayNews what);
};

}  // namespace tutti::detail
