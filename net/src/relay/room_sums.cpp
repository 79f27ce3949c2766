#include "relay/room_sums.hpp"

#include <algorithm>
#include <set>

#include "tutti/sim/mutant.hpp"

namespace tutti::detail {

std::vector<std::string> codes(const Rooms& rooms) {
  std::vector<std::string> codes;
  for (const auto& [code, room] : rooms)
    codes.push_back(code);
  return codes;
}

std::size_t memory_bytes(const Rooms& rooms) {
  std::size_t bytes = 0;
  if (TUTTI_MUTANT(memory_has_no_budget)) return bytes;
  for (const auto& [code, room] : rooms)
    bytes += room->memory_bytes();
  return bytes;
}

std::size_t snapshot_bytes(const Rooms& rooms) {
  std::set<std::shared_ptr<const PackedSnapshot>> kept;
  std::size_t bytes = 0;
  const auto count = [&](const auto& seats) {
    for (const auto& seat : seats) {
      const auto& sender = seat.delivery.sender;
      if (sender && !sender->is_passing()) kept.insert(sender->snapshot());
    }
  };
  for (const auto& [code, room] : rooms) {
    const SnapshotDesk& desk = room->deliveries().desk();
    if (desk.is_asking()) bytes += limits::packed_snapshot_bytes;
    if (desk.held()) kept.insert(desk.held());
    count(room->seats().players());
    count(room->seats().spectators());
  }
  for (const auto& snapshot : kept)
    bytes += snapshot->packed.size();
  return bytes;
}

std::vector<RoomSummary> newest_summaries(const Rooms& rooms, std::size_t most, Instant now) {
  std::vector<const Room*> newest;
  newest.reserve(rooms.size());
  for (const auto& [code, room] : rooms)
    newest.push_back(room.get());
  most = std::min(most, newest.size());
  std::partial_sort(
      newest.begin(), newest.begin() + static_cast<std::ptrdiff_t>(most), newest.end(),
      [](const Room* one, const Room* other) { return one->opened_at() > other->opened_at(); });
  std::vector<RoomSummary> summaries;
  for (std::size_t i = 0; i < most; ++i)
    summaries.push_back(newest[i]->summary(now));
  return summaries;
}

}  // namespace tutti::detail
