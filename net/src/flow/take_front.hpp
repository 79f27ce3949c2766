#pragma once
// A queue from which somebody takes what there is.

#include <deque>
#include <optional>
#include <utility>

namespace tutti::detail {

/// Takes the oldest, if there is one.
template <class Item>
std::optional<Item> take_front(std::deque<Item>& items) {
  if (items.empty()) return std::nullopt;
  std::optional<Item> first = std::move(items.front());
  items.pop_front();
  return first;
}

}  // namespace tutti::detail
