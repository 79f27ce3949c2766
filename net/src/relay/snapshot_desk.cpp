#include "relay/snapshot_desk.hpp"

#include <algorithm>

namespace tutti::detail {

namespace {

/// Digests remembered: those of four compared ticks of the largest match.
constexpr std::size_t seen_most = 4 * limits::players;
/// How long the next piece is waited for; the first one comes with the next compared tick.
constexpr std::chrono::seconds silence_most{4};
/// How long another player's digest is waited for once all is there.
constexpr std::chrono::seconds witness_most{2};
constexpr int tries_most = 3;
/// Of the check of one snapshot in one pass of the relay: a quarter of a megabyte, half a
/// millisecond.
constexpr std::size_t check_steps = 16;
constexpr std::chrono::seconds rest_time{30};

}  // namespace

void SnapshotDesk::witness(PlayerId player, Tick tick, const Digest& digest) {
  if (seen_.size() < seen_most) {
    seen_.push_back({player, tick, digest});
  } else {
    seen_[next_seen_++ % seen_most] = {player, tick, digest};
  }
}

std::optional<PlayerId> SnapshotDesk::run(const Situation& situation, Instant now) {
  if (asked_) judge(now);
  if (!is_due(situation.is_wanted, situation.oldest, now)) return std::nullopt;
  if (situation.able.empty() || tries_ == tries_most || !situation.has_room) {
    tries_ = 0;
    rests_until_ = now + rest_time;
    return std::nullopt;
  }
  ++tries_;
  // In turn, so that no player has to serve everybody who comes.
  const auto after = std::find_if(situation.able.begin(), situation.able.end(), [&](PlayerId each) {
    return last_asked_ && each > *last_asked_;
  });
  const PlayerId player = after != situation.able.end() ? *after : situation.able.front();
  asked_ = Asked{.player = player, .is_only_one = situation.able.size() == 1, .heard = now};
  last_asked_ = player;
  return player;
}

bool SnapshotDesk::take(PlayerId player, const SnapshotPiece& piece, Instant now) {
  if (!asked_ || asked_->player != player || asked_->is_whole) return false;
  asked_->heard = now;
  // From the beginning once more: others were handed what came before.
  const bool is_again = piece.offset == 0 && asked_->receiver.progress() > 0;
  if (is_again) give_up();
  if (is_again) return false;
  const SnapshotReceiver::Taken taken = asked_->receiver.take(piece);
  if (taken == SnapshotReceiver::Taken::refused) give_up();
  if (taken == SnapshotReceiver::Taken::refused) return false;
  asked_->is_whole = taken == SnapshotReceiver::Taken::whole;
  return true;
}

void SnapshotDesk::judge(Instant now) {
  const Duration waited = now - asked_->heard;
  if (!asked_->is_whole) {
    if (waited > silence_most) end_asking(PassingSnapshot::State::refused);
    return;
  }
  const PackedSnapshot& snapshot = asked_->receiver.snapshot();
  bool is_agreed = false;
  bool is_denied = false;
  bool is_own_word = false;
  for (const Seen& seen : seen_) {
    if (seen.tick != snapshot.tick) continue;
    const bool is_same = seen.digest == snapshot.digest;
    is_agreed = is_agreed || (is_same && seen.player != asked_->player);
    is_denied = is_denied || !is_same;
    is_own_word = is_own_word || is_same;
  }
  if (is_denied) return give_up();
  // Where nobody else can vouch for a snapshot, at least its sender's own digest has to agree; the
  // state may be here before that report.
  if (!is_agreed && !(asked_->is_only_one && is_own_word)) {
    if (waited > witness_most) give_up();
    return;
  }
  if (!asked_->check) asked_->check.emplace(snapshot);
  const std::optional<bool> is_sound = asked_->check->advance(check_steps);
  if (!is_sound) return;
  if (!*is_sound) return give_up();
  asked_->check.reset();
  const std::shared_ptr<PassingSnapshot> whole = asked_->receiver.passing();
  whole->snapshot.is_agreed = is_agreed;
  held_ = std::shared_ptr<const PackedSnapshot>(whole, &whole->snapshot);
  end_asking(PassingSnapshot::State::sound);
  tries_ = 0;
}

std::optional<std::pair<PlayerId, SnapshotTaken>> SnapshotDesk::next_answer() {
  const auto answer = asked_ ? asked_->receiver.next_answer() : std::nullopt;
  return answer ? std::optional(std::pair(asked_->player, *answer)) : std::nullopt;
}

/// Those that it is handed on to see by the state whether they go on.
void SnapshotDesk::end_asking(PassingSnapshot::State state) {
  asked_->receiver.passing()->state = state;
  asked_.reset();
}

void SnapshotDesk::give_up() {
  ++refused_;
  end_asking(PassingSnapshot::State::refused);
}

}  // namespace tutti::detail
