#include "link/peer_table.hpp"

#include <utility>

#include "tutti/sim/assert.hpp"
#include "tutti/sim/mutant.hpp"

namespace tutti::detail {

namespace {

std::size_t count_in(const std::unordered_map<std::uint64_t, std::size_t>& counts,
                     std::uint64_t key) {
  const auto found = counts.find(key);
  return found == counts.end() ? 0 : found->second;
}

void change_count(std::unordered_map<std::uint64_t, std::size_t>& counts, std::uint64_t key,
                  int by) {
  const auto place = counts.try_emplace(key, 0).first;
  place->second += static_cast<std::size_t>(by);
  if (place->second == 0) counts.erase(place);
}

}  // namespace

PeerTable::PeerTable(const Limits& limits) : limits_(limits) {}

Verdict PeerTable::place_for(const Endpoint& from) const {
  if (size_ >= limits_.peers_max) return Verdict::full;
  if ((count_in(households_, from.household()) >= limits_.per_household_max &&
       !TUTTI_MUTANT(households_have_no_limit)) ||
      count_in(neighbourhoods_, from.neighbourhood()) >= limits_.per_neighbourhood_max) {
    return Verdict::crowded;
  }
  return Verdict::welcome;
}

void PeerTable::count(const Endpoint& home, int by) {
  change_count(households_, home.household(), by);
  change_count(neighbourhoods_, home.neighbourhood(), by);
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
    count(*home, 1);
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
  if (peer.home != Endpoint{}) count(peer.home, -1);
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
