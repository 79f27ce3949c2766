// How a session gets elsewhere than to the next tick: late into a match, and about a recording.

#include <algorithm>

#include "session/catch_up.hpp"
#include "session/witness.hpp"
#include "source/source.hpp"
#include "tutti/engine/session.hpp"

namespace tutti {

namespace {

/// Whoever watches and wants to be further on than this is taken there, past all that lies between.
constexpr std::int64_t far_ticks = 300;
/// What folding a snapshot's proof may take, as a part of what catching up may.
constexpr std::int64_t proof_share = 8;

}  // namespace

/// Digests over all ticks and rehearsals want to see every one of them.
bool AnySession::may_skip() const { return !options_.fold_digest && options_.rehearse_depth == 0; }

void AnySession::come_late(Tick wanted, std::int64_t ticks_most, Instant now) {
  const std::int64_t behind = wanted - timeline_->present();
  if (catch_up_->is_worth_asking(behind, timeline_->log().setup(), now)) source_->want_snapshot();
  if (auto snapshot = source_->take_snapshot()) snapshot_ = std::move(*snapshot);
  if (snapshot_ && snapshot_->tick <= std::min(wanted, timeline_->log().horizon())) {
    if (catch_up_->begin_at(*snapshot_, *timeline_)) {
      ++statistics_.snapshots;
      consumed_ = std::max(consumed_, snapshot_->tick);
      if (telemetry_) telemetry_->restarted(timeline_->confirmed());
      if (witness_) witness_->begin_at(*snapshot_, timeline_->confirmed_state());
      ledger_ = {};
    }
    snapshot_.reset();
  }
  const bool was_wrong =
      catch_up_->verify(*timeline_, std::max<std::int64_t>(1, ticks_most / proof_share));
  if (was_wrong && telemetry_) telemetry_->restarted(timeline_->confirmed());
}

/// Goes by a snapshot where that is nearer than the present; whether that was backwards.
bool AnySession::go_towards(Tick wanted, std::int64_t ticks_most) {
  if (!cursor_) {
    Result<Cursor> cursor = Cursor::open(game_, timeline_->log());
    if (!cursor) {
      fail_with(cursor.error());
      return false;
    }
    cursor_ = std::move(*cursor);
  }
  const Tick present = timeline_->present();
  const Tick known = std::max(cursor_->filled(), cursor_->position());
  const Tick reached = std::min(wanted, known + ticks_most) - 1;
  const bool is_far = may_skip() && wanted - present > far_ticks && reached > present;
  if (wanted < present || is_far) {
    cursor_->seek(reached);
    timeline_->restart(cursor_->position(), cursor_->state());
    ledger_ = {};
    if (is_far) consumed_ = std::max(consumed_, cursor_->position());
  }
  cursor_->fill(std::min(options_.fill_ticks, ticks_most));
  return wanted < present;
}

}  // namespace tutti
