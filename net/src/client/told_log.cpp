#include "client/told_log.hpp"

#include <algorithm>

#include "tutti/sim/mutant.hpp"

namespace tutti::detail {

bool ToldLog::take(const PlayDown& message, std::optional<PlayerId> self, OwnEvents& own) {
  std::uint32_t sequence = message.first_sequence;
  for (const AcceptedEvent& accepted : message.events) {
    // Those known already mean nothing, nor do those behind a gap.
    if (sequence++ != received_ && !TUTTI_MUTANT(gap_is_taken_for_whole)) continue;
    if (!take_event(accepted, self, own)) return false;
  }
  own.settle(message.counted);
  const std::uint64_t end = std::uint64_t{message.first_sequence} + message.events.size();
  // Where events before these are missing, their horizon is not ours yet.
  if (end > received_ && !TUTTI_MUTANT(horizon_over_a_gap)) return true;
  horizon_ = std::max(horizon_, message.horizon);
  if (end < received_) return true;  // overtaken by a later datagram
  has_all_ = message.is_all;
  if (!has_all_) return true;
  for (const std::uint32_t counter : own.take_refused(message.counted))
    refused_.push_back(counter);
  return true;
}

bool ToldLog::take_event(const AcceptedEvent& accepted, std::optional<PlayerId> self,
                         OwnEvents& own) {
  Event event{accepted.tick, accepted.author, accepted.counter, accepted.payload};
  const bool is_own = !accepted.author.is_relay() && self == accepted.author.player();
  if (accepted.is_as_offered && !is_own) {
    wrong_ = "the relay confirmed an event of somebody else as ours";
    return false;
  }
  if (is_own) {
    auto offered = own.take(accepted.counter);
    if (accepted.is_as_offered) {
      if (!offered) {
        wrong_ = "the relay confirmed an unknown event";
        return false;
      }
      event.tick = offered->stamp;
      event.payload = std::move(offered->payload);
    }
  }
  ++received_;
  const auto relay_event = relay_event_of(event);
  if (relay_event && relay_event->kind == EventKind::match_ended) has_ended_ = true;
  if (relay_event && relay_event->kind == EventKind::restarted) restarted_ = relay_event->number;
  arrived_.push_back(std::move(event));
  return true;
}

std::optional<Event> ToldLog::next_event() {
  if (arrived_.empty()) return std::nullopt;
  Event event = std::move(arrived_.front());
  arrived_.pop_front();
  return event;
}

std::optional<std::uint32_t> ToldLog::next_refused() {
  if (refused_.empty()) return std::nullopt;
  const std::uint32_t counter = refused_.front();
  refused_.pop_front();
  return counter;
}

}  // namespace tutti::detail
