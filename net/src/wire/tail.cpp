#include "tutti/net/tail.hpp"

#include <algorithm>

#include "wire/tail_codec.hpp"
#include "wire/wire.hpp"

namespace tutti {

namespace {

void write_event(ByteWriter& out, const EventView& event) {
  detail::write_tick(out, event.tick);
  out.u8(event.author.value);
  out.varint(event.counter);
  out.run(event.payload);
}

std::optional<Event> read_event(ByteReader& in) {
  Event event;
  event.tick = detail::read_tick(in);
  event.author.value = in.u8();
  const std::uint64_t counter = in.varint();
  if (counter > UINT32_MAX || event.author.value > limits::players) in.fail();
  event.counter = static_cast<std::uint32_t>(counter);
  const BytesView payload =
      in.run(event.author.is_relay() ? limits::relay_event_bytes : limits::event_bytes);
  if (!in.ok()) return std::nullopt;
  event.payload.assign(payload.begin(), payload.end());
  return event;
}

}  // namespace

Tail tail_of(const Log& log, const TailWanted& wanted) {
  Tail tail;
  if (log.head(wanted.after) != wanted.head) return tail;
  tail.horizon = log.horizon();
  Bytes scratch;
  ByteWriter out(scratch);
  for (const EventView& event : log.events_between(wanted.after + 1, Tick{INT64_MAX})) {
    write_event(out, event);
    if (scratch.size() > limits::tail_bytes) {
      // Not everything fits: the promised horizon ends before the first event that is left out.
      tail.horizon = std::min(tail.horizon, event.tick - 1);
      break;
    }
    tail.events.push_back(to_owned(event));
  }
  return tail;
}

namespace detail {

void write_fields(ByteWriter& out, const TailWanted& message) {
  write_tick(out, message.after);
  out.raw(message.head.bytes);
}

TailWanted read_tail_wanted(ByteReader& in) {
  TailWanted message;
  message.after = read_tick(in);
  message.head = read_head(in);
  return message;
}

void write_fields(ByteWriter& out, const Tail& message) {
  write_tick(out, message.horizon);
  Bytes bytes;
  ByteWriter events(bytes);
  for (const Event& event : message.events)
    write_event(events, event);
  out.run(bytes);
}

Tail read_tail(ByteReader& in) {
  Tail message;
  message.horizon = read_tick(in);
  ByteReader events(in.run(limits::tail_bytes));
  while (events.remaining() > 0) {
    std::optional<Event> event = read_event(events);
    const bool is_next =
        event && (message.events.empty() || canonical_order(message.events.back(), *event) < 0);
    if (!is_next) {
      in.fail();
      return {};
    }
    message.events.push_back(std::move(*event));
  }
  return message;
}

}  // namespace detail

}  // namespace tutti
