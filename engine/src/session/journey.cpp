#include "session/journey.hpp"

#include <algorithm>

#include "tutti/net/client.hpp"

namespace tutti {

namespace {

/// A session that watches and wants to be further on than this is taken there, past all that lies
/// between.
constexpr std::int64_t far_ticks = 300;
/// Folding a snapshot's proof may take this part of the time that catching up may take.
constexpr std::int64_t proof_share = 8;

}  // namespace

// Digests over all ticks and rehearsals want to see every one of them.
Journey::Journey(const SessionOptions& options)
    : may_skip_(!options.fold_digest && options.rehearse_depth == 0),
      fill_ticks_(options.tuning.fill_ticks),
      ticks_most_(options.tuning.catch_up_ticks),
      budget_(options) {}

void Journey::ask_for_snapshot(Client& client, Tick wanted, const Timeline& timeline, Instant now) {
  if (!may_skip_) return;
  const std::int64_t behind = wanted - timeline.present();
  const std::int64_t unfolded = std::min(wanted, timeline.log().horizon()) - timeline.present();
  if (catch_up_.is_worth_asking(behind, unfolded, timeline.log().setup(), now)) {
    client.want_snapshot();
  }
  if (auto snapshot = client.take_snapshot()) snapshot_ = std::move(*snapshot);
}

std::optional<PackedSnapshot> Journey::begin_at_snapshot(Tick wanted, Timeline& timeline) {
  if (!snapshot_ || snapshot_->tick > std::min(wanted, timeline.log().horizon())) {
    return std::nullopt;
  }
  std::optional<PackedSnapshot> snapshot = std::move(snapshot_);
  snapshot_.reset();
  if (!catch_up_.begin_at(*snapshot, timeline)) snapshot.reset();
  return snapshot;
}

bool Journey::verify(Timeline& timeline) {
  return catch_up_.verify(timeline, std::max<std::int64_t>(1, ticks_most_ / proof_share), budget_);
}

/// Folds ahead for as long as this advance may: at least to where one would like to be.
void Journey::fill(Tick wanted) {
  const std::int64_t missing = std::max(fill_ticks_, wanted - cursor_->filled());
  for (std::int64_t i = 0; i < std::min(ticks_most_, missing) && !budget_.is_spent(); ++i) {
    if (cursor_->fill(1)) return;
  }
}

Result<Journey::Leap> Journey::go_towards(Tick wanted, Timeline& timeline) {
  if (!cursor_) {
    Result<Cursor> cursor = Cursor::open(timeline.game(), timeline.log());
    if (!cursor) return Unexpected{cursor.error()};
    cursor_ = std::move(*cursor);
  }
  fill(wanted);
  Leap leap;
  const Tick present = timeline.present();
  const Tick known = std::max(cursor_->filled(), cursor_->position());
  const Tick reached = std::min(wanted, known) - 1;
  const bool is_far = may_skip_ && wanted - present > far_ticks && reached > present;
  leap.is_back = wanted < present;
  if (leap.is_back || is_far) {
    cursor_->seek(reached);
    timeline.restart(cursor_->position(), cursor_->state());
    leap.has_jumped = true;
    if (is_far) leap.skipped_to = cursor_->position();
  }
  return leap;
}

}  // namespace tutti
