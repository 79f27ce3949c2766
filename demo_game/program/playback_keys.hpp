#pragma once
// A replay's controls, as people know them from video players.

#include <SDL.h>

#include "tutti/tutti.hpp"

namespace counterpoint {

/// Whether the key meant something.
bool take_playback_key(const SDL_Keysym& key, tutti::Playback& playback);

}  // namespace counterpoint
