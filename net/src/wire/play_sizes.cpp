// How far a play message goes, and how many bytes it will have, before it is written.

#include "tutti/net/messages.hpp"
#include "wire/wire.hpp"

namespace tutti {

std::uint64_t end_of(const PlayUp& message) {
  std::uint64_t end = std::uint64_t{message.first_counter} + message.events.size();
  for (const OfferedEvent& event : message.events)
    end += event.skipped;
  return end;
}

std::uint64_t end_of(const PlayDown& message) {
  std::uint64_t end = std::uint64_t{message.first_sequence} + message.events.size();
  for (const AcceptedEvent& event : message.events)
    end += event.skipped;
  return end;
}

std::size_t play_bytes_of(const std::vector<NumberRange>& held, std::uint32_t received) {
  std::size_t bytes = 1;
  for (const NumberRange& range : held) {
    bytes += detail::varint_bytes(range.first - received) +
             detail::varint_bytes(range.end - range.first);
    received = range.end;
  }
  return bytes;
}

std::size_t play_bytes_of(const OfferedEvent& event, Tick before) {
  return detail::varint_bytes(zigzag(event.stamp - before)) +
         detail::varint_bytes(detail::offered_head(event)) + (event.local > 0 ? 1 : 0) +
         event.payload.size();
}

std::size_t play_bytes_of(const AcceptedEvent& event, Tick before) {
  const std::size_t start = 1 + detail::varint_bytes(event.counter) +
                            (event.skipped > 0 ? 1 + detail::varint_bytes(event.skipped) : 0);
  if (event.is_as_offered) return start;
  return start + detail::varint_bytes(zigzag(event.tick - before)) +
         detail::run_bytes(event.payload);
}

std::size_t play_bytes_of(const PlayUp& message) {
  std::size_t bytes = 0;
  Tick before = message.progress;
  for (const OfferedEvent& event : message.events) {
    bytes += play_bytes_of(event, before);
    before = event.stamp;
  }
  return bytes;
}

std::size_t play_bytes_of(const PlayDown& message) {
  std::size_t bytes = 0;
  Tick before = message.clock;
  for (const AcceptedEvent& event : message.events) {
    bytes += play_bytes_of(event, before);
    if (!event.is_as_offered) before = event.tick;
  }
  return bytes;
}

}  // namespace tutti
