#include "relay/peers.hpp"

namespace tutti::detail {

Room* Peers::room_of(PeerId peer) const {
  const auto entry = entries_.find(peer);
  return entry == entries_.end() ? nullptr : entry->second.room;
}

void Peers::drop(PeerId peer) {
  entries_.erase(peer);
  link_->disconnect(peer);
}

void Peers::drop_strangers(Duration patience, Instant now) {
  // Once a second is often enough for those who connect and then say nothing that lets them in.
  if (now - strangers_dropped_at_ < std::chrono::seconds(1)) return;
  strangers_dropped_at_ = now;
  std::erase_if(entries_, [&](const auto& entry) {
    const auto& [peer, known] = entry;
    const bool is_stranger = known.room == nullptr && now - known.since > patience;
    if (is_stranger) link_->disconnect(peer);
    return is_stranger;
  });
}

void Peers::send(PeerId peer, const ControlMessage& message) {
  link_->send_control(peer, encode(message));
}

void Peers::send_to_all(const ControlMessage& message) {
  for (const auto& [peer, known] : entries_) {
    if (known.room != nullptr) send(peer, message);
  }
}

}  // namespace tutti::detail
