#include "relay/feed.hpp"

#include <algorithm>

namespace tutti::detail {

namespace {

/// A datagram in this time is enough for a client that acknowledges nothing.
constexpr std::chrono::milliseconds unanswered_pace{33};

/// A player is told each event twice while that is little. After a loss everything goes along while
/// that is little, and spares stand for the datagrams where it is not: so a loss costs two ticks at
/// most. Missing events go out again as soon as that is known.
constexpr Outflow::Options repetitions{
    .calm = {.copies = 2, .copies_bytes = 64, .everything_bytes = 0},
    .lossy = {.copies = 1, .copies_bytes = 0, .everything_bytes = 256, .has_spares = true}};

}  // namespace

Feed Feed::to(const Hello& hello, std::uint32_t received, std::uint32_t bytes_per_second,
              Instant now) {
  return {.heard = now,
          .covered = received - std::min(received, unconfirmed_most),
          .generation = hello.generation,
          .outflow = Outflow(repetitions, received),
          .pace = Pace(bytes_per_second)};
}

void Feed::hear(const PlayUp& message, Instant now) {
  heard = now;
  quiet_until = {};
  has_echo = true;
  echo = message.sent_at;
  if (message.has_lost) outflow.note_lossy(now);
  outflow.acknowledge(message.received, message.held, now);
}

bool Feed::is_due(std::uint32_t count, bool has_news, Instant now) {
  const bool is_missing = outflow.has_missing(now);
  const bool may_send = pace.may_send(now);
  if (outflow.is_unanswered(now) && now - told_at < unanswered_pace) return false;
  if (has_news || now - told_at >= heartbeat) return true;
  const std::uint32_t most = outflow.received() + outflow_events_most;
  const bool has_events = is_missing || told() < std::min(count, most);
  const bool is_crowded = pace.is_plentiful() && outflow.has_crowded_out();
  return may_send && (has_events || is_crowded);
}

Instant Feed::due_at(std::uint32_t count) const {
  // As soon as the budget allows.
  if (is_behind || told() < count || outflow.has_crowded_out()) return {};
  return std::min({told_at + heartbeat, outflow.next_loss(), spares.due_at()});
}

void Feed::note_sent(const std::vector<std::uint32_t>& numbers, std::size_t bytes,
                     std::uint32_t count, Instant now) {
  outflow.note_sent(numbers, bytes, now);
  is_behind = told() < count;
  told_at = now;
}

void Feed::note_datagram(std::uint8_t number_sent, BytesView bytes, Instant now) {
  pace.spend(bytes.size());
  if (outflow.needs_spare()) {
    spares.add(number_sent, bytes, now);
  } else {
    spares.clear();
  }
}

std::optional<PlaySpare> Feed::next_spare(std::uint32_t epoch, Instant now) {
  std::optional<PlaySpare> spare = spares.next(now);
  // It is worth what can be spared.
  if (!spare || !pace.is_plentiful()) return std::nullopt;
  spare->generation = generation;
  spare->epoch = epoch;
  return spare;
}

void Feed::rest(Duration pace_of_news) {
  quiet_until = is_behind
                    ? Instant{}
                    : std::min({told_at + pace_of_news, outflow.next_loss(), spares.due_at()});
}

}  // namespace tutti::detail
