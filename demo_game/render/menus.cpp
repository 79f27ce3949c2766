#include "render/menus.hpp"

#include <algorithm>
#include <iterator>

#include "render/panel.hpp"

namespace counterpoint {

namespace {

/// One column of a screen with a column for each player.
struct Column {
  Rect rect{};
  float unit = 1;

  Point at(float x, float y) const { return {rect.x + x * unit, rect.y + y * unit}; }
  Rect part(float x, float y, float width, float height) const {
    return {rect.x + x * unit, rect.y + y * unit, width * unit, height * unit};
  }
};

constexpr float column_width = 246;
constexpr float column_gap = 18;

Column column_of(const Canvas& canvas, std::size_t index, std::size_t count, float top,
                 float height) {
  const float unit = unit_of(canvas);
  const float step = (column_width + column_gap) * unit;
  const float all = step * static_cast<float>(count) - column_gap * unit;
  const float left = (canvas.width() - all) / 2 + step * static_cast<float>(index);
  const float middle = (canvas.height() - 720 * unit) / 2;
  return {{left, middle + top * unit, column_width * unit, height * unit}, unit};
}

/// A whole figure on a ground of the player's colour.
void draw_full(Canvas& canvas, const Rect& rect, const Figure& figure, const Look& look) {
  Canvas picture(static_cast<int>(std::lround(rect.width)),
                 static_cast<int>(std::lround(rect.height)));
  const float wide = picture.width(), tall = picture.height();
  picture.gradient({0, 0, wide, tall}, mix(look.cloth, shade::white, 0.42F), look.cloth_dark);
  picture.glow({wide / 2, tall * 0.5F}, tall * 0.55F, look.band.faded(0.5F));
  const float metre = tall / 2.35F;
  const Camera camera = camera_at({wide * 0.46F, tall * 0.90F}, metre);
  draw_shadow(picture, camera, figure, 0);
  draw_figure(picture, camera, figure, look);
  canvas.copy(picture, static_cast<int>(std::lround(rect.x)),
              static_cast<int>(std::lround(rect.y)));
}

/// The stage as a sketch: floor and platforms.
void draw_sketch(Canvas& canvas, const Rect& rect, Stage stage, std::uint32_t ticks) {
  const float metre = rect.width / (2 * to_float(stage_half_width) + 1);
  const Point floor{rect.x + rect.width / 2, rect.y + rect.height - 5 * metre * 0.2F};
  const auto line = [&](float left, float right, float height, Colour colour) {
    canvas.rectangle({floor.x + left * metre, floor.y - height * metre, (right - left) * metre,
                      std::max(2.0F, 0.22F * metre)},
                     colour);
  };
  const float edge = to_float(stage_half_width);
  line(-edge, edge, 0, shade::grey);
  for (std::size_t i = 0; i < platforms_of(stage).size(); ++i) {
    const Platform platform = platform_at(stage, i, ticks);
    line(to_float(platform.left), to_float(platform.right), to_float(platform.height), shade::gold);
  }
}

struct Trait {
  const char* name;
  float part;
};

void draw_traits(Canvas& canvas, Text& text, const Column& column, Character character, float top) {
  const CharacterData& data = data_of(character);
  const Trait traits[] = {
      {"speed", part_of(to_float(data.run_speed), 0.04F, 0.10F)},
      {"weight", part_of(static_cast<float>(data.weight), 70, 122)},
      {"air", part_of(to_float(data.air_speed) * (1 + 0.25F * static_cast<float>(data.air_jumps)),
                      0.045F, 0.115F)}};
  float y = top;
  for (const Trait& trait : traits) {
    text.draw(canvas, trait.name, column.at(16, y),
              {.size = 13 * column.unit, .colour = shade::grey, .is_bold = false});
    draw_bar(canvas, column.part(74, y - 4, column_width - 90, 8), trait.part, shade::calm);
    y += 18;
  }
}

/// The player whose choice of the rules counts.
std::size_t first_present(const State& state) {
  const auto first = std::find_if(state.fighters.begin(), state.fighters.end(),
                                  [](const Fighter& fighter) { return fighter.is_present; });
  return static_cast<std::size_t>(first - state.fighters.begin()) % fighters_max;
}

/// Where all have chosen the same team there is none.
std::string team_text(const State& state, const Pick& pick) {
  std::ptrdiff_t present = 0, alike = 0;
  for (const Fighter& fighter : state.fighters) {
    if (!fighter.is_present) continue;
    ++present;
    alike += fighter.pick.team == pick.team ? 1 : 0;
  }
  return present > 1 && alike == present ? "Each alone" : std::to_string(pick.team + 1);
}

void draw_rows(Canvas& canvas, Text& text, const Column& column, const State& state,
               std::size_t slot, float top) {
  Pick pick = state.fighters[slot].pick;
  const std::size_t chooser = first_present(state);
  pick.rules = state.fighters[chooser].pick.rules;
  const std::string values[] = {capital(name_of(pick.character.value)),
                                capital(name_of(pick.stage.value)),
                                capital(name_of(pick.rules.value)), team_text(state, pick)};
  for (std::size_t row = 0; row < std::size(values); ++row) {
    const float y = top + 30 * static_cast<float>(row);
    const bool is_here = static_cast<std::size_t>(pick.row.value) == row && !pick.is_ready;
    if (is_here) {
      canvas.rectangle(column.part(8, y - 14, column_width - 16, 28), shade::gold.faded(0.22F));
    }
    const char* label = row == 0 ? "fighter" : name_of(static_cast<PickRow>(row));
    text.draw(canvas, label, column.at(18, y),
              {.size = 15 * column.unit, .colour = shade::grey, .is_bold = false});
    const bool is_anothers = static_cast<PickRow>(row) == PickRow::rules && slot != chooser;
    const Colour mine = is_here ? shade::gold : shade::white;
    text.draw(canvas, values[row], column.at(157, y),
              {.size = 18 * column.unit,
               .colour = is_anothers ? shade::grey : mine,
               .align = Align::centre});
    if (!is_here || is_anothers) continue;
    for (const float side : {-1.0F, 1.0F}) {
      const Point tip = column.at(157 + side * 76, y);
      const Point arrow[] = {tip, tip + Point{-side * 9, -7} * column.unit,
                             tip + Point{-side * 9, 7} * column.unit};
      canvas.polygon(arrow, shade::gold);
    }
  }
}

/// The foot of a column: ready, or how to be.
void draw_readiness(Canvas& canvas, Text& text, const Column& column, bool is_ready,
                    const std::string& hint) {
  const float height = 40;
  const Rect foot = column.part(0, column.rect.height / column.unit - height, column_width, height);
  canvas.rectangle(foot, is_ready ? shade::gold : Colour{52, 42, 70, 255});
  text.draw(canvas, is_ready ? "READY" : hint, {foot.x + foot.width / 2, foot.y + foot.height / 2},
            {.size = (is_ready ? 20 : 14) * column.unit,
             .colour = is_ready ? shade::ink : shade::grey,
             .align = Align::centre,
             .is_bold = is_ready});
}

void draw_empty(Canvas& canvas, Text& text, const Column& column, const Captions& captions) {
  canvas.rectangle(column.rect, shade::ink.faded(0.45F));
  text.draw(canvas, "free", column.at(column_width / 2, 200),
            {.size = 24 * column.unit, .colour = shade::grey, .align = Align::centre});
  if (captions.room.empty()) return;
  text.draw(
      canvas, "join room", column.at(column_width / 2, 240),
      {.size = 16 * column.unit, .colour = shade::grey, .align = Align::centre, .is_bold = false});
  const float code_size = captions.room.size() > 8 ? 24 : 30;
  text.draw(canvas, captions.room, column.at(column_width / 2, 272),
            {.size = code_size * column.unit, .colour = shade::gold, .align = Align::centre});
  float y = 310;
  for (const std::string& address : captions.addresses) {
    text.draw(canvas, (y < 320 ? "at " : "or ") + address, column.at(column_width / 2, y),
              {.size = 16 * column.unit,
               .colour = shade::grey,
               .align = Align::centre,
               .is_bold = false});
    y += 26;
  }
  if (captions.addresses.empty()) return;
  text.draw(
      canvas, "Ctrl+C copies the invitation", column.at(column_width / 2, y + 14),
      {.size = 14 * column.unit, .colour = shade::grey, .align = Align::centre, .is_bold = false});
}

/// Of the first player at this machine; empty if there is none.
Captions::Keys keys_here(const Captions& captions) {
  for (const Captions::Keys& keys : captions.keys) {
    if (!keys.light.empty()) return keys;
  }
  return {};
}

/// The foot of a column, for a player who is not ready.
std::string hint_for(const Captions& captions, std::size_t slot, const char* meaning) {
  const std::string& key = captions.keys[slot].light;
  return key.empty() ? "thinking" : key + ": " + meaning;
}

/// At the head of a column; `more` stands behind it, however long the name is.
void draw_name_in(Canvas& canvas, Text& text, const Column& column, const std::string& name,
                  const std::string& more) {
  const TextStyle style{.size = 18 * column.unit, .align = Align::centre};
  const float room = column.rect.width - 24 * column.unit - text.width(more, style);
  text.draw(canvas, fitted(text, name, style, room) + more, column.at(column_width / 2, 26), style);
}

void draw_chooser(Canvas& canvas, Text& text, const Column& column, const State& state,
                  std::size_t slot, const HudTime& time, const Captions& captions) {
  const Fighter& fighter = state.fighters[slot];
  const Look& look = look_of(slot);
  const Pick& pick = fighter.pick;
  draw_panel(canvas, column.rect, look.cloth, column.unit);
  const std::string won =
      fighter.matches_won > 0 ? "  \u00D7" + std::to_string(fighter.matches_won) : "";
  draw_name_in(canvas, text, column, captions.names[slot], won);
  Fighter model;
  model.character = pick.character;
  model.action = pick.is_ready ? Action::victorious : Action::standing;
  const float seconds = time.seconds + static_cast<float>(slot) * 0.6F;
  const Pose pose = pose_of(model, pick.is_ready ? 30 + seconds * 12 : 0, seconds);
  draw_full(canvas, column.part(10, 46, column_width - 20, 210),
            figure_standing(pick.character, pose, seconds), look);
  text.draw(canvas, capital(name_of(pick.character.value)), column.at(column_width / 2, 278),
            {.size = 24 * column.unit, .align = Align::centre});
  text.draw(
      canvas, description_of(pick.character), column.at(column_width / 2, 302),
      {.size = 13 * column.unit, .colour = shade::grey, .align = Align::centre, .is_bold = false});
  draw_traits(canvas, text, column, pick.character, 326);
  draw_rows(canvas, text, column, state, slot, 392);
  draw_sketch(canvas, column.part(63, 500, column_width - 126, 44), pick.stage, state.phase_ticks);
  draw_readiness(canvas, text, column, pick.is_ready, hint_for(captions, slot, "ready"));
}

/// Seconds until the phase ends by itself, where that is soon.
void draw_countdown(Canvas& canvas, Text& text, const State& state, std::uint32_t ticks_max,
                    float y) {
  constexpr int soon = 10;  // seconds
  const int left = (static_cast<int>(ticks_max) - static_cast<int>(state.phase_ticks)) / 60;
  if (left > soon || left < 0) return;
  const float unit = unit_of(canvas);
  text.draw(canvas, "goes on in " + std::to_string(left), {canvas.width() / 2, y},
            {.size = 16 * unit, .colour = shade::gold, .align = Align::centre});
}

struct Score {
  const char* name;
  int value;
};

void draw_scores(Canvas& canvas, Text& text, const Column& column, const Fighter& fighter,
                 float top) {
  const Score scores[] = {{"knock-outs", fighter.knockouts},
                          {"falls", fighter.falls},
                          {"damage dealt", fighter.damage_dealt},
                          {"matches won", fighter.matches_won}};
  float y = top;
  for (const Score& score : scores) {
    text.draw(canvas, score.name, column.at(18, y),
              {.size = 15 * column.unit, .colour = shade::grey, .is_bold = false});
    text.draw(canvas, std::to_string(score.value), column.at(column_width - 18, y),
              {.size = 19 * column.unit, .align = Align::right});
    y += 29;
  }
}

void draw_finalist(Canvas& canvas, Text& text, const Column& column, const State& state,
                   std::size_t slot, const HudTime& time, const Captions& captions) {
  const Fighter& fighter = state.fighters[slot];
  const Look& look = look_of(slot);
  const bool has_won = state.outcome == Outcome::won && fighter.team == state.winning_team;
  draw_panel(canvas, column.rect, has_won ? shade::gold : look.cloth, column.unit);
  draw_name_in(canvas, text, column, captions.names[slot], {});
  Fighter model;
  model.character = fighter.character;
  model.action = has_won ? Action::victorious : Action::dazed;
  const Pose pose = pose_of(model, time.ticks, time.seconds + static_cast<float>(slot));
  draw_full(canvas, column.part(10, 46, column_width - 20, 210),
            figure_standing(fighter.character, pose, time.seconds), look);
  text.draw(canvas, has_won ? "winner" : capital(name_of(fighter.character.value)),
            column.at(column_width / 2, 280),
            {.size = 22 * column.unit,
             .colour = has_won ? shade::gold : shade::white,
             .align = Align::centre});
  draw_scores(canvas, text, column, fighter, 318);
  if (fighter.is_present) {
    draw_readiness(canvas, text, column, fighter.pick.is_ready,
                   hint_for(captions, slot, "fight again"));
  }
}

}  // namespace

std::string winner_of(const State& state, const Captions& captions) {
  if (state.is_team_match) return "Team " + std::to_string(state.winning_team + 1);
  for (std::size_t slot = 0; slot < fighters_max; ++slot) {
    const Fighter& fighter = state.fighters[slot];
    if (fighter.is_in_match && fighter.team == state.winning_team) return captions.names[slot];
  }
  return "Nobody";
}

void draw_selection(Canvas& canvas, Text& text, const State& state, const HudTime& time,
                    const Captions& captions) {
  dim(canvas, 0.5F);
  const float unit = unit_of(canvas);
  const std::size_t count = std::clamp<std::size_t>(state.players, 1, fighters_max);
  const Column first = column_of(canvas, 0, count, 70, 600);
  // News stand in the title's place.
  if (captions.news.empty()) {
    text.draw(canvas, "Choose your fighter", {canvas.width() / 2, first.rect.y - 34 * unit},
              {.size = 30 * unit, .align = Align::centre, .shadow = 2 * unit});
  }
  for (std::size_t slot = 0; slot < count; ++slot) {
    const Column column = column_of(canvas, slot, count, 70, 600);
    if (state.fighters[slot].is_present) {
      draw_chooser(canvas, text, column, state, slot, time, captions);
    } else {
      draw_empty(canvas, text, column, captions);
    }
  }
  const float foot = first.rect.y + 622 * unit;
  if (const Captions::Keys keys = keys_here(captions); !keys.light.empty()) {
    text.draw(
        canvas,
        "directions choose     " + keys.light + ": ready     " + keys.special + ": take it back",
        {canvas.width() / 2, foot},
        {.size = 14 * unit,
         .colour = shade::grey,
         .align = Align::centre,
         .shadow = 1.2F * unit,
         .is_bold = false});
  }
  draw_countdown(canvas, text, state, select_ticks_max, first.rect.y - 8 * unit);
}

void draw_result(Canvas& canvas, Text& text, const State& state, const HudTime& time,
                 const Captions& captions) {
  const float come = smooth(part_of(time.ticks, 0, 20));
  dim(canvas, 0.68F * come);
  if (come < 1) return;
  const float unit = unit_of(canvas);
  const auto count =
      static_cast<std::size_t>(std::count_if(state.fighters.begin(), state.fighters.end(),
                                             [](const Fighter& f) { return f.is_in_match; }));
  const Column first = column_of(canvas, 0, std::max<std::size_t>(count, 1), 120, 480);
  const std::string words = state.outcome == Outcome::drawn
                                ? "The match is drawn"
                                : winner_of(state, captions) + " wins the match";
  const TextStyle style{.size = 42 * unit, .align = Align::centre, .shadow = 3 * unit};
  text.draw(canvas, words, {canvas.width() / 2, first.rect.y - 56 * unit},
            narrowed(text, words, style, canvas.width() - 40 * unit));
  std::size_t index = 0;
  for (std::size_t slot = 0; slot < fighters_max; ++slot) {
    if (!state.fighters[slot].is_in_match) continue;
    draw_finalist(canvas, text, column_of(canvas, index++, count, 120, 480), state, slot, time,
                  captions);
  }
  if (const Captions::Keys keys = keys_here(captions); !keys.light.empty()) {
    text.draw(canvas, keys.light + ": fight again     " + keys.special + ": choose again",
              {canvas.width() / 2, first.rect.y + 508 * unit},
              {.size = 16 * unit, .align = Align::centre, .shadow = 1.2F * unit, .is_bold = false});
  }
  draw_countdown(canvas, text, state, result_ticks_max, first.rect.y - 18 * unit);
}

}  // namespace counterpoint
