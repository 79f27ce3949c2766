#include "client/own_events.hpp"

#include <algorithm>

#include "tutti/sim/mutant.hpp"

namespace tutti::detail {

namespace {

/// After so many ticks in a row with an event each, the next tick is expected to have one too.
constexpr std::int64_t streaming_ticks = 4;
/// Events wait for the budget at most so long: later ones are refused, rather than late.
constexpr std::chrono::milliseconds waiting_most{100};
constexpr std::size_t event_overhead_bytes = 4;

/// Every event goes up twice, since one that is lost holds up everybody's horizon; and all of them
/// in every datagram as long as that is little.
constexpr Outflow::Options up_repetitions{
    .calm = {.copies = 2, .copies_bytes = limits::play_bytes, .everything_bytes = 192},
    .lossy = {.copies = 3, .copies_bytes = limits::play_bytes, .everything_bytes = 256}};

}  // namespace

OwnEvents::OwnEvents(std::uint32_t next_counter, std::uint32_t bytes_per_second)
    : next_counter_(next_counter),
      outflow_(up_repetitions, next_counter),
      pace_(bytes_per_second) {}

std::optional<std::uint32_t> OwnEvents::offer(Tick stamp, BytesView payload, PlayerEvent is,
                                              std::uint8_t local) {
  TUTTI_ASSERT(stamp > progress_, stamp, progress_);
  TUTTI_ASSERT(underway_.empty() || stamp >= underway_.back().event.stamp, stamp);
  TUTTI_ASSERT(payload.size() <= limits::event_bytes, payload.size());
  const std::size_t bytes = payload.size() + event_overhead_bytes;
  if (underway_.size() >= limits::events_under_way) return std::nullopt;
  if (unsent_bytes_ > pace_.bytes_in(waiting_most)) return std::nullopt;
  unsent_bytes_ += bytes;
  const std::uint32_t counter = next_counter_++;
  underway_.push_back({counter, {stamp, Bytes(payload.begin(), payload.end()), is, local}});
  return counter;
}

void OwnEvents::send_again() {
  // Behind a hole the log has some: those before it were decided by the relay that wrote it.
  std::uint32_t first = underway_.empty() ? next_counter_ : underway_.front().counter;
  while (!decided_.empty() && decided_.back().counter + 1 == first) {
    --first;
    underway_.push_front(std::move(decided_.back()));
    decided_.pop_back();
  }
  outflow_ = Outflow(up_repetitions, first);
  unsent_bytes_ = 0;
  for (const Underway& own : underway_)
    unsent_bytes_ += own.event.payload.size() + event_overhead_bytes;
}

void OwnEvents::fold_back() {
  underway_.clear();
  decided_.clear();
  outflow_ = Outflow(up_repetitions, next_counter_);
  unsent_bytes_ = 0;
  progress_ = progress_sent_ = {};
}

void OwnEvents::skip_to(std::uint32_t next_counter) {
  if (next_counter <= next_counter_) return;
  next_counter_ = next_counter;
  for (const Underway& own : decided_)
    dropped_.push_back(own.counter);
  for (const Underway& own : underway_)
    dropped_.push_back(own.counter);
  underway_.clear();
  decided_.clear();
  outflow_ = Outflow(up_repetitions, next_counter_);
  unsent_bytes_ = 0;
}

void OwnEvents::settle(std::uint32_t counted, std::span<const NumberRange> held, Instant now) {
  counted = std::min(counted, next_counter_);
  // An event that was never sent over this connection cannot be decided, unless over the one
  // before.
  while (!underway_.empty() && underway_.front().counter < counted) {
    if (underway_.front().counter >= outflow_.sent_end()) {
      unsent_bytes_ -= underway_.front().event.payload.size() + event_overhead_bytes;
    }
    decided_.push_back(std::move(underway_.front()));
    underway_.pop_front();
    if (decided_.back().counter >= outflow_.sent_end()) {
      outflow_ = Outflow(up_repetitions, decided_.back().counter + 1);
    }
  }
  outflow_.acknowledge(counted, held, now);
}

std::optional<OfferedEvent> OwnEvents::take(std::uint32_t counter) {
  const auto found = std::find_if(decided_.begin(), decided_.end(),
                                  [&](const Underway& own) { return own.counter == counter; });
  if (found == decided_.end()) return std::nullopt;
  OfferedEvent event = TUTTI_MUTANT(wrong_event_is_ours) && !underway_.empty()
                           ? underway_.back().event
                           : std::move(found->event);
  decided_.erase(found);
  return event;
}

std::vector<std::uint32_t> OwnEvents::take_refused(std::uint32_t counted) {
  std::vector<std::uint32_t> refused = std::exchange(dropped_, {});
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

bool OwnEvents::is_streaming() const {
  return is_in_a_row() && events_in_a_row_ >= streaming_ticks;
}

bool OwnEvents::is_due(std::int64_t announce_ticks, Instant now) {
  if (has_more(now)) return true;
  // Where every tick has its event, the next one's datagram brings the news: one a tick is enough.
  if (is_streaming()) return false;
  return progress_.value / announce_ticks > progress_sent_.value / announce_ticks;
}

bool OwnEvents::has_more(Instant now) {
  const bool may_send = pace_.may_send(now);
  const bool is_missing = outflow_.has_missing(now);
  const bool is_crowded = pace_.is_plentiful() && outflow_.has_crowded_out();
  return may_send && (is_missing || has_unsent() || is_crowded);
}

std::vector<std::uint32_t> OwnEvents::choose(std::size_t room, Instant now) {
  auto chosen = outflow_.choose(next_counter_, room, !pace_.is_plentiful(), now,
                                [&](std::uint32_t number, std::optional<std::uint32_t> before) {
                                  return play_bytes_of(event(number),
                                                       before ? event(*before).stamp : progress_) +
                                         skipped_bytes_most;
                                });
  if (TUTTI_MUTANT(sent_once_is_sent)) {
    std::erase_if(chosen, [&](std::uint32_t number) { return number < outflow_.sent_end(); });
  }
  // The promise holds behind the last event in the message: so the last of all goes along.
  const std::uint32_t end = chosen.empty() ? outflow_.received() : chosen.back() + 1;
  if (end < outflow_.sent_end()) chosen.push_back(outflow_.sent_end() - 1);
  return chosen;
}

void OwnEvents::fill(PlayUp& message, bool is_waiting, Instant now) {
  if (has_unsent()) {
    events_in_a_row_ = is_in_a_row() ? events_in_a_row_ + (progress_ - event_sent_at_) : 0;
    event_sent_at_ = progress_;
  }
  const std::size_t free = outflow_.datagram_bytes(now) - play_header_bytes_most -
                           play_bytes_of(message.held, message.received);
  const std::size_t room = pace_.may_send(now) ? free : 0;
  std::vector<std::uint32_t> sent;
  std::size_t size = 0;
  if (!is_waiting && !underway_.empty()) {
    sent = choose(room, now);
    Tick before = progress_;
    std::size_t fitting = 0;
    for (; fitting < sent.size(); ++fitting) {
      const std::uint32_t number = sent[fitting];
      const OfferedEvent& offered = event(number);
      size += play_bytes_of(offered, before) + skipped_bytes_most;
      if (size > room) break;
      before = offered.stamp;
      if (number >= outflow_.sent_end()) {
        unsent_bytes_ -= offered.payload.size() + event_overhead_bytes;
      }
      if (fitting == message.events.size()) message.events.emplace_back();
      message.events[fitting] = offered;
      message.events[fitting].skipped = fitting == 0 ? 0 : number - sent[fitting - 1] - 1;
    }
    sent.resize(fitting);
  }
  message.events.resize(sent.size());
  if (!sent.empty()) {
    message.first_counter = sent.front();
    message.earlier = sent.front() - underway_.front().counter;
  }
  outflow_.note_sent(sent, size + play_header_bytes_most, now);
  // The promised progress ends before the first event that follows those in here; where none is in
  // here, before the first that is not decided.
  message.progress = progress_;
  const std::uint32_t first = underway_.empty() ? next_counter_ : underway_.front().counter;
  const std::uint32_t next = sent.empty() ? first : sent.back() + 1;
  if (next < next_counter_) message.progress = std::min(progress_, event(next).stamp - 1);
  progress_sent_ = message.progress;
}

}  // namespace tutti::detail
