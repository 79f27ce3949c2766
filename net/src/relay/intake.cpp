#include "relay/intake.hpp"

#include <algorithm>

#include "flow/ranges.hpp"

namespace tutti::detail {

namespace {

/// Promises that wait for events before them; the oldest goes first.
constexpr std::size_t promises_most = 64;

}  // namespace

bool Intake::hand_on(const PlayUp& message, std::span<const PlayerId> players, RelayMatch& match) {
  const bool are_theirs =
      std::all_of(message.events.begin(), message.events.end(),
                  [&](const OfferedEvent& event) { return event.local < players.size(); });
  if (!are_theirs) return false;
  const PlayerId player = players.front();  // counts for all of them
  // Whether an event that is repeated counts again is for the match to say.
  std::uint32_t repeated = message.first_counter;
  for (const OfferedEvent& event : message.events) {
    repeated += event.skipped;
    if (repeated < match.counted(player)) {
      match.handle(
          command::Offer{players[event.local], repeated, event.stamp, event.payload, event.is});
    }
    ++repeated;
  }
  // Events first: the announcement speaks of what follows them.
  take(message, match.counted(player));
  while (const auto event = next_event(match.counted(player))) {
    const auto& [counter, offered] = *event;
    match.handle(command::Offer{players[offered.local], counter, offered.stamp, offered.payload,
                                offered.is});
    if (match.counted(player) > counter) continue;
    // A command whose time has not come: the match decides on it with the next datagram.
    waiting_ = event;
    break;
  }
  if (const auto furthest = progress(match.counted(player))) {
    for (const PlayerId one : players)
      match.handle(command::Announce{one, *furthest});
  }
  return true;
}

void Intake::take(const PlayUp& message, std::uint32_t next) {
  if (message.events.empty()) {
    // It has no undecided event of which this promise would have to know.
    promises_.push_back({0, message.progress});
    return;
  }
  undecided_ = std::max(undecided_, message.first_counter - message.earlier);
  next = std::max(next, undecided_);
  std::uint32_t known = early_.empty() ? next : early_.rbegin()->first + 1;
  std::uint32_t counter = message.first_counter;
  for (const OfferedEvent& event : message.events) {
    counter += event.skipped;
    const bool is_known = waiting_ && waiting_->first == counter;
    const bool is_wanted =
        !is_known && counter >= next && counter - next < limits::events_under_way;
    if (is_wanted) {
      early_.try_emplace(counter, event);
      has_new_gap_ = has_new_gap_ || counter > known;
      known = std::max(known, counter + 1);
    }
    ++counter;
  }
  if (promises_.size() == promises_most) promises_.erase(promises_.begin());
  promises_.push_back({counter, message.progress});
}

std::optional<std::pair<std::uint32_t, OfferedEvent>> Intake::next_event(std::uint32_t next) {
  next = std::max(next, undecided_);
  if (auto waiting = std::exchange(waiting_, std::nullopt)) {
    if (waiting->first == next) return waiting;
  }
  early_.erase(early_.begin(), early_.lower_bound(next));
  if (early_.empty() || early_.begin()->first != next) return std::nullopt;
  auto first = early_.extract(early_.begin());
  return std::pair(first.key(), std::move(first.mapped()));
}

std::optional<Tick> Intake::progress(std::uint32_t next) {
  next = std::max(next, undecided_);
  std::optional<Tick> furthest;
  std::erase_if(promises_, [&](const Promise& promise) {
    if (promise.end > next) return false;
    furthest = std::max(furthest.value_or(promise.progress), promise.progress);
    return true;
  });
  return furthest;
}

std::vector<NumberRange> Intake::held() const { return ranges_of(early_); }

}  // namespace tutti::detail
