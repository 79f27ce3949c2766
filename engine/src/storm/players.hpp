#pragma once
// What the players of a storm do: each frame of a machine, and by whom it is played.

#include "machine.hpp"

namespace tutti::detail {

struct World;

/// One frame of a machine's session: it advances, and its player acts.
void act(World& world, Machine& machine);

}  // namespace tutti::detail
