#pragma once
// Shards: relays of one machine that divide its rooms among them, so that each of its cores has
// one. They share nothing: each is a thread or a process with a port and a journal of its own, and
// a room's code says which of them has the room. A client may ask any of them, and is sent on.

#include <cstdint>
#include <optional>
#include <string_view>

#include "tutti/sim/digest.hpp"

namespace tutti {

namespace limits {
/// Shards of one machine.
inline constexpr std::uint16_t relay_shards = 64;
}  // namespace limits

/// The shard, of so many, in which a room with this code is opened.
inline std::uint16_t shard_of(std::string_view room, std::uint16_t count) {
  const Digest digest = digest_of(as_bytes(room));
  const auto first = std::to_integer<std::uint32_t>(digest.bytes[0]);
  const auto second = std::to_integer<std::uint32_t>(digest.bytes[1]);
  return static_cast<std::uint16_t>((first | second << 8U) % count);
}

/// A relay's place among the shards of its machine.
struct Shard {
  std::uint16_t count = 1;       ///< shards, 1 to limits::relay_shards; 1 is a relay by itself
  std::uint16_t index = 0;       ///< this one's, from 0
  std::uint16_t first_port = 0;  ///< of shard 0; the others have the ports behind it

  /// Whether a room with this code is opened here.
  bool has(std::string_view room) const { return count == 1 || shard_of(room, count) == index; }
  /// Where the one listens that has this room, or is to open it; nothing for this one itself. A
  /// room without a code may be opened by any: `chance` decides.
  std::optional<std::uint16_t> other_port(std::string_view room, std::uint16_t chance) const {
    const std::uint32_t its = room.empty() ? chance % count : shard_of(room, count);
    if (its == index) return std::nullopt;
    return static_cast<std::uint16_t>(first_port + its);
  }
};

}  // namespace tutti
