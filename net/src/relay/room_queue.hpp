#pragma once
// The rooms of a relay by the moment at which each has something to do next, so that a pass looks
// at the rooms that are due and at no others.

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include "relay/room.hpp"

namespace tutti::detail {

class RoomQueue {
 public:
  /// A new room, which is due at once.
  void add(Room& room) { waiting_.emplace(room.due(), &room); }
  void remove(Room& room) { waiting_.erase({room.due(), &room}); }
  /// Something has happened to the room: it is due in the next pass.
  void wake(Room& room) { wait(room, Instant{}); }
  void wait(Room& room, Instant due) {
    if (room.due() == due) return;
    auto place = waiting_.extract({room.due(), &room});
    room.set_due(due);
    place.value().first = due;
    waiting_.insert(std::move(place));
  }
  /// The rooms that are due, in the order of their codes. They stay due until they are told to
  /// wait.
  const std::vector<Room*>& due(Instant now) {
    due_.clear();
    for (const auto& [due, room] : waiting_) {
      if (due > now) break;
      due_.push_back(room);
    }
    std::sort(due_.begin(), due_.end(),
              [](const Room* a, const Room* b) { return a->code() < b->code(); });
    return due_;
  }

 private:
  std::set<std::pair<Instant, Room*>> waiting_;
  std::vector<Room*> due_;
};

}  // namespace tutti::detail
