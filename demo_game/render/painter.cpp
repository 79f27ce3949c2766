#include "render/painter.hpp"

#include <vector>

namespace counterpoint {

namespace {

constexpr float tick_rate = 60;
constexpr float flash_ticks = 4;
constexpr float jump_cut = 0.8F;  // metres: what moves further in a tick was put there

Point between(const Moment& moment, std::size_t slot) {
  const Point from = to_point(moment.previous.fighters[slot].position);
  const Point to = to_point(moment.current.fighters[slot].position);
  return length(to - from) > jump_cut ? to : mix(from, to, moment.fraction);
}

/// Ticks since the current action began, at this moment between two ticks.
float ticks_into(std::uint32_t ticks, float fraction, bool is_still) {
  const auto whole = static_cast<float>(ticks);
  return is_still ? whole : std::max(0.0F, whole - 1 + fraction);
}

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
      return 0.75F;
    case Action::reeling:
    case Action::shield_stunned:
      return 0.65F;
    default:
      return 0.42F;
  }
}

/// The light that a fast limb leaves behind while it can hit.
void draw_smear(Canvas& canvas, const Camera& camera, const Fighter& fighter, const Figure& figure,
                float ticks) {
  const MoveData& data = data_of(fighter.character, fighter.move);
  const auto startup = static_cast<float>(data.frames.startup);
  const float part =
      part_of(ticks, startup - 1, startup + static_cast<float>(data.frames.active) + 2);
  if (fighter.action != Action::attacking || part <= 0 || part >= 1) return;
  const auto place = [&](Point pose) {
    return camera.place(figure.position + Point{pose.x * figure.facing, pose.y});
  };
  const bool is_kick = is_aerial(fighter.move) || fighter.move == Move::down_light;
  const Limb& limb = is_kick ? figure.joints.lead_leg : figure.joints.lead_arm;
  const Colour light = Colour{255, 250, 226, 255}.faded(0.75F * (1 - part));
  if (is_heavy(fighter.move)) {
    // From above the head down to the fist.
    const Point hub = figure.joints.pelvis + Point{0, 0.34F};
    const Point fist = limb.end - hub;
    const float reach = length(fist), stop = std::atan2(fist.y, fist.x);
    constexpr int segments = 14;
    std::array<Point, segments + 1> outer, inner;
    for (std::size_t i = 0; i <= segments; ++i) {
      const float along = static_cast<float>(i) / segments;
      const float angle = mix(stop + 2.0F * (1 - 0.5F * part), stop, along);
      const Point out{std::cos(angle), std::sin(angle)};
      outer[i] = place(hub + out * (reach + 0.07F));
      inner[i] = place(hub + out * (reach + 0.07F - 0.22F * along));
    }
    canvas.band(outer, inner, light);
    return;
  }
  const Point back = limb.end - limb.joint;
  canvas.capsule(place(limb.end + back * 0.1F), camera.pixels(0.075F),
                 place(limb.end - back * (1.4F - 0.8F * part)), camera.pixels(0.01F), light);
}

void draw_platforms(Canvas& canvas, const Camera& camera, const Moment& moment) {
  const State& state = moment.current;
  for (std::size_t i = 0; i < platforms_of(state.stage).size(); ++i) {
    const Platform was = platform_at(state.stage, i, moment.previous.stage_ticks);
    const Platform is = platform_at(state.stage, i, state.stage_ticks);
    const Point left =
        mix(to_point({was.left, was.height}), to_point({is.left, is.height}), moment.fraction);
    const Point at = camera.place(left);
    const float wide = camera.pixels(to_float(is.right - is.left));
    canvas.rectangle({at.x, at.y, wide, camera.pixels(0.16F)}, {92, 62, 48, 255});
    canvas.rectangle({at.x, at.y, wide, camera.pixels(0.05F)}, {236, 206, 150, 255});
  }
}

void draw_shots(Canvas& canvas, const Camera& camera, const State& state) {
  for (const Projectile& shot : state.projectiles) {
    if (shot.ticks_left == 0) continue;
    const Point at = camera.place(to_point(shot.position));
    const float size = camera.pixels(to_float(data_of(shot.character).shot.radius));
    canvas.glow(at, size * 2.4F, look_of(shot.owner).cloth.faded(0.6F));
    canvas.circle(at, size, {255, 250, 226, 255});
  }
}

