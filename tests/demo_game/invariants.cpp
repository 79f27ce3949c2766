// Invariants of every tick of any match, however wildly it is played.

#include "arena.hpp"

namespace counterpoint::test {

namespace {

/// The longest that an action may last which nothing but itself, or gravity, ends; 0 for those that
/// may last for ever.
int longest(const Fighter& fighter) {
  constexpr int longest_fall = 240;
  switch (fighter.action.value) {
    case Action::out:
    case Action::standing:
    case Action::walking:
    case Action::crouching:
    case Action::held:
    case Action::defeated:
    case Action::victorious:
      return 0;
    case Action::attacking:
      return data_of(fighter.character, fighter.move).total();
    case Action::airborne:
    case Action::helpless:
      return longest_fall;
    case Action::shielding:
      return full_shield * 9;
    case Action::launched:
      return fighter.lives == 0 ? longest_fall : fighter.action_length;
    default:
      return fighter.action_length;
  }
}

bool is_inside_stage(const Fighter& fighter) {
  if (fighter.position.y >= Fixed{} || !is_seen(fighter)) return false;
  const Fixed reach = min(-fighter.position.y, data_of(fighter.character).half_width);
  return abs(fighter.position.x) < stage_half_width + reach && fighter.action != Action::hanging &&
         fighter.action != Action::climbing && fighter.action != Action::held;
}

/// The fault of a fighter; nothing if all is well.
std::string complaint_about(const State& state, std::size_t slot) {
  const Fighter& fighter = state.fighters[slot];
  if (fighter.damage > damage_max) return "damage out of range";
  if (fighter.shield > full_shield) return "shield out of range";
  if (fighter.lives > data_of(state.rules.value).lives) return "too many lives";
  if (abs(fighter.position.x) > blast_side || fighter.position.y > blast_top ||
      fighter.position.y < blast_bottom) {
    return "out of the frame";
  }
  if (is_inside_stage(fighter)) return "inside the stage";
  if (fighter.facing != 1 && fighter.facing != -1) return "faces nowhere";
  if (static_cast<int>(fighter.action.value) >= action_count) return "unknown action";
  if (static_cast<int>(fighter.move.value) >= move_count) return "unknown move";
  const bool has_move = fighter.action == Action::attacking || fighter.action == Action::charging;
  if ((fighter.move != Move::none) != has_move) return "odd move";
  if (longest(fighter) != 0 && fighter.action_ticks > longest(fighter)) {
    return std::string("stuck ") + name_of(fighter.action);
  }
  if (fighter.action == Action::held && fighter.partner == 0) return "held by nobody";
  if (fighter.partner != 0 && state.fighters[fighter.partner - 1U].partner != slot + 1) {
    return "holds somebody who does not know";
  }
  return {};
}

void check_fighters(const State& state) {
  for (std::size_t slot = 0; slot < fighters_max; ++slot) {
    if (const std::string complaint = complaint_about(state, slot); !complaint.empty()) {
      FAIL("fighter " << slot << ": " << complaint);
    }
  }
}

/// Left for right.
Controls mirrored(Controls controls) {
  if (controls.is_analog()) {
    return Controls::stick(-controls.x(), controls.y(), controls.bits & button::actions);
  }
  int buttons = controls.bits & ~(left | right);
  if ((controls.bits & left) != 0) buttons |= right;
  if ((controls.bits & right) != 0) buttons |= left;
  return Controls::pad(buttons);
}

Fighter mirrored(Fighter fighter) {
  fighter.position.x = -fighter.position.x;
  fighter.velocity.x = -fighter.velocity.x;
  fighter.facing = static_cast<std::int8_t>(-fighter.facing);
  fighter.held = mirrored(fighter.held);
  fighter.aim = mirrored(fighter.aim);
  std::swap(fighter.presses.left, fighter.presses.right);
  fighter.pick = {};
  fighter.team = fighter.partner = fighter.last_hit_by = fighter.hit_mask = 0;
  return fighter;
}

}  // namespace

TEST_CASE("whichever way they are played, nobody leaves the world or gets stuck, and matches end") {
  for (std::uint64_t seed = 1; seed <= 8; ++seed) {
    CAPTURE(seed);
    const auto players = static_cast<std::uint8_t>(2 + seed % 3);
    Arena arena(seed, players);
    for (std::uint8_t slot = 0; slot < players; ++slot)
      arena.join(slot);
    Random random(seed);
    int ticks_of_match = 0;
    std::uint32_t match = 0;
    for (int i = 0; i < 30'000; ++i) {
      if (seed % 2 == 0) {
        arena.let_bots_play(random);
      } else {
        for (std::uint8_t slot = 0; slot < players; ++slot) {
          if (random.chance(5)) arena.hold(slot, Counterpoint::sample(random));
        }
      }
      arena.tick();
      check_fighters(arena.state);
      ticks_of_match = arena.state.match == match ? ticks_of_match + 1 : 0;
      match = arena.state.match;
      if (ticks_of_match > 20'000) FAIL("a match without end");
    }
    CHECK(match >= 2);
    CHECK(arena.count(Effect::hit) > 50);
  }
}

TEST_CASE("players may come and go at any tick") {
  Arena arena(1, 4);
  Random random(11);
  for (int i = 0; i < 40'000; ++i) {
    const auto slot = static_cast<std::uint8_t>(random.below(4));
    if (random.chance(300)) arena.join(slot);
    if (random.chance(1200)) arena.leave(slot);
    arena.let_bots_play(random);
    arena.tick();
    check_fighters(arena.state);
    int present = 0, in_match = 0;
    for (const Fighter& fighter : arena.state.fighters) {
      present += fighter.is_present ? 1 : 0;
      in_match += fighter.is_in_match ? 1 : 0;
    }
    const Phase phase = arena.state.phase;
    if ((phase == Phase::fighting && in_match < 2) || (phase == Phase::waiting) != (present == 0) ||
        (phase == Phase::practice && present != 1)) {
      FAIL(present << " present while " << name_of(phase));
    }
  }
  CHECK(arena.count(Effect::hit) > 100);
  CHECK(arena.count(Effect::match_won) > 5);
}

TEST_CASE("the slots are equal: a fight with both sides exchanged is the same fight in a mirror") {
  for (std::uint64_t seed = 1; seed <= 4; ++seed) {
    CAPTURE(seed);
    Arena here = Arena::in_a_fight({}, seed), there = Arena::in_a_fight({}, seed);
    Random random(seed);
    while (here.state.phase == Phase::fighting && here.ticks < 12'000) {
      for (std::uint8_t slot = 0; slot < 2; ++slot) {
        // In every other fight their hands slip, so that also what no bot would do is mirrored.
        const bool is_slip = seed % 2 == 1 && random.chance(20);
        const auto wish = is_slip ? std::optional<Controls>(Counterpoint::sample(random))
                                  : play_bot(here.state, PlayerId{slot}, random);
        if (!wish) continue;
        here.hold(slot, *wish);
        there.hold(static_cast<std::uint8_t>(1 - slot), mirrored(*wish));
      }
      here.tick();
      there.tick();
      for (std::size_t slot = 0; slot < 2; ++slot) {
        Fighter one = here.state.fighters[slot];
        one = mirrored(mirrored(one));  // forgets the same
        if (!(mirrored(there.state.fighters[1 - slot]) == one)) {
          FAIL("the mirror differs at tick " << here.ticks);
        }
      }
    }
    CHECK(here.count(Effect::hit) > 10);
  }
}

}  // namespace counterpoint::test
