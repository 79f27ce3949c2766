#pragma once
// One question's way through a fleet's directory: a code that is free is taken, a room of a relay
// that is there is pointed at, and one whose relay is gone is taken over with its match. It changes
// nothing but the store and the logs that were read ahead, and several threads may use it.

#include <optional>

#include "fleet/logs_ahead.hpp"
#include "tutti/engine/fleet_store.hpp"
#include "tutti/net/room_directory.hpp"

namespace tutti::detail {

/// What a relay may do at this moment.
struct SearchTerms {
  bool has_lease = false;
  /// For so long that whoever is there has said so since. Before that, what belongs to a relay
  /// without a card is taken over only if that one is seen to be gone.
  bool knows_who_is_there = false;
  std::uint16_t chance = 0;  ///< for the epoch
};

/// A match that goes on here, and the place of the entry that keeps others from writing its log (0:
/// there is no log).
struct TakenMatch {
  MatchId match{};
  std::uint64_t fence = 0;
};

struct SearchResult {
  using Answer = decltype(RoomAnswer::is);
  std::optional<Answer> answer{};    ///< nothing if that is to be asked again
  std::optional<StoredRoom> ours{};  ///< what was said of the room, if it is ours now
  std::optional<TakenMatch> taken_over{};
  std::optional<RelayId> owner{};  ///< who has the room, or had it
  bool is_lost = false;            ///< it had a match, of which the log cannot be used
};

class RoomSearch {
 public:
  /// The store and the logs must outlive this.
  RoomSearch(FleetStore& store, LogsAhead& ahead, RelayId owner, Address address)
      : store_(&store), ahead_(&ahead), owner_(owner), address_(std::move(address)) {}

  SearchResult look(const RoomQuestion& question, const SearchTerms& terms) const;
  /// What is said of a room of ours without a match.
  RoomRecord fresh() const { return {.owner = owner_, .address = address_}; }
  /// Says once more that the room is ours, and in which epoch. Servers of a cluster may tell two
  /// relays that write at the same moment that both are stored; then whoever came first is refused
  /// here, or has the lower epoch. Nothing more is done with a room that is not ours by this.
  bool settle(const RoomName& room, StoredRoom& ours, std::uint16_t chance) const;
  /// From now on no other relay writes more into the log of this room's match: the sequence of the
  /// entry that makes it so (0: there is no log); nothing if it is not so. `last`: the last entry
  /// when the room was not ours yet. An entry of a relay that has taken the room since is behind
  /// that one, so that ours is refused.
  std::optional<std::uint64_t> fenced(const RoomName& room, StoredRoom& ours,
                                      std::optional<StoredEntry> last) const;

 private:
  bool may_take_over(const RelayId& owner, const SearchTerms& terms) const;
  SearchResult opened(const RoomName& room, std::uint64_t after) const;
  SearchResult take(const RoomQuestion& question, const StoredRoom& stored,
                    std::uint16_t chance) const;
  SearchResult without_match(const RoomQuestion& question, const StoredRoom& stored) const;
  /// Whether what is said of the room is still what we said. It is said once more: what is looked
  /// up may come from a server that was the leader, and knows of nobody since.
  bool is_still(const RoomName& room, StoredRoom& ours) const;

  FleetStore* store_;
  LogsAhead* ahead_;
  RelayId owner_;
  Address address_;
};

}  // namespace tutti::detail
