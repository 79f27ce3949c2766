#include "relay/peers.hpp"

#include <algorithm>
#include <vector>

#include "tutti/sim/mutant.hpp"

namespace tutti::detail {

namespace {
/// The least that a datagram costs: its headers, its seal, and looking at it.
constexpr std::size_t datagram_overhead_bytes = 64;
}  // namespace

Venue* Peers::venue_of(PeerId peer) const {
  const auto entry = entries_.find(peer.value);
  return entry == entries_.end() ? nullptr : entry->second.venue;
}

std::vector<PeerId> Peers::in(const Venue& venue) const {
  std::vector<PeerId> found;
  for (const auto& [peer, known] : entries_) {
    if (known.venue == &venue) found.push_back(PeerId{peer});
  }
  std::ranges::sort(found);
  return found;
}

std::optional<PublicKey> Peers::key_of(PeerId peer) const {
  const auto entry = entries_.find(peer.value);
  return entry == entries_.end() ? std::nullopt : entry->second.key;
}

std::optional<NetworkPlace> Peers::place_of(PeerId peer) const {
  const auto entry = entries_.find(peer.value);
  return entry == entries_.end() ? std::nullopt : entry->second.place;
}

bool Peers::may_play(PeerId peer, std::size_t bytes, std::uint32_t bytes_per_second, Instant now) {
  const auto entry = entries_.find(peer.value);
  if (entry == entries_.end()) return true;  // it is in no venue: nothing is done with it
  if (TUTTI_MUTANT(every_datagram_is_read)) return true;
  return entry->second.play.take(bytes_per_second, 1, now,
                                 static_cast<double>(bytes + datagram_overhead_bytes));
}

void Peers::drop(PeerId peer) {
  entries_.erase(peer.value);
  link_->disconnect(peer);
}

void Peers::drop_strangers(Duration patience, Instant now) {
  // Once a second is often enough for those who connect and then say nothing that lets them in.
  if (now - strangers_dropped_at_ < std::chrono::seconds(1)) return;
  strangers_dropped_at_ = now;
  std::vector<std::uint32_t> strangers;
  for (const auto& [peer, known] : entries_) {
    if (known.venue == nullptr && now - known.since > patience) strangers.push_back(peer);
  }
  std::sort(strangers.begin(), strangers.end());
  for (const std::uint32_t peer : strangers)
    drop(PeerId{peer});
}

void Peers::send(PeerId peer, const ControlMessage& message) {
  link_->send_control(peer, encode(message));
}

void Peers::send_to_all(const ControlMessage& message) {
  for (const auto& [peer, known] : entries_) {
    if (known.venue != nullptr) send(PeerId{peer}, message);
  }
}

}  // namespace tutti::detail
