#pragma once
// Computer opponents: players like any other, outside the state. They see what a player sees, react
// no faster than hands do, and keep nothing between calls: all their chance comes from the
// generator that they are given, so that a seed makes the same opponent again.

#include <optional>

#include "counterpoint/state.hpp"
#include "tutti/sim/tick.hpp"

namespace counterpoint {

enum class BotStrength : std::uint8_t { easy, medium, hard };
enum class BotInput : std::uint8_t { pad, analog };

struct BotOptions {
  BotStrength strength = BotStrength::medium;
  BotInput input = BotInput::pad;
};

/// What the bot in this slot holds from now on, if that is a change. Call it once a tick.
std::optional<Controls> play_bot(const State& state, tutti::PlayerId player, tutti::Random& random,
                                 const BotOptions& options = {});

}  // namespace counterpoint
