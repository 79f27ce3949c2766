#include "render/hud.hpp"

#include "render/figure.hpp"

namespace counterpoint {

namespace {

constexpr Colour white{255, 255, 255, 255};
constexpr Colour ink{18, 14, 28, 255};
constexpr Colour gold{255, 214, 96, 255};
constexpr float tick_rate = 60;

/// A unit of the display: one 720th of the height, or less where the picture is narrow.
float unit_of(const Canvas& canvas) {
  return std::min(canvas.height() / 720, canvas.width() / 1000);
}

/// Draws for the left fighter; the right one's side is the mirror of it.
class Side {
 public:
  Side(Canvas& canvas, std::size_t slot) : canvas_(canvas), is_left_(slot == 0) {}

  float x(float from_middle) const {
    return canvas_.width() / 2 + (is_left_ ? -from_middle : from_middle);
  }
  /// A slanted bar from `near` to `far`, as distances from the middle. All bars of a side lean
  /// along the same lines.
  void bar(float near, float far, float y, float height, Colour colour) const {
    const float foot = 56 * unit_of(canvas_);
    const float top = (foot - y) * 0.5F, bottom = (foot - y - height) * 0.5F;
    const Point corners[] = {{x(near + top), y},
                             {x(far + top), y},
                             {x(far + bottom), y + height},
                             {x(near + bottom), y + height}};
    canvas_.polygon(corners, colour);
  }
  Align outer() const { return is_left_ ? Align::left : Align::right; }

