// What holds at every tick of any match, however wildly it is played.

#include "arena.hpp"

namespace counterpoint::test {

namespace {

/// The longest that an action which ends by itself, or by gravity, may last.
int longest(const Fighter& fighter) {
  switch (fighter.action.value) {
    case Action::attacking:
      return fighter.action_length != 0 ? fighter.action_length : 60;
    case Action::airborne:
    case Action::launched:
      return 60;
    default:
      return fighter.action_length;
  }
}

bool is_open_ended(const Fighter& fighter) {
  switch (fighter.action.value) {
    case Action::standing:
    case Action::walking:
    case Action::blocking:
    case Action::defeated:
    case Action::victorious:
      return true;
    default:
      return false;
  }
}

/// What is wrong with a fighter; nothing if all is well.
std::string complaint_about(const Fighter& fighter) {
  const Fixed limit = stage_half_width - body_half_width;
  if (fighter.health < 0 || fighter.health > full_health) return "health out of range";
  if (fighter.guard > full_guard) return "guard out of range";
  if (abs(fighter.position.x) > limit) return "off the stage";
  if (fighter.position.y < Fixed{} || fighter.position.y > 4_fx) return "below or above";
  if (fighter.facing != 1 && fighter.facing != -1) return "faces nowhere";
  if (static_cast<int>(fighter.action.value) >= action_count) return "unknown action";
  if (static_cast<int>(fighter.move.value) >= move_count) return "unknown move";
  if ((fighter.move != Move::none) != (fighter.action == Action::attacking)) return "odd move";
  if (!is_open_ended(fighter) && fighter.action_ticks > longest(fighter)) {
    return std::string("stuck ") + name_of(fighter.action);
  }
  return {};
}

void check_fighters(const State& state) {
  for (const Fighter& fighter : state.fighters) {
    if (const std::string complaint = complaint_about(fighter); !complaint.empty()) {
      FAIL(complaint);
    }
  }
}

/// Left for right.
Controls mirrored(Controls controls) {
  Controls result = controls.without(left).without(right);
  if (controls.has(left)) result = result.with(right);
  if (controls.has(right)) result = result.with(left);
  return result;
}

Fighter mirrored(Fighter fighter) {
  fighter.position.x = -fighter.position.x;
  fighter.velocity.x = -fighter.velocity.x;
  fighter.facing = static_cast<std::int8_t>(-fighter.facing);
  fighter.held = mirrored(fighter.held);
  return fighter;
}

}  // namespace

TEST_CASE("whatever the players do, nobody leaves the stage or gets stuck, and matches end") {
  for (std::uint64_t seed = 1; seed <= 6; ++seed) {
    CAPTURE(seed);
    Arena arena(seed);
    arena.join(0);
    arena.join(1);
    Random random(seed);
    int ticks_of_match = 0;
    std::uint32_t match = 1;
    for (int i = 0; i < 40'000; ++i) {
      if (seed % 2 == 0) {
        arena.let_bots_play(random);
      } else {
        for (std::uint8_t slot = 0; slot < 2; ++slot) {
          if (random.chance(5)) arena.hold(slot, Counterpoint::sample(random).held);
        }
      }
      arena.tick();
      check_fighters(arena.state);
      ticks_of_match = arena.state.match == match ? ticks_of_match + 1 : 0;
      match = arena.state.match;
      if (ticks_of_match > 3 * 2 * round_ticks) FAIL("a match without end");
    }
    CHECK(match >= 3);
    CHECK(arena.count(Effect::hit) > 100);
  }
}

TEST_CASE("players may come and go at any tick") {
  Arena arena(1);
  Random random(11);
  for (int i = 0; i < 30'000; ++i) {
    const auto slot = static_cast<std::uint8_t>(random.below(2));
    if (random.chance(400)) arena.join(slot);
    if (random.chance(900)) arena.leave(slot);
    arena.let_bots_play(random);
    arena.tick();
    check_fighters(arena.state);
    const int present = arena.state.fighters[0].is_present + arena.state.fighters[1].is_present;
    const Phase phase = arena.state.phase;
    if ((phase == Phase::fighting && present != 2) || (phase == Phase::waiting && present != 0) ||
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
    Arena here = Arena::in_a_fight(seed), there = Arena::in_a_fight(seed);
    Random random(seed);
    for (int i = 0; i < 20'000; ++i) {
      for (std::uint8_t slot = 0; slot < 2; ++slot) {
        const auto wish = seed % 2 == 0 ? Counterpoint::play(here.state, PlayerId{slot}, random)
                                        : std::optional<Controls>(Counterpoint::sample(random));
        if (!wish || (seed % 2 == 1 && !random.chance(5))) continue;
        here.hold(slot, wish->held);
        there.hold(static_cast<std::uint8_t>(1 - slot), mirrored(*wish).held);
      }
      here.tick();
      there.tick();
      if (!(mirrored(there.state.fighters[1]) == here.state.fighters[0]) ||
          !(mirrored(there.state.fighters[0]) == here.state.fighters[1])) {
        FAIL("the mirror differs at tick " << here.ticks);
      }
    }
    CHECK(here.count(Effect::hit) > 50);
  }
}

}  // namespace counterpoint::test
