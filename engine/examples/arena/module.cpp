// Arena as a game module, with its read model, for every tool: `tutti match --game arena`.

#include "arena.hpp"

TUTTI_GAME_MODULE(Arena)
TUTTI_GAME_PROJECTIONS(Arena, Marksmen)
