#pragma once
// The properties of this machine on which the results of floating-point operations depend.

#include "tutti/replay/machine_words.hpp"

namespace tutti {

/// This process: its build, the floating-point environment of this thread, the processor, and what
/// is loaded now.
MachineWords this_machine();

}  // namespace tutti
