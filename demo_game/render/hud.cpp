#include "render/hud.hpp"

#include <algorithm>
#include <iterator>

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

bool is_counted(const State& state, const Fighter& fighter) {
  return state.phase == Phase::selecting ? fighter.is_present : fighter.is_in_match;
}

/// One fighter's card at the top: name, damage or health, lives, rounds, shield.
void draw_card(Canvas& canvas, Text& text, const State& state, std::size_t slot, Point at,
               float width, float unit, const Captions& captions) {
  const Fighter& fighter = state.fighters[slot];
  const RuleSetData& rules = data_of(state.rules.value);
  canvas.rectangle({at.x, at.y, width, 64 * unit}, ink.faded(0.62F));
  canvas.rectangle({at.x, at.y, 6 * unit, 64 * unit}, look_of(slot).cloth);
  std::string name = fighter.is_present ? captions.names[slot] : "dummy";
  if (fighter.matches_won > 0) name += "  ×" + std::to_string(fighter.matches_won);
  text.draw(canvas, name, at + Point{16 * unit, 16 * unit},
            {.size = 16 * unit, .shadow = 1.2F * unit});
  const int shown = rules.health == 0
                        ? fighter.damage
                        : std::max(0, rules.health - static_cast<int>(fighter.damage));
  const float hurt = part_of(static_cast<float>(fighter.damage), 0, 130);
  text.draw(canvas, std::to_string(shown) + (rules.health == 0 ? " %" : ""),
            at + Point{16 * unit, 44 * unit},
            {.size = 30 * unit,
             .colour = mix(white, Colour{255, 90, 60, 255}, hurt),
             .shadow = 2 * unit});
  const int marks = rules.health == 0 ? fighter.lives : fighter.rounds_won;
  for (int i = 0; i < marks; ++i) {
    canvas.circle(at + Point{width - (16 + 18 * static_cast<float>(i)) * unit, 16 * unit}, 6 * unit,
                  rules.health == 0 ? look_of(slot).band : gold);
  }
  const float shield = static_cast<float>(fighter.shield) / full_shield;
  canvas.rectangle({at.x + 100 * unit, at.y + 46 * unit, (width - 112 * unit) * shield, 6 * unit},
                   {150, 226, 255, 255});
  if (fighter.combo < 2) return;
  text.draw(
      canvas,
      std::to_string(fighter.combo) + " hits, " + std::to_string(fighter.combo_damage) + " damage",
      at + Point{16 * unit, 80 * unit}, {.size = 16 * unit, .colour = gold, .shadow = 1.2F * unit});
}

void draw_cards(Canvas& canvas, Text& text, const State& state, float unit,
                const Captions& captions) {
  int count = 0;
  for (const Fighter& fighter : state.fighters)
    count += is_counted(state, fighter) ? 1 : 0;
  if (count == 0) return;
  const float gap = 12 * unit, clock = 100 * unit;
  const float half = canvas.width() / 2 - clock / 2 - 20 * unit;
  const int left = (count + 1) / 2;
  const float width = std::min(260 * unit, half / static_cast<float>(left) - gap);
  int index = 0;
  for (std::size_t slot = 0; slot < fighters_max; ++slot) {
    if (!is_counted(state, state.fighters[slot])) continue;
    const bool is_left = index < left;
    const auto place = static_cast<float>(is_left ? index : index - left);
    const float from = is_left ? 20 * unit : canvas.width() / 2 + clock / 2;
    draw_card(canvas, text, state, slot, {from + place * (width + gap), 16 * unit}, width, unit,
              captions);
    ++index;
  }
}

