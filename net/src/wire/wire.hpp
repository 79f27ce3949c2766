#pragma once
// How the parts of messages that several kinds share are written.

#include <algorithm>
#include <chrono>

#include "tutti/net/messages.hpp"
#include "tutti/sim/bytes.hpp"
#include "tutti/sim/tick.hpp"

namespace tutti::detail {

/// Ticks on the wire are never negative and never beyond what 60 Hz reaches in 2,000 years.
inline constexpr std::uint64_t tick_most = std::uint64_t{1} << 42;

/// Times on the wire are counted in these.
inline constexpr std::chrono::microseconds wire_unit{100};

/// The size of a varint.
inline std::size_t varint_bytes(std::uint64_t value) {
  std::size_t bytes = 1;
  for (; value >= 0x80; value >>= 7)
    ++bytes;
  return bytes;
}

/// The size of a run.
inline std::size_t run_bytes(BytesView run) { return varint_bytes(run.size()) + run.size(); }

/// Before an offered event's bytes: four times their number, 1 more for a command, and 2 more if
/// the number of the client's player follows.
inline std::uint64_t offered_head(const OfferedEvent& event) {
  return event.payload.size() * 4 + (event.local > 0 ? 2 : 0) +
         (event.is == PlayerEvent::command ? 1 : 0);
}

inline void write_tick(ByteWriter& out, Tick tick) {
  out.varint(static_cast<std::uint64_t>(tick.value));
}

inline Tick read_tick(ByteReader& in) {
  const std::uint64_t value = in.varint();
  if (value > tick_most) in.fail();
  return Tick{in.ok() ? static_cast<std::int64_t>(value) : 0};
}

/// A secret, or a hash: as many bytes as its type has.
template <class Array>
Array read_array(ByteReader& in) {
  Array array{};
  const BytesView bytes = in.raw(array.size());
  std::copy(bytes.begin(), bytes.end(), array.begin());
  return array;
}

inline Head read_head(ByteReader& in) { return {read_array<decltype(Head::bytes)>(in)}; }

/// Without a log there is no head either.
inline void write(ByteWriter& out, const KnownLog& log) {
  write_tick(out, log.through);
  if (log.through > Tick{}) out.raw(log.head.bytes);
}

inline KnownLog read_known_log(ByteReader& in) {
  KnownLog log{.through = read_tick(in)};
  if (log.through > Tick{}) log.head = read_head(in);
  return log;
}

}  // namespace tutti::detail
