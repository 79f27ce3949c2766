#pragma once
// The number of things that each place of the network has at present, against the number that it
// may have: connections at the link, rooms at the relay.

#include <cstdint>
#include <unordered_map>

#include "tutti/net/place.hpp"

namespace tutti::detail {

class PlaceCounts {
 public:
  explicit PlaceCounts(const PlaceLimit& limit) : limit_(limit) {}

  bool has_room(const NetworkPlace& place) const {
    return is_below(households_, place.household, limit_.per_household) &&
           is_below(neighbourhoods_, place.neighbourhood, limit_.per_neighbourhood);
  }
  /// Another limit from now on.
  void change(const PlaceLimit& limit) { limit_ = limit; }
  void add(const NetworkPlace& place) {
    ++households_[place.household];
    ++neighbourhoods_[place.neighbourhood];
  }
  void remove(const NetworkPlace& place) {
    take_one(households_, place.household);
    take_one(neighbourhoods_, place.neighbourhood);
  }

 private:
  using Counts = std::unordered_map<std::uint64_t, std::size_t>;

  static bool is_below(const Counts& counts, std::uint64_t key, std::size_t most) {
    const auto found = counts.find(key);
    return most == 0 || found == counts.end() || found->second < most;
  }
  static void take_one(Counts& counts, std::uint64_t key) {
    const auto found = counts.find(key);
    if (found != counts.end() && --found->second == 0) counts.erase(found);
  }

  PlaceLimit limit_;
  Counts households_;
  Counts neighbourhoods_;
};

}  // namespace tutti::detail
