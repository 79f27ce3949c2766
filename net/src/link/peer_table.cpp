#include "link/peer_table.hpp"

#include <utility>

#include "tutti/sim/assert.hpp"
#include "tutti/sim/mutant.hpp"

namespace tutti::detail {

PeerTable::PeerTable(const Limits& limits)
    : peers_max_(limits.peers_max), by_place_(limits.from_one_place) {}

Verdict PeerTable::place_for(const Endpoint& from) const {
  if (size_ >= peers_max_) return Verdict::full;
  const bool has_room = by_place_.has_room(from.place()) || TUTTI_MUTANT(households_have_no_limit);
  return has_room ? Verdict::welcome : Verdict::crowded;
}

Peer& PeerTable::add(const std::optional<Endpoint>& home) {
  if (free_.empty()) {
    TUTTI_ASSERT(slots_.size() <= UINT16_MAX, slots_.size());
    free_.push_back(static_cast<std::uint16_t>(slots_.size()));
    // Not the same after a restart, so that old datagrams seldom find anybody. None is believed
    // by its number.
    slots_.push_back({.generation = static_cast<std::uint16_t>(random_u32() & 0xFFFF)});
  }
  const std::uint16_t number = free_.back();
  free_.pop_back();
  Slot& slot = slots_[number];
  slot.peer = std::make_unique<Peer>();
  slot.peer->index = std::uint32_t{slot.generation++} << 16 | number;
  if (home) {
    slot.peer->home = *home;
    by_place_.add(home->place());
  }
  ++size_;
  return *slot.peer;
}

void PeerTable::name(Peer& peer, PeerId id) {
  peer.id = id;
  by_id_[id.value] = &peer;
}

void PeerTable::unname(Peer& peer) {
  by_id_.erase(peer.id.value);
  peer.id = {};
}

void PeerTable::remove(const Peer& peer) {
  const auto number = static_cast<std::uint16_t>(peer.index & 0xFFFF);
  if (peer.id != PeerId{}) by_id_.erase(peer.id.value);
  if (peer.home != Endpoint{}) by_place_.remove(peer.home.place());
  slots_[number].peer.reset();
  free_.push_back(number);
  --size_;
}

Peer* PeerTable::by_index(std::uint32_t index) {
  const std::size_t number = index & 0xFFFF;
  if (number >= slots_.size() || !slots_[number].peer) return nullptr;
  return slots_[number].peer->index == index ? slots_[number].peer.get() : nullptr;
}

PeerId PeerTable::free_after(PeerId last) {
  do
    ++last.value;
  while (last == PeerId{} || by_id(last) != nullptr);
  return last;
}

Peer* PeerTable::by_id(PeerId id) const {
  const auto found = by_id_.find(id.value);
  return found == by_id_.end() ? nullptr : found->second;
}

}  // namespace tutti::detail
