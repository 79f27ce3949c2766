#pragma once
// Snapshots on the client's side of one connection: the one that it asked for, and the one that the
// relay asks it for.

#include <memory>
#include <optional>

#include "tutti/net/messages.hpp"
#include "tutti/net/snapshot.hpp"

namespace tutti::detail {

class SnapshotTrade {
 public:
  /// True if the relay is to be asked now; false while one is under way.
  bool want() { return !std::exchange(has_asked_, true); }
  /// Takes a message about snapshots. Answers with the snapshot that is whole by it.
  std::optional<PackedSnapshot> take(const ControlMessage& message, bool is_spectator, Instant now);
  /// How much of the one that was asked for is here, 0 to 1.
  double progress() const { return coming_ ? coming_->progress() : 0; }

  /// The relay waits for one of ours.
  bool is_wanted() const { return is_wanted_; }
  void give(std::shared_ptr<const PackedSnapshot> snapshot);
  /// What is to be said now: a piece of ours that is due, or how much of what comes is here.
  std::optional<ControlMessage> next_message(Instant now);

 private:
  bool has_asked_ = false;
  std::optional<SnapshotReceiver> coming_;
  bool is_wanted_ = false;
  std::optional<SnapshotSender> going_;
};

}  // namespace tutti::detail
