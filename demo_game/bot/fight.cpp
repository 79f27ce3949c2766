// A bot's fight: come near, hit with what reaches, defend, come back to the stage. Moves are chosen
// by the tables of both fighters, so that every character is played by its own reach.

#include <array>
#include <optional>
#include <span>

#include "view.hpp"

namespace counterpoint::bot {

namespace {

constexpr Fixed far_away = 3.2_fx;
constexpr Fixed near_by = 1.9_fx;
constexpr Fixed arm_length = 1.3_fx;

/// An attack and the hands that ask for it; x is towards the foe.
struct Option {
  Move move;
  Wish wish;
  std::uint32_t weight;
};

constexpr int light = button::light, heavy = button::heavy, special = button::special;

constexpr std::array on_floor = {
    Option{Move::jab, {.buttons = light}, 18},
    Option{Move::side_light, {.x = 1, .buttons = light}, 16},
    Option{Move::up_light, {.y = 1, .buttons = light}, 16},
    Option{Move::down_light, {.y = -1, .buttons = light}, 12},
    Option{Move::heavy_side, {.x = 1, .buttons = heavy}, 9},
    Option{Move::heavy_up, {.y = 1, .buttons = heavy}, 9},
    Option{Move::heavy_down, {.y = -1, .buttons = heavy}, 8},
    Option{Move::grab, {.buttons = button::shield | light}, 14},
    Option{Move::rise, {.y = 1, .buttons = special}, 2},
};
constexpr std::array in_air = {
    Option{Move::air_neutral, {.buttons = light}, 12},
    Option{Move::air_forward, {.x = 1, .buttons = light}, 14},
    Option{Move::air_back, {.x = 1, .buttons = light}, 14},
    Option{Move::air_up, {.y = 1, .buttons = light}, 14},
    Option{Move::air_down, {.y = -1, .buttons = light}, 12},
    Option{Move::dash, {.x = 1, .buttons = special}, 2},
};

/// Where a box would be and where the foe will be as it comes.
bool would_reach(const View& view, Move move) {
  const MoveData& data = data_of(view.me.character, move);
  const bool is_backwards = move == Move::air_back;
  // Attacks on the floor turn to the foe first; those in the air do not.
  const bool may_turn = !is_aerial(move);
  if (!may_turn && is_backwards == (view.ahead == view.me.facing)) return false;
  const Fixed ticks(data.frames.startup);
  Vec2 away = view.foe.position - view.me.position;
  if (view.foe.freeze == 0) away += (view.foe.velocity - view.me.velocity) * ticks;
  const int facing = is_backwards ? -view.ahead : view.ahead;
  const CharacterData& body = data_of(view.foe.character);
  const Fixed ahead = away.x * Fixed(facing);
  for (const HitBox& box : data.boxes) {
    if (!box.is_used()) continue;
    if (ahead + body.half_width < box.near || ahead - body.half_width > box.far) continue;
    if (away.y + body.height < box.low || away.y > box.high) continue;
    return true;
  }
  return false;
}

Wish toward(const View& view, Wish wish) {
  wish.x *= view.ahead;
  return wish;
}

std::optional<Wish> choose_attack(const View& view, std::span<const Option> options,
                                  const Skill& skill, Random& random) {
  const bool is_aiming = happens(random, skill.aim);
  std::array<std::uint32_t, 16> weights{};
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i < options.size(); ++i) {
    const bool is_wild = !is_aiming && view.distance < near_by;
    if (is_wild || would_reach(view, options[i].move)) weights[i] = options[i].weight;
    sum += weights[i];
  }
  if (sum == 0) return std::nullopt;
  std::uint32_t ticket = random.below(sum);
  for (std::size_t i = 0; i < options.size(); ++i) {
    if (ticket < weights[i]) return toward(view, options[i].wish);
    ticket -= weights[i];
  }
  return std::nullopt;
}

int to_middle(const Fighter& fighter) { return fighter.position.x < Fixed{} ? 1 : -1; }

bool is_off_stage(const Fighter& fighter) {
  return fighter.footing == 0 && abs(fighter.position.x) > stage_half_width - 0.2_fx &&
         fighter.position.y < 2.5_fx;
}

/// Home: drift, jump again, and rise when nothing else is left.
Wish come_back(const View& view, Random& random) {
  const Fighter& me = view.me;
  Wish wish{.x = to_middle(me)};
  const bool is_falling = me.velocity.y < Fixed{};
  if (!is_falling || me.position.y > 0.6_fx) return wish;
  if (me.air_jumps > 0 && me.position.y > -2.5_fx) {
    wish.buttons = happens(random, 70) ? button::jump : 0;
    return wish;
  }
  const Fixed gap = abs(me.position.x) - stage_half_width;
  if (gap > 2.5_fx && !me.has_dashed) {
    wish.buttons = special;
  } else if (me.position.y < -0.5_fx) {
    wish.y = 1;
    wish.buttons = special;
  }
  return wish;
}

Wish hang(const View& view, Random& random) {
  if (happens(random, 30)) return {.buttons = button::jump};
  if (happens(random, 15)) return {.x = -view.me.facing};
  return {.y = 1};
}

Wish throw_somebody(const View& view, Random& random) {
  const std::uint32_t ticket = random.below(100);
  if (ticket < 25) return {.y = 1};
  if (ticket < 50) return {.y = -1};
  // To where the stage ends sooner, mostly.
  const int out = -to_middle(view.me);
  return {.x = ticket < 85 ? out : -out};
}

/// While others decide: bend the flight inwards, be ready to catch oneself.
Wish helpless(const View& view, Random& random) {
  Wish wish{.x = to_middle(view.me), .y = happens(random, 40) ? 1 : 0};
  if (happens(random, 30)) wish.buttons = button::shield;
  return wish;
}

Wish wriggle(const View& view, Random& random) {
  const Controls held = view.me.held;
  if (held.has(button::light)) return {.x = held.direction() == 0 ? 1 : 0};
  return {.x = held.direction() == 0 && happens(random, 50) ? -1 : 0, .buttons = light};
}

Wish charge(const View& view, Random& random) {
  Wish wish{.y = view.me.held.vertical(), .buttons = heavy};
  const bool is_time = view.distance < arm_length + 0.3_fx || happens(random, 25);
  if (is_time) wish.buttons = 0;
  return wish;
}

Wish defend(const View& view, Random& random) {
  const std::uint32_t ticket = random.below(100);
  const bool is_in_air = view.me.footing == 0;
  if (is_in_air) return ticket < 50 ? Wish{.buttons = button::shield} : Wish{.x = -view.ahead};
  if (ticket < 50) return {.buttons = button::shield};
  if (ticket < 62) return {.y = -1, .buttons = special};
  if (ticket < 74) return {.x = -view.ahead, .buttons = button::shield};
  if (ticket < 84) return {.x = -view.ahead, .buttons = button::jump};
  return {.x = -view.ahead};
}

Wish behind_shield(const View& view, Random& random) {
  const std::uint32_t ticket = random.below(100);
  if (is_threatened(view) && ticket < 60) return {.buttons = button::shield};
  if (ticket < 25 && view.distance < arm_length) return {.buttons = button::shield | light};
  if (ticket < 40) return {.x = -view.ahead, .buttons = button::shield};
  if (ticket < 50) return {.x = view.ahead, .buttons = button::shield};
  if (ticket < 60) return {.y = -1, .buttons = button::shield};
  if (ticket < 72) return {.buttons = button::jump};
  return {};
}

Wish fly(const View& view, const Skill& skill, Random& random) {
  if (is_off_stage(view.me)) return come_back(view, random);
  if (const auto attack = choose_attack(view, in_air, skill, random)) return *attack;
  const bool is_above = view.foe.position.y > view.me.position.y + 1_fx;
  if (is_above && view.me.air_jumps > 0 && view.me.velocity.y < Fixed{} && happens(random, 30)) {
    return {.x = view.ahead, .buttons = button::jump};
  }
  if (view.me.velocity.y < Fixed{} && happens(random, 12)) return {.x = view.ahead, .y = -1};
  return {.x = happens(random, 80) ? view.ahead : 0};
}

Wish from_afar(const View& view, Random& random) {
  const std::uint32_t ticket = random.below(100);
  if (ticket < 14) return {.buttons = special};
  if (ticket < 24) return {.x = view.ahead, .buttons = special};
  if (ticket < 38) return {.x = view.ahead, .buttons = button::jump};
  if (ticket < 44) return {.x = view.ahead, .buttons = heavy};
  return {.x = view.ahead};
}

Wish walk(const View& view, Random& random) {
  const bool is_above = view.foe.position.y > view.me.position.y + 1_fx;
  const bool is_below = view.foe.position.y < view.me.position.y - 0.5_fx;
  if (is_above && happens(random, 35)) return {.x = view.ahead, .buttons = button::jump};
  if (is_below && view.me.footing > 1 && happens(random, 35)) return {.y = -1};
  // Nobody follows over the edge without need.
  const bool is_at_edge = abs(view.me.position.x) > stage_half_width - 0.6_fx;
  if (is_at_edge && view.ahead != to_middle(view.me)) {
    return {.x = happens(random, 40) ? to_middle(view.me) : 0};
  }
  if (view.distance > far_away) return from_afar(view, random);
  if (view.distance > near_by && happens(random, 12)) return from_afar(view, random);
  const std::uint32_t ticket = random.below(100);
  if (ticket < 60) return {.x = view.ahead};
  if (ticket < 75) return {.x = -view.ahead};
  if (ticket < 86) return {.x = view.ahead, .buttons = button::jump};
  return {.buttons = ticket < 94 ? button::shield : 0};
}

}  // namespace

