#include "session/journey.hpp"

#include <algorithm>

#include "tutti/net/client.hpp"

namespace tutti {

namespace {

/// A session that watches and wants to be further on than this is taken there, past all that lies
/// between.
constexpr std::int64_t far_ticks = 300;
/// Snapshots for going about lie so far apart that folding from one to the next takes this long;
/// and longer by a state's bytes, since making one costs by that: about a twentieth.
constexpr std::chrono::milliseconds seek_cost_least{1};
constexpr std::chrono::nanoseconds seek_cost_byte{5};
/// The time of a step is measured over so many ticks.
constexpr std::int64_t measured_ticks_least = 256;
/// Between two looks at the clock, as many ticks are folded as take this part of the budget; and
/// these at most.
constexpr int look_parts = 64;
constexpr std::int64_t look_ticks_most = 256;
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
  take_back(timeline);
  if (!catch_up_.begin_at(*snapshot, timeline)) snapshot.reset();
  return snapshot;
}

bool Journey::verify(Timeline& timeline) {
  return catch_up_.verify(timeline, std::max<std::int64_t>(1, ticks_most_ / proof_share), budget_);
}

Result<void> Journey::open_cursor(const Timeline& timeline) {
  const std::size_t bytes = state_bytes(timeline.game(), timeline.state());
  const std::chrono::nanoseconds by_bytes = seek_cost_byte * static_cast<std::int64_t>(bytes);
  Result<Cursor> cursor =
      Cursor::open(timeline.game(), timeline.log(),
                   {.seek_cost = std::max<std::chrono::nanoseconds>(seek_cost_least, by_bytes)});
  if (!cursor) return Unexpected{cursor.error()};
  cursor_ = std::move(*cursor);
  return {};
}

/// What was lent to the timeline, which has gone on from there.
void Journey::take_back(const Timeline& timeline) {
  if (cursor_ && cursor_->is_lent()) cursor_->give_back(timeline.present(), timeline.state());
}

/// Folds ahead for as long as this advance may: to just before a place that is far ahead, and else
/// at least to where one would like to be.
void Journey::fill(Tick wanted) {
  const std::int64_t missing = wanted - cursor_->filled();
  const bool is_far = missing > (is_on_way_ ? 1 : far_ticks);
  const std::int64_t ticks = is_far ? missing - 1 : std::max(fill_ticks_, missing);
  fold_ahead(std::min(ticks_most_, ticks));
}

void Journey::fold_ahead(std::int64_t ticks) {
  std::int64_t at_once = 1;
  Duration spent = budget_.spent();
  while (ticks > 0 && spent < budget_.most()) {
    const Tick before = cursor_->filled();
    if (cursor_->fill(std::min(at_once, ticks))) return;
    const std::int64_t folded = cursor_->filled() - before;
    const Duration took = budget_.spent() - spent;
    spent += took;
    ticks -= folded;
    learn_step_cost(folded, took);
    if (took > budget_.most() / look_parts) at_once = std::max<std::int64_t>(1, at_once / 2);
    if (took < budget_.most() / look_parts / 2) at_once = std::min(look_ticks_most, at_once * 2);
  }
}

/// Where steps are short, fewer snapshots do. The shortest time counts: the first steps touch their
/// memory for the first time, and others on the machine take theirs.
void Journey::learn_step_cost(std::int64_t ticks, Duration took) {
  measured_ticks_ += ticks;
  measured_ += took;
  if (measured_ticks_ < measured_ticks_least) return;
  const Duration cost = measured_ / measured_ticks_;
  measured_ticks_ = 0;
  measured_ = {};
  if (cost >= step_cost_) return;
  step_cost_ = cost;
  cursor_->set_step_cost(cost);
}

Result<Journey::Leap> Journey::go_towards(Tick wanted, Timeline& timeline) {
  if (!cursor_) {
    if (Result<void> opened = open_cursor(timeline); !opened) return Unexpected{opened.error()};
  }
  take_back(timeline);
  const Tick filled_before = cursor_->filled();
  fill(wanted);
  Leap leap;
  const Tick present = timeline.present();
  const Tick known = std::max(cursor_->filled(), cursor_->position());
  const Tick reached = std::min(wanted, known) - 1;
  const bool is_far = may_skip_ && wanted - present > (is_on_way_ ? 1 : far_ticks);
  const Tick filled = cursor_->filled();
  leap.is_back = wanted < present;
  is_on_way_ = is_far && filled > present && filled + 1 < wanted;
  // What is left is no more than this advance has folded, so the next one will be there: nothing is
  // shown before, which saves a copy.
  if (is_on_way_ && wanted - filled <= filled - filled_before) return leap;
  if (is_far && filled > present && filled < wanted) {
    // It is shown where the fold has got to, whose state goes back when the fold goes on: that
    // costs a copy then, and none before the state is shown.
    timeline.restart(filled, cursor_->lend_filled());
    leap.has_jumped = true;
    leap.skipped_to = filled;
  } else if (leap.is_back || (is_far && reached > present)) {
    cursor_->seek(reached);
    timeline.restart(cursor_->position(), cursor_->state());
    leap.has_jumped = true;
    if (is_far) leap.skipped_to = cursor_->position();
  }
  return leap;
}

}  // namespace tutti
