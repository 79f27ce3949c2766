// Snapshots on the client's side: one that it asked for, and one that it is asked for.

#include "tutti/net/client.hpp"

namespace tutti {

void Client::begin_snapshots() {
  is_snapshot_wanted_ = false;
  snapshot_sent_.reset();
  has_asked_for_snapshot_ = false;
  snapshot_coming_.reset();
}

void Client::want_snapshot() {
  if (phase_ != Phase::playing || has_asked_for_snapshot_) return;
  has_asked_for_snapshot_ = true;
  link_->send_control(relay_, encode(ControlMessage(WantSnapshot{})));
}

std::optional<PackedSnapshot> Client::take_snapshot() {
  return std::exchange(snapshot_, std::nullopt);
}

double Client::snapshot_progress() const {
  return snapshot_coming_ ? snapshot_coming_->progress() : 0;
}

void Client::give_snapshot(std::shared_ptr<const PackedSnapshot> snapshot) {
  is_snapshot_wanted_ = false;
  if (snapshot->packed.size() > limits::packed_snapshot_bytes) return;  // the relay asks others
  snapshot_sent_.emplace(std::move(snapshot));
}

void Client::take_snapshot_message(const ControlMessage& message) {
  if (std::holds_alternative<SnapshotWanted>(message)) {
    is_snapshot_wanted_ = !is_spectator();
  } else if (std::holds_alternative<NoSnapshot>(message)) {
    has_asked_for_snapshot_ = false;
    snapshot_coming_.reset();
  } else if (const auto* piece = std::get_if<SnapshotPiece>(&message)) {
    if (!has_asked_for_snapshot_) return;
    if (!snapshot_coming_) snapshot_coming_.emplace();
    const SnapshotReceiver::Taken taken = snapshot_coming_->take(*piece);
    if (taken == SnapshotReceiver::Taken::more) return;
    if (taken == SnapshotReceiver::Taken::whole) snapshot_ = snapshot_coming_->finish();
    has_asked_for_snapshot_ = false;
    snapshot_coming_.reset();
  }
}

}  // namespace tutti
