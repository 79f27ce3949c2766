#include "render/painter.hpp"

namespace counterpoint {

namespace {

constexpr float tick_rate = 60;
constexpr float flash_ticks = 4;
constexpr float jump_cut = 0.8F;  // metres: what moves further in a tick was put there

bool is_frozen(const State& state) { return state.freeze > 0; }

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
bool is_impact(const State& state, const Fighter& fighter) {
  return is_frozen(state) && fighter.action_ticks == 0 &&
         (fighter.action == Action::reeling || fighter.action == Action::launched ||
          fighter.action == Action::guarding || fighter.action == Action::dazed);
}

/// How fast a pose follows: attacks strike, everything else flows. Per tick.
float following(const Fighter& fighter) {
  switch (fighter.action.value) {
    case Action::attacking:
      return 0.75F;
    case Action::reeling:
    case Action::guarding:
      return 0.65F;
    default:
      return 0.42F;
  }
}

/// The light that a fast limb leaves behind while it can hit.
void draw_smear(Canvas& canvas, const Camera& camera, const Fighter& fighter, const Figure& figure,
                float ticks) {
  const MoveData& data = data_of(fighter.move);
  const auto startup = static_cast<float>(data.startup);
  const float part = part_of(ticks, startup - 1, startup + static_cast<float>(data.active) + 2);
  if (fighter.action != Action::attacking || part <= 0 || part >= 1) return;
  const auto place = [&](Point pose) {
    return camera.place(figure.position + Point{pose.x * figure.facing, pose.y});
  };
  const bool is_kick = fighter.move == Move::hop_kick || fighter.move == Move::dive_kick;
  const Limb& limb = is_kick ? figure.joints.lead_leg : figure.joints.lead_arm;
  const Colour light = Colour{255, 250, 226, 255}.faded(0.75F * (1 - part));
  if (fighter.move == Move::smash) {
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

}  // namespace

Figure Painter::figure_of(const Moment& moment, std::size_t slot, bool is_still) {
  const Fighter& fighter = moment.current.fighters[slot];
  const bool is_held = is_frozen(moment.current);
  const float ticks = ticks_into(fighter.action_ticks, is_held ? 1 : moment.fraction, is_still);
  const float seconds = clock_ + static_cast<float>(slot) * 0.7F;
  const Pose target = pose_of(fighter, ticks, seconds);
  if (is_still || !has_drawn_) {
    shown_[slot] = target;
  } else if (!is_held || is_impact(moment.current, fighter)) {
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
  if (is_impact(moment.current, fighter)) {
    const Move blow = moment.current.fighters[1 - slot].move;
    // Two that hit each other have no move left to ask.
    const auto whole = blow == Move::none ? 9.0F : static_cast<float>(data_of(blow).freeze);
    const auto left = static_cast<float>(moment.current.freeze);
    const float strongest = fighter.action == Action::guarding ? 0.3F : 1.0F;
    figure.flash = strongest * part_of(left, whole - flash_ticks, whole);
    figure.position.x += 0.022F * (moment.current.freeze % 2 == 0 ? 1.0F : -1.0F);
  }
  return figure;
}

void Painter::compose(Canvas& canvas, const Moment& moment, const Captions& captions,
                      bool is_still) {
  const State& state = moment.current;
  const std::array figures{figure_of(moment, 0, is_still), figure_of(moment, 1, is_still)};
  const Camera wanted = frame(figures[0].position, figures[1].position, state.phase, canvas);
  camera_ = is_still || !has_drawn_ ? wanted : follow(camera_, wanted, elapsed_);
  camera_.shake = sparks_.shake(camera_.scale());

  draw_backdrop(canvas, camera_, state.backdrop, clock_);
  const bool is_empty = state.phase == Phase::waiting;
  for (const Figure& figure : figures) {
    if (!is_empty) draw_shadow(canvas, camera_, figure);
  }
  sparks_.draw_behind(canvas, camera_);
  // Who attacks is in front; otherwise the first one, always the same.
  const bool is_second_in_front = state.fighters[1].action == Action::attacking &&
                                  state.fighters[0].action != Action::attacking;
  for (int layer = 0; layer < 2 && !is_empty; ++layer) {
    const std::size_t slot = (layer == 1) == is_second_in_front ? 1 : 0;
    const Fighter& fighter = state.fighters[slot];
    draw_figure(canvas, camera_, figures[slot], look_of(slot));
    draw_smear(canvas, camera_, fighter, figures[slot],
               ticks_into(fighter.action_ticks, moment.fraction, is_still));
  }
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
