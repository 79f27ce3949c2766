// Skirmish as a game module, for every tool: `tutti check skirmish`.

#include "skirmish.hpp"

TUTTI_GAME_MODULE(skirmish::Skirmish)
