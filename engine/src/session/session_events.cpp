// What a session takes in: the events of the log, and, when its relay was started again, the log
// that the relay found. Where a power loss took what had been told, the session folds back. It also
// begins anew when it changes between playing and watching.

#include <algorithm>

#include "session/witness.hpp"
#include "source/source.hpp"
#include "tutti/engine/session.hpp"
#include "tutti/sim/mutant.hpp"

namespace tutti {

void AnySession::take_events() {
  if (source_->epoch() != epoch_) recovered_.emplace();
  epoch_ = source_->epoch();
  if (is_watching()) followed_epoch_ = source_->watched_epoch();
  if (const auto common = source_->next_fold_back()) {
    ++statistics_.folds_back;
    begin_anew(std::min(*common, timeline_->confirmed()));
    followed_epoch_ = source_->watched_epoch();
  }
  if (const auto wanted = source_->next_tail_wanted()) {
    source_->answer(tail_of(timeline_->log(), *wanted));
  }
  while (const auto event = source_->next_event()) {
    if (!recovered_) {
      take(*event);
      continue;
    }
    recovered_->push_back(*event);
    const auto relay_event =
        event->author.is_relay() ? decode_relay_event(event->payload) : std::nullopt;
    if (relay_event && relay_event->kind == EventKind::restarted && relay_event->number == epoch_) {
      take_recovered(event->tick);
    }
  }
  if (!recovered_) {
    timeline_->close(source_->horizon());
    if (telemetry_) telemetry_->closed(timeline_->log().horizon());
  }
  while (const auto counter = source_->next_refused()) {
    ++statistics_.refused_events;
    timeline_->withdraw(author_of(player()), *counter);
    if (telemetry_) telemetry_->withdrawn(author_of(player()), *counter);
    // What the player holds is still held, whatever became of the moment it was pressed.
    locals_[player().value].must_offer = true;
  }
}

void AnySession::take(const EventView& event) {
  if (timeline_->accept(event) != Log::Added::yes) return;
  if (telemetry_) telemetry_->accepted(event);
  if (!event.author.is_relay()) return take_own(event);
  const auto relay_event = decode_relay_event(event.payload);
  if (!relay_event || relay_event->player.value >= names_.size()) return;
  take_relay_event(*relay_event, event.tick);
}

void AnySession::take_relay_event(const RelayEvent& event, Tick tick) {
  const std::uint8_t slot = event.player.value;
  switch (event.kind) {
    case EventKind::joined:
      names_[slot] = event.name;
      is_in_[slot] = true;
      is_lost_[slot] = false;
      input_delays_[slot] = timeline_->log().setup().terms.input_delay_ticks;
      locals_[slot].last_stamp = std::max(locals_[slot].last_stamp, tick);
      break;
    case EventKind::left:
      names_[slot].clear();
      is_in_[slot] = is_lost_[slot] = false;
      break;
    case EventKind::silenced:
    case EventKind::returned:
      is_lost_[slot] = event.kind == EventKind::silenced;
      break;
    case EventKind::restarted:
      is_lost_ = is_in_;  // until the new relay has heard of them
      break;
    case EventKind::delay_changed:
      input_delays_[slot] = event.number;
      break;
    case EventKind::corrected:
      corrections_.push_back(event);
      break;
    case EventKind::held:
      held_at_ = tick;
      break;
    case EventKind::resumed:
    case EventKind::match_ended:
      held_at_.reset();
      break;
    default:
      break;
  }
}

void AnySession::take_own(const EventView& event) {
  const auto local = locals_.find(event.author.player().value);
  if (local == locals_.end()) return;
  const auto stamp = local->second.stamps.find(event.counter);
  if (stamp == local->second.stamps.end()) return;
  if (stamp->second != event.tick) ++statistics_.late_events;
  local->second.stamps.erase(stamp);
}

void AnySession::take_recovered(Tick restarted) {
  const std::vector<Event> recovered = std::move(*recovered_);
  recovered_.reset();
  followed_epoch_ = epoch_;
  // All that was told is there again, unless the relay lost power. Both are in canonical order, but
  // for `Restarted` at the end.
  auto next = recovered.begin();
  const auto is_there = [&](const EventView& event) {
    while (next != recovered.end() && canonical_order(*next, event) < 0)
      ++next;
    return next != recovered.end() && *next == to_owned(event);
  };
  const auto known = timeline_->log().events().subspan(1);
  // Nor is there more in ticks that are final for us: a life of the relay that we heard nothing of
  // may have gone on from before our horizon.
  const Tick horizon = timeline_->log().horizon();
  const auto is_final = [&](const EventView& event) { return event.tick <= horizon; };
  const bool is_whole = horizon < restarted && std::all_of(known.begin(), known.end(), is_there) &&
                        std::count_if(known.begin(), known.end(), is_final) ==
                            std::count_if(recovered.begin(), recovered.end(), is_final);
  if (!is_whole && !TUTTI_MUTANT(power_loss_is_ignored)) fold_back(restarted);
  for (const Event& event : recovered)
    take(event);
}

void AnySession::fold_back(Tick restarted) {
  ++statistics_.folds_back;
  source_->fold_back();
  begin_anew(std::min(restarted - 1, timeline_->confirmed()));
  for (auto& [slot, local] : locals_) {
    local.stamps.clear();
    local.last_stamp = local.offered_at = {};
    // What was undone may have been a key that is still held.
    local.must_offer = local.has_held;
  }
}

/// From the start of the match, of which the effects through this tick have been heard.
void AnySession::begin_anew(Tick heard) {
  ledger_.take_back(heard + 1, timeline_->present(), notices_);
  begin(Setup(timeline_->log().setup()));
  heard_through_ = heard;
  consumed_ = present_ = announced_ = Tick{};
  fold_ = FoldDigest{};
  std::fill(facts_.begin(), facts_.end(), 0);
  statistics_.events = 0;
}

/// The relay has made a player of a spectator, or the other way round.
void AnySession::take_role() {
  roles_taken_ = source_->roles_taken();
  if (!timeline_) return;
  recovered_.reset();
  resyncing_until_.reset();
  locals_.clear();
  begin_anew(timeline_->confirmed());
  if (is_watching()) heard_through_ = Tick{};  // it hears what it goes back to
}

}  // namespace tutti
