#pragma once
// The effects and the music of a round, at a desk.

#include "program/desk.hpp"
#include "program/round.hpp"

namespace counterpoint {

/// Shows and sounds what the session's last `advance` changed. `shown`: the tick of the last
/// picture; sparks of another stretch of the match go out.
void present_effects(const Round& round, tutti::Tick shown, Desk& desk);

/// The music that belongs to this state.
void play_music(const State& state, Desk& desk);

}  // namespace counterpoint
