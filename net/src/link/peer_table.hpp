#pragma once
// The peers of one link: found by the number in a datagram and by the number that the link's user
// knows, each in one step, and counted by where they are.

#include <cstdint>
#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

#include "link/call.hpp"
#include "link/place_counts.hpp"
#include "link/sealed_connection.hpp"

namespace tutti::detail {

struct Peer {
  enum class Phase : std::uint8_t {
    calling,   ///< a client's attempt
    answered,  ///< a listener has answered, and has not seen that the client has the keys
    open,
    closing,  ///< the user is done: what was queued goes out, then a bye
    parting,  ///< bye was said, and is said again to a peer that has not heard it
  };
  Phase phase = Phase::calling;
  bool is_busy = false;      // its connection is to be flushed
  bool is_overfull = false;  // control for it was dropped: it is to be lost
  PeerId id{};               // 0 for one that the user does not know
  std::uint32_t index = 0;   // in the datagrams that come from it
  Endpoint home{};           // where it is counted
  Instant phase_began{};
  std::unique_ptr<Call> call{};
  std::unique_ptr<SealedConnection> connection{};
  ConnectionHash hash{};  // of the handshake that the connection began with
  Bytes response{};       // while it is `answered`: to be said again
};

class PeerTable {
 public:
  struct Limits {
    std::size_t peers_max = 0;
    PlaceLimit from_one_place{};
  };
  explicit PeerTable(const Limits& limits);

  /// Whether there is a place for one from there.
  Verdict place_for(const Endpoint& from) const;
  /// A new peer, whose index no other has. The address counts for listeners only.
  Peer& add(const std::optional<Endpoint>& home);
  /// Makes the peer known to the link's user.
  void name(Peer& peer, PeerId id);
  /// From now on the user does not know it.
  void unname(Peer& peer);
  void remove(const Peer& peer);

  Peer* by_index(std::uint32_t index);
  Peer* by_id(PeerId id) const;
  /// The next number for the user that no peer has: after 2^32 they begin again, and 0 is nobody's.
  PeerId free_after(PeerId last);
  std::size_t size() const { return size_; }

  /// Calls `visit` for each peer, which may remove that one.
  template <class Visit>
  void for_each(Visit&& visit) {
    for (std::size_t slot = 0; slot < slots_.size(); ++slot) {
      if (slots_[slot].peer) visit(*slots_[slot].peer);
    }
  }

 private:
  struct Slot {
    std::unique_ptr<Peer> peer{};
    std::uint16_t generation = 0;  // of the next one here
  };

  std::size_t peers_max_;
  std::size_t size_ = 0;
  std::vector<Slot> slots_;
  std::vector<std::uint16_t> free_;
  std::unordered_map<std::uint32_t, Peer*> by_id_;
  PlaceCounts by_place_;
};

}  // namespace tutti::detail
