#pragma once
// The phases of a match that are menus: choosing before it, the result after it.

#include "render/hud.hpp"

namespace counterpoint {

void draw_selection(Canvas& canvas, Text& text, const State& state, const HudTime& time,
                    const Captions& captions);
void draw_result(Canvas& canvas, Text& text, const State& state, const HudTime& time,
                 const Captions& captions);

/// The winner of the round or match: a name, a team, "Nobody".
std::string winner_of(const State& state, const Captions& captions);

}  // namespace counterpoint
