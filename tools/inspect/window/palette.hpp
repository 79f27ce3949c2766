#pragma once
// The colours of the panels. Those of players can be told apart by everybody (M. Okabe, K. Ito,
// "Color Universal Design", 2008).

#include <imgui.h>

#include <array>

#include "tutti/sim/event.hpp"

namespace tutti::inspect {

inline constexpr ImU32 color_relay = IM_COL32(0xA7, 0xB0, 0xBE, 0xFF);
inline constexpr ImU32 color_wrong = IM_COL32(0xF0, 0x5A, 0x4E, 0xFF);  ///< rollbacks, differences
inline constexpr ImU32 color_changed = IM_COL32(0xF2, 0xC1, 0x4E, 0xFF);
inline constexpr ImU32 color_good = IM_COL32(0x62, 0xC9, 0x8D, 0xFF);
inline constexpr ImU32 color_cursor = IM_COL32(0xFF, 0xFF, 0xFF, 0xFF);
inline constexpr ImU32 color_faint = IM_COL32(0x8D, 0x97, 0xA7, 0xFF);
inline constexpr ImU32 color_line = IM_COL32(0x33, 0x3A, 0x47, 0xFF);

inline ImU32 color_of(Author author) {
  constexpr std::array<ImU32, 6> players{
      IM_COL32(0x56, 0xB4, 0xE9, 0xFF), IM_COL32(0xE6, 0x9F, 0x00, 0xFF),
      IM_COL32(0x1F, 0xB5, 0x8A, 0xFF), IM_COL32(0xCC, 0x79, 0xA7, 0xFF),
      IM_COL32(0xF0, 0xE4, 0x42, 0xFF), IM_COL32(0x6F, 0x8D, 0xFF, 0xFF)};
  return author.is_relay() ? color_relay : players[author.player().value % players.size()];
}

/// The same colour, more or less of it.
inline ImU32 with_alpha(ImU32 color, int alpha) {
  return (color & ~IM_COL32_A_MASK) | (static_cast<ImU32>(alpha) << IM_COL32_A_SHIFT);
}

}  // namespace tutti::inspect
