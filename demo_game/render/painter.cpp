#include "render/painter.hpp"

#include <vector>

#include "render/arena.hpp"

namespace counterpoint {

void Painter::draw_arena(Canvas& canvas, const Moment& moment, const Captions& captions,
                         const Passage& passage) {
  const State& state = moment.current;
  std::array<Figure, fighters_max> figures;
  std::vector<Point> places;
  for (std::size_t slot = 0; slot < fighters_max; ++slot) {
    figures[slot] = cast_.figure_of(moment, slot, passage);
    if (!is_seen(state.fighters[slot])) continue;
    places.push_back(figures[slot].position);
    places.push_back(figures[slot].position - Point{0, hanging_depth(figures[slot])});
  }
  const Camera wanted = frame(places, canvas, covered_by_hud(canvas, state, captions));
  camera_ = passage.is_cut || !has_drawn_ ? wanted : follow(camera_, wanted, passage.seconds);
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
  // Attackers are in front; otherwise the order is that of the slots, always the same.
  for (const bool is_front : {false, true}) {
    draw_each([&](std::size_t slot) {
      const Fighter& fighter = state.fighters[slot];
      if ((fighter.action == Action::attacking) != is_front) return;
      const Look& look = look_of(slot);
      draw_aura(canvas, camera_, fighter, figures[slot], look);
      draw_figure(canvas, camera_, figures[slot], look);
      draw_swing(canvas, camera_, fighter, figures[slot], ticks_of(moment, fighter));
      draw_guard(canvas, camera_, fighter, figures[slot], look);
    });
  }
  draw_shots(canvas, camera_, moment);
  sparks_.draw_before(canvas, camera_);
  if (captions.extras.has_boxes) draw_boxes(canvas, camera_, moment);
  const bool has_names = captions.names != std::array<std::string, fighters_max>{};
  if (state.phase == Phase::result || !has_names || !captions.has_hud) return;
  Tags tags;
  draw_each([&](std::size_t slot) {
    const bool is_dummy = !state.fighters[slot].is_present;
    tags.draw(canvas, text_, camera_, figures[slot], look_of(slot),
              is_dummy ? "dummy" : captions.names[slot]);
  });
}

void Painter::pass(const Moment& moment, const Passage& passage) {
  sparks_.advance(passage.seconds * ticks_per_second);
  clock_ = passage.is_cut ? ticks_into(moment.current.stage_ticks, 1) / ticks_per_second
                          : clock_ + passage.seconds;
}

void Painter::draw(Canvas& canvas, const Moment& moment, const Captions& captions,
                   Passage passage) {
  constexpr float longest = 0.25F;
  passage.seconds = std::clamp(passage.seconds, 0.0F, longest);
  pass(moment, passage);
  draw_arena(canvas, moment, captions, passage);
  const float ticks = ticks_into(moment.current.phase_ticks, moment.fraction);
  draw_hud(canvas, text_, moment.current, {ticks, clock_}, captions);
  has_drawn_ = true;
}

void Painter::draw_scenery(Canvas& canvas, const Moment& moment, const Passage& passage) {
  pass(moment, passage);
  Captions captions;
  captions.names = {};
  captions.has_hud = false;
  draw_arena(canvas, moment, captions, passage);
  has_drawn_ = true;
}

}  // namespace counterpoint
