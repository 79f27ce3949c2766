#pragma once
// All that a game needs to embed the engine.

#include "tutti/engine/session.hpp"
#include "tutti/sim/game.hpp"
