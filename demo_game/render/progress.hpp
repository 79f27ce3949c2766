#pragma once
// A replay's timeline: how far it has come, what is marked, what is under the mouse.

#include "render/hud.hpp"

namespace counterpoint {

void draw_progress(Canvas& canvas, Text& text, const Captions::Progress& progress);
/// The place on a replay's timeline that a point of the picture means, 0 to 1.
std::optional<float> timeline_at(const Canvas& canvas, Point at);

}  // namespace counterpoint
