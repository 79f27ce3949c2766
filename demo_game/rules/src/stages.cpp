// The stages and the rule sets as tables.

#include "counterpoint/stages.hpp"

#include "counterpoint/rule_sets.hpp"

namespace counterpoint {

namespace {

constexpr std::array staves = {
    PlatformData{
        .middle = {-2.6_fx, 1.35_fx}, .half_width = 1.1_fx, .swing = {1.4_fx, 0_fx}, .period = 600},
    PlatformData{.middle = {2.6_fx, 1.35_fx},
                 .half_width = 1.1_fx,
                 .swing = {1.4_fx, 0_fx},
                 .period = 600,
                 .phase = 300},
    PlatformData{
        .middle = {0_fx, 2.6_fx}, .half_width = 1.2_fx, .swing = {0_fx, 0.5_fx}, .period = 480},
};
constexpr std::array gallery = {
    PlatformData{.middle = {-3.4_fx, 1.3_fx}, .half_width = 1.3_fx},
    PlatformData{.middle = {3.4_fx, 1.3_fx}, .half_width = 1.3_fx},
};

constexpr std::array<RuleSetData, rule_set_count> rule_sets = {{
    {.lives = 3, .rounds_to_win = 1, .rounds_max = 1, .health = 0, .round_ticks = 180 * 60},
    {.lives = 1, .rounds_to_win = 2, .rounds_max = 3, .health = 120, .round_ticks = 60 * 60},
}};

}  // namespace

std::span<const PlatformData> platforms_of(Stage stage) {
  switch (stage) {
    case Stage::podium:
      return {};
    case Stage::staves:
      return staves;
    case Stage::gallery:
      return gallery;
  }
  return {};
}

Platform platform_at(Stage stage, std::size_t index, std::uint32_t ticks) {
  const PlatformData& data = platforms_of(stage)[index];
  Vec2 middle = data.middle;
  if (data.period != 0) {
    const auto into = static_cast<std::int64_t>((ticks + data.phase) % data.period);
    middle += data.swing * tutti::sin_turns(Fixed::ratio(into, data.period));
  }
  return {middle.x - data.half_width, middle.x + data.half_width, middle.y};
}

const RuleSetData& data_of(RuleSet rules) {
  const auto row = static_cast<std::size_t>(rules);
  return rule_sets[row < rule_sets.size() ? row : 0];
}

}  // namespace counterpoint