 private:
  Canvas& canvas_;
  bool is_left_;
};

/// A note's head and stem: a round that is won; only an outline while it is not.
void draw_note(Canvas& canvas, Point at, float size, bool is_won) {
  const Colour colour = is_won ? gold : white.faded(0.35F);
  canvas.line(at + Point{size * 0.62F, 0}, at + Point{size * 0.62F, -size * 2.4F}, size * 0.24F,
              colour);
  canvas.ellipse(at, size * 0.78F, size * 0.58F, colour);
  if (!is_won) canvas.ellipse(at, size * 0.48F, size * 0.32F, ink.faded(0.7F));
}

void draw_bars(Canvas& canvas, const Fighter& fighter, std::size_t slot, float unit, float ticks) {
  const Side side(canvas, slot);
  const float near = 58 * unit, far = canvas.width() / 2 - 44 * unit;
  const float y = 30 * unit, height = 26 * unit;
  const auto at = [&](float part) { return mix(near, far, std::clamp(part, 0.0F, 1.0F)); };
  side.bar(near - 4 * unit, far + 4 * unit, y - 4 * unit, height + 8 * unit, ink.faded(0.72F));
  side.bar(near, far, y, height, Colour{70, 52, 66, 255});
  const float health = static_cast<float>(fighter.health) / full_health;
  const float before = health + static_cast<float>(fighter.combo_damage) / full_health;
  if (fighter.combo > 0) side.bar(near, at(before), y, height, {255, 236, 200, 255});
  const bool is_low = health < 0.25F;
  const float pulse = 0.5F + 0.5F * std::sin(ticks * 0.25F);
  const Colour full = look_of(slot).cloth;
  const Colour colour = is_low ? mix(Colour{255, 96, 64, 255}, gold, pulse) : full;
  if (health > 0) {
    side.bar(near, at(health), y, height, colour);
    side.bar(near, at(health), y + 2 * unit, height * 0.34F,
             mix(colour, white, 0.45F).faded(0.75F));
  }
  const float guard = static_cast<float>(fighter.guard) / full_guard;
  const float guard_far = mix(near, far, 0.62F), guard_y = y + height + 8 * unit;
  side.bar(near, guard_far, guard_y, 7 * unit, ink.faded(0.6F));
  if (fighter.action != Action::dazed) {
    side.bar(near, mix(near, guard_far, guard), guard_y, 7 * unit,
             guard < 0.4F ? Colour{255, 150, 70, 255} : Colour{150, 226, 255, 255});
  }
}

const char* absence(Phase phase) {
  if (phase == Phase::practice) return "dummy";
  return phase == Phase::waiting ? "nobody" : "gone";
}

void draw_side(Canvas& canvas, Text& text, const State& state, std::size_t slot, float unit,
               const Captions& captions, float ticks) {
  const Fighter& fighter = state.fighters[slot];
  draw_bars(canvas, fighter, slot, unit, ticks);
  const Side side(canvas, slot);
  for (int i = 0; i < rounds_to_win; ++i) {
    draw_note(canvas, {side.x((74 + 28 * static_cast<float>(i)) * unit), 100 * unit}, 10 * unit,
              fighter.rounds_won > i);
  }
  std::string name = fighter.is_present ? captions.names[slot] : absence(state.phase);
  if (fighter.matches_won > 0) name += "  ×" + std::to_string(fighter.matches_won);
  text.draw(canvas, name, {side.x(canvas.width() / 2 - 44 * unit), 80 * unit},
            {.size = 21 * unit, .align = side.outer(), .shadow = 1.5F * unit});
  const Fighter& victim = state.fighters[1 - slot];
  if (victim.combo < 2) return;
  const Point at{side.x(canvas.width() / 2 - 44 * unit), 150 * unit};
  text.draw(canvas, std::to_string(victim.combo) + " hits", at,
            {.size = 36 * unit, .colour = gold, .align = side.outer(), .shadow = 2.5F * unit});
  text.draw(canvas, std::to_string(victim.combo_damage) + " damage", at + Point{0, 32 * unit},
            {.size = 18 * unit, .align = side.outer(), .shadow = 1.5F * unit});
}

void draw_clock(Canvas& canvas, Text& text, const State& state, float unit) {
  const Point middle{canvas.width() / 2, 44 * unit};
  canvas.circle(middle, 41 * unit, ink.faded(0.85F));
  canvas.circle(middle, 36 * unit, Colour{52, 42, 70, 255});
  const float left = static_cast<float>(state.round_ticks_left) / round_ticks;
  constexpr int dots = 60;
  for (int i = 0; i < dots; ++i) {
    if (static_cast<float>(i) >= left * dots) break;
    const float angle = -pi / 2 + 2 * pi * static_cast<float>(i) / dots;
    canvas.circle(middle + Point{std::cos(angle), std::sin(angle)} * (38.5F * unit), 1.8F * unit,
                  left < 0.17F ? Colour{255, 96, 64, 255} : gold);
  }
  const int seconds = static_cast<int>(std::ceil(state.round_ticks_left / tick_rate));
  const bool is_timed = state.phase != Phase::waiting && state.phase != Phase::practice;
  text.draw(canvas, is_timed ? std::to_string(seconds) : "\u221E", middle,
            {.size = 34 * unit,
             .colour = is_timed && seconds <= 10 ? Colour{255, 120, 90, 255} : white,
             .align = Align::centre});
}

struct Banner {
  std::string words, below;
  float age = 0;  // ticks
  float life = 0;
};

std::string winner(const State& state, const Captions& captions) {
  return captions.names[state.outcome == Outcome::first_won ? 0 : 1];
}

Banner round_over_banner(const State& state, const Captions& captions, float ticks) {
  constexpr float first = 55;
  const bool is_knockout = state.fighters[0].health == 0 || state.fighters[1].health == 0;
  const bool is_drawn = state.outcome == Outcome::drawn;
  if (ticks < first) {
    const char* how = !is_knockout ? "Time" : is_drawn ? "Double K.O." : "K.O.";
    return {how, "", ticks, first};
  }
  return {is_drawn ? "A drawn round" : winner(state, captions) + " takes the round", "",
          ticks - first, round_over_ticks - first};
}

Banner banner_of(const State& state, const Captions& captions, float ticks) {
  switch (state.phase.value) {
    case Phase::waiting:
      return {"", "waiting for players", ticks, 1e9F};
    case Phase::practice:
      return {"",
              captions.room.empty() ? "practice: nobody else is here"
                                    : "practice until somebody joins room " + captions.room,
              ticks, 1e9F};
    case Phase::intro:
      return {state.round < 3 ? "Round " + std::to_string(state.round) : "Final round", "", ticks,
              intro_ticks};
    case Phase::fighting:
      if (ticks > 42) return {};
      return {"Fight!", "", ticks, 42};
    case Phase::round_over:
      return round_over_banner(state, captions, ticks);
    case Phase::match_over: {
      const bool is_again = state.fighters[0].is_present && state.fighters[1].is_present;
      const int left = static_cast<int>(match_over_ticks - state.phase_ticks) / 60 + 1;
      return {state.outcome == Outcome::drawn ? "The match is drawn"
                                              : winner(state, captions) + " wins the match",
              is_again ? "again in " + std::to_string(left) : "", ticks, match_over_ticks};
    }
  }
  return {};
}

void draw_banner(Canvas& canvas, Text& text, const Banner& banner, float unit) {
  const float middle = canvas.height() * 0.27F;
  if (!banner.words.empty()) {
    const float come = smooth(part_of(banner.age, 0, 7));
    if (come <= 0) return;  // a match stands still in its last blow
    const float go = 1 - smooth(part_of(banner.age, banner.life - 8, banner.life));
    const float height = 92 * unit * come;
    canvas.rectangle({0, middle - height / 2, canvas.width(), height}, ink.faded(0.55F * go));
    canvas.rectangle({0, middle - height / 2, canvas.width(), 3 * unit}, gold.faded(0.9F * go));
    canvas.rectangle({0, middle + height / 2 - 3 * unit, canvas.width(), 3 * unit},
                     gold.faded(0.9F * go));
    const float drift = (1 - come) * 90 * unit;
    text.draw(canvas, banner.words, {canvas.width() / 2 - drift, middle},
              {.size = 58 * unit,
               .colour = white.faded(come * go),
               .align = Align::centre,
               .shadow = 3 * unit});
  }
  const float below = banner.words.empty() ? canvas.height() * 0.2F : middle + 70 * unit;
  text.draw(canvas, banner.below, {canvas.width() / 2, below},
            {.size = 22 * unit, .align = Align::centre, .shadow = 1.5F * unit});
}

void draw_progress(Canvas& canvas, Text& text, const Captions::Progress& progress, float unit) {
  const float left = 110 * unit, right = canvas.width() - 110 * unit;
  const float y = canvas.height() - 54 * unit;
  const float here = mix(left, right, std::clamp(progress.part, 0.0F, 1.0F));
  canvas.capsule({left, y}, 5 * unit, {right, y}, 5 * unit, ink.faded(0.7F));
  canvas.capsule({left, y}, 3 * unit, {here, y}, 3 * unit, gold);
  canvas.circle({here, y}, 9 * unit, white);
  const TextStyle style{.size = 17 * unit, .align = Align::right, .shadow = 1.2F * unit};
  text.draw(canvas, progress.here, {left - 16 * unit, y}, style);
  text.draw(canvas, progress.end, {right + 16 * unit, y},
            {.size = 17 * unit, .align = Align::left, .shadow = 1.2F * unit});
}

void draw_status(Canvas& canvas, Text& text, const std::string& status, float unit) {
  if (status.empty()) return;
  const float height = 26 * unit;
  canvas.rectangle({0, canvas.height() - height, canvas.width(), height}, ink.faded(0.55F));
  text.draw(canvas, status, {14 * unit, canvas.height() - height / 2},
            {.size = 15 * unit, .is_bold = false});
}

}  // namespace

void draw_hud(Canvas& canvas, Text& text, const State& state, float ticks,
              const Captions& captions) {
  const float unit = unit_of(canvas);
  for (std::size_t slot = 0; slot < 2; ++slot)
    draw_side(canvas, text, state, slot, unit, captions, ticks);
  draw_clock(canvas, text, state, unit);
  if (captions.notice.empty()) {
    draw_banner(canvas, text, banner_of(state, captions, ticks), unit);
  } else {
    draw_banner(canvas, text, {captions.notice, "", 60, 1e9F}, unit);
  }
  if (captions.progress) draw_progress(canvas, text, *captions.progress, unit);
  draw_status(canvas, text, captions.status, unit);
}

}  // namespace counterpoint
