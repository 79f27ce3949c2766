#pragma once
// Events for the tests of this folder, and a log's promises worked out naively.

#include <algorithm>
#include <string>
#include <vector>

#include "tutti/sim/event.hpp"
#include "tutti/sim/random.hpp"

namespace tutti::test {

inline Event relay_event(std::int64_t tick, std::uint32_t counter, const RelayEvent& event) {
  return {Tick{tick}, relay_author, counter, encode(event)};
}
inline Event joined(std::int64_t tick, std::uint32_t counter, std::uint8_t slot) {
  return relay_event(tick, counter, {.kind = EventKind::joined, .player = PlayerId{slot}});
}
/// A player's event that says `text`.
inline Event said(std::int64_t tick, std::uint8_t slot, std::uint32_t counter,
                  std::string_view text) {
  const BytesView bytes = as_bytes(text);
  return {Tick{tick}, author_of(PlayerId{slot}), counter, Bytes(bytes.begin(), bytes.end())};
}

inline bool is_same(const EventView& left, const EventView& right) {
  return canonical_order(left, right) == 0 &&
         std::equal(left.payload.begin(), left.payload.end(), right.payload.begin(),
                    right.payload.end());
}
template <class Left, class Right>
bool are_same(const Left& left, const Right& right) {
  return std::equal(left.begin(), left.end(), right.begin(), right.end(), is_same);
}

inline void sort(std::vector<Event>& events) {
  std::sort(events.begin(), events.end(), [](const Event& left, const Event& right) {
    return canonical_order(left.view(), right.view()) < 0;
  });
}

/// The same shuffle on every machine, which `std::shuffle` is not.
template <class T>
void shuffle(std::vector<T>& items, Random& random) {
  for (std::size_t i = items.size(); i > 1; --i)
    std::swap(items[i - 1], items[random.below(static_cast<std::uint32_t>(i))]);
}

}  // namespace tutti::test
