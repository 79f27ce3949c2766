// A bot's hands: when it decides, and how a wish becomes a pad or a stick.

#include "counterpoint/bot.hpp"

#include <array>
#include <cstdlib>

#include "view.hpp"

namespace counterpoint {

namespace bot {

namespace {

constexpr std::uint32_t ticks_between_menu_presses = 9;

/// Menus: some wandering, then ready.
Wish choose_in_menu(Random& random) {
  const std::uint32_t ticket = random.below(100);
  if (ticket < 22) return {.buttons = button::light};
  if (ticket < 40) return {.x = -1};
  if (ticket < 70) return {.x = 1};
  return {.y = ticket < 92 ? -1 : 1};
}

/// The same again, or something else.
Wish choose_after_match(Random& random) {
  return {.buttons = happens(random, 40) ? button::special : button::light};
}

Controls as_pad(const Wish& wish) {
  int buttons = wish.buttons;
  if (wish.x != 0) buttons |= wish.x < 0 ? button::left : button::right;
  if (wish.y != 0) buttons |= wish.y < 0 ? button::down : button::up;
  return Controls::pad(buttons);
}

/// A thumb: never quite straight, never quite as far.
Controls as_stick(const Wish& wish, Random& random) {
  constexpr int least = 10, sway = 2;
  const auto axis = [&](int direction) {
    return direction == 0 ? random.between(-sway, sway)
                          : direction * random.between(least, stick_full);
  };
  if (wish.x == 0 && wish.y == 0) return Controls::stick(0, 0, wish.buttons);
  return Controls::stick(axis(wish.x), axis(wish.y), wish.buttons);
}

/// A stick that is on its way goes on until its end.
std::optional<Controls> follow_through(Controls held, Random& random) {
  constexpr int settled = 13;
  const int x = held.x(), y = held.y();
  const bool is_under_way = (std::abs(x) >= stick_meant && std::abs(x) < settled) ||
                            (std::abs(y) >= stick_meant && std::abs(y) < settled);
  if (!is_under_way || !random.chance(3)) return std::nullopt;
  const auto further = [&](int value) {
    if (std::abs(value) < stick_meant) return value;
    return value + (value < 0 ? -1 : 1) * random.between(1, 4);
  };
  return Controls::stick(further(x), further(y), held.bits & button::actions);
}

/// A button has to be let go before it can be pressed again.
Wish let_go_first(Wish wish, Controls held) {
  constexpr int tapped = button::jump | button::light | button::special;
  wish.buttons &= ~(tapped & held.bits & button::actions);
  return wish;
}

std::optional<Wish> wish_for(const State& state, std::size_t slot, Random& random,
                             const Skill& skill) {
  const Fighter& me = state.fighters[slot];
  const bool is_empty_handed =
      me.held.direction() == 0 && me.held.vertical() == 0 && (me.held.bits & button::actions) == 0;
  if (state.phase == Phase::selecting || state.phase == Phase::result) {
    if (me.pick.is_ready) return Wish{};
    if (!random.chance(ticks_between_menu_presses)) return std::nullopt;
    if (!is_empty_handed) return Wish{};
    return state.phase == Phase::selecting ? choose_in_menu(random) : choose_after_match(random);
  }
  if (!is_open_play(state.phase) || !is_seen(me)) return Wish{};
  const View view = look(state, slot);
  const bool is_sudden = is_threatened(view) && !me.held.has(button::shield);
  if (!random.chance(is_sudden ? skill.ticks_to_react : skill.ticks_to_think)) return std::nullopt;
  return let_go_first(decide(view, skill, random), me.held);
}

}  // namespace

const Skill& skill_of(tutti::BotStyle::Strength strength) {
  // Chosen so that no fighter is the better for it: idle hands and wild blows favour the heavy one,
  // quick answers the light one.
  static constexpr std::array<Skill, 3> skills = {{
      {.ticks_to_think = 12, .ticks_to_react = 8, .aim = 90, .defence = 35, .idleness = 10},
      {.ticks_to_think = 9, .ticks_to_react = 7, .aim = 75, .defence = 55, .idleness = 10},
      {.ticks_to_think = 6, .ticks_to_react = 7, .aim = 80, .defence = 55, .idleness = 10},
  }};
  const auto row = static_cast<std::size_t>(strength);
  return skills[row < skills.size() ? row : 1];
}

}  // namespace bot

std::optional<Controls> play_bot(const State& state, tutti::PlayerId player, tutti::Random& random,
                                 tutti::BotStyle style) {
  const std::size_t slot = player.value;
  if (slot >= state.fighters.size() || !state.fighters[slot].is_present) return std::nullopt;
  const Controls held = state.fighters[slot].held;
  const bool is_analog = style.input == tutti::BotStyle::Input::analog;
  const auto wish = bot::wish_for(state, slot, random, bot::skill_of(style.strength));
  if (!wish) return is_analog ? bot::follow_through(held, random) : std::nullopt;
  const Controls pad = bot::as_pad(*wish);
  // A thumb that means the same as before does not move.
  const bool is_same = held.direction() == wish->x && held.vertical() == wish->y &&
                       (held.bits & button::actions) == wish->buttons;
  if (is_same && (is_analog || held == pad)) return std::nullopt;
  return is_analog ? bot::as_stick(*wish, random) : pad;
}

}  // namespace counterpoint