/// What everybody has chosen, and who still thinks.
void draw_choices(Canvas& canvas, Text& text, const State& state, float unit,
                  const Captions& captions) {
  if (state.phase != Phase::selecting) return;
  const float width = 250 * unit, height = 240 * unit, gap = 20 * unit;
  const auto count =
      static_cast<float>(std::count_if(state.fighters.begin(), state.fighters.end(),
                                       [](const Fighter& fighter) { return fighter.is_present; }));
  Point at{canvas.width() / 2 - (count * (width + gap) - gap) / 2, canvas.height() * 0.36F};
  for (std::size_t slot = 0; slot < fighters_max; ++slot) {
    const Fighter& fighter = state.fighters[slot];
    if (!fighter.is_present) continue;
    const Pick& pick = fighter.pick;
    canvas.rectangle({at.x, at.y, width, height}, ink.faded(0.75F));
    canvas.rectangle({at.x, at.y, width, 6 * unit}, look_of(slot).cloth);
    text.draw(canvas, captions.names[slot], at + Point{width / 2, 28 * unit},
              {.size = 20 * unit, .align = Align::centre});
    const std::string lines[] = {
        counterpoint::name_of(pick.character.value), counterpoint::name_of(pick.stage.value),
        counterpoint::name_of(pick.rules.value), "team " + std::to_string(pick.team + 1)};
    for (std::size_t row = 0; row < std::size(lines); ++row) {
      const bool is_here = static_cast<std::size_t>(pick.row.value) == row && !pick.is_ready;
      text.draw(canvas, is_here ? "\u2039 " + lines[row] + " \u203A" : lines[row],
                at + Point{width / 2, (70 + 34 * static_cast<float>(row)) * unit},
                {.size = 22 * unit, .colour = is_here ? gold : white, .align = Align::centre});
    }
    text.draw(canvas, pick.is_ready ? "ready" : "light attack: ready",
              at + Point{width / 2, height - 24 * unit},
              {.size = 16 * unit, .colour = pick.is_ready ? gold : white, .align = Align::centre});
    at.x += width + gap;
  }
}

void draw_clock(Canvas& canvas, Text& text, const State& state, float unit) {
  const Point middle{canvas.width() / 2, 44 * unit};
  canvas.circle(middle, 41 * unit, ink.faded(0.85F));
  canvas.circle(middle, 36 * unit, Colour{52, 42, 70, 255});
  const float left = static_cast<float>(state.round_ticks_left) /
                     std::max<float>(data_of(state.rules.value).round_ticks, 1);
  constexpr int dots = 60;
  for (int i = 0; i < dots; ++i) {
    if (static_cast<float>(i) >= left * dots) break;
    const float angle = -pi / 2 + 2 * pi * static_cast<float>(i) / dots;
    canvas.circle(middle + Point{std::cos(angle), std::sin(angle)} * (38.5F * unit), 1.8F * unit,
                  left < 0.17F ? Colour{255, 96, 64, 255} : gold);
  }
  const int seconds = static_cast<int>(std::ceil(state.round_ticks_left / tick_rate));
  const bool is_timed = state.phase >= Phase::intro;
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
  if (state.is_team_match) return "Team " + std::to_string(state.winning_team + 1);
  for (std::size_t slot = 0; slot < fighters_max; ++slot) {
    const Fighter& fighter = state.fighters[slot];
    if (fighter.is_in_match && fighter.team == state.winning_team) return captions.names[slot];
  }
  return "Nobody";
}

Banner round_over_banner(const State& state, const Captions& captions, float ticks) {
  constexpr float first = 55;
  if (ticks < first) return {state.round_ticks_left == 0 ? "Time" : "K.O.", "", ticks, first};
  const bool is_drawn = state.outcome == Outcome::drawn;
  return {is_drawn ? "A drawn round" : winner(state, captions) + " takes the round", "",
          ticks - first, round_over_ticks - first};
}

Banner banner_of(const State& state, const Captions& captions, float ticks) {
  constexpr float for_ever = 1e9F;
  switch (state.phase.value) {
    case Phase::waiting:
      return {"", "waiting for players", ticks, for_ever};
    case Phase::selecting:
      return {"", captions.room.empty() ? "choose" : "choose; friends join room " + captions.room,
              ticks, for_ever};
    case Phase::practice:
      return {"",
              captions.room.empty() ? "practice: nobody else is here"
                                    : "practice until somebody joins room " + captions.room,
              ticks, for_ever};
    case Phase::intro:
      return {"Round " + std::to_string(state.round), "", ticks, intro_ticks};
    case Phase::fighting:
      if (ticks > 42) return {};
      return {"Fight!", "", ticks, 42};
    case Phase::round_over:
      return round_over_banner(state, captions, ticks);
    case Phase::result:
      return {state.outcome == Outcome::drawn ? "The match is drawn"
                                              : winner(state, captions) + " wins the match",
              "light attack: again     special: choose", ticks, for_ever};
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
  draw_cards(canvas, text, state, unit, captions);
  draw_choices(canvas, text, state, unit, captions);
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
