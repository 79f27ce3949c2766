#pragma once
// The parts of `tutti replay`, one file each.

#include "command.hpp"

namespace tutti::tool {

/// events, state, diff, export.
void add_replay_look(Command& replay);
/// recover, slice, branch.
void add_replay_make(Command& replay);

}  // namespace tutti::tool
