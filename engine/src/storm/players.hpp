#pragma once
// The players of a storm: the frame of a machine, in which its player acts.

#include "machine.hpp"

namespace tutti::detail {

struct World;

/// One frame of a machine's session: it advances, and its player acts.
void act(World& world, Machine& machine);

}  // namespace tutti::detail
