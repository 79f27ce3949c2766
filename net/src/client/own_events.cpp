#include "client/own_events.hpp"

#include <algorithm>

#include "tutti/sim/mutant.hpp"

namespace tutti::detail {

namespace {

/// Own events that may be under way. At 8 a tick this is half a second of frenzy; a player who
/// presses keys like a person reaches it after minutes without a relay.
constexpr std::size_t underway_most = 256;
/// After so many ticks in a row with an event each, the next tick is expected to have one too.
constexpr std::int64_t streaming_ticks = 4;

}  // namespace

std::optional<std::uint32_t> OwnEvents::offer(Tick stamp, BytesView payload) {
  TUTTI_ASSERT(stamp > progress_, stamp, progress_);
  TUTTI_ASSERT(underway_.empty() || stamp >= underway_.back().event.stamp, stamp);
  TUTTI_ASSERT(payload.size() <= limits::event_bytes, payload.size());
  if (underway_.size() >= underway_most) return std::nullopt;
  const std::uint32_t counter = next_counter_++;
  underway_.push_back({counter, {stamp, Bytes(payload.begin(), payload.end())}});
  return counter;
}

void OwnEvents::send_again() {
  for (Underway& own : decided_)
    underway_.push_back(std::move(own));
  decided_.clear();
  std::sort(underway_.begin(), underway_.end(),
            [](const Underway& a, const Underway& b) { return a.counter < b.counter; });
  for (Underway& own : underway_)
    own.is_sent = false;
}

void OwnEvents::skip_to(std::uint32_t next_counter) {
  if (next_counter <= next_counter_) return;
  next_counter_ = next_counter;
  underway_.clear();
  decided_.clear();
}

void OwnEvents::settle(std::uint32_t counted) {
  while (!underway_.empty() && underway_.front().counter < counted) {
    decided_.push_back(std::move(underway_.front()));
    underway_.pop_front();
  }
}

std::optional<OfferedEvent> OwnEvents::take(std::uint32_t counter) {
  const auto take_from = [&](auto& events) -> std::optional<OfferedEvent> {
    const auto found = std::find_if(events.begin(), events.end(),
                                    [&](const Underway& own) { return own.counter == counter; });
    if (found == events.end()) return std::nullopt;
    OfferedEvent event = TUTTI_MUTANT(wrong_event_is_ours) && !underway_.empty()
                             ? underway_.back().event
                             : std::move(found->event);
    events.erase(found);
    return event;
  };
  auto event = take_from(decided_);
  return event ? event : take_from(underway_);
}

std::vector<std::uint32_t> OwnEvents::take_refused(std::uint32_t counted) {
  std::vector<std::uint32_t> refused;
  std::erase_if(decided_, [&](const Underway& own) {
    if (own.counter >= counted) return false;
    if (!TUTTI_MUTANT(refusal_is_forgotten)) refused.push_back(own.counter);
    return true;
  });
  return refused;
}

bool OwnEvents::is_in_a_row() const {
  const std::int64_t ticks = progress_ - event_sent_at_;
  return ticks == 0 || ticks == 1;
}

bool OwnEvents::is_due(std::int64_t announce_ticks) const {
  if (has_unsent()) return true;
  // Where every tick has its event, the next one's datagram brings the news: one a tick is enough.
  if (is_in_a_row() && events_in_a_row_ >= streaming_ticks) return false;
  return progress_.value / announce_ticks > progress_sent_.value / announce_ticks;
}

void OwnEvents::fill(PlayUp& message, bool is_waiting) {
  if (has_unsent()) {
    events_in_a_row_ = is_in_a_row() ? events_in_a_row_ + (progress_ - event_sent_at_) : 0;
    event_sent_at_ = progress_;
  }
  message.progress = progress_;
  std::size_t size = play_header_bytes_most;
  Tick before = progress_;
  for (Underway& own : underway_) {
    if (own.is_sent && TUTTI_MUTANT(sent_once_is_sent)) continue;
    size += play_bytes_of(own.event, before);
    before = own.event.stamp;
    if (is_waiting || size > limits::play_bytes || message.events.size() == play_events_most) {
      // Not everything fits: the promised progress ends before the first event that is left out.
      message.progress = std::min(message.progress, own.event.stamp - 1);
      break;
    }
    if (message.events.empty()) message.first_counter = own.counter;
    message.events.push_back(own.event);
    own.is_sent = true;
  }
  progress_sent_ = message.progress;
}

}  // namespace tutti::detail
