#pragma once
// Where fights take place: one solid floor that ends on both sides, platforms that can be jumped
// through, some of which move, and the frame beyond which a fighter is lost.

#include <array>
#include <cstdint>
#include <span>

#include "tutti/sim/vec2.hpp"

namespace counterpoint {

using tutti::Fixed;
using tutti::Vec2;
using namespace tutti::literals;

enum class Stage : std::uint8_t {
  podium,   ///< flat
  staves,   ///< platforms that move
  gallery,  ///< platforms that stand still
};
inline constexpr std::uint8_t stage_count = 3;
/// "podium"; "unknown" for a number that is no stage.
const char* name_of(Stage stage);

/// The floor of every stage: x from -half_width to half_width, at height 0, solid below.
inline constexpr Fixed stage_half_width = 6.0_fx;
/// A fighter further to the side, higher or lower than this is lost.
inline constexpr Fixed blast_side = 12.0_fx;
inline constexpr Fixed blast_top = 9.0_fx;
inline constexpr Fixed blast_bottom = -5.5_fx;

/// A platform as it is built: thin, it holds only from above.
struct PlatformData {
  Vec2 middle{};
  Fixed half_width{};
  Vec2 swing{};              ///< how far it moves from its middle, to both sides
  std::uint16_t period = 0;  ///< ticks of a full swing; 0: it stands still
  std::uint16_t phase = 0;   ///< ticks that it is ahead
};

/// A platform where it is at some tick.
struct Platform {
  Fixed left{}, right{}, height{};
};

/// Precondition for all of these: a stage that exists, else the first is meant.
std::span<const PlatformData> platforms_of(Stage stage);
/// `index`: of platforms_of(stage); `ticks`: since the round began.
Platform platform_at(Stage stage, std::size_t index, std::uint32_t ticks);

}  // namespace counterpoint
