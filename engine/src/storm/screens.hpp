#pragma once
// The players' screens: the frames that they showed, and whether the record shows them again.

#include "machine.hpp"

namespace tutti::detail {

struct World;

/// After a frame of this machine's.
void note_shown(const AnyGame& game, Machine& machine);
/// Adds the players' telemetry to the record, and holds it against what was really shown.
void check_telemetry(World& world);

}  // namespace tutti::detail