View look(const State& state, std::size_t slot) {
  const Fighter& me = state.fighters[slot];
  const Fighter* nearest = &me;
  Fixed least{};
  for (const Fighter& other : state.fighters) {
    if (&other == &me || !is_seen(other) || other.lives == 0 || other.team == me.team) continue;
    const Vec2 away = other.position - me.position;
    const Fixed distance = abs(away.x) + abs(away.y);
    if (nearest != &me && distance >= least) continue;
    nearest = &other;
    least = distance;
  }
  const Fixed away = nearest->position.x - me.position.x;
  const int ahead = away == Fixed{} ? me.facing : (away > Fixed{} ? 1 : -1);
  return {state, me, *nearest, abs(away), ahead};
}

bool is_threatened(const View& view) {
  const Fighter& foe = view.foe;
  if (&foe == &view.me || foe.action != Action::attacking || foe.facing == view.ahead) return false;
  const MoveData& data = data_of(foe.character, foe.move);
  if (foe.action_ticks >= data.frames.startup + data.frames.active) return false;
  const Fixed reach = data.boxes[0].far + data.impulse.x * Fixed(data.frames.active);
  return view.distance < reach + 0.6_fx && abs(foe.position.y - view.me.position.y) < 2_fx;
}

Wish decide(const View& view, const Skill& skill, Random& random) {
  switch (view.me.action.value) {
    case Action::reeling:
    case Action::launched:
    case Action::downed:
    case Action::rising:
    case Action::dazed:
      return helpless(view, random);
    case Action::held:
      return wriggle(view, random);
    case Action::holding:
      return throw_somebody(view, random);
    case Action::hanging:
    case Action::climbing:
      return hang(view, random);
    case Action::charging:
      return charge(view, random);
    case Action::shielding:
    case Action::shield_stunned:
      return behind_shield(view, random);
    case Action::returning:
      return {.x = view.ahead};
    default:
      break;
  }
  if (&view.foe == &view.me) return {};
  if (view.me.footing == 0 && is_off_stage(view.me)) return come_back(view, random);
  if (is_threatened(view) && happens(random, skill.defence)) return defend(view, random);
  if (happens(random, skill.idleness)) return {};
  if (view.me.footing == 0) return fly(view, skill, random);
  if (const auto attack = choose_attack(view, on_floor, skill, random)) return *attack;
  return walk(view, random);
}

}  // namespace counterpoint::bot
