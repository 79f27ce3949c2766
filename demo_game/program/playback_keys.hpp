#pragma once
// A replay's controls, as people know them from video players.

#include <SDL.h>

#include "tutti/tutti.hpp"

namespace counterpoint {

/// Whether the key goes elsewhere in the match, by a jump or a step.
bool is_jump_key(SDL_Scancode key);
/// Whether the key meant something.
bool take_playback_key(const SDL_Keysym& key, tutti::Playback& playback);

}  // namespace counterpoint
