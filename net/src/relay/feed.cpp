#include "relay/feed.hpp"
#include "tutti/sim/mutant.hpp"

#include <algorithm>

namespace tutti::detail {

namespace {

/// How long everything is repeated after an acknowledgement stayed out.
constexpr std::chrono::seconds eager_time{30};
constexpr std::chrono::milliseconds resend_pace{33};
/// How long an acknowledgement is waited for, at most and at least.
constexpr std::chrono::milliseconds patience_most{500};
constexpr std::chrono::milliseconds patience_least{50};

}  // namespace

Feed Feed::to(const Hello& hello, std::uint32_t received, Instant now) {
  Feed feed;
  feed.generation = hello.generation;
  feed.heard = now;
  feed.received = feed.told = feed.repeated = received;
  return feed;
}

void Feed::hear(const PlayUp& message, Instant now) {
  heard = now;
  has_echo = true;
  echo = message.sent_at;
  received = std::max(received, message.received);
  told = std::max(told, received);
  if (probe == 0 || received < probe) return;
  const Duration sample = now - probe_sent;
  acknowledges_after = acknowledges_after ? (*acknowledges_after * 7 + sample) / 8 : sample;
  // Events that went out while this was being timed may be lost too: time them next.
  probe = received < told ? told : 0;
  probe_sent = extended_at;
}

/// An acknowledgement that takes half as long again as usual is not late but lost, or its event is.
bool Feed::is_late(Instant now) const {
  if (probe == 0) return false;
  const Duration usual = acknowledges_after.value_or(patience_most / 2);
  return now - probe_sent > std::clamp<Duration>(usual * 3 / 2, patience_least, patience_most);
}

std::optional<std::uint32_t> Feed::next(std::uint32_t count, bool has_news, Instant now) {
  const bool is_overdue = is_late(now);
  const std::uint32_t missing = count > received ? count - received : 0;
  if (is_fetching || missing > play_events_most) {
    if (is_overdue) {
      told = repeated = received;
      probe = 0;
    }
    const bool is_due = told < count && now - told_at >= fetch_pace;
    return is_due || now - told_at >= heartbeat ? std::optional(told) : std::nullopt;
  }
  // Busy or quiet, a late acknowledgement is answered; in quiet the resending needs a pace of its
  // own.
  if (is_overdue) eager_until = now + eager_time;
  const bool is_resend_due = is_overdue && now - told_at >= resend_pace;
  if (told >= count && !has_news && !is_resend_due && now - told_at < heartbeat) {
    return std::nullopt;
  }
  // New events go out twice, in this datagram and the next, so that a single loss costs one
  // interval; after a loss that this did not mend, everything goes out until it is acknowledged.
  if (TUTTI_MUTANT(told_once_is_told)) return told;
  return now < eager_until ? received : std::max(received, repeated);
}

void Feed::sent(std::uint32_t end, std::uint32_t count, Instant now) {
  is_fetching = end < count;
  repeated = std::max(repeated, std::min(told, end));
  told_at = now;
  if (end <= told) return;
  told = end;
  extended_at = now;
  if (probe != 0) return;
  probe = end;
  probe_sent = now;
}

}  // namespace tutti::detail
