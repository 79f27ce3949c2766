#include "client/told_log.hpp"

#include <algorithm>

#include "flow/ranges.hpp"
#include "tutti/sim/mutant.hpp"

namespace tutti::detail {

namespace {

/// Claims that wait for events before them; the oldest goes first.
constexpr std::size_t claims_most = 64;

/// No relay gives an event a tick that lies further ahead of its clock: a stamp may lie
/// limits::stamp_ahead_ticks ahead, and a hold, a player who leaves and the end come behind that.
/// So a log grows no faster than the match goes on.
constexpr std::int64_t ahead_ticks_most = 4 * limits::stamp_ahead_ticks;
/// About what an event takes in memory beside its payload.
constexpr std::uint64_t told_overhead_bytes = 96;

bool has_slot(const Welcome& self, PlayerId player) {
  return self.player == player ||
         std::find(self.others.begin(), self.others.end(), player) != self.others.end();
}

/// Whether the event is by this one of the reader's players.
bool is_by(const Event& event, std::uint8_t local, const Welcome& self) {
  const PlayerId player = event.author.player();
  if (local == 0) return self.player == player;
  return local <= self.others.size() && self.others[local - 1U] == player;
}

}  // namespace

bool ToldLog::take(const PlayDown& message, const Welcome& self, OwnEvents& own, Instant now) {
  own.settle(message.counted, message.held, now);
  std::uint32_t known = early_.empty() ? received_ : early_.rbegin()->first + 1;
  std::uint32_t sequence = message.first_sequence;
  for (const AcceptedEvent& accepted : message.events) {
    if (!accepted.is_as_offered && accepted.tick - message.clock > ahead_ticks_most) {
      wrong_ = "the relay tells of ticks that are far from coming";
      return false;
    }
    sequence += accepted.skipped;
    if (sequence == received_ || TUTTI_MUTANT(gap_is_taken_for_whole)) {
      if (!take_event(accepted, self, own) || !take_early(self, own)) return false;
    } else if (sequence > received_ && sequence - received_ < outflow_events_most) {
      early_.try_emplace(sequence, accepted);
      has_news_ = has_news_ || sequence > known;
    }
    known = std::max(known, ++sequence);
  }
  if (claims_.size() == claims_most) claims_.erase(claims_.begin());
  claims_.push_back({end_of(message), message.horizon, message.counted, message.is_all});
  take_claims(own);
  has_news_ = has_news_ || !message.is_all;
  return true;
}

/// Events that were behind a gap, up to the next.
bool ToldLog::take_early(const Welcome& self, OwnEvents& own) {
  early_.erase(early_.begin(), early_.lower_bound(received_));
  while (!early_.empty() && early_.begin()->first == received_) {
    const auto next = early_.extract(early_.begin());
    if (!take_event(next.mapped(), self, own)) return false;
  }
  return true;
}

void ToldLog::take_claims(OwnEvents& own) {
  std::erase_if(claims_, [&](const Claim& claim) {
    // Where events before its end are missing, its horizon is not ours yet.
    if (claim.end > received_ && !TUTTI_MUTANT(horizon_over_a_gap)) return false;
    horizon_ = std::max(horizon_, claim.horizon);
    if (claim.end < received_) return true;  // overtaken by a later datagram
    has_all_ = claim.is_all;
    if (has_all_) {
      for (const std::uint32_t counter : own.take_refused(claim.counted))
        refused_.push_back(counter);
    }
    return true;
  });
}

std::vector<Event> ToldLog::ahead(const Welcome& self) const {
  std::vector<Event> events;
  for (const auto& [sequence, accepted] : early_) {
    const Author author = accepted.author;
    if (author.is_relay() || accepted.is_as_offered || has_slot(self, author.player())) continue;
    events.push_back({accepted.tick, author, accepted.counter, accepted.payload});
  }
  return events;
}

std::vector<NumberRange> ToldLog::held() const { return ranges_of(early_); }

bool ToldLog::take_event(const AcceptedEvent& accepted, const Welcome& self, OwnEvents& own) {
  Event event{accepted.tick, accepted.author, accepted.counter, accepted.payload};
  const bool is_own = !accepted.author.is_relay() && has_slot(self, accepted.author.player());
  if (accepted.is_as_offered && !is_own) {
    wrong_ = "the relay confirmed an event of somebody else as ours";
    return false;
  }
  if (is_own) {
    auto offered = own.take(accepted.counter);
    if (!accepted.is_as_offered) compare_own(event, offered, self);
    if (accepted.is_as_offered) {
      if (!offered) {
        wrong_ = "the relay confirmed an unknown event";
        return false;
      }
      has_changed_own_ = has_changed_own_ || !is_by(event, offered->local, self);
      event.tick = offered->stamp;
      event.payload = std::move(offered->payload);
    }
  }
  ++received_;
  bytes_ += event.payload.size() + told_overhead_bytes;
  const auto relay_event = relay_event_of(event);
  if (relay_event && relay_event->kind == EventKind::match_ended) has_ended_ = true;
  if (relay_event && relay_event->kind == EventKind::restarted) restarted_ = relay_event->number;
  arrived_.push_back(std::move(event));
  return true;
}

/// A relay may give an event another tick, or refuse it; it may not make another event of it.
void ToldLog::compare_own(const Event& event, const std::optional<OfferedEvent>& offered,
                          const Welcome& self) {
  const bool is_retold = retelling_ && restarted_ != retelling_;
  if (offered) {
    const bool is_same = offered->payload == event.payload && is_by(event, offered->local, self);
    has_changed_own_ = has_changed_own_ || !is_same;
  } else if (!is_retold) {
    unknown_own_end_ = std::max(unknown_own_end_, event.counter + 1);
  }
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
