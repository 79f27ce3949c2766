#include "render/cast.hpp"

#include <algorithm>

namespace counterpoint {

namespace {

constexpr float flash_ticks = 4;

/// A blow that has just landed: its victim, white and trembling while both stand still.
bool is_impact(const Fighter& fighter) {
  return fighter.freeze > 0 && fighter.action_ticks == 0 &&
         (fighter.action == Action::reeling || fighter.action == Action::launched ||
          fighter.action == Action::shield_stunned || fighter.action == Action::dazed);
}

/// How fast a pose follows: attacks strike, everything else flows. Per tick.
float following(const Fighter& fighter) {
  switch (fighter.action.value) {
    case Action::attacking:
    case Action::rolling:
    case Action::air_dodging:
    case Action::climbing:
      return 0.75F;
    case Action::reeling:
    case Action::shield_stunned:
      return 0.65F;
    default:
      return 0.42F;
  }
}

/// The same turn, named so that it is nearest to another one.
float turn_near(float turn, float other) {
  return turn + 2 * pi * std::round((other - turn) / (2 * pi));
}

/// A fighter that was put elsewhere with its action does not flow into it.
bool is_put_elsewhere(const Fighter& fighter, Action shown) {
  const bool was_away = shown == Action::out || shown == Action::climbing;
  return was_away && fighter.action != shown;
}

/// The match's own time: idle bodies move by it, so that a tick always looks the same.
float seconds_of(const Moment& moment) {
  const State& state = moment.current;
  const std::uint32_t ticks = state.stage_ticks > 0 ? state.stage_ticks : state.phase_ticks;
  return ticks_into(ticks, moment.fraction) / ticks_per_second;
}

}  // namespace

std::optional<float> floor_under(const State& state, Point position) {
  std::optional<float> floor;
  const auto take = [&](float left, float right, float height) {
    const bool is_under = position.x >= left && position.x <= right && height <= position.y + 0.1F;
    if (is_under && (!floor || height > *floor)) floor = height;
  };
  const float edge = to_float(stage_half_width);
  take(-edge, edge, 0);
  for (std::size_t i = 0; i < platforms_of(state.stage).size(); ++i) {
    const Platform platform = platform_at(state.stage, i, state.stage_ticks);
    take(to_float(platform.left), to_float(platform.right), to_float(platform.height));
  }
  return floor;
}

float hanging_depth(const Figure& figure) {
  const float lowest = std::min(figure.joints.lead_leg.end.y, figure.joints.rear_leg.end.y) - 0.07F;
  return std::max(0.0F, -lowest) * build_of(figure.character).scale;
}

Figure Cast::figure_of(const Moment& moment, std::size_t slot, const Passage& passage) {
  const Fighter& fighter = moment.current.fighters[slot];
  const bool is_held = fighter.freeze > 0;
  const float seconds = seconds_of(moment) + static_cast<float>(slot) * 0.7F;
  const Pose target = pose_of(fighter, ticks_of(moment, fighter), seconds);
  Shown& shown = shown_[slot];
  // In the impact of a blow both are seen as they are at that tick, from the first picture of it.
  const bool is_exact = is_held && (fighter.action == Action::attacking || is_impact(fighter));
  if (passage.is_cut || is_exact || !shown.is_known || is_put_elsewhere(fighter, shown.action)) {
    shown.pose = target;
  } else if (!is_held) {
    const float part = 1 - std::pow(1 - following(fighter), passage.seconds * ticks_per_second);
    shown.pose.roll = turn_near(shown.pose.roll, target.roll);
    shown.pose = mix(shown.pose, target, part);
  }
  shown.action = fighter.action;
  shown.is_known = true;
  Figure figure;
  figure.character = fighter.character;
  figure.position = drawn_position(moment, slot);
  const std::optional<float> floor = floor_under(moment.current, figure.position);
  constexpr float nowhere = -100;
  const float height = floor ? *floor - figure.position.y : nowhere;
  figure.joints = joints_of(shown.pose, height / build_of(fighter.character).scale);
  figure.facing = static_cast<float>(fighter.facing);
  figure.pull = to_float(fighter.velocity.x) * figure.facing * ticks_per_second;
  figure.is_dazed = fighter.action == Action::dazed;
  figure.shade = fighter.action == Action::helpless ? 1 : 0;
  figure.seconds = seconds;
  if (fighter.intangible > 0 && fighter.action != Action::hanging) {
    figure.flash = 0.18F + 0.18F * std::sin(seconds * 24);
  }
  if (is_impact(fighter)) {
    const auto left = static_cast<float>(fighter.freeze);
    const float strongest = fighter.action == Action::shield_stunned ? 0.3F : 1.0F;
    figure.flash = strongest * part_of(left, 0, flash_ticks);
    if (is_calm_) figure.flash *= 0.35F;
    figure.position.x += (is_calm_ ? 0 : 0.022F) * (fighter.freeze % 2 == 0 ? 1.0F : -1.0F);
  }
  return figure;
}

}  // namespace counterpoint
