// A bot: a player like any other, outside the state. It looks at what a player would look at, takes
// its time to react, and chooses by weight, so that two of them make a fight worth watching.

#include <algorithm>

#include "parts.hpp"

namespace counterpoint {

namespace {

using namespace button;

using tutti::Random;

/// Ticks between two decisions, on average: about what hands manage.
constexpr std::uint32_t ticks_between_decisions = 5;
/// Ticks until something sudden is answered, on average.
constexpr std::uint32_t ticks_to_react = 5;

constexpr Fixed far_away = 2.5_fx;
constexpr Fixed smash_range = 1.75_fx;
constexpr Fixed kick_range = 1.4_fx;
constexpr Fixed jab_range = 1.2_fx;

/// What the bot sees.
struct View {
  const Fighter& me;
  const Fighter& foe;
  Fixed distance;
  Button ahead;  ///< towards the foe
  Button back;
};

View look(const State& state, std::size_t slot) {
  const Fighter& me = state.fighters[slot];
  const Fighter& foe = state.fighters[other(slot)];
  const bool is_right =
      foe.position.x == me.position.x ? me.facing > 0 : foe.position.x > me.position.x;
  return {me, foe, abs(foe.position.x - me.position.x), is_right ? right : left,
          is_right ? left : right};
}

/// One of the choices, each as likely as its weight.
struct Choice {
  std::uint32_t weight;
  Controls controls;
};
Controls choose(Random& random, std::initializer_list<Choice> choices) {
  std::uint32_t sum = 0;
  for (const Choice& choice : choices)
    sum += choice.weight;
  std::uint32_t ticket = random.below(sum);
  for (const Choice& choice : choices) {
    if (ticket < choice.weight) return choice.controls;
    ticket -= choice.weight;
  }
  return {};
}

Controls hold(Button button) { return Controls{}.with(button); }

bool is_threatening(const View& view) {
  const Fighter& foe = view.foe;
  if (foe.action != Action::attacking || foe.has_connected) return false;
  const MoveData& data = data_of(foe.move);
  const Fixed reach = data.reach.far + body_half_width + data.lunge * Fixed(4);
  const bool is_coming = foe.action_ticks < data.startup + data.active;
  return is_coming && view.distance < reach + 0.3_fx;
}

/// Open to be punished: busy for a while and not able to block.
bool is_open(const Fighter& foe) {
  if (foe.action == Action::dazed || foe.action == Action::landing) return true;
  return foe.action == Action::attacking && foe.action_length != 0 &&
         foe.action_ticks >= data_of(foe.move).startup + data_of(foe.move).active &&
         foe.action_length - foe.action_ticks > 5;
}

Controls defend(const View& view, Random& random) {
  return choose(random, {{62, hold(block)},
                         {14, hold(view.back)},
                         {8, hold(view.back).with(jump)},
                         {8, hold(light)},
                         {8, view.me.held}});
}

Controls punish(const View& view, Random& random) {
  if (view.distance < jab_range) {
    return choose(random, {{45, hold(light)}, {45, hold(heavy)}, {10, {}}});
  }
  return choose(random, {{60, hold(view.ahead).with(heavy)}, {40, hold(view.ahead)}});
}

Controls in_the_air(const View& view, Random& random) {
  const bool is_falling = view.me.velocity.y < Fixed{};
  if (is_falling && view.distance < kick_range) {
    return choose(random, {{45, hold(light)}, {45, hold(heavy)}, {10, {}}});
  }
  return choose(random, {{6, hold(view.ahead)}, {4, {}}});
}

Controls on_the_floor(const View& view, Random& random) {
  if (view.distance > far_away) {
    return choose(random, {{62, hold(view.ahead)},
                           {12, hold(view.ahead).with(jump)},
                           {10, {}},
                           {8, hold(view.back)},
                           {3, hold(block)},
                           {2, hold(jump)}});
  }
  if (view.distance > smash_range) {
    return choose(random, {{48, hold(view.ahead)},
                           {16, hold(view.back)},
                           {10, hold(view.ahead).with(heavy)},
                           {12, hold(view.ahead).with(jump)},
                           {8, {}},
                           {6, hold(block)}});
  }
  if (view.distance > jab_range) {
    return choose(random, {{42, hold(view.ahead)},
                           {14, hold(view.back)},
                           {14, hold(heavy)},
                           {12, hold(view.ahead).with(light)},
                           {6, hold(view.ahead).with(jump)},
                           {8, hold(block)},
                           {4, {}}});
  }
  return choose(random, {{50, hold(light)},
                         {10, hold(heavy)},
                         {14, hold(block)},
                         {14, hold(view.back)},
                         {5, hold(view.back).with(jump)},
                         {7, {}}});
}

/// While stunned or on the floor: wait behind the guard, or mash.
Controls helpless(Random& random) {
  return choose(random, {{50, hold(block)}, {25, {}}, {20, hold(light)}, {5, hold(heavy)}});
}

Controls decide(const View& view, Random& random) {
  switch (view.me.action.value) {
    case Action::reeling:
    case Action::launched:
    case Action::downed:
    case Action::rising:
    case Action::dazed:
    case Action::guarding:
      return helpless(random);
    case Action::attacking:
      if (view.me.move == Move::jab && view.me.has_connected) {
        return choose(random, {{40, hold(heavy)}, {45, hold(light)}, {15, hold(block)}});
      }
      return choose(random, {{40, {}}, {30, hold(block)}, {30, hold(view.back)}});
    case Action::airborne:
    case Action::crouching:
      return in_the_air(view, random);
    default:
      break;
  }
  if (is_threatening(view)) return defend(view, random);
  const bool is_foe_down = view.foe.action == Action::downed || view.foe.action == Action::rising;
  if (is_foe_down) {
    return choose(random,
                  {{35, hold(view.back)}, {25, hold(view.ahead)}, {25, hold(block)}, {15, {}}});
  }
  if (is_open(view.foe) && view.distance < far_away) return punish(view, random);
  return on_the_floor(view, random);
}

/// A button has to be let go before it can be pressed again.
Controls let_go_first(Controls wish, Controls held) {
  for (const Button button : {jump, light, heavy}) {
    if (wish.has(button) && held.has(button)) wish = wish.without(button);
  }
  return wish;
}

}  // namespace

std::optional<Controls> Counterpoint::play(const State& state, tutti::PlayerId player,
                                           Random& random) {
  const std::size_t slot = player.value;
  if (slot >= state.fighters.size() || !state.fighters[slot].is_present) return std::nullopt;
  const View view = look(state, slot);
  Controls wish{};
  if (is_open_play(state.phase)) {
    const bool is_sudden = is_threatening(view) && !view.me.held.has(block);
    if (!random.chance(is_sudden ? ticks_to_react : ticks_between_decisions)) return std::nullopt;
    wish = let_go_first(decide(view, random), view.me.held);
  }
  if (wish == view.me.held) return std::nullopt;
  return wish;
}

}  // namespace counterpoint
