// The arena as a game module: a game with commands, for the tools.

#include "arena.hpp"

TUTTI_GAME_MODULE(tutti::test::Arena)
