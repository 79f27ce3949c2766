#include "render/hud.hpp"

#include <algorithm>

#include "render/menus.hpp"
#include "render/moment.hpp"
#include "render/panel.hpp"
#include "render/progress.hpp"

namespace counterpoint {

namespace {

constexpr float card_width = 236;
constexpr float card_height = 82;
constexpr float card_gap = 16;
constexpr float below_cards = 14;  // and more where a timeline is
constexpr float below_cards_timeline = 64;

/// Marks in a row from right to left: lives that are left, rounds that are won.
void draw_marks(Canvas& canvas, Point right, int count, Colour colour, float unit) {
  for (int i = 0; i < count; ++i) {
    const Point at = right - Point{16 * unit * static_cast<float>(i), 0};
    canvas.circle(at, 7.2F * unit, shade::ink);
    canvas.circle(at, 5.4F * unit, colour);
  }
}

/// The damage taken, in percent; or, under rules with health, the health that is left.
void draw_damage(Canvas& canvas, Text& text, const State& state, const Fighter& fighter, Point at,
                 float unit) {
  const int health = data_of(state.rules.value).health;
  // A fighter who falls has no health left, however little the blows have taken.
  const int damage = health != 0 && fighter.lives == 0 ? health : fighter.damage;
  const int shown = health == 0 ? damage : std::max(0, health - damage);
  const float hurt =
      part_of(static_cast<float>(damage), 0, health == 0 ? 140 : static_cast<float>(health));
  const Colour colour =
      hurt < 0.5F ? mix(shade::white, Colour{255, 206, 84, 255}, hurt * 2)
                  : mix(Colour{255, 206, 84, 255}, Colour{255, 72, 52, 255}, hurt * 2 - 1);
  text.draw(canvas, std::to_string(shown) + (health == 0 ? "%" : ""), at,
            {.size = (shown > 99 ? 29 : 34) * unit, .colour = colour, .shadow = 2 * unit});
  if (health == 0) return;
  draw_bar(canvas, {at.x, at.y + 19 * unit, 138 * unit, 7 * unit}, 1 - hurt, colour);
}

/// One fighter's card: portrait, name, damage or health, lives or rounds, shield.
void draw_card(Canvas& canvas, Text& text, const State& state, std::size_t slot, Point at,
               const HudTime& time, const Captions& captions) {
  const float unit = unit_of(canvas);
  const Fighter& fighter = state.fighters[slot];
  const Look& look = look_of(slot);
  const bool is_out = fighter.action == Action::out;
  draw_panel(canvas, {at.x, at.y, card_width * unit, card_height * unit}, look.cloth, unit);
  draw_portrait(canvas, {at.x + 9 * unit, at.y + 13 * unit, 62 * unit, 62 * unit},
                fighter.character, look, time.seconds + static_cast<float>(slot));
  const bool has_health = data_of(state.rules.value).health != 0;
  const TextStyle style{.size = 15 * unit, .shadow = 1.2F * unit};
  const float room = (card_width - 90) * unit;
  const std::string name = fighter.is_present ? captions.names[slot] : "dummy";
  text.draw(canvas, fitted(text, name, style, room), at + Point{82, 19} * unit, style);
  // Beside the damage, so that it takes no room from the name.
  if (state.is_team_match) {
    text.draw(canvas, "team " + std::to_string(fighter.team + 1),
              at + Point{card_width - 12, 38} * unit,
              {.size = 13 * unit, .align = Align::right, .shadow = unit, .is_bold = false});
  }
  draw_damage(canvas, text, state, fighter, at + Point{82.0F, has_health ? 45.0F : 49.0F} * unit,
              unit);
  if (has_health) {
    draw_marks(canvas, at + Point{card_width - 18, 46} * unit, fighter.rounds_won, shade::gold,
               unit);
  } else {
    draw_marks(canvas, at + Point{card_width - 18, 62} * unit, fighter.lives, look.cloth, unit);
  }
  if (fighter.shield < full_shield) {
    draw_bar(canvas, {at.x + 82 * unit, at.y + 74 * unit, 144 * unit, 4 * unit},
             static_cast<float>(fighter.shield) / full_shield, shade::calm);
  }
  if (is_out) {
    canvas.rectangle({at.x, at.y, card_width * unit, card_height * unit}, shade::ink.faded(0.6F));
  }
  if (fighter.combo < 2) return;
  text.draw(canvas,
            std::to_string(fighter.combo) + " hits taken, " + std::to_string(fighter.combo_damage) +
                " damage",
            at + Point{4, -14} * unit,
            {.size = 15 * unit, .colour = shade::gold, .shadow = 1.2F * unit});
}

void draw_cards(Canvas& canvas, Text& text, const State& state, const HudTime& time,
                const Captions& captions) {
  const float unit = unit_of(canvas);
  const auto count =
      static_cast<float>(std::count_if(state.fighters.begin(), state.fighters.end(),
                                       [](const Fighter& fighter) { return fighter.is_in_match; }));
  const float below = captions.progress ? below_cards_timeline : below_cards;
  Point at{(canvas.width() - (count * (card_width + card_gap) - card_gap) * unit) / 2,
           canvas.height() - (card_height + below) * unit};
  for (std::size_t slot = 0; slot < fighters_max; ++slot) {
    if (!state.fighters[slot].is_in_match) continue;
    draw_card(canvas, text, state, slot, at, time, captions);
    at.x += (card_width + card_gap) * unit;
  }
}

void draw_clock(Canvas& canvas, Text& text, const State& state, float unit) {
  const Point middle{canvas.width() / 2, 42 * unit};
  canvas.circle(middle, 35 * unit, shade::ink.faded(0.85F));
  canvas.circle(middle, 30 * unit, Colour{52, 42, 70, 255});
  const float left = static_cast<float>(state.round_ticks_left) /
                     std::max<float>(data_of(state.rules.value).round_ticks, 1);
  constexpr int dots = 60;
  for (int i = 0; i < dots; ++i) {
    if (static_cast<float>(i) >= left * dots) break;
    const float angle = -pi / 2 + 2 * pi * static_cast<float>(i) / dots;
    canvas.circle(middle + Point{std::cos(angle), std::sin(angle)} * (32.5F * unit), 1.6F * unit,
                  left < 0.17F ? shade::alarm : shade::gold);
  }
  const int seconds = static_cast<int>(std::ceil(state.round_ticks_left / ticks_per_second));
  const bool is_timed = state.phase != Phase::practice;
  text.draw(canvas, is_timed ? std::to_string(seconds) : "\u221E", middle,
            {.size = (seconds >= 100 ? 24 : 28) * unit,
             .colour = is_timed && seconds <= 10 ? Colour{255, 120, 90, 255} : shade::white,
             .align = Align::centre});
}

struct Banner {
  std::string words, below;
  float age = 0;  // ticks
  float life = 0;
};

Banner round_over_banner(const State& state, const Captions& captions, float ticks) {
  constexpr float first = 55;
  if (ticks < first) return {state.round_ticks_left == 0 ? "Time" : "K.O.", "", ticks, first};
  const bool is_drawn = state.outcome == Outcome::drawn;
  return {is_drawn ? "A drawn round" : winner_of(state, captions) + " wins the round", "",
          ticks - first, round_over_ticks - first};
}

Banner banner_of(const State& state, const Captions& captions, float ticks) {
  constexpr float for_ever = 1e9F;
  switch (state.phase.value) {
    case Phase::waiting:
      return {"", "waiting for players", ticks, for_ever};
    case Phase::selecting:
    case Phase::result:
      return {};  // a screen of its own
    case Phase::practice:
      return {"",
              captions.room.empty() ? "practice: nobody else is here"
                                    : "practice until somebody joins room " + captions.room,
              ticks, for_ever};
    case Phase::intro: {
      const bool is_one = data_of(state.rules.value).rounds_max == 1;
      std::string stage = name_of(state.stage.value);
      return {is_one ? "Ready" : "Round " + std::to_string(state.round), "on the " + stage, ticks,
              intro_ticks};
    }
    case Phase::fighting:
      if (ticks > 42) return {};
      return {"Fight!", "", ticks, 42};
    case Phase::round_over:
      return round_over_banner(state, captions, ticks);
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
    canvas.rectangle({0, middle - height / 2, canvas.width(), height},
                     shade::ink.faded(0.55F * go));
    canvas.rectangle({0, middle - height / 2, canvas.width(), 3 * unit},
                     shade::gold.faded(0.9F * go));
    canvas.rectangle({0, middle + height / 2 - 3 * unit, canvas.width(), 3 * unit},
                     shade::gold.faded(0.9F * go));
    const float drift = (1 - come) * 90 * unit;
    const TextStyle style{.size = 58 * unit,
                          .colour = shade::white.faded(come * go),
                          .align = Align::centre,
                          .shadow = 3 * unit};
    text.draw(canvas, banner.words, {canvas.width() / 2 - drift, middle},
              narrowed(text, banner.words, style, canvas.width() - 40 * unit));
  }
  const float below = banner.words.empty() ? canvas.height() * 0.24F : middle + 70 * unit;
  text.draw(canvas, banner.below, {canvas.width() / 2, below},
            {.size = 22 * unit, .align = Align::centre, .shadow = 1.5F * unit});
}

/// A condition that holds everything up, and what can be done: in one band, however long it is.
void draw_notice(Canvas& canvas, Text& text, const std::string& words, const std::string& advice,
                 float unit) {
  constexpr std::size_t columns = 92;
  const std::vector<std::string> rows = wrapped(advice, columns);
  const float head = canvas.height() * 0.27F - 54 * unit;
  const float tall = (108 + 28 * static_cast<float>(rows.size())) * unit;
  canvas.rectangle({0, head, canvas.width(), tall}, shade::ink.faded(0.72F));
  canvas.rectangle({0, head, canvas.width(), 3 * unit}, shade::gold.faded(0.9F));
  canvas.rectangle({0, head + tall - 3 * unit, canvas.width(), 3 * unit}, shade::gold.faded(0.9F));
  text.draw(canvas, words, {canvas.width() / 2, head + 52 * unit},
            {.size = 46 * unit, .align = Align::centre, .shadow = 3 * unit});
  float y = head + 104 * unit;
  for (const std::string& row : rows) {
    text.draw(canvas, row, {canvas.width() / 2, y},
              {.size = 19 * unit, .align = Align::centre, .shadow = unit, .is_bold = false});
    y += 28 * unit;
  }
}

/// Where a line of news stands: its middle, its top and the width of its text, in units.
struct NewsPlace {
  float middle = 0, top = 0;
  std::size_t columns = 92;
};

void draw_news_at(Canvas& canvas, Text& text, const std::string& news, NewsPlace place) {
  constexpr float row_height = 21;
  const float unit = unit_of(canvas);
  const std::vector<std::string> rows = wrapped(news, place.columns);
  const TextStyle style{.size = 16 * unit, .align = Align::centre, .is_bold = false};
  float width = 0;
  for (const std::string& row : rows)
    width = std::max(width, text.width(row, style) / unit + 48);
  const float tall = 16 + row_height * static_cast<float>(rows.size());
  const float lowest = canvas.height() / unit - tall - 4;
  const Rect rect{(place.middle - width / 2) * unit, std::min(place.top, lowest) * unit,
                  width * unit, tall * unit};
  canvas.rectangle(rect, Colour{30, 24, 44, 255}.faded(0.9F));
  canvas.rectangle({rect.x, rect.y, 5 * unit, rect.height}, shade::gold);
  float y = rect.y + (8 + row_height / 2) * unit;
  for (const std::string& row : rows) {
    text.draw(canvas, row, {place.middle * unit, y}, style);
    y += row_height * unit;
  }
}

/// Where nothing that is needed stands; over the columns of the selection there is no title.
NewsPlace place_of_news(const Canvas& canvas, const State& state, const Captions& captions,
                        bool has_banner) {
  constexpr float over_columns = 6, below_clock = 80, below_meter = 168, below_inputs = 206;
  constexpr float below_banner = 250, below_result = 648, over_timeline = 612;
  const float width = canvas.width() / unit_of(canvas);
  NewsPlace place{.middle = width / 2, .top = below_clock};
  if (state.phase == Phase::selecting) {
    place.top = over_columns;
  } else if (state.phase == Phase::result) {
    place.top = captions.progress ? over_timeline : below_result;
  } else if (captions.extras.meter != nullptr) {
    // Between what is held, which grows down the left side, and the network's plots.
    constexpr float held = 366, plots = 228, margins = 60, letter = 8.6F;
    const float room = width - plots - held;
    place = {.middle = held + room / 2,
             .top = below_meter,
             .columns = static_cast<std::size_t>((room - margins) / letter)};
  } else if (captions.extras.inputs != nullptr) {
    place.top = below_inputs;
  }
  const bool is_in_banner = has_banner && place.top > below_clock && place.top < below_banner;
  if (is_in_banner) place.top = below_banner;
  return place;
}

/// The match's own words: clock, banners, columns.
void draw_match(Canvas& canvas, Text& text, const State& state, const HudTime& time,
                const Captions& captions) {
  const float unit = unit_of(canvas);
  if (state.phase == Phase::selecting) {
    draw_selection(canvas, text, state, time, captions);
  } else if (state.phase == Phase::result) {
    draw_result(canvas, text, state, time, captions);
  } else if (state.phase != Phase::waiting) {
    draw_cards(canvas, text, state, time, captions);
    draw_clock(canvas, text, state, unit);
  }
  if (captions.notice.empty()) {
    draw_banner(canvas, text, banner_of(state, captions, time.ticks), unit);
  } else {
    draw_notice(canvas, text, captions.notice, captions.advice, unit);
  }
}

void draw_status(Canvas& canvas, Text& text, const std::string& status, float unit) {
  if (status.empty()) return;
  const TextStyle style{.size = 14 * unit, .is_bold = false};
  canvas.rectangle({0, 0, text.width(status, style) + 28 * unit, 34 * unit},
                   Colour{30, 24, 44, 255}.faded(0.72F));
  text.draw(canvas, status, {14 * unit, 17 * unit}, style);
}

}  // namespace

Covered covered_by_hud(const Canvas& canvas, const State& state, const Captions& captions) {
  constexpr float clock_part = 0.08F;  // of the picture's height
  constexpr float foot_gap = 8;
  if (!captions.has_hud) return {};
  const bool has_cards = std::any_of(state.fighters.begin(), state.fighters.end(),
                                     [](const Fighter& fighter) { return fighter.is_in_match; });
  const float below = captions.progress ? below_cards_timeline : below_cards;
  const float foot = has_cards ? (card_height + below + foot_gap) * unit_of(canvas) : 0;
  return {canvas.height() * clock_part, foot};
}

void draw_hud(Canvas& canvas, Text& text, const State& state, const HudTime& time,
              const Captions& captions) {
  const float unit = unit_of(canvas);
  if (captions.has_hud) draw_match(canvas, text, state, time, captions);
  if (captions.progress) draw_progress(canvas, text, *captions.progress);
  if (!captions.news.empty()) {
    const bool has_banner =
        !captions.notice.empty() || !banner_of(state, captions, time.ticks).words.empty();
    draw_news_at(canvas, text, captions.news, place_of_news(canvas, state, captions, has_banner));
  }
  draw_status(canvas, text, captions.status, unit);
  constexpr float plots_top = 84, below_meter = 172;
  if (!captions.extras.plots.empty()) {
    draw_plots(canvas, text, captions.extras.plots,
               captions.extras.meter != nullptr ? below_meter : plots_top);
  }
  if (captions.extras.inputs != nullptr) {
    draw_inputs(canvas, text, state, *captions.extras.inputs, captions.extras.input_lines);
  }
  if (captions.extras.meter != nullptr) {
    draw_frame_meter(canvas, text, state, *captions.extras.meter);
  }
}

void draw_news(Canvas& canvas, Text& text, const std::string& news) {
  constexpr float below_page = 648;
  if (news.empty()) return;
  draw_news_at(canvas, text, news, {canvas.width() / unit_of(canvas) / 2, below_page});
}

}  // namespace counterpoint
