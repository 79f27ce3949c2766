#pragma once
// The rooms and mirrors of a relay by the moment at which each has something to do next, so that a
// pass looks at those that are due and at no others.

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include "relay/venue.hpp"

namespace tutti::detail {

class VenueQueue {
 public:
  /// A new one, which is due at once.
  void add(Venue& venue) { waiting_.emplace(venue.due(), &venue); }
  void remove(Venue& venue) { waiting_.erase({venue.due(), &venue}); }
  /// Something has happened to it: it is due in the next pass.
  void wake(Venue& venue) { wait(venue, Instant{}); }
  void wait(Venue& venue, Instant due) {
    if (venue.due() == due) return;
    auto place = waiting_.extract({venue.due(), &venue});
    venue.set_due(due);
    place.value().first = due;
    waiting_.insert(std::move(place));
  }
  /// Those that are due, in the order of their codes, rooms first. They stay due until they are
  /// told to wait.
  const std::vector<Venue*>& due(Instant now) {
    due_.clear();
    for (const auto& [due, venue] : waiting_) {
      if (due > now) break;
      due_.push_back(venue);
    }
    std::sort(due_.begin(), due_.end(), [](const Venue* a, const Venue* b) {
      return a->is_mirror() != b->is_mirror() ? b->is_mirror() : a->code() < b->code();
    });
    return due_;
  }

 private:
  std::set<std::pair<Instant, Venue*>> waiting_;
  std::vector<Venue*> due_;
};

}  // namespace tutti::detail