void draw_bubble(Canvas& canvas, const Camera& camera, const Fighter& fighter, const Figure& figure,
                 std::size_t slot) {
  if (fighter.action != Action::shielding && fighter.action != Action::shield_stunned) return;
  const float part = static_cast<float>(fighter.shield) / full_shield;
  const Point at = camera.place(figure.position + Point{0, 0.9F});
  const float size = camera.pixels(0.55F + 0.55F * part);
  canvas.circle(at, size, look_of(slot).band.faded(0.35F));
  canvas.glow(at, size * 1.2F, look_of(slot).band.faded(0.3F));
}

}  // namespace

Figure Painter::figure_of(const Moment& moment, std::size_t slot, bool is_still) {
  const Fighter& fighter = moment.current.fighters[slot];
  const bool is_held = fighter.freeze > 0;
  const float ticks = ticks_into(fighter.action_ticks, is_held ? 1 : moment.fraction, is_still);
  const float seconds = clock_ + static_cast<float>(slot) * 0.7F;
  const Pose target = pose_of(fighter, ticks, seconds);
  if (is_still || !has_drawn_) {
    shown_[slot] = target;
  } else if (!is_held || is_impact(fighter)) {
    const float part = 1 - std::pow(1 - following(fighter), elapsed_ * tick_rate);
    shown_[slot] = mix(shown_[slot], target, part);
  }
  Figure figure;
  figure.position = between(moment, slot);
  figure.joints = joints_of(shown_[slot], -figure.position.y);
  figure.facing = static_cast<float>(fighter.facing);
  figure.pull = to_float(fighter.velocity.x) * figure.facing * tick_rate;
  figure.is_dazed = fighter.action == Action::dazed;
  figure.seconds = seconds;
  if (is_impact(fighter)) {
    const auto left = static_cast<float>(fighter.freeze);
    const float strongest = fighter.action == Action::shield_stunned ? 0.3F : 1.0F;
    figure.flash = strongest * part_of(left, 0, flash_ticks);
    figure.position.x += 0.022F * (fighter.freeze % 2 == 0 ? 1.0F : -1.0F);
  }
  return figure;
}

void Painter::compose(Canvas& canvas, const Moment& moment, const Captions& captions,
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
  camera_.shake = sparks_.shake(camera_.scale());

  draw_backdrop(canvas, camera_, state.backdrop, clock_);
  draw_platforms(canvas, camera_, moment);
  const auto draw_each = [&](auto draw) {
    for (std::size_t slot = 0; slot < fighters_max; ++slot) {
      if (is_seen(state.fighters[slot])) draw(slot);
    }
  };
  draw_each([&](std::size_t slot) {
    if (figures[slot].position.y >= 0) draw_shadow(canvas, camera_, figures[slot]);
  });
  sparks_.draw_behind(canvas, camera_);
  // Who attacks is in front; otherwise in the order of the slots, always the same.
  for (const bool is_front : {false, true}) {
    draw_each([&](std::size_t slot) {
      const Fighter& fighter = state.fighters[slot];
      if ((fighter.action == Action::attacking) != is_front) return;
      draw_figure(canvas, camera_, figures[slot], look_of(slot));
      draw_smear(canvas, camera_, fighter, figures[slot],
                 ticks_into(fighter.action_ticks, moment.fraction, is_still));
      draw_bubble(canvas, camera_, fighter, figures[slot], slot);
    });
  }
  draw_shots(canvas, camera_, state);
  sparks_.draw_before(canvas, camera_);
  draw_hud(canvas, text_, state, ticks_into(state.phase_ticks, moment.fraction, is_still),
           captions);
}

void Painter::draw(Canvas& canvas, const Moment& moment, const Captions& captions, float seconds) {
  elapsed_ = std::clamp(seconds, 0.0F, 0.25F);
  clock_ += elapsed_;
  sparks_.advance(elapsed_ * tick_rate);
  compose(canvas, moment, captions, false);
  has_drawn_ = true;
}

void Painter::draw_still(Canvas& canvas, const Moment& moment, const Captions& captions) {
  compose(canvas, moment, captions, true);
}

}  // namespace counterpoint
