#pragma once
// The seats of a room: which peer is which player, and which peers watch. Peers come, come back,
// change between playing and watching, are lost and go; for every message of theirs there is one
// look-up. A seat knows what it has been told; the room decides when to tell it more.

#include <algorithm>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "relay/intake.hpp"
#include "relay/spectators.hpp"
#include "relay/told_order.hpp"
#include "tutti/net/relay_match.hpp"

namespace tutti::detail {

/// A player's place in a room; kept while its connection is lost.
struct PlayerSeat {
  PeerId peer{};  ///< means nothing while the connection is lost
  PlayerId player{};
  std::vector<PlayerId> others{};  ///< further players of the same client
  ResumeSecret secret{};
  std::array<std::byte, 16> resume_hash{};
  bool is_connected = true;
  /// Of a branch: the first newcomer takes it.
  bool is_open = false;
  /// Own events from this counter on are this client's, not those of the slot's last player.
  std::uint32_t first_counter = 0;
  Feed feed;
  ToldOrder order{};
  Intake intake{};
  Delivery delivery{};
  std::optional<Tick> digest_known{};
  /// False when a digest has come since the last datagram: the next one answers it.
  bool is_digest_told = true;
  Tick durable_told{};
  std::uint16_t spectators_told = 0;

  template <class Predicate>
  bool all_are(Predicate predicate) const {
    return predicate(player) && std::all_of(others.begin(), others.end(), predicate);
  }
  bool has(PlayerId wanted) const {
    return !all_are([&](PlayerId one) { return one != wanted; });
  }
  /// All of the client's players, the first one first.
  std::vector<PlayerId> all() const {
    std::vector<PlayerId> players{player};
    players.insert(players.end(), others.begin(), others.end());
    return players;
  }
};

using Seat = std::variant<PlayerSeat*, SpectatorSeat*>;
/// The seat, if it is a player's, or null.
inline PlayerSeat* player_at(const Seat& seat) {
  PlayerSeat* const* player = std::get_if<PlayerSeat*>(&seat);
  return player == nullptr ? nullptr : *player;
}

class Seats {
 public:
  /// All four must outlive this.
  Seats(Commons& commons, const std::string& room, RelayMatch& match, const RoomTerms& terms)
      : commons_(&commons),
        room_(&room),
        match_(&match),
        terms_(&terms),
        spectators_(commons, room, terms) {}

  /// Where this peer sits; nothing if it does not. Valid until somebody comes or goes.
  std::optional<Seat> of(PeerId peer);
  bool is_watching(PeerId peer) const { return spectators_.has(peer); }
  bool has(PeerId peer) const {
    return is_watching(peer) || std::any_of(players_.begin(), players_.end(), [&](auto& seat) {
             return seat.is_connected && seat.peer == peer;
           });
  }
  /// The player here who opened the room, if one did; only its orders are followed.
  std::optional<PlayerId> creator(const Seat& seat) const;
  /// The connected player in this slot, or null.
  PlayerSeat* connected(PlayerId player);
  /// The player with this secret, or null.
  const PlayerSeat* with_secret(const ResumeSecret& secret) const;

  /// Players whose connection is lost, and whose places are kept.
  std::size_t away_count() const;

  /// About the bytes of memory that they take.
  std::size_t memory_bytes() const {
    return players_.capacity() * sizeof(PlayerSeat) +
           spectators().capacity() * sizeof(SpectatorSeat);
  }

  std::vector<PlayerSeat>& players() { return players_; }
  std::vector<SpectatorSeat>& spectators() { return spectators_.all(); }
  const std::vector<PlayerSeat>& players() const { return players_; }
  const std::vector<SpectatorSeat>& spectators() const { return spectators_.all(); }

  /// Seats a peer in the slot that its hello's secret stands for. Null if it stands for none.
  const PlayerSeat* resume(PeerId peer, const Hello& hello, Instant now);
  /// Whether there are slots for all of a client's players.
  bool has_slots(const Hello& hello) const {
    return open_seat(hello) != nullptr || free_slots() > hello.others.size();
  }
  std::size_t free_slots() const;
  /// Seats a newcomer, or a peer of the room in another role, or tells it why not. Precondition: it
  /// is to watch, or there are slots for it.
  void enter(PeerId peer, const Hello& hello, Instant now);
  /// `common`: what the player's log and the match's have in common, if its epoch is another.
  void welcome(const PlayerSeat& seat, const CommonLog& common = {});

  /// The peer is gone without a word: a player's slot is kept for a while.
  void lose(PeerId peer);
  /// The player leaves the match of its own accord.
  void leave(PlayerSeat& seat);
  void remove_spectator(PeerId peer) { spectators_.remove(peer); }
  /// Ends the connections of those who are not in the match any more, and tells them so.
  void remove_gone();
  /// Makes the players' seats those that the log knows: absent players are waited for.
  void match_log(Instant now);

  /// Whether nobody is absent whom the match may wait for.
  bool are_all_back() const;

  /// Ends connections on which nothing is heard; players who stay away for too long leave the
  /// match.
  void drop_lost(Instant now);
  /// The same for spectators; spectators who have seen all of a match that is over go too.
  void drop_spectators(std::optional<Instant> over_since, Duration tick_length, Instant now) {
    spectators_.drop(match_->log(), over_since, tick_length, now);
  }
  /// Until then both change nothing in a match that is not over, unless a message comes.
  Instant next_lost() const;
  /// Until then there is nothing to tell to spectators, unless a message comes.
  Instant next_watched() const { return spectators_.next_due(); }
  /// Everybody else may still watch.
  void drop_players();

 private:
  Instant kept_until(const PlayerSeat& seat) const;
  const PlayerSeat* open_seat(const Hello& hello) const;
  void take_open_seat(const PlayerSeat& open, PeerId peer, const Hello& hello, Instant now);
  void disconnect(PlayerSeat& seat);
  void leave_slots(const PlayerSeat& seat, LeaveReason reason);
  void watch(PeerId peer, const Hello& hello, Instant now);
  bool give_up_slot(PeerId peer, const ResumeSecret& secret);
  Spectators::Watched watched() const { return {match_->log(), match_->epoch()}; }
  Feed feed_for(const Hello& hello, std::uint32_t received, Instant now) const;
  void put_out(const PlayerSeat& seat);

  Commons* commons_;
  const std::string* room_;
  RelayMatch* match_;
  const RoomTerms* terms_;
  std::vector<PlayerSeat> players_;
  Spectators spectators_;
  Budget joins_{};
};

}  // namespace tutti::detail
