#pragma once
// What a caller asked for, checked and made into a setup.

#include "tutti/engine/session.hpp"

namespace tutti {

/// The setup of a match that this session opens; refuses what the game cannot do.
Result<Setup> make_setup(const AnyGame& game, const SoloOptions& options);

}  // namespace tutti
