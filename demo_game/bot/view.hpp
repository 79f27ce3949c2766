#pragma once
// A bot's view and its wishes, before they become controls. Private to the bots.

#include <cstddef>
#include <cstdint>

#include "counterpoint/bot.hpp"

namespace counterpoint::bot {

using tutti::Random;

/// How strong a player is. The chances are percent, the times ticks on average.
struct Skill {
  std::uint32_t ticks_to_think = 6;  ///< between two decisions
  std::uint32_t ticks_to_react = 6;  ///< until something sudden is answered
  std::uint32_t aim = 60;            ///< attacks only with what would reach
  std::uint32_t defence = 50;        ///< answers an attack at all
  std::uint32_t idleness = 20;       ///< does nothing for a while
};
const Skill& skill_of(tutti::BotStyle::Strength strength);

/// Directions as -1, 0, 1, and buttons.
struct Wish {
  int x = 0;
  int y = 0;
  int buttons = 0;
};

struct View {
  const State& state;
  const Fighter& me;
  const Fighter& foe;  ///< the nearest that can be fought; oneself if there is none
  Fixed distance{};    ///< to the side
  int ahead = 1;       ///< where the foe is
};

/// Precondition: the slot exists.
View look(const State& state, std::size_t slot);
/// Whether an attack of the foe is about to reach.
bool is_threatened(const View& view);
/// The next thing to do in a fight.
Wish decide(const View& view, const Skill& skill, Random& random);

inline bool happens(Random& random, std::uint32_t percent) { return random.below(100) < percent; }

}  // namespace counterpoint::bot
