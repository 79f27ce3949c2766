#pragma once
// The lines of the pause page that have values: they show them and change them.

#include "program/desk.hpp"
#include "program/overlays.hpp"
#include "program/pause.hpp"

namespace counterpoint {

/// Writes the present values into the page, whatever has changed them. `training` may be null.
void show_choices(Pause& pause, const Overlays& overlays, const Training* training);
/// Changes the line's value; the page stays open then. False for a line without one.
bool change_choice(Pause::Chosen chosen, Overlays& overlays, Training* training);

/// The keys or buttons that a player at this machine presses, as the screen names them.
Captions::Keys keys_of(const Round& round, const Desk& desk, std::size_t slot);

}  // namespace counterpoint
