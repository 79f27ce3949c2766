#include <algorithm>

#include "tutti/net/snapshot.hpp"

namespace tutti {

namespace {

/// What pieces may wait in the path's queue: two frames, within which answers come anyhow.
constexpr std::chrono::milliseconds queued_most{30};
constexpr double window_least = 4.0 * limits::snapshot_piece_bytes;
/// 10 MB/s over 50 ms.
constexpr double window_most = 512.0 * 1024;
/// Without any answer a piece goes at this pace, 128 KB/s, up to what was meant to be under way at
/// first: on a path that loses, answers are late for other reasons than a queue.
constexpr std::chrono::milliseconds pace_least{32};
/// In one frame or pass, whatever is answered.
constexpr std::size_t at_once_most = 64 * 1024;
constexpr std::size_t unanswered_most = 16 * limits::snapshot_piece_bytes;

}  // namespace

bool SnapshotPace::has_room(std::size_t sent, Instant now) const {
  if (last_ == now && at_once_ >= at_once_most) return false;
  const std::size_t under_way = sent - std::min(sent, taken_);
  if (static_cast<double>(under_way + limits::snapshot_piece_bytes) <= window_) return true;
  return under_way < unanswered_most && (!last_ || now - *last_ >= pace_least);
}

void SnapshotPace::note_sent(std::size_t sent, Instant now) {
  const std::size_t before = under_way_.empty() ? taken_ : under_way_.back().through;
  at_once_ = (last_ == now ? at_once_ : 0) + sent - std::min(sent, before);
  under_way_.push_back({sent, now});
  last_ = now;
}

void SnapshotPace::note_taken(std::size_t taken, Instant now) {
  if (under_way_.empty() || taken > under_way_.back().through || taken <= taken_) return;
  const auto news = static_cast<double>(taken - taken_);
  taken_ = taken;
  Instant sent_at = now;
  for (; !under_way_.empty() && under_way_.front().through <= taken; under_way_.pop_front())
    sent_at = under_way_.front().at;
  const Duration sample = now - sent_at;
  least_ = std::min(least_.value_or(sample), sample);
  latest_[count_++ % latest_.size()] = sample;
  // The quickest of some: frames and lost pieces make single ones late.
  const auto end = latest_.begin() + static_cast<std::ptrdiff_t>(std::min(count_, latest_.size()));
  const Duration waited = *std::min_element(latest_.begin(), end) - *least_;
  const double off = 1.0 - std::chrono::duration<double>(waited) / queued_most;
  // At first it grows by a half in each round trip. It was too much as soon as something waited.
  if (is_new_ && off < 0.5) window_ /= 1.5;
  is_new_ = is_new_ && off >= 0.5;
  // Then it changes by a piece in one, by two where it has to shrink much.
  const double change =
      is_new_ ? news / 2 : std::max(off, -2.0) * news * limits::snapshot_piece_bytes / window_;
  window_ = std::clamp(window_ + change, window_least, window_most);
}

}  // namespace tutti
