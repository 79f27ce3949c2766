#include "render/painter.hpp"

#include <optional>
#include <vector>

#include "render/arena.hpp"

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

/// Whether a pose may not flow from the one before: the fighter was put elsewhere with it.
bool is_cut(const Moment& moment, std::size_t slot, Action shown) {
  const Fighter& fighter = moment.current.fighters[slot];
  const bool was_away = shown == Action::out || shown == Action::climbing;
  return was_away && fighter.action != shown;
}

/// The floor or platform under the feet, for a shadow; nothing over the abyss.
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

}  // namespace

Figure Painter::figure_of(const Moment& moment, std::size_t slot, bool is_still) {
  const Fighter& fighter = moment.current.fighters[slot];
  const bool is_held = fighter.freeze > 0;
  const float ticks = ticks_into(fighter.action_ticks, is_held ? 1 : moment.fraction);
  const float seconds = clock_ + static_cast<float>(slot) * 0.7F;
  const Pose target = pose_of(fighter, ticks, seconds);
  Pose& shown = shown_[slot];
  if (is_still || !has_drawn_ || is_cut(moment, slot, shown_action_[slot])) {
    shown = target;
  } else if (!is_held || is_impact(fighter)) {
    const float part = 1 - std::pow(1 - following(fighter), elapsed_ * ticks_per_second);
    shown.roll = turn_near(shown.roll, target.roll);
    shown = mix(shown, target, part);
  }
  shown_action_[slot] = fighter.action;
  Figure figure;
  figure.character = fighter.character;
  figure.position = moved(to_point(moment.previous.fighters[slot].position),
                          to_point(fighter.position), moment.fraction);
  const std::optional<float> floor = floor_under(moment.current, figure.position);
  constexpr float nowhere = -100;
  const float height = floor ? *floor - figure.position.y : nowhere;
  figure.joints = joints_of(shown, height / build_of(fighter.character).scale);
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

void Painter::draw_arena(Canvas& canvas, const Moment& moment, const Captions& captions,
                         bool is_still) {
  const State& state = moment.current;
  std::array<Figure, fighters_max> figures;
  std::vector<Point> places;
  for (std::size_t slot = 0; slot < fighters_max; ++slot) {
    figures[slot] = figure_of(moment, slot, is_still);
    if (is_seen(state.fighters[slot])) places.push_back(figures[slot].position);
  }
  const Camera wanted = frame(places, canvas);
  camera_ = is_still || !has_drawn_ ? wanted : follow(camera_, wanted, elapsed_);
  camera_.shake = is_calm_ ? Point{} : sparks_.shake(camera_.scale());

  draw_backdrop(canvas, camera_, state.backdrop, clock_);
  draw_platforms(canvas, camera_, moment);
  const auto draw_each = [&](auto draw) {
    for (std::size_t slot = 0; slot < fighters_max; ++slot) {
      if (is_seen(state.fighters[slot])) draw(slot);
    }
  };
  draw_each([&](std::size_t slot) {
    const auto floor = floor_under(state, figures[slot].position);
    if (floor) draw_shadow(canvas, camera_, figures[slot], *floor);
  });
  sparks_.draw_behind(canvas, camera_);
  // Who attacks is in front; otherwise in the order of the slots, always the same.
  for (const bool is_front : {false, true}) {
    draw_each([&](std::size_t slot) {
      const Fighter& fighter = state.fighters[slot];
      if ((fighter.action == Action::attacking) != is_front) return;
      const Look& look = look_of(slot);
      draw_aura(canvas, camera_, fighter, figures[slot], look);
      draw_figure(canvas, camera_, figures[slot], look);
      draw_swing(canvas, camera_, fighter, figures[slot],
                 ticks_into(fighter.action_ticks, moment.fraction));
      draw_guard(canvas, camera_, fighter, figures[slot], look);
    });
  }
  draw_shots(canvas, camera_, moment);
  sparks_.draw_before(canvas, camera_);
  if (captions.extras.has_boxes) draw_boxes(canvas, camera_, state);
  const bool has_names = captions.names != std::array<std::string, fighters_max>{};
  if (state.phase == Phase::result || !has_names) return;
  draw_each([&](std::size_t slot) {
    const bool is_dummy = !state.fighters[slot].is_present;
    draw_tag(canvas, text_, camera_, figures[slot], look_of(slot),
             is_dummy ? "dummy" : captions.names[slot]);
  });
}

void Painter::compose(Canvas& canvas, const Moment& moment, const Captions& captions,
                      bool is_still) {
  const State& state = moment.current;
  const float ticks = ticks_into(state.phase_ticks, moment.fraction);
  draw_arena(canvas, moment, captions, is_still);
  draw_hud(canvas, text_, state, {ticks, clock_}, captions);
}

void Painter::pass(float seconds) {
  elapsed_ = std::clamp(seconds, 0.0F, 0.25F);
  clock_ += elapsed_;
  sparks_.advance(elapsed_ * ticks_per_second);
}

void Painter::draw(Canvas& canvas, const Moment& moment, const Captions& captions, float seconds) {
  pass(seconds);
  compose(canvas, moment, captions, false);
  has_drawn_ = true;
}

void Painter::draw_scenery(Canvas& canvas, const Moment& moment, float seconds) {
  pass(seconds);
  Captions captions;
  captions.names = {};
  draw_arena(canvas, moment, captions, false);
  has_drawn_ = true;
}

void Painter::draw_alone(Canvas& canvas, const Moment& moment) {
  Captions captions;
  captions.names = {};
  draw_arena(canvas, moment, captions, true);
}

void Painter::draw_still(Canvas& canvas, const Moment& moment, const Captions& captions) {
  compose(canvas, moment, captions, true);
}

}  // namespace counterpoint
