#pragma once
// The sealed link over whatever carries its datagrams: the life of its peers, from the first knock
// to the last bye.

#include <array>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "link/doorway.hpp"
#include "link/peer_table.hpp"
#include "tutti/net/sealed_link.hpp"

namespace tutti::detail {

class SealedPeers final : public Link {
 public:
  /// A listener, if it is given a key; else a client. The carrier outlives it.
  SealedPeers(Datagrams& datagrams, const SealedLinkOptions& options,
              const std::optional<SigningKey>& key);
  ~SealedPeers() override;
  SealedPeers(const SealedPeers&) = delete;
  SealedPeers& operator=(const SealedPeers&) = delete;

  Result<PeerId> connect(const std::vector<Endpoint>& addresses,
                         const std::optional<PublicKey>& key);
  std::optional<PublicKey> relay_key(PeerId peer) const;
  const std::optional<PublicKey>& known_by() const { return known_by_; }
  bool has_arrivals() const { return !arrivals_.empty(); }
  std::size_t peer_count() const { return table_.size(); }

  void service(Instant now) override;
  std::optional<Arrival> receive() override;
  void send_control(PeerId peer, BytesView bytes) override;
  void send_play(PeerId peer, BytesView bytes) override;
  void disconnect(PeerId peer) override;
  std::optional<PeerId> reconnect(PeerId peer) override;
  std::optional<PeerId> reconnect_at(PeerId peer, const Address& relay) override;
  std::optional<ConnectionHash> connection_hash(PeerId peer) const override;
  std::optional<NetworkPlace> place_of(PeerId peer) const override;
  LinkStatistics statistics() const override { return post_.statistics; }

 private:
  // Where a connection of ours went, living or gone.
  struct Opened {
    std::vector<Endpoint> addresses;  // where it is called again
    std::optional<PublicKey> key;     // that was asked for
    std::optional<PublicKey> found;   // that answered
  };

  std::optional<PeerId> open_again(PeerId peer, const Opened& opened,
                                   const std::vector<Endpoint>& at);
  void take(const Datagram& datagram);
  bool take_initiation(const Datagram& datagram);
  bool admit(Doorway::Newcomer& newcomer);
  bool take_answer(const Datagram& datagram);
  bool take_response(Peer& peer, const HandshakeAnswer& answer, const Endpoint& from);
  bool take_sealed(Peer& peer, const Datagram& datagram);
  void take_real(Peer& peer, SealedConnection::Taken taken);
  void flush(Peer& peer);
  void sweep();
  void lose_the_fullest();
  void look_after(Peer& peer);
  void lose(Peer& peer, std::string_view sentence = {});
  void part(Peer& peer);

  void mark_busy(Peer& peer);
  void begin(Peer& peer, Peer::Phase phase) {
    peer.phase = phase;
    peer.phase_began = now_;
  }
  void arrive(Arrival::Kind kind, PeerId peer, Bytes&& bytes = {}) {
    arrivals_.push_back({kind, peer, std::move(bytes)});
  }

  Post post_;
  SealedLinkOptions options_;
  std::optional<PublicKey> known_by_;
  std::unique_ptr<Doorway> doorway_;  // of a listener
  EarlyPieces early_;
  PeerTable table_;
  std::optional<Instant> started_;
  Instant now_{};
  Instant swept_{};
  PeerId last_peer_{};
  std::vector<std::uint32_t> busy_;  // indices of peers to be flushed
  std::map<PeerId, Opened> opened_;
  std::deque<Arrival> arrivals_;
  std::array<std::byte, sealed_bytes_most> room_{};
};

}  // namespace tutti::detail
