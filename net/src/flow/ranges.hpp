#pragma once
// Ranges of numbers that are there behind a gap.

#include <map>
#include <vector>

#include "tutti/net/messages.hpp"

namespace tutti::detail {

/// The ranges that the keys of an ordered map make, as many as a message holds.
template <class Item>
std::vector<NumberRange> ranges_of(const std::map<std::uint32_t, Item>& items) {
  std::vector<NumberRange> ranges;
  for (const auto& [number, item] : items) {
    if (!ranges.empty() && ranges.back().end == number) {
      ++ranges.back().end;
    } else if (ranges.size() == limits::held_ranges) {
      break;
    } else {
      ranges.push_back({number, number + 1});
    }
  }
  return ranges;
}

}  // namespace tutti::detail
