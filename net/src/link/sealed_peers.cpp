#include "link/sealed_peers.hpp"

#include <algorithm>
#include <ctime>
#include <utility>

#include "tutti/net/messages.hpp"

namespace tutti::detail {

namespace {

/// Between two looks at all peers.
constexpr Duration sweep_interval = std::chrono::milliseconds(10);
/// A service that comes so late stood still: that others were silent meanwhile, it cannot know.
constexpr Duration standstill = std::chrono::seconds(1);
/// For what was queued when the user was done.
constexpr Duration closing_max = std::chrono::seconds(5);
/// For a bye to be said again, should it have been lost.
constexpr Duration parting_time = std::chrono::seconds(1);

constexpr std::string_view full_sentence = "the relay has no place for another connection";
constexpr std::string_view crowded_sentence =
    "the relay takes no more connections from this network";

std::string version_sentence(std::uint16_t relay) {
  return "the relay speaks version " + std::to_string(relay) + " of the protocol, this program " +
         std::to_string(protocol_version) +
         (relay > protocol_version ? "; get a newer version of the game"
                                   : "; the relay needs a newer version");
}

}  // namespace

SealedPeers::SealedPeers(Datagrams& datagrams, const SealedLinkOptions& options,
                         const std::optional<SigningKey>& key)
    : post_{.datagrams = datagrams},
      options_(options),
      table_({.peers_max = options.peers_max,
              .from_one_place = {.per_household = options.peers_per_household_max,
                                 .per_neighbourhood = options.peers_per_neighbourhood_max}}) {
  options_.key.reset();
  if (!key) return;
  known_by_ = options.certificate ? options.certificate->fleet : key->public_key();
  doorway_ = std::make_unique<Doorway>(
      *key, options.certificate,
      HandshakeRates{.per_neighbourhood = options.handshakes_per_neighbourhood,
                     .in_all = options.handshakes_in_all});
}

SealedPeers::~SealedPeers() {
  table_.for_each([&](Peer& peer) {
    if (!peer.connection) return;
    peer.connection->flush(now_, post_);
    peer.connection->say_bye(post_);
  });
}

Result<PeerId> SealedPeers::connect(const std::vector<Endpoint>& addresses,
                                    const std::optional<PublicKey>& key) {
  if (table_.size() >= options_.peers_max) {
    return fail(Fault::usage, "this link has its " + std::to_string(options_.peers_max) +
                                  " connections already; end one, or allow more");
  }
  if (key && !exchange_public(*key)) {
    return fail(Fault::usage, to_hex(*key) + " is not the key of any relay");
  }
  Peer& peer = table_.add(std::nullopt);
  table_.name(peer, last_peer_ = table_.free_after(last_peer_));
  peer.call = std::make_unique<Call>(addresses, key, peer.index);
  opened_[peer.id] = {addresses, key, std::nullopt};
  return peer.id;
}

std::optional<PeerId> SealedPeers::reconnect(PeerId peer) {
  const auto found = opened_.find(peer);
  if (found == opened_.end()) return std::nullopt;
  Opened opened = found->second;
  // Where several relays are as good, another one than that which was lost.
  std::rotate(opened.addresses.begin(), opened.addresses.begin() + 1, opened.addresses.end());
  return open_again(peer, opened, opened.addresses);
}

std::optional<PeerId> SealedPeers::reconnect_at(PeerId peer, const Address& relay) {
  const auto found = opened_.find(peer);
  if (found == opened_.end()) return std::nullopt;
  Opened opened = found->second;
  if (relay.host.empty()) {
    for (Endpoint& address : opened.addresses)
      address.port = relay.port;
    return open_again(peer, opened, opened.addresses);
  }
  const auto there = numeric_endpoint(relay.host, relay.port);
  return there ? open_again(peer, opened, {*there}) : std::nullopt;
}

std::optional<PeerId> SealedPeers::open_again(PeerId peer, const Opened& opened,
                                              const std::vector<Endpoint>& at) {
  disconnect(peer);
  // The relay that answered, and no other: what is said to it next may be a secret of its own.
  const Result<PeerId> again = connect(at, opened.found ? opened.found : opened.key);
  if (!again) return std::nullopt;
  opened_[*again].addresses = opened.addresses;
  return *again;
}

std::optional<PublicKey> SealedPeers::relay_key(PeerId peer) const {
  const auto found = opened_.find(peer);
  return found == opened_.end() ? std::nullopt : found->second.found;
}

std::optional<ConnectionHash> SealedPeers::connection_hash(PeerId peer) const {
  const Peer* found = table_.by_id(peer);
  if (found == nullptr || !found->connection) return std::nullopt;
  return found->hash;
}

void SealedPeers::service(Instant now) {
  if (!started_) started_ = now_ = now;
  const Duration slept = std::max(now - now_, Duration{});
  now_ = std::max(now, now_);
  if (slept > standstill) {
    table_.for_each([&](Peer& peer) {
      peer.phase_began += slept;
      if (peer.connection) peer.connection->forgive(slept);
    });
  }
  for (std::size_t taken = 0; taken < limits::service_datagrams; ++taken) {
    if (arrivals_.size() >= limits::link_arrivals) break;
    const auto datagram = post_.datagrams.receive();
    if (!datagram) break;
    ++post_.statistics.datagrams_received;
    post_.statistics.bytes_received += datagram->bytes.size();
    take(*datagram);
  }
  for (const std::uint32_t index : std::exchange(busy_, {})) {
    Peer* peer = table_.by_index(index);
    if (peer == nullptr) continue;
    peer->is_busy = false;
    flush(*peer);
  }
  sweep();
}

void SealedPeers::flush(Peer& peer) {
  if (!peer.connection) return;
  peer.connection->flush(now_, post_);
  if (peer.connection->is_busy()) mark_busy(peer);
}

void SealedPeers::mark_busy(Peer& peer) {
  if (std::exchange(peer.is_busy, true)) return;
  busy_.push_back(peer.index);
}

std::optional<Arrival> SealedPeers::receive() {
  if (arrivals_.empty()) return std::nullopt;
  Arrival arrival = std::move(arrivals_.front());
  arrivals_.pop_front();
  return arrival;
}

void SealedPeers::send_control(PeerId peer, BytesView bytes) {
  TUTTI_ASSERT(bytes.size() <= limits::control_bytes, bytes.size());
  Peer* found = table_.by_id(peer);
  if (found == nullptr || found->phase != Peer::Phase::open) return;
  // One that lets more wait is lost in the next sweep, whatever it acknowledges until then: a hole
  // in its control would be a lie.
  if (found->connection->waiting_bytes() > limits::control_waiting_bytes) {
    found->is_overfull = true;
    return;
  }
  found->connection->push_control(bytes);
  mark_busy(*found);
}

void SealedPeers::send_play(PeerId peer, BytesView bytes) {
  TUTTI_ASSERT(bytes.size() <= limits::play_bytes, bytes.size());
  Peer* found = table_.by_id(peer);
  if (found == nullptr || found->phase != Peer::Phase::open) return;
  found->connection->send_play(bytes, post_);
}

void SealedPeers::disconnect(PeerId peer) {
  opened_.erase(peer);
  Peer* found = table_.by_id(peer);
  if (found == nullptr) return;
  if (found->phase != Peer::Phase::open) return table_.remove(*found);
  table_.unname(*found);
  begin(*found, Peer::Phase::closing);
  mark_busy(*found);
}

std::optional<NetworkPlace> SealedPeers::place_of(PeerId peer) const {
  const Peer* found = table_.by_id(peer);
  if (found == nullptr || found->home == Endpoint{}) return std::nullopt;
  return found->home.place();
}

void SealedPeers::take(const Datagram& datagram) {
  bool is_taken = false;
  if (const auto index = sealed_index(datagram.bytes)) {
    Peer* peer = table_.by_index(*index);
    is_taken = peer != nullptr && peer->connection && take_sealed(*peer, datagram);
  } else if (doorway_) {
    is_taken = take_initiation(datagram);
  } else {
    is_taken = take_answer(datagram);
  }
  post_.statistics.refused += !is_taken;
}

bool SealedPeers::take_initiation(const Datagram& datagram) {
  Doorway::Knock knock = doorway_->take(datagram, now_, post_);
  if (knock.newcomer) return admit(*knock.newcomer);
  if (knock.again) {
    Peer* peer = table_.by_index(*knock.again);
    if (peer == nullptr || peer->phase != Peer::Phase::answered) return false;
    // Wherever it asks from this time: that the client is there, its first sealed datagram says.
    post_.send(datagram.from, peer->response);
  }
  return !knock.is_refused;
}

bool SealedPeers::admit(Doorway::Newcomer& newcomer) {
  const Verdict verdict = table_.place_for(newcomer.from);
  Peer* peer = nullptr;
  if (verdict == Verdict::welcome) peer = &table_.add(newcomer.from);
  auto response = doorway_->respond(newcomer, verdict, peer != nullptr ? peer->index : 0);
  if (!response) {
    if (peer != nullptr) table_.remove(*peer);
    return false;
  }
  post_.send(newcomer.from, response->datagram);
  if (peer == nullptr) return false;
  begin(*peer, Peer::Phase::answered);
  peer->connection = std::make_unique<SealedConnection>(
      SealedConnection::Options{.out = response->keys.to_initiator,
                                .in = response->keys.to_responder,
                                .index = newcomer.index,
                                .address = newcomer.from,
                                .follows = true,
                                .now = now_},
      early_);
  peer->hash = response->hash;
  peer->response = std::move(response->datagram);
  return true;
}

bool SealedPeers::take_answer(const Datagram& datagram) {
  const auto answer = decode_answer(datagram.bytes);
  if (!answer) return false;
  Peer* peer = table_.by_index(answer->index);
  if (peer == nullptr || peer->phase != Peer::Phase::calling) return false;
  if (!answer->noise.empty()) return take_response(*peer, *answer, datagram.from);
  if (datagram.bytes[0] == cookie_mark) {
    return peer->call->take_cookie(*answer, datagram.from, now_, post_);
  }
  if (!peer->call->is_real(*answer) || answer->version == protocol_version) return false;
  lose(*peer, version_sentence(answer->version));
  return true;
}

bool SealedPeers::take_response(Peer& peer, const HandshakeAnswer& answer, const Endpoint& from) {
  auto answered = peer.call->take_response(
      answer, from, options_.utc ? options_.utc() : static_cast<std::int64_t>(std::time(nullptr)));
  if (!answered) return false;
  if (answered->payload.verdict != Verdict::welcome) {
    lose(peer, answered->payload.verdict == Verdict::full ? full_sentence : crowded_sentence);
    return true;
  }
  peer.connection = std::make_unique<SealedConnection>(
      SealedConnection::Options{.out = answered->keys.to_responder,
                                .in = answered->keys.to_initiator,
                                .index = answered->payload.index,
                                .address = from,
                                .follows = false,
                                .now = now_},
      early_);
  peer.hash = answered->hash;
  peer.call.reset();
  begin(peer, Peer::Phase::open);
  opened_[peer.id].found = answered->key;
  peer.connection->say_life(post_);  // the relay waits for a sign that we have the keys
  arrive(Arrival::Kind::connected, peer.id);
  return true;
}

bool SealedPeers::take_sealed(Peer& peer, const Datagram& datagram) {
  const auto taken = peer.connection->take(datagram, room_, now_, post_);
  if (taken == SealedConnection::Taken::nothing) return false;
  take_real(peer, taken);
  return true;
}

// Something that only the peer can have sent.
void SealedPeers::take_real(Peer& peer, SealedConnection::Taken taken) {
  using Taken = SealedConnection::Taken;
  if (peer.phase == Peer::Phase::answered) {
    table_.name(peer, last_peer_ = table_.free_after(last_peer_));
    begin(peer, Peer::Phase::open);
    peer.response = {};
    arrive(Arrival::Kind::connected, peer.id);
  }
  if (taken == Taken::bye || taken == Taken::broken) {
    if (taken == Taken::broken) peer.connection->say_bye(post_);
    return lose(peer);
  }
  if (peer.phase == Peer::Phase::parting) return peer.connection->say_bye(post_);
  while (auto message = peer.connection->next_message()) {
    if (peer.phase == Peer::Phase::open) {
      arrive(Arrival::Kind::control, peer.id, std::move(*message));
    }
  }
  if (taken == Taken::play && peer.phase == Peer::Phase::open) {
    const BytesView text = peer.connection->play();
    arrive(Arrival::Kind::play, peer.id, Bytes(text.begin(), text.end()));
  }
  if (peer.connection->is_busy()) mark_busy(peer);
}

// The peer is gone: the user is told, if it knew it.
void SealedPeers::lose(Peer& peer, std::string_view sentence) {
  const BytesView bytes = as_bytes(sentence);
  if (peer.id != PeerId{}) {
    arrive(Arrival::Kind::disconnected, peer.id, Bytes(bytes.begin(), bytes.end()));
  }
  table_.remove(peer);
}

void SealedPeers::sweep() {
  if (now_ - swept_ < sweep_interval) return;
  swept_ = now_;
  std::size_t waiting = 0;
  table_.for_each([&](Peer& peer) {
    if (peer.connection) waiting += peer.connection->waiting_bytes();
    look_after(peer);
  });
  if (waiting > options_.control_waiting_bytes_in_all) lose_the_fullest();
}

// Of those who let control wait, those go who have more than their share. The others' is enough.
void SealedPeers::lose_the_fullest() {
  const std::size_t share = options_.control_waiting_bytes_in_all / table_.size();
  table_.for_each([&](Peer& peer) {
    if (!peer.connection || peer.connection->waiting_bytes() <= share) return;
    peer.connection->say_bye(post_);
    lose(peer);
  });
}

void SealedPeers::look_after(Peer& peer) {
  const Duration age = now_ - peer.phase_began;
  switch (peer.phase) {
    case Peer::Phase::calling:
      if (!peer.call->began()) begin(peer, Peer::Phase::calling);
      peer.call->knock(now_, post_);
      if (now_ - peer.phase_began >= options_.connect_max) lose(peer);
      return;
    case Peer::Phase::answered:
      if (age >= options_.connect_max) table_.remove(peer);
      return;
    case Peer::Phase::open:
      if (peer.is_overfull) {
        peer.connection->say_bye(post_);
        return lose(peer);
      }
      if (now_ - peer.connection->heard() >= options_.silence_max) return lose(peer);
      return peer.connection->keep_alive(now_, post_);
    case Peer::Phase::closing:
      if (peer.connection->has_all_arrived() || age >= closing_max) part(peer);
      return;
    case Peer::Phase::parting:
      if (age >= parting_time) table_.remove(peer);
      return;
  }
}

void SealedPeers::part(Peer& peer) {
  peer.connection->say_bye(post_);
  begin(peer, Peer::Phase::parting);
}

}  // namespace tutti::detail
