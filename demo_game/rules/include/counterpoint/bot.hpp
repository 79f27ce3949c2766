#pragma once
// Computer opponents: players like any other, outside the state. They see what a player sees, react
// no faster than hands do, and keep nothing between calls: all their chance comes from the
// generator that they are given, so that a seed makes the same opponent again.

#include <optional>

#include "counterpoint/state.hpp"
#include "tutti/sim/bot_style.hpp"
#include "tutti/sim/random.hpp"
#include "tutti/sim/tick.hpp"

namespace counterpoint {

using BotStrength = tutti::BotStyle::Strength;
using BotInput = tutti::BotStyle::Input;

/// The controls that the bot in this slot holds from now on, if they change. Call it once a tick.
std::optional<Controls> play_bot(const State& state, tutti::PlayerId player, tutti::Random& random,
                                 tutti::BotStyle style = {});

}  // namespace counterpoint
