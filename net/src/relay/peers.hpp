#pragma once
// The relay's connections: which venue each is in, and how it is spoken to.

#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "link/place_rates.hpp"
#include "tutti/net/messages.hpp"

namespace tutti::detail {

class Venue;

class Peers {
 public:
  /// The link must outlive this.
  explicit Peers(Link& link) : link_(&link) {}

  std::size_t count() const { return entries_.size(); }
  bool is_known(PeerId peer) const { return entries_.contains(peer.value); }
  /// Null for a peer that is in none, or not known.
  Venue* venue_of(PeerId peer) const;

  /// Where it came from; nothing if the link knows no places.
  std::optional<NetworkPlace> place_of(PeerId peer) const;

  void add(PeerId peer, Instant now) {
    entries_[peer.value] = {.since = now, .place = link_->place_of(peer)};
  }
  void enter(PeerId peer, Venue& venue) { entries_[peer.value].venue = &venue; }
  /// The peer has shown that it has this key.
  void know(PeerId peer, const PublicKey& key) { entries_[peer.value].key = key; }
  /// Nothing for a peer that has shown none.
  std::optional<PublicKey> key_of(PeerId peer) const;
  /// It is in none from now on.
  void leave_venue(PeerId peer, Instant now) {
    if (!is_known(peer)) return;
    entries_[peer.value].venue = nullptr;
    entries_[peer.value].since = now;
  }
  /// Those who are in there, or wait before it.
  std::vector<PeerId> in(const Venue& venue) const;
  /// The connection is gone.
  void forget(PeerId peer) { entries_.erase(peer.value); }
  /// Ends the connection, after what was sent.
  void drop(PeerId peer);
  /// Ends the connections of those who have been in no venue for so long.
  void drop_strangers(Duration patience, Instant now);
  /// Whether a datagram of so many bytes from this peer is to be read: it sends no more than so
  /// many bytes a second.
  bool may_play(PeerId peer, std::size_t bytes, std::uint32_t bytes_per_second, Instant now);

  void send(PeerId peer, const ControlMessage& message);
  /// To everybody who is in a venue.
  void send_to_all(const ControlMessage& message);
  /// Gives the datagram, which is valid until the next one.
  template <class Message>
  BytesView send_play(PeerId peer, const Message& message) {
    scratch_.clear();
    encode(message, scratch_);
    link_->send_play(peer, scratch_);
    return scratch_;
  }

 private:
  struct Entry {
    Venue* venue = nullptr;
    Instant since{};
    std::optional<PublicKey> key{};
    std::optional<NetworkPlace> place{};
    Budget play{};
  };

  Link* link_;
  std::unordered_map<std::uint32_t, Entry> entries_;  // by the numbers of the peers
  Instant strangers_dropped_at_{};
  Bytes scratch_;
};

}  // namespace tutti::detail
