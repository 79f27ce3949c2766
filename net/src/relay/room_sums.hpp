#pragma once
// What all rooms of a relay come to together.

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "relay/room.hpp"

namespace tutti::detail {

/// By their codes.
using Rooms = std::map<std::string, std::unique_ptr<Room>>;

std::vector<std::string> codes(const Rooms& rooms);
/// Bytes of memory, by count.
std::size_t memory_bytes(const Rooms& rooms);
/// Bytes of all snapshots that are kept, on their way to somebody, or asked for.
std::size_t snapshot_bytes(const Rooms& rooms);
/// Of the rooms that were opened last, at most so many.
std::vector<RoomSummary> newest_summaries(const Rooms& rooms, std::size_t most, Instant now);

}  // namespace tutti::detail
