// Counterpoint as a game module, which every tool can load.

#include "counterpoint/counterpoint.hpp"
#include "counterpoint/projections.hpp"

TUTTI_GAME_MODULE(counterpoint::Counterpoint)
TUTTI_GAME_PROJECTIONS(counterpoint::Counterpoint, counterpoint::Results, counterpoint::Moves,
                       counterpoint::Damage, counterpoint::Combos, counterpoint::Highlights,
                       counterpoint::Reactions)
