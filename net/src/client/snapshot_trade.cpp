#include "client/snapshot_trade.hpp"

namespace tutti::detail {

std::optional<PackedSnapshot> SnapshotTrade::take(const ControlMessage& message, bool is_spectator,
                                                  Instant now) {
  std::optional<PackedSnapshot> whole;
  if (std::holds_alternative<SnapshotWanted>(message)) {
    is_wanted_ = !is_spectator;
  } else if (const auto* answer = std::get_if<SnapshotTaken>(&message)) {
    if (going_) going_->take(*answer, now);
  } else if (std::holds_alternative<NoSnapshot>(message)) {
    has_asked_ = false;
    coming_.reset();
  } else if (const auto* piece = std::get_if<SnapshotPiece>(&message); piece && has_asked_) {
    if (!coming_) coming_.emplace();
    const SnapshotReceiver::Taken taken = coming_->take(*piece);
    if (taken == SnapshotReceiver::Taken::more) return std::nullopt;
    if (taken == SnapshotReceiver::Taken::whole) whole = coming_->finish();
    has_asked_ = false;
    coming_.reset();
  }
  return whole;
}

void SnapshotTrade::give(std::shared_ptr<const PackedSnapshot> snapshot) {
  is_wanted_ = false;
  if (snapshot->packed.size() > limits::packed_snapshot_bytes) return;  // the relay asks others
  going_.emplace(std::move(snapshot));
}

std::optional<ControlMessage> SnapshotTrade::next_message(Instant now) {
  if (auto piece = going_ ? going_->next(now) : std::nullopt) return std::move(*piece);
  if (const auto answer = coming_ ? coming_->next_answer() : std::nullopt) return *answer;
  return std::nullopt;
}

}  // namespace tutti::detail
